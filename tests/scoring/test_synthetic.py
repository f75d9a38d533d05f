"""Invented truths and runs: the same seed the same bytes, valid, and as good as asked."""

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scoring import (
    SYNTHETIC_RECIPES,
    GroundTruth,
    RunRules,
    Skill,
    SyntheticSize,
    Table,
    check_run,
    parse_metric,
    read_ground_truth,
    score,
    trace_run,
    write_synthetic_run,
    write_synthetic_tables,
)

SMALL = SyntheticSize(
    classes=120, in_truth=60, queries=400, media=600, authors=150, training_images=3_000
)
SEGMENT = "birdclef_soundscapes"
NO_VIEWS: dict[str, dict[str, float]] = {}


def small(recipe: str) -> SyntheticSize:
    return SMALL if recipe == "plantclef" else replace(SMALL, media=0)


def rules(recipe: str) -> RunRules:
    shape = "segment" if recipe == SEGMENT else "ranked"
    return RunRules.from_json(
        {"shape": shape, "max_predictions_per_query": 100, "image_runs": True}
    )


def made(recipe: str, folder: Path, *, seed: int = 1) -> GroundTruth:
    folder.mkdir(exist_ok=True)
    write_synthetic_tables(recipe, folder, seed=seed, size=small(recipe))
    return read_ground_truth(folder)


def classes_of(truth: GroundTruth) -> Table:
    assert truth.test_set.classes is not None
    return truth.test_set.classes


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> GroundTruth:
    return made("plantclef", tmp_path_factory.mktemp("truth"))


def value(path: Path, truth: GroundTruth, metric: str, recipe: str = "plantclef") -> float:
    _, trace = trace_run(path, truth, rules(recipe), kind="run")
    assert trace is not None
    result = score(trace, truth, parse_metric(metric)).value
    assert result is not None
    return result


# ---------------------------------------------------------------- tables
@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
def test_the_same_seed_gives_the_same_tables_and_another_one_others(recipe: str, tmp_path: Path):
    for name, seed in (("one", 5), ("same", 5), ("other", 6)):
        made(recipe, tmp_path / name, seed=seed)

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "same" / path.name).read_bytes()
    other = (tmp_path / "other" / "ground_truth.csv").read_bytes()
    assert (tmp_path / "one" / "ground_truth.csv").read_bytes() != other


@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
def test_tables_have_the_size_asked_for(recipe: str, tmp_path: Path):
    truth = made(recipe, tmp_path)
    test_set, classes = truth.test_set, classes_of(truth)

    assert len(classes) == 120
    assert len(test_set.queries) == 400
    assert len(test_set.media or ()) == small(recipe).media
    assert sum(map(int, classes.columns["TrainImages"])) == 3_000
    assert min(map(int, classes.columns["TrainImages"])) >= 1


@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
def test_no_two_species_have_one_name(recipe: str, tmp_path: Path):
    columns = classes_of(made(recipe, tmp_path)).columns

    assert len(set(columns["Species"])) == 120
    for species, genus in zip(columns["Species"], columns["Genus"], strict=True):
        assert species.startswith(f"{genus} ")
    assert len(dict(zip(columns["Genus"], columns["Family"], strict=True))) > len(
        set(columns["Family"])
    )


def test_plantclef_has_the_figures_of_2017_within_seconds(tmp_path: Path):
    began = time.monotonic()
    write_synthetic_tables("plantclef", tmp_path, seed=2017)
    assert time.monotonic() - began < 10

    truth = read_ground_truth(tmp_path)
    assert truth.test_set.media is not None
    media = truth.test_set.media.columns
    assert len(classes_of(truth)) == 10_000
    assert len(truth.test_set.queries) == 17_886
    assert len(media["MediaId"]) == 25_190
    assert len(set(media["Author"])) == 9_691
    assert len(set(truth.table.columns["ClassId"])) == 1_125
    assert set(media["QueryId"]) == set(truth.relevant)


def test_plantclef_has_a_long_tail(tmp_path: Path):
    write_synthetic_tables("plantclef", tmp_path, seed=2017)
    truth = read_ground_truth(tmp_path)

    images = np.array(classes_of(truth).columns["TrainImages"], int)
    assert images.sum() == 256_287
    assert np.median(images) < images.mean() / 2
    asked = Counter(truth.table.columns["ClassId"])
    of_class = dict(zip(classes_of(truth).columns["ClassId"], images.tolist(), strict=True))
    bands = Counter(np.digitize([of_class[one] for one in asked], [10, 50, 200]).tolist())
    assert set(bands) == {0, 1, 2, 3}, "every band of the task is asked for"
    assert asked.most_common(1)[0][1] > 5 * 17_886 / 1_125


def test_no_file_gives_the_truth_away_by_its_order(truth: GroundTruth):
    for table in (classes_of(truth), truth.test_set.queries, truth.table):
        ids = next(iter(table.columns.values()))
        assert ids == sorted(ids, key=int)


def test_recordings_have_one_bird_in_front_and_others_behind(tmp_path: Path):
    truth = made("birdclef_recordings", tmp_path)

    assert all(len(one.foreground) == 1 for one in truth.relevant.values())
    assert {len(one.background) for one in truth.relevant.values()} >= {0, 1, 2, 3}


def test_soundscapes_are_segments_of_five_seconds_and_mostly_silent(tmp_path: Path):
    truth = made(SEGMENT, tmp_path)

    assert list(truth.relevant)[:2] == ["1000/00:00:00-00:00:05", "1000/00:00:05-00:00:10"]
    silent = sum(not one.foreground for one in truth.relevant.values())
    assert 0.3 < silent / 400 < 0.6
    assert max(len(one.foreground) for one in truth.relevant.values()) > 2


def test_herbarium_asks_each_domain_for_its_own_flora(tmp_path: Path):
    truth = made("herbarium", tmp_path)
    queries, classes = truth.test_set.queries.columns, classes_of(truth).columns
    flora = dict(zip(classes["ClassId"], classes["Flora"], strict=True))

    found = {
        (domain, flora[truth.relevant[query].foreground[0]])
        for query, domain in zip(queries["QueryId"], queries["Domain"], strict=True)
    }

    assert found == {
        ("herbarium-cr", "Costa Rica"),
        ("herbarium-fr", "France"),
        ("scan", "France"),
        ("photo", "France"),
    }


def test_an_unknown_recipe_is_told_which_there_are(tmp_path: Path):
    with pytest.raises(ValueError, match="there are plantclef, birdclef_recordings"):
        write_synthetic_tables("mushrooms", tmp_path, seed=1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"in_truth": 121}, "'in_truth' is more than 'classes'"),
        ({"queries": 59}, "'in_truth' is more than 'queries'"),
        ({"authors": 401}, "'authors' is more than 'queries'"),
        ({"media": 399}, "every query needs an image"),
    ],
)
def test_a_size_that_contradicts_itself_is_refused(wrong: dict[str, int], words: str):
    with pytest.raises(ValueError, match=words):
        replace(SMALL, **wrong)


# ---------------------------------------------------------------- runs
@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
@pytest.mark.parametrize("predictions", [1, 10, 100])
def test_a_run_is_valid_and_complete(recipe: str, predictions: int, tmp_path: Path):
    truth = made(recipe, tmp_path)
    path = tmp_path / "run.csv"

    write_synthetic_run(
        path, truth, Skill(1), seed=3, shape=rules(recipe).shape, predictions=predictions
    )

    report = check_run(path, truth.test_set, rules(recipe))
    assert not report.problems
    assert report.n_lines == 400 * predictions
    assert report.coverage == 1


def test_the_same_seed_gives_the_same_run_and_another_one_another(
    truth: GroundTruth, tmp_path: Path
):
    one, same, other = (tmp_path / name for name in "abc")
    for path, seed in ((one, 5), (same, 5), (other, 6)):
        write_synthetic_run(path, truth, Skill(1), seed=seed, predictions=5)

    assert one.read_bytes() == same.read_bytes() != other.read_bytes()


def test_a_run_names_no_more_classes_than_there_are(tmp_path: Path):
    write_synthetic_tables("herbarium", tmp_path, seed=1, size=replace(SMALL, media=0, classes=60))
    truth = read_ground_truth(tmp_path)

    write_synthetic_run(tmp_path / "run.csv", truth, Skill(9, rare=0), seed=1)

    report = check_run(tmp_path / "run.csv", truth.test_set, rules("herbarium"))
    assert not report.problems
    assert report.n_lines == 400 * 60


@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
def test_more_skill_scores_more(recipe: str, tmp_path: Path):
    truth = made(recipe, tmp_path)
    scores = []
    for level in (-3, -1, 1, 3):
        path = tmp_path / "run.csv"
        write_synthetic_run(
            path, truth, Skill(level), seed=3, shape=rules(recipe).shape, predictions=20
        )
        scores.append(value(path, truth, "map", recipe))

    assert scores == sorted(scores)
    assert scores[0] < 0.35
    assert scores[-1] > 0.85


def test_hard_views_are_harder(truth: GroundTruth, tmp_path: Path):
    path = tmp_path / "run.csv"
    write_synthetic_run(path, truth, Skill(0.5), seed=3, predictions=20)

    assert value(path, truth, "mrr@Organ=stem") < value(path, truth, "mrr@Organ=flower") - 0.1


def test_rare_classes_are_harder(truth: GroundTruth, tmp_path: Path):
    path = tmp_path / "run.csv"
    write_synthetic_run(path, truth, Skill(0.5, rare=2), seed=3, predictions=1)

    columns = classes_of(truth).columns
    images = dict(zip(columns["ClassId"], map(int, columns["TrainImages"]), strict=True))
    hits: dict[bool, list[bool]] = {True: [], False: []}
    for line in path.read_text().splitlines():
        query, answer, _ = line.split(";")
        (right,) = truth.relevant[query].foreground
        hits[images[right] < 10].append(answer == right)
    assert np.mean(hits[True]) < np.mean(hits[False]) - 0.1


def test_a_shift_of_a_column_of_the_queries_is_felt(tmp_path: Path):
    truth = made("herbarium", tmp_path)
    skill = Skill(0, shifts={"Domain": {"photo": -2, "scan": 2}})

    write_synthetic_run(tmp_path / "run.csv", truth, skill, seed=3, predictions=20)

    photo, scan = (
        value(tmp_path / "run.csv", truth, f"top_1@Domain={domain}", "herbarium")
        for domain in ("photo", "scan")
    )
    assert photo < scan - 0.3


def test_the_image_run_is_valid_and_fusing_it_helps(truth: GroundTruth, tmp_path: Path):
    run, images = tmp_path / "run.csv", tmp_path / "images.csv"
    write_synthetic_run(run, truth, Skill(0), seed=3, predictions=20, image_path=images)

    report, trace = trace_run(images, truth, rules("plantclef"), kind="image_run")
    assert not report.problems
    assert report.n_lines == 600 * 20
    assert trace is not None
    by_image = score(trace, truth, parse_metric("mrr")).value
    assert by_image is not None
    assert value(run, truth, "mrr") > by_image


def test_coverage_is_about_the_share_asked_for(truth: GroundTruth, tmp_path: Path):
    write_synthetic_run(tmp_path / "run.csv", truth, Skill(0, coverage=0.8), seed=3, predictions=2)

    report = check_run(tmp_path / "run.csv", truth.test_set, rules("plantclef"))
    assert report.coverage == pytest.approx(0.8, abs=0.05)


def test_a_run_without_images_for_an_image_run_is_refused(tmp_path: Path):
    truth = made("herbarium", tmp_path)

    with pytest.raises(ValueError, match=r"media\.csv"):
        write_synthetic_run(
            tmp_path / "r", truth, Skill(0), seed=1, image_path=tmp_path / "images.csv"
        )
    assert not (tmp_path / "r").exists()


def test_other_shapes_are_refused(truth: GroundTruth, tmp_path: Path):
    with pytest.raises(ValueError, match="right is 'ranked' or 'segment'"):
        write_synthetic_run(tmp_path / "r", truth, Skill(0), seed=1, shape="label")


def test_a_run_of_the_real_size_takes_seconds(tmp_path: Path):
    write_synthetic_tables("plantclef", tmp_path, seed=2017)
    truth = read_ground_truth(tmp_path)

    began = time.monotonic()
    write_synthetic_run(tmp_path / "run.csv", truth, Skill(2), seed=1)
    assert time.monotonic() - began < 60  # 2 to 4 s on an idle machine

    with (tmp_path / "run.csv").open("rb") as file:
        assert sum(1 for _ in file) == 1_788_600


# ---------------------------------------------------------------- other sizes
@pytest.mark.parametrize("recipe", SYNTHETIC_RECIPES)
@pytest.mark.parametrize(("classes", "queries"), [(2, 1), (2, 3), (7, 2), (30, 50)])
def test_tables_and_runs_of_any_size(recipe: str, classes: int, queries: int, tmp_path: Path):
    size = SYNTHETIC_RECIPES[recipe].scaled(classes=classes, queries=queries)
    write_synthetic_tables(recipe, tmp_path, seed=3, size=size)
    truth = read_ground_truth(tmp_path)
    shape = rules(recipe).shape
    write_synthetic_run(tmp_path / "run.csv", truth, Skill(1), seed=1, shape=shape, predictions=5)

    assert (len(truth.test_set.queries), len(truth.test_set.classes or ())) == (queries, classes)
    assert check_run(tmp_path / "run.csv", truth.test_set, rules(recipe)).valid


def test_sizes_that_cannot_be(tmp_path: Path):
    with pytest.raises(ValueError, match="one of each at least"):
        SYNTHETIC_RECIPES["plantclef"].scaled(queries=0)
    size = SYNTHETIC_RECIPES["herbarium"].scaled(classes=1)
    with pytest.raises(ValueError, match="two classes at least"):
        write_synthetic_tables("herbarium", tmp_path, seed=1, size=size)
