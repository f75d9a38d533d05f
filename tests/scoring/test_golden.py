"""Every figure of the golden cases, to the last digit; `tests/scoring/golden/__init__.py` says how to renew them."""

import json
from fractions import Fraction

import pytest

from scoring import METRICS, parse_metric
from tests.scoring.both_readings import by_all
from tests.scoring.golden import CASES, about, found_text

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each_case
def test_every_figure_is_the_one_kept(case):
    assert by_all(lambda: found_text(case)) == (case / "expected.json").read_text("utf-8")


@each_case
def test_the_figures_worked_out_by_hand(case):
    kept = json.loads((case / "expected.json").read_text("utf-8"))["scores"]
    for name, by_hand in about(case)["by_hand"].items():
        value = kept[name]["value"]
        assert (value is None) == (by_hand is None), name
        if by_hand is not None:
            assert value == pytest.approx(float(Fraction(by_hand)), rel=1e-15, abs=0), name


def test_every_metric_has_a_figure_by_hand():
    names = {name for case in CASES for name in about(case)["by_hand"]}
    assert {parse_metric(name).record.name for name in names} == set(METRICS)


def test_every_shape_and_packing_is_there():
    asked = [about(case) for case in CASES]
    assert {own["rules"]["shape"] for own in asked} == {"ranked", "segment", "set", "label"}
    assert {own["kind"] for own in asked} == {"run", "image_run"}
    packings = {
        json.loads((case / "expected.json").read_text())["report"]["packing"] for case in CASES
    }
    assert packings == {"plain", "gzip", "zstd", "zip"}
