"""A board whose runs can be tested against each other: forty queries, runs that are right in some of them."""

from collections.abc import Container
from datetime import datetime
from pathlib import Path
from typing import Any

from campaign.celery import AFTER, BEHIND, app
from campaign.models import AnalysisRound, ComparisonFamily, Run, Task, Team
from campaign.services.analyses.rounds import analyse, sweep_analyses
from campaign.services.comparisons import compare_runs
from tests.campaign.factories import NOW, make_registration, make_run, make_task, score_run

N_QUERIES = 40
TABLES = {
    "queries.csv": "QueryId\n" + "".join(f"q{i}\n" for i in range(N_QUERIES)),
    "media.csv": "",
    "ground_truth.csv": "QueryId;ClassId;Usage\n"
    + "".join(f"q{i};c{i % 6};{'public' if i < 20 else 'private'}\n" for i in range(N_QUERIES)),
}


def make_large_test(slug: str = "", **fields: Any) -> Task:
    return make_task(
        slug, files=TABLES, rules={"image_runs": False}, **{"metrics": ["mrr"], **fields}
    )


def send(task: Task, team: Team, tmp_path: Path, right: Container[int], **submission: Any) -> Run:
    """Send and score a run that is right in these queries."""
    registration = task.registrations.filter(team=team).first()
    registration = registration or make_registration(task, team)
    lines = "".join(f"q{i};c{(i if i in right else i + 1) % 6};0.9\n" for i in range(N_QUERIES))
    return score_run(make_run(registration, tmp_path, lines, **submission))


def compare_all(task: Task) -> None:
    """Test what waits to be tested, as a worker does."""
    for family in ComparisonFamily.objects.filter(task=task):
        compare_runs(family_id=family.pk)


def forget_messages() -> None:
    """Empty the queues."""
    with app.connection_for_write() as broker:
        channel: Any = broker.default_channel  # kombu's Redis transport
        behind = [f"scoring{channel.sep}{priority}" for priority in (AFTER, BEHIND)]
        channel.client.delete("default", "gpu", "scoring", *behind)


def analyse_all(now: datetime = NOW) -> int:
    """Analyse the boards that are others than they were, as sweeper and worker do; return how many."""
    forget_messages()  # analyses give way to runs that wait
    sent = sweep_analyses(now=now)
    for one in AnalysisRound.objects.filter(made_at=None):
        analyse(round_id=one.pk)
    return sent
