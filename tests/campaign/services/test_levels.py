"""Scores at the level of genera and families: the numbers of `clefboard score`, made behind all else."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from campaign import storage
from campaign.celery import BEHIND, n_messages
from campaign.models import Score
from campaign.reads.leaderboards import Asked, leaderboard
from campaign.services.levels import score_levels, sweep_levels
from scoring import RunRules, Trace, WrongTrace, evaluate_run, read_ground_truth
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    score_run,
)

pytestmark = pytest.mark.django_db

# Forty queries: scores have intervals. Each run answers siblings of the right class, some of them.
N = 40
QUERIES = "QueryId;Domain\n" + "".join(f"q{i};{'ab'[i % 2]}\n" for i in range(N))
TRUTH = "QueryId;ClassId;Usage\n" + "".join(
    f"q{i};c{i % 6};{'public' if i < 20 else 'private'}\n" for i in range(N)
)
TABLES = {"queries.csv": QUERIES, "media.csv": "", "ground_truth.csv": TRUTH}


def lines(right: int, siblings: int) -> str:
    """Return a run that is right on some queries, and on others names the sibling of the right class."""

    def answer(i: int) -> int:
        if i % 10 < right:
            return i % 6
        return (i % 6) ^ 1 if i % 10 < right + siblings else (i + 2) % 6

    return "".join(f"q{i};c{answer(i)};0.9\nq{i};c{(i + 3) % 6};0.5\n" for i in range(N))


@pytest.fixture
def task():
    return make_task(
        "birds",
        files=TABLES,
        rules={"image_runs": False},
        metrics=["mrr", "top_1@Domain=a", "macro_mrr", "map", "coverage"],
    )


@pytest.fixture
def runs(task, tmp_path):
    """Return one run that is best by species, and one that is best by genus."""
    return [
        score_run(make_run(make_registration(task), tmp_path, lines(*skill), name=name))
        for name, skill in (("species", (6, 0)), ("genus", (4, 5)))
    ]


def make_all(runs):
    for run in runs:
        score_levels(evaluation_id=run.evaluations.get(is_current=True).pk)


def test_they_are_to_the_last_digit_what_a_laptop_says(task, runs, tmp_path):
    make_all(runs)
    path = tmp_path / "run.csv"
    path.write_text(lines(4, 5))
    truth = read_ground_truth(storage.local_folder(task.current_truth.folder))
    names = ["mrr:Genus", "top_1:Genus@Domain=a", "macro_mrr:Genus"]
    names += [name.replace("Genus", "Family") for name in names]
    said = evaluate_run(path, truth, RunRules("ranked"), names, intervals=True).scores
    rows = Score.objects.filter(evaluation__run=runs[1], metric__contains=":")
    kept = {row.metric: (row.value, row.low, row.high, row.n) for row in rows}
    assert kept == {one.metric: (one.value, one.low, one.high, one.n) for one in said}
    assert said[0].low is not None


def test_they_are_made_once(task, runs):
    make_all(runs)
    made = list(Score.objects.order_by("pk").values_list("pk", flat=True))
    make_all(runs)
    assert list(Score.objects.order_by("pk").values_list("pk", flat=True)) == made


def test_the_sweep_sends_for_what_is_lacking_and_nothing_twice(
    task, runs, no_messages, django_capture_on_commit_callbacks
):
    def sweep():
        with django_capture_on_commit_callbacks(execute=True):
            return sweep_levels()

    assert sweep() == 2
    assert n_messages("scoring", priority=BEHIND) == 2
    assert sweep() == 0  # they wait


def test_when_all_are_made_the_sweep_sends_nothing(task, runs, no_messages):
    make_all(runs)
    assert sweep_levels() == 0


def test_a_task_without_genera_has_none(tmp_path, no_messages):
    classes = "ClassId;Species\n" + "".join(f"c{i};x y{i}\n" for i in range(6))
    task = make_task("plain", files={"classes.csv": classes})
    run = score_run(make_run(make_registration(task), tmp_path))
    n = Score.objects.count()
    make_all([run])
    assert (Score.objects.count(), sweep_levels()) == (n, 0)


def test_a_trace_of_an_older_scorer_is_said_to_be_one(task, runs, monkeypatch):
    def refuse(data: bytes) -> None:
        raise WrongTrace("version 2")

    monkeypatch.setattr(Trace, "from_bytes", refuse)
    make_all(runs[:1])
    rows = Score.objects.filter(evaluation__run=runs[0], metric__contains=":")
    assert {row.value for row in rows} == {None}
    assert {row.reason for row in rows} == {
        "the run was read by an older scorer; a re-scoring makes this score too"
    }


# ---------------------------------------------------------------- where they show
def test_its_bars_are_of_the_level_too(client, task, runs):
    make_all(runs)
    answer = client.get("/tasks/birds/leaderboard/bars/?level=genus")
    chart = answer.context["chart"]
    assert "MRR · genus" in chart.title
    value = Score.objects.get(evaluation__run=runs[1], metric="mrr:Genus", part="all").value
    assert list(chart.table.rows[0])[1:3] == ["Run 1 · genus", f"{value:.3f}"]
    assert "Right is the right" in answer.text


def test_the_leaderboard_stands_in_their_order(client, task, runs):
    make_all(runs)
    board = leaderboard(task=task, viewer=AnonymousUser(), now=NOW, asked=Asked(level="genus"))
    assert board.metrics == ["mrr:Genus", "top_1:Genus@Domain=a", "macro_mrr:Genus"]
    assert [(entry.run.name, entry.rank) for entry in board.entries] == [
        ("genus", 2),
        ("species", 1),
    ]
    page = client.get("/tasks/birds/leaderboard/?level=genus").text
    assert page.index("Run 1 · genus") < page.index("Run 1 · species")
    assert "any species of the right genus counts as right" in page
    assert "MRR · genus" in page
    assert "over genera for" not in page  # there are three, too few for an interval


def test_one_click_leads_there_as_soon_as_there_is_a_score(client, task, runs):
    assert "level=genus" not in client.get("/tasks/birds/leaderboard/").text
    page = client.get("/tasks/birds/leaderboard/?level=genus").text
    assert 'level=genus" aria-current="true">genus' in page
    make_all(runs[:1])
    page = client.get("/tasks/birds/leaderboard/?best=1").text
    assert 'href="?best=1&amp;level=genus"' in page
    assert 'href="?best=1&amp;level=family"' in page


def test_programs_and_files_have_them_too(client, task, runs):
    make_all(runs)
    said = client.get("/api/v1/tasks/birds/leaderboard/?level=genus").json()
    assert (said["level"], said["sort"]) == ("genus", "mrr:Genus")
    assert [entry["name"] for entry in said["entries"]] == ["genus", "species"]
    assert said["entries"][0]["scores"]["mrr:Genus"] > said["entries"][1]["scores"]["mrr:Genus"]
    answer = client.get("/tasks/birds/leaderboard.csv?level=family&sort=macro_mrr:Family")
    assert "mrr:Family low" in answer.text.splitlines()[0]
    assert "birds-leaderboard-family-" in answer["Content-Disposition"]
    for form in ("json", "tex", "bib"):
        assert client.get(f"/tasks/birds/leaderboard.{form}?level=genus").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "/tasks/birds/leaderboard/",
        "/tasks/birds/leaderboard/bars/",
        "/tasks/birds/leaderboard.csv",
        "/api/v1/tasks/birds/leaderboard/",
    ],
)
def test_another_level_is_refused(client, task, url):
    assert client.get(url, {"level": "order"}).status_code == 400


def test_dated_ones_have_them_of_the_scores_of_then(client, task, runs):
    make_all(runs)
    since = client.get("/api/v1/tasks/birds/leaderboard/").json()["since"]
    query = {"at": since, "level": "genus"}
    said = client.get("/api/v1/tasks/birds/leaderboard/", query).json()
    assert [entry["name"] for entry in said["entries"]] == ["genus", "species"]
    assert said["entries"][0]["scores"]["mrr:Genus"]


def test_of_a_part_that_is_hidden_none_shows(tmp_path: Path, settings):
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)
    task = make_task(
        "parted",
        files=TABLES,
        rules={"image_runs": False},
        split={"column": "Usage", "final": "private"},
        phases={"results": (DEADLINE, None)},
    )
    halves = (lines(4, 5).splitlines()[:40], lines(6, 0).splitlines()[40:])
    content = "".join(f"{line}\n" for half in halves for line in half)
    run = score_run(make_run(make_registration(task, make_team()), tmp_path, content))
    make_all([run])
    rows = Score.objects.filter(metric="mrr:Genus")
    assert len({row.value for row in rows}) == len({row.part for row in rows}) == 3
    said = Client().get("/api/v1/tasks/parted/leaderboard/?level=genus").json()
    assert said["entries"][0]["scores"]["mrr:Genus"] == rows.get(part="public").value
    task.visibility = "never"
    task.save()
    said = Client().get("/api/v1/tasks/parted/leaderboard/?level=genus").json()
    assert (said["part"], said["entries"]) == (None, [])
