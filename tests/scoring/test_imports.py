"""Import time decides small runs, and a laptop has no server: what is loaded when."""

import subprocess
import sys

import pytest

import scoring

HEAVY = (
    "django",
    "torch",
    "pandas",
    "numpy",
    "zstandard",
    "argparse",
    "gzip",
    "zipfile",
    "jsonschema",
)


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import scoring", ()),
        ("import scoring; scoring.check_run", ()),
        ("import scoring; scoring.content_digest", ()),
        ("import scoring; scoring.parse_metric('mrr')", ()),
        ("import scoring; scoring.evaluate_run, scoring.explain_query", ()),
        ("import scoring; scoring.read_ground_truth", ()),
        ("import scoring; scoring.trace_run, scoring.score, scoring.Trace", ()),
        ("import scoring.__main__", ()),
    ],
)
def test_only_what_is_needed_is_loaded(statement, allowed):
    code = f"{statement}\nimport sys; print(*[m for m in {HEAVY} if m in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert set(loaded.stdout.split()) <= set(allowed)


def test_every_name_is_there():
    for name in scoring.__all__:
        assert getattr(scoring, name) is not None
    assert set(scoring.__all__) <= set(dir(scoring))
    with pytest.raises(AttributeError, match="no name 'nothing'"):
        scoring.nothing  # noqa: B018  # the attribute is what is tried


FAR = (
    *("numpy", "zstandard", "gzip", "zipfile", "rich", "httpx", "jsonschema", "ruamel"),
    *("tomllib", "shutil", "importlib.metadata", "tempfile", "random", "hashlib", "difflib"),
    *("json", "dataclasses", "inspect", "decimal", "logging"),
    *("clefboard.cli.steps", "clefboard.task_folder", "clefboard.client"),
    *("scoring.method", "scoring.fusion", "scoring.synthetic", "scoring.uncertainty"),
    *("scoring.metrics.class_averages", "scoring.metrics.costs", "scoring.metrics.set_averages"),
    *("scoring.metrics.outcome", "scoring.results.breakdowns", "scoring.results.explanation"),
    *("scoring.results.per_class", "scoring.truth.fitness"),
    *("scoring.run_files.sample", "scoring.run_files.writer"),
)
"""What a plain run does without; each would take a good part of the time of a small one."""


@pytest.mark.parametrize("words", ["check", "score --metrics mrr,top_1,top_5"])
def test_a_command_loads_nothing_that_a_plain_run_does_without(words, task):
    run = task.write("1;a;0.5\n2;b;0.5\n3;c;0.25\n")
    code = (
        f"from clefboard.cli import main\ncode = main({words.split()!r} + [{str(run)!r}, '--truth',"
        f" {str(task.folder / 'task')!r}])\n"
        f"import sys; print(code, *[m for m in {FAR} if m in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] == "0"
