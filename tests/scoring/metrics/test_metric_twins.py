"""Every metric beside its slow twin: all shapes, subsets and parts, and the files that chance permutes."""

import math
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings, strategies as st

from scoring import Metric, Trace, parse_metric, score
from scoring.metrics.averages import Average
from scoring.results.scores import average
from scoring.run_rules import Shape
from scoring.traces.chance import by_chance, swap_of
from tests.scoring.metrics.cases import SHAPES, Case, cases, names_of
from tests.scoring.metrics.slow_scores import slow_score
from tests.scoring.small_task import SmallTask

PART = ("Usage", "public")
EXAMPLES = {"ranked": 70, "segment": 40, "set": 60, "label": 60}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("twins")


def drawn_subset(data: st.DataObject, case: Case) -> str:
    subsets = ["Domain=photo", "Genus=A", "Transect=t1", "Usage=private"]
    return data.draw(st.sampled_from([*subsets, *["Organ=leaf"] * bool(case.media)]))


def asked(shape: Shape, subset: str) -> list[Metric]:
    return [parse_metric(f"{name}{at}") for name in names_of(shape) for at in ("", f"@{subset}")]


@pytest.mark.parametrize(("shape", "kind"), SHAPES)
def test_metrics_are_those_of_their_twins(folder, shape, kind):
    @settings(max_examples=EXAMPLES[shape], deadline=None)
    @given(st.data(), st.integers(0, 3))
    def agrees(data: st.DataObject, seed: int) -> None:
        case = data.draw(cases(shape, kind))
        subset = drawn_subset(data, case)
        metrics = asked(shape, subset)
        lines = case.lines()
        if seed:
            Random(seed).shuffle(lines)
        task = case.task(folder)
        trace = Trace.from_bytes(case.trace(task, metrics, [PART], lines).to_bytes())
        assert len(trace.n_predictions) == len(case.owners)  # nothing of a distractor
        for metric in metrics:
            for within in (None, PART):
                found = average(trace, task.truth, metric, within=within)
                compare(found, slow_score(case, str(metric), *[within] if within else []), metric)

    agrees()


def compare(found: Average, expected: object, metric: Metric) -> None:
    assert (found.value is None) == (expected is None), (str(metric), found)
    assert (found.value is None) == (found.reason is not None), str(metric)
    if found.value is None:
        assert len(found.reason or "") < 200
        return
    low, high = metric.record.range
    assert low <= found.value <= high, str(metric)
    assert found.value == pytest.approx(float(expected), rel=1e-14, abs=0), str(metric)  # type: ignore[arg-type]  # a Fraction
    if found.values and metric.name != "median_position":
        assert list(found.units) == sorted(set(found.units))
        weights = found.weights or [1.0] * len(found.units)
        total = math.fsum(w * v for w, v in zip(weights, found.values, strict=True))
        if any(weights):
            again = found.scale * total / math.fsum(weights)
            assert found.value == pytest.approx(again, rel=1e-14, abs=0), str(metric)


# ---------------------------------------------------------------- chance
@pytest.mark.parametrize(("shape", "kind"), SHAPES)
def test_chance_is_the_score_of_the_permuted_file(folder, shape, kind):
    @settings(max_examples=EXAMPLES[shape] // 2, deadline=None)
    @given(st.data())
    def agrees(data: st.DataObject) -> None:
        case = data.draw(cases(shape, kind))
        subset = drawn_subset(data, case)
        metrics = asked(shape, subset)
        task = case.task(folder)
        trace = by_chance(case.trace(task, metrics, [PART]), task.truth)
        assert trace is not None
        written_out = permuted(case, task).trace(task, metrics, [PART])
        for metric in metrics:
            for within in (None, PART):
                found = score(trace, task.truth, metric, within=within)
                assert found == score(written_out, task.truth, metric, within=within)

    agrees()


def permuted(case: Case, task: SmallTask) -> Case:
    """Return a run with other classes in the places of its own; unknown stays."""
    swap = swap_of(task.truth)
    assert swap is not None
    answers = {
        query: {swap.written.get(name, name): place for name, place in own.items()}
        for query, own in case.answers.items()
    }
    return Case(**{**vars(case), "answers": answers})
