"""Analyses are made here, from traces and method descriptions; `campaign.reads.analyses` shows them."""
