"""Both figures of a run fused from some images only."""

import shutil
from pathlib import Path

from scoring import (
    METRICS,
    SYNTHETIC_RECIPES,
    Selection,
    Skill,
    fuse_images,
    organ_scores,
    parse_metric,
    read_ground_truth,
    score_all,
    trace_run,
    write_synthetic_run,
    write_synthetic_tables,
)
from tests.scoring.fusion.fused import RULES, fuse_own_images
from tests.scoring.small_task import SmallTask, kinds


def test_both_figures_of_some_organs(task: SmallTask):
    """Flowers: of the queries 1, 2, 3 with a class, only 1 has one, and is answered right."""
    flowers = Selection("Organ", ("flower",))
    fuse_own_images(task, "m1;b;0.75\nm2;a;0.5\nm3;b;0.125\n", only=flowers)
    metrics = [parse_metric(name) for name in ("mrr", "top_1@Domain=photo", "coverage")]
    _, scores = organ_scores(task.folder / "fused.csv", task.truth, RULES, metrics, flowers)

    assert [(s.counted.value, s.counted.n) for s in scores] == [(1 / 3, 3), (1 / 2, 2), (1 / 4, 4)]
    assert [(s.left_out.value, s.left_out.n) for s in scores] == [(1, 1), (1, 1), (1, 1)]
    assert scores[0].counted.metric == "mrr"


def test_left_out_is_what_a_truth_of_these_observations_alone_would_say(tmp_path: Path):
    size = SYNTHETIC_RECIPES["plantclef"].scaled(classes=40, queries=60)
    write_synthetic_tables("plantclef", tmp_path / "all", seed=1, size=size)
    truth = read_ground_truth(tmp_path / "all")
    images, out = tmp_path / "images.csv", tmp_path / "out.csv"
    write_synthetic_run(tmp_path / "run.csv", truth, Skill(0), seed=1, image_path=images)
    organs = Selection("Organ", ("flower", "fruit"))
    fuse_images(images, out, truth.test_set, RULES, only=organs)
    metrics = [
        parse_metric(n)
        for n, record in METRICS.items()
        if "ranked" in record.shapes and not record.has_cutoff
    ]
    _, scores = organ_scores(out, truth, RULES, metrics, organs)

    chosen = {truth.test_set.query_of_media[image] for image in organs.images(truth.test_set)}
    part = tmp_path / "part"
    shutil.copytree(tmp_path / "all", part)
    lines = (part / "ground_truth.csv").read_text().splitlines()
    kept = [line for line in lines[1:] if line.split(";")[0] in chosen]
    (part / "ground_truth.csv").write_text("\n".join([lines[0], *kept]))
    smaller = read_ground_truth(part)
    for own_truth, own in (
        (truth, [s.counted for s in scores]),
        (smaller, [s.left_out for s in scores]),
    ):
        _, trace = trace_run(out, own_truth, RULES, metrics=metrics)
        assert trace is not None
        alone = score_all(trace, own_truth, metrics, intervals=False)
        assert [(s.metric, s.value, s.n) for s in own] == [(s.metric, s.value, s.n) for s in alone]
    assert 5 < len(chosen) < 55


def test_figures_of_an_invalid_file(task: SmallTask):
    flowers = Selection("Organ", ("flower",))
    report, scores = organ_scores(
        task.write("1;z;0.5\n"), task.truth, RULES, [parse_metric("mrr")], flowers
    )
    assert kinds(report) == {"unknown_class": [1]}
    assert scores == []
