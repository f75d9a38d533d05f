"""Jobs about runs that are tested against the leader."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import comparisons, leaderboards


@job
def compare_runs(family_id: int) -> None:
    comparisons.compare_runs(family_id=family_id)


@job
def sweep_comparisons() -> None:
    leaderboards.sweep_comparisons(now=now())
