"""docs/scoring.md says what the scorer does."""

import doctest
import re
from pathlib import Path

from scoring import METRICS
from scoring.run_files.layouts import LAYOUTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "scoring.md"


def test_its_examples_come_out_as_written(tmp_path):
    done = doctest.testfile(
        str(PAGE), module_relative=False, globs={"folder": tmp_path}, optionflags=doctest.FAIL_FAST
    )
    assert done.attempted > 15
    assert not done.failed


def test_it_names_every_metric_with_its_direction():
    for record in METRICS.values():
        lines = re.findall(rf"^\| `{record.name}`.*$", PAGE.read_text(), re.MULTILINE)
        assert any(f"| {record.direction} |" in line for line in lines), record.name


def test_it_names_every_kind_of_problem_and_warning():
    source = "".join(path.read_text() for path in (ROOT / "scoring").rglob("*.py"))
    said = set(re.findall(r'(?:Problem\(|_say\(|\.add\(|\.add_lines\()\s*"([a-z0-9_]+)"', source))
    said |= {"unknown_class"}  # made of two words
    listed = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))

    assert {"columns", "duplicate", "coverage", "too_large", "empty"} <= said
    assert said <= listed
    assert listed - said <= {*LAYOUTS, *METRICS}


def test_it_shows_every_shape_that_can_be_read():
    for layout in LAYOUTS.values():
        assert f"`{layout}" in PAGE.read_text()
