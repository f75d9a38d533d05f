"""Jobs about runs."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import rescorings, results, stored_files


@job(queue="scoring")
def evaluate(evaluation_id: int) -> None:
    results.evaluate(evaluation_id=evaluation_id)


@job(queue="sweep")
def sweep() -> None:
    results.sweep(now=now())


@job(queue="sweep")
def continue_rescorings() -> None:
    rescorings.continue_rescorings(now=now())


@job(queue="sweep")
def tidy_files() -> None:
    stored_files.tidy_files(now=now())
