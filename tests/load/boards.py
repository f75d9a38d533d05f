"""A task with very many scored runs, written straight into the tables: scoring them takes hours."""

import random

from django.db import connection, transaction

from campaign.models import Evaluation, Registration, Run, Score, Task, Team
from campaign.services.leaderboards import rank_task
from tests.campaign.factories import NOW, make_task

METRICS = ("mrr", "top_1", "top_5", "macro_mrr")
RUNS_PER_TEAM = 4
_AT_ONCE = 2_000


@transaction.atomic
def make_board(n_runs: int, slug: str = "large") -> Task:
    """Make a task with teams of four runs each, every one scored and ranked; some tie."""
    task = make_task(slug, metrics=METRICS, runs_per_team=RUNS_PER_TEAM)
    runs = Run.objects.bulk_create(_runs(make_registrations(task, n_runs)), _AT_ONCE)
    evaluations = Evaluation.objects.bulk_create([_evaluation(run) for run in runs], _AT_ONCE)
    rng = random.Random(2017)
    Score.objects.bulk_create(
        [score for evaluation in evaluations for score in _scores(evaluation, rng)], _AT_ONCE
    )
    rank_task(task_id=task.pk, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself within a minute of such growth
    return task


def make_registrations(task: Task, n_runs: int) -> list[Registration]:
    """Make as many teams as so many runs want, and register them."""
    n_teams = -(-n_runs // RUNS_PER_TEAM)
    teams = [
        Team(name=f"{task.slug} {i}", slug=f"{task.slug}-{i}", created_at=NOW)
        for i in range(n_teams)
    ]
    rules = task.rules_versions.get()
    return Registration.objects.bulk_create(
        [
            Registration(
                team=team, task=task, rules_version=rules, accepted_at=NOW, state="approved"
            )
            for team in Team.objects.bulk_create(teams, _AT_ONCE)
        ],
        _AT_ONCE,
    )


def _runs(registrations: list[Registration]) -> list[Run]:
    return [
        Run(
            registration=registration,
            number=number,
            name=f"Run with a name {number}",
            description={"architectures": ["ResNet-50"], "training_data": ["trusted"]},
            began_at=NOW,
            received_at=NOW,
            file_key=f"runs/{registration.pk}-{number}",
            file_name="run.csv",
            stored_bytes=1,
            content_bytes=1,
            content_sha256=f"{registration.pk:032}{number:032}",
        )
        for registration in registrations
        for number in range(1, 1 + RUNS_PER_TEAM)
    ]


def _evaluation(run: Run) -> Evaluation:
    return Evaluation(
        run=run,
        truth_version=run.registration.task.current_truth,
        scorer_version="1",
        state="scored",
        queued_at=NOW,
        sent_at=NOW,
        finished_at=NOW,
    )


def _scores(evaluation: Evaluation, rng: random.Random) -> list[Score]:
    values = [round(rng.random(), 4) for _ in METRICS]
    return [
        Score(evaluation=evaluation, metric=metric, value=value, low=0, high=1, n=8)
        for metric, value in zip(METRICS, values, strict=True)
    ]
