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
