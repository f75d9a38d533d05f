"""Every combination of kinds of images is what fusing them and scoring the run says."""

from itertools import combinations
from pathlib import Path

import pytest

from scoring import (
    SYNTHETIC_RECIPES,
    RunRules,
    Selection,
    Skill,
    combinations_of,
    fuse_images,
    organ_scores,
    parse_metric,
    read_ground_truth,
    score_combinations,
    write_synthetic_run,
    write_synthetic_tables,
)
from tests.scoring.small_task import SmallTask, kinds


@pytest.mark.parametrize("metric", ["mrr", "top_1"])
def test_each_figure_is_that_of_the_fused_run(tmp_path: Path, metric: str):
    size = SYNTHETIC_RECIPES["plantclef"].scaled(classes=60, queries=120)
    write_synthetic_tables("plantclef", tmp_path, seed=1, size=size)
    truth, rules = read_ground_truth(tmp_path), RunRules("ranked", max_predictions_per_query=9)
    images, out = tmp_path / "images.csv", tmp_path / "out.csv"
    skill = Skill(0, coverage=0.9)
    write_synthetic_run(
        tmp_path / "run.csv", truth, skill, seed=1, predictions=8, image_path=images
    )
    wanted = parse_metric(metric)
    report, found = score_combinations(images, truth, rules, wanted, "Organ")
    assert report.valid
    for one, own in zip(combinations_of(truth.test_set, "Organ"), found, strict=True):
        only = Selection("Organ", one.values or ORGANS)
        fuse_images(images, out, truth.test_set, rules, only=only)
        _, [scores] = organ_scores(out, truth, rules, [wanted], only, intervals=False)
        assert own is not None
        assert own.value == scores.counted.value
        inside = [v for q, v in zip(own.units, own.values, strict=True) if q in one.queries]
        assert len(inside) == scores.left_out.n
        assert sum(inside) / len(inside) == pytest.approx(scores.left_out.value)


ORGANS = ("flower", "leaf", "fruit", "entire", "branch", "stem", "scan")


def test_a_kind_of_which_a_run_answers_no_image_has_no_figure(task: SmallTask):
    """The run knows no flower, so it tells nothing of all images either; its wrong leaves count."""
    rules, metric = RunRules("ranked"), parse_metric("mrr")
    _, leaves = score_combinations(task.write("m1;c;0.5\n"), task.truth, rules, metric, "Organ")
    assert [own and own.value for own in leaves] == [0, None, None]
    both = task.write("m1;a;0.5\nm2;c;0.5\n")
    _, found = score_combinations(both, task.truth, rules, metric, "Organ")
    assert [own and own.value for own in found] == [1 / 3, 0, pytest.approx(1 / 6)]


def test_each_kind_alone_then_pairs_then_all(task: SmallTask):
    """Of two kinds the pair is all images; observation 9 is a distractor."""
    found = combinations_of(task.truth.test_set, "Organ")
    assert [(one.values, sorted(one.queries)) for one in found] == [
        (("leaf",), ["1", "2", "3", "9"]),
        (("flower",), ["1"]),
        ((), ["1", "2", "3", "9"]),
    ]


def test_of_many_kinds_those_with_most_images(tmp_path: Path):
    size = SYNTHETIC_RECIPES["plantclef"].scaled(classes=60, queries=300)
    write_synthetic_tables("plantclef", tmp_path, seed=1, size=size)
    truth = read_ground_truth(tmp_path)
    singles = [one.values for one in combinations_of(truth.test_set, "Author")[:8]]
    assert len(singles) == 8
    pairs = [one.values for one in combinations_of(truth.test_set, "Author")[8:-1]]
    assert pairs == [(a, b) for (a,), (b,) in combinations(singles, 2)]


def test_an_invalid_image_run_has_no_figures(task: SmallTask):
    report, found = score_combinations(
        task.write("m1;z;0.5\n"), task.truth, RunRules("ranked"), parse_metric("mrr"), "Organ"
    )
    assert kinds(report) == {"unknown_class": [1]}
    assert found == []
