"""The platform reads runs by the kernel where there is one, else in plain Python: one answer."""

from pathlib import Path
from typing import Any

import pytest

from campaign import scorer
from campaign.models import Evaluation
from campaign.services.checks import check_upload
from scoring import slow_reading
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_user,
    score_run,
    upload,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(slow_reading() is not None, reason="the kernel was not compiled, or is off"),
]

KERNEL, TWIN = "KernelReading", "PlainReading"
N = 60  # queries: enough for intervals, on both parts of the split

GROUND_TRUTH = "QueryId;ClassId;Background;Usage\n" + "".join(
    f"q{i};c{i % 6};0;{usage}\nq{i};c{(i + 1) % 6};1;{usage}\n"
    for i in range(N)
    for usage in ["public" if i % 2 else "private"]
)
FILES = {
    "queries.csv": "QueryId\n" + "".join(f"q{i}\n" for i in range(N)),
    "media.csv": "",
    "ground_truth.csv": GROUND_TRUTH,
}

# With ties, a query that has no answer, and numbers in three ways of writing them.
LINES = [
    f"q{i};c{(i * i + k) % 6};{form.format((i * 7 + k * 3) % 11 / 10)}\n"
    for i in range(1, N)
    for k, form in enumerate(("{:.1f}", "{:.1e}", "{:.17f}"))
]
RIGHT, SCATTERED = "".join(LINES), "".join(LINES[::2] + LINES[1::2])
WRONG = "q0;c0;0.9\nq0;c0;0.4\nq99;c1;0.5\nq1;c77;0.5\nq2;c1;1.5\nq3;c1\n\nq4;c1;0.1\n"


def watching_child(folder: Path, seen: Path) -> Path:
    """Return a child that writes down which ways of reading it begins."""
    script = folder / "child.py"
    script.write_text(f"""
import sys
sys.path.append({str(scorer._CHILD.parents[1])!r})
from scoring.run_files.kernel_reading import KernelReading
from scoring.run_files.plain_reading import PlainReading

def noted(kind, begin):
    def noting(*arguments, **options):
        with open({str(seen)!r}, "a") as seen:
            print(kind.__name__, file=seen)
        begin(*arguments, **options)
    return noting

for kind in (KernelReading, PlainReading):
    kind.__init__ = noted(kind, kind.__init__)

{scorer._CHILD.read_text()}""")
    return script


@pytest.fixture
def readings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the children of a test write which ways of reading they begin."""
    seen = tmp_path / "readings"
    monkeypatch.setattr("campaign.scorer._CHILD", watching_child(tmp_path, seen))
    return seen


@pytest.fixture
def choose(readings: Path, monkeypatch: pytest.MonkeyPatch):
    """Return how to choose the twin, or the kernel, for this process and its children."""

    def chosen(switch: str) -> None:
        readings.unlink(missing_ok=True)
        monkeypatch.setenv("CLEFBOARD_KERNEL", switch)
        if switch == "off":  # a worker that begins so has no kernel for its intervals either
            monkeypatch.setattr("scoring.uncertainty.draws.KERNEL", None)

    return chosen


def judged(run: Any) -> dict[str, Any]:
    """Return all that is said of a run."""
    done = Evaluation.objects.get(run=run)
    scores = done.scores.order_by("part", "metric").values(
        "part", "metric", "value", "low", "high", "n", "reason", "warnings"
    )
    return {
        "state": done.state,
        "report": (done.report, done.problems, done.warnings),
        "trace": bytes(done.trace.data) if done.state == "scored" else None,
        "scores": list(scores),
    }


@pytest.mark.parametrize(
    ("content", "state"),
    [(RIGHT, "scored"), (SCATTERED, "scored"), (WRONG, "rejected")],
    ids=["grouped", "scattered", "wrong"],
)
def test_a_worker_comes_to_the_same_by_both(content, state, tmp_path, choose, readings):
    metrics = ("mrr", "top_1", "map", "macro_mrr", "cmap", "coverage")
    task = make_task(files=FILES, metrics=metrics, split={"column": "Usage", "final": "private"})
    found = {}
    for switch, kind in (("", KERNEL), ("off", TWIN)):
        choose(switch)
        run = make_run(make_registration(task), tmp_path, content)
        found[kind] = judged(score_run(run))
        assert set(readings.read_text().split()) == {kind}
    assert found[KERNEL]["state"] == state
    assert found[KERNEL] == found[TWIN]
    if state == "scored":
        assert {score["part"] for score in found[TWIN]["scores"]} == {"all", "public", "private"}
        assert any(score["low"] for score in found[TWIN]["scores"])


@pytest.mark.parametrize(
    "content", [RIGHT, SCATTERED, WRONG], ids=["grouped", "scattered", "wrong"]
)
def test_a_check_says_the_same_by_both(content, tmp_path, choose, readings):
    task, person = make_task(files=FILES), make_user()
    found = {}
    for switch, kind in (("", KERNEL), ("off", TWIN)):
        choose(switch)
        sent = upload(tmp_path, content)
        found[kind] = check_upload(task=task, upload=sent, by=person, now=NOW)
        assert set(readings.read_text().split()) == {kind}
    assert found[KERNEL].valid == (content != WRONG)
    assert found[KERNEL] == found[TWIN]
