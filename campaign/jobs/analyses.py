"""Jobs about what many runs teach together."""

from campaign.celery import job
from campaign.clock import now
from campaign.services.analyses import image_runs, rounds, run_sets


@job
def analyse(round_id: int) -> None:
    rounds.analyse(round_id=round_id)


@job
def sweep_analyses() -> None:
    rounds.sweep_analyses(now=now())


@job
def combine_images(evaluation_id: int) -> None:
    image_runs.combine_images(evaluation_id=evaluation_id)


@job
def sweep_image_runs() -> None:
    image_runs.sweep_image_runs()


@job
def make_run_set() -> None:
    run_sets.make_next()


@job
def sweep_run_sets() -> None:
    run_sets.sweep_run_sets(now=now())
