"""Jobs about runs."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import levels, rescorings, results, stored_files


@job
def evaluate(evaluation_id: int) -> None:
    results.evaluate(evaluation_id=evaluation_id)


@job
def sweep() -> None:
    results.sweep(now=now())


@job
def continue_rescorings() -> None:
    rescorings.continue_rescorings(now=now())


@job
def score_levels(evaluation_id: int) -> None:
    levels.score_levels(evaluation_id=evaluation_id)


@job
def sweep_levels() -> None:
    levels.sweep_levels()


@job
def tidy_files() -> None:
    stored_files.tidy_files(now=now())
