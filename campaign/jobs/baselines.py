"""Jobs about baselines."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import baseline_attempts, baselines


@job
def run_baseline(baseline_id: int) -> None:
    baseline_attempts.run_baseline(baseline_id=baseline_id)


@job
def sweep_baselines() -> None:
    baselines.sweep_baselines(now=now())
