"""Jobs about what many runs teach together."""

from campaign.celery import job
from campaign.clock import now
from campaign.services.analyses import rounds, run_sets


@job
def analyse(round_id: int) -> None:
    rounds.analyse(round_id=round_id)


@job
def sweep_analyses() -> None:
    rounds.sweep_analyses(now=now())


@job
def make_run_set() -> None:
    run_sets.make_next()


@job
def sweep_run_sets() -> None:
    run_sets.sweep_run_sets(now=now())
