"""Jobs about runs."""

from campaign.celery import job
from campaign.clock import now
from campaign.services import leaderboards, results


@job(queue="scoring")
def evaluate(evaluation_id: int) -> None:
    results.evaluate(evaluation_id=evaluation_id)


@job(queue="default")
def rank(task_id: int) -> None:
    leaderboards.rank_task(task_id=task_id, now=now())


@job(queue="sweep", expires_s=8)
def sweep() -> None:
    results.sweep(now=now())


@job(queue="sweep")
def tidy_files() -> None:
    results.tidy_files(now=now())
