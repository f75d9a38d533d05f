"""Analyses in words and figures: pure functions of what `campaign.reads.analyses` lets through."""
