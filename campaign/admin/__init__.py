"""Django's admin for staff.

Scores, traces, stored ranks and rank snapshots are not registered: visibility is decided in
`campaign.reads`, and none of them may be changed by hand.
"""

from campaign.admin import accounts, baselines, history, results, runs, tasks, teams

__all__ = ["accounts", "baselines", "history", "results", "runs", "tasks", "teams"]
