"""Scoring all runs of a task again, and what everybody else notices of it."""
