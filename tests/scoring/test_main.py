"""The platform's child process, as the platform starts it."""

import json
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from scoring import RunRules, Trace, chance_places
from tests.scoring.small_task import SmallTask


def run_child(
    task: SmallTask,
    content: bytes | None,
    command: str = "trace",
    *,
    memory: int = 0,
    python: Sequence[str] = (),
    kind: str = "run",
) -> tuple[int, str]:
    path = task.folder / "run.csv" if content is None else task.write(content)
    (task.folder / "rules.json").write_text(json.dumps(RunRules("ranked").to_json()))
    asked = {
        "metrics": ["mrr", "cmap"],
        "parts": [["Usage", "public"]],
        "chance": chance_places(task.truth),
        "metric": "mrr",
        "column": "Organ",
    }
    (task.folder / "asked.json").write_text(json.dumps(asked))
    options = {"--rules": "rules.json", "--report": "report.json"}
    options |= {
        "trace": {"--truth": "task", "--out": "trace.npz", "--asked": "asked.json"},
        "check": {"--test-set": "task"},
        "combine": {"--truth": "task", "--out": "found.json", "--asked": "asked.json"},
    }[command]
    words = [word for flag, name in options.items() for word in (flag, task.folder / name)]
    limit = (lambda: resource.setrlimit(resource.RLIMIT_AS, (memory, memory))) if memory else None
    done = subprocess.run(
        [sys.executable, "-I", *python, "-m", "scoring", command, path, *words, "--kind", kind],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=limit,
        env={"OPENBLAS_NUM_THREADS": "1"},
    )
    return done.returncode, done.stderr


def report(task: SmallTask) -> Any:
    return json.loads((task.folder / "report.json").read_text())


def test_a_valid_run_leaves_report_and_trace(task):
    assert run_child(task, b"1;a;0.5\n") == (0, "")
    assert report(task)["n_lines"] == 1
    trace = Trace.from_bytes((task.folder / "trace.npz").read_bytes())
    assert trace.positions[0] == 1
    assert set(trace.class_positions) == {frozenset(), frozenset({("Usage", "public")})}


@pytest.mark.parametrize("command", ["trace", "check"])
def test_numpy_is_not_loaded(task, command):
    """That takes as long as reading a million lines; each run has a process of its own."""
    status, imported = run_child(task, b"1;a;0.5\n", command, python=["-X", "importtime"])
    assert status == 0
    assert "scoring.run_files.reader" in imported
    assert "numpy" not in imported


def test_an_invalid_one_leaves_the_report_alone(task):
    assert run_child(task, b"1;zz;0.5\n") == (1, "")
    assert report(task)["problems"][0]["kind"] == "unknown_class"
    assert not (task.folder / "trace.npz").exists()


def test_a_check_needs_no_truth(task):
    (task.folder / "task" / "ground_truth.csv").unlink()
    for content, status in ((b"1;a;0.5\n", 0), (b"1;zz;0.5\n", 1)):
        assert run_child(task, content, command="check") == (status, "")
        assert not (task.folder / "trace.npz").exists()
        assert bool(report(task)["problems"]) == bool(status)


def test_an_image_run_is_scored_by_kinds_of_images(task):
    """Of the leaves of 1, 2 and 3 that of 1 is wrong; its flower is right, and in the mean both are."""
    content = b"m1;b;0.5\nm2;a;0.75\nm3;b;0.5\nm4;c;0.5\n"
    assert run_child(task, content, command="combine", kind="image_run") == (0, "")
    found = json.loads((task.folder / "found.json").read_text())
    assert found == [[0, 1, 1], [1], [1, 1, 1]]
    assert run_child(task, b"m1;zz;0.5\n", command="combine", kind="image_run") == (1, "")


@pytest.mark.parametrize(
    ("head", "size", "kind"),
    [
        (b"", 150_000_000, "columns"),
        (b"1;a;0.5\n", 150_000_000, "long_line"),
        (b"1;a;0.5\n" + b"\n" * 11_000_000 + b"x", 0, "blank_line"),
        (b"1;a;0.5\n" * 50_000, 0, "duplicate"),
        (b"1;zz;0.5\n" * 50_000, 0, "unknown_class"),
        (b"1;a;0.5\n2;a;0.5\n" * 30_000, 0, "duplicate"),
    ],
    ids=[
        "one line",
        "a long line",
        "blank lines",
        "one line again and again",
        "wrong",
        "scattered",
    ],
)
def test_hostile_files_in_little_memory(task, head, size, kind):
    """What follows the head is nothing but NUL."""
    with task.write(head).open("ab") as file:
        file.truncate(len(head) + size)
    status, stderr = run_child(task, None, memory=150_000_000)
    assert (status, stderr) == (1, "")
    assert kind in {problem["kind"] for problem in report(task)["problems"]}


@pytest.mark.parametrize(
    "arguments", [[], ["trace"], ["score", "x"], ["trace", "run.csv", "--truth", "x"]], ids=range(4)
)
def test_usage(arguments):
    done = subprocess.run(
        [sys.executable, "-m", "scoring", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "usage: python -m scoring trace RUN" in done.stderr
