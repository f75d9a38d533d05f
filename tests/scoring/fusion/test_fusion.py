"""Fusion of runs and of images, by hand: what is written, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from scoring import (
    CannotFuse,
    CannotWrite,
    NoSuchImages,
    RunRules,
    Selection,
    TestSet,
    check_run,
    fuse_images,
    fuse_runs,
)
from tests.scoring.fusion.fused import IMAGES, RULES, fuse, fuse_own_images, read_back, written
from tests.scoring.small_task import SmallTask, kinds, make_task


# ---------------------------------------------------------------- by hand
def test_the_mean_counts_0_where_a_run_says_nothing(task: SmallTask):
    fusion = fuse(task, "1;a;0.5\n1;b;0.25\n2;c;1\n", "1;a;0.25\n1;c;0.5\n")

    assert written(task) == ["1;a;0.375", "1;c;0.25", "1;b;0.125", "2;c;0.5"]
    assert (fusion.valid, fusion.n_queries, fusion.n_predictions) == (True, 2, 4)
    assert fusion.n_unanswered == 3


def test_weights(task: SmallTask):
    fuse(task, "1;a;0.5\n", "1;a;1\n1;b;1\n", weights=[3, 1])

    assert written(task) == ["1;a;0.625", "1;b;0.25"]


def test_reciprocal_ranks_are_scaled_so_that_first_in_every_run_is_1(task: SmallTask):
    fuse(task, "1;a;0.5\n1;b;0.25\n", "1;a;0.9\n1;c;0.5\n1;b;0.1\n", method="rrf")

    assert read_back(task.folder / "fused.csv")["1"] == [
        ("a", 1.0),
        ("b", (1 / 62 + 1 / 63) / (2 / 61)),
        ("c", (1 / 62) / (2 / 61)),
    ]


def test_equal_ones_share_the_place_where_they_end(task: SmallTask):
    fuse(task, "1;a;0.5\n1;b;0.5\n1;c;0.5\n1;d;0.1\n", method="rrf", k=0)

    assert read_back(task.folder / "fused.csv")["1"] == [
        ("a", 1 / 3),
        ("b", 1 / 3),
        ("c", 1 / 3),
        ("d", 1 / 4),
    ]


def test_the_example_of_the_docs(tmp_path: Path):
    task = make_task(
        tmp_path,
        classes="ClassId\noak\nelm\nash\n",
        media=None,
        ground_truth="QueryId;ClassId\n1;oak\n",
    )
    fuse(task, "1;oak;0.9\n1;elm;0.1\n", "1;oak;0.9\n1;ash;0.2\n1;elm;0.2\n", method="rrf")

    [oak, elm, ash] = read_back(task.folder / "fused.csv")["1"]
    assert oak == ("oak", 1.0)
    assert elm == ("elm", (1 / 62 + 1 / 63) / (2 / 61))
    assert elm[1] == pytest.approx(0.976, abs=0.0005)
    assert ash == ("ash", (1 / 63) / (2 / 61))
    assert ash[1] == pytest.approx(0.484, abs=0.0005)


def test_rank_parts_equal_ones(task: SmallTask):
    fuse(task, "1;a;0.5;2\n1;b;0.5;1\n1;c;0.9;3\n", method="rrf", k=0)

    assert written(task) == ["1;c;1.0", "1;b;0.5", f"1;a;{1 / 3}"]


def test_images_of_an_observation(task: SmallTask):
    images = "m1;a;0.75\nm1;b;0.25\nm2;b;0.5\nm3;c;0.125\n"
    fuse_own_images(task, images)
    assert written(task) == ["1;a;0.375", "1;b;0.375", "2;c;0.125"]

    fuse_own_images(task, images, method="max")
    assert written(task) == ["1;a;0.75", "1;b;0.5", "2;c;0.125"]


def test_some_organs_only(task: SmallTask):
    flowers = Selection("Organ", ("flower",))
    fusion = fuse_own_images(task, "m1;a;0.75\nm2;b;0.5\nm3;c;0.125\n", only=flowers)

    assert written(task) == ["1;b;0.5"]
    assert fusion.n_unanswered == 4


# ---------------------------------------------------------------- what is written
def test_the_best_are_kept_and_equal_ones_by_their_ids(task: SmallTask):
    fusion = fuse(task, "1;c;0.5\n1;b;0.5\n1;a;0.5\n1;d;0.75\n", most=2)

    assert written(task) == ["1;d;0.75", "1;a;0.5"]
    assert fusion.n_cut == 2


def test_the_task_says_how_many_at_most(task: SmallTask):
    rules = RunRules("ranked", max_predictions_per_query=1)
    fusion = fuse(task, "1;a;0.25\n", "1;b;0.5\n2;a;1\n", rules=rules, most=7)

    assert written(task) == ["1;b;0.25", "2;a;0.5"]
    assert fusion.n_cut == 1


@pytest.mark.parametrize("name", ["fused.csv", "fused.csv.gz", "fused.csv.zst"])
def test_packed_by_its_name_and_the_same_bytes_every_time(task: SmallTask, name: str):
    run = task.write("1;a;0.1\n2;b;0.3\n")
    one, two = task.folder / name, task.folder / "two" / name
    two.parent.mkdir()
    for out in (one, two):
        fuse_runs([run, run], out, task.truth.test_set, RULES)

    report = check_run(one, task.truth.test_set, RULES)
    assert report.valid
    assert report.packing == {".csv": "plain", ".gz": "gzip", ".zst": "zstd"}[one.suffix]
    assert read_back(one) == {"1": [("a", 0.1)], "2": [("b", 0.3)]}
    assert one.read_bytes() == two.read_bytes()
    assert one.suffix != ".gz" or one.read_bytes()[4:8] == bytes(4), "no time within"


def test_ids_are_quoted_and_the_header_is_not_taken_for_a_query(tmp_path: Path):
    task = make_task(
        tmp_path,
        queries='QueryId\nQueryId\nQueryId_\n"1;2"\nid\n',
        classes='ClassId\n"a;""b"""\nNA\n',
        media=None,
        ground_truth='QueryId;ClassId\n"1;2";NA\n',
    )
    content = 'QueryId;NA;0.5\nQueryId_;NA;1\n"1;2";"a;""b""";0.5\nid;NA;0.25\n'
    fuse(task, content)

    assert (task.folder / "fused.csv").read_text() == f"QueryId__;ClassId;Probability\n{content}"[
        :-1
    ].replace(";1\n", ";1.0\n") + "\n"
    assert check_run(task.folder / "fused.csv", task.truth.test_set, RULES).n_predictions == 4


def test_segments(tmp_path: Path):
    task = make_task(
        tmp_path,
        queries="QueryId\nr/1/00:00:00-00:00:05\nr/1/00:00:05-00:00:10\n",
        media=None,
        ground_truth="QueryId;ClassId\nr/1/00:00:00-00:00:05;a\n",
    )
    rules = RunRules("segment")
    runs = ("r/1;00:00:05-00:00:10;a;1\n", "r/1;00:00:00-00:00:05;b;0.5\n")
    fuse(task, *runs, rules=rules)

    assert written(task) == ["r/1;00:00:00-00:00:05;b;0.25", "r/1;00:00:05-00:00:10;a;0.5"]
    assert check_run(task.folder / "fused.csv", task.truth.test_set, rules).valid


def test_image_runs_into_an_image_run(task: SmallTask):
    fuse(task, "m9;a;0.5\n", "m1;a;0.5\n", kind="image_run")

    assert written(task) == ["m1;a;0.25", "m9;a;0.25"]
    out = task.folder / "fused.csv"
    assert check_run(out, task.truth.test_set, RULES, kind="image_run").valid


def test_any_class_where_the_task_has_no_list_of_them(task: SmallTask):
    test_set = TestSet(None, task.truth.test_set.queries)
    run = task.write("1;zebra;0.5\n1;aardvark;0.5\n")
    fuse_runs([run], task.folder / "fused.csv", test_set, RULES)

    assert written(task) == ["1;aardvark;0.5", "1;zebra;0.5"]


def test_scores_of_any_size_are_fused_by_rank(task: SmallTask):
    rules = RunRules("ranked", scores="any")
    fuse(task, "1;a;-3\n1;b;-1e300\n", "1;a;17\n", rules=rules, method="rrf", k=1)

    assert written(task) == ["1;a;1.0", f"1;b;{1 / 3}"]


# ---------------------------------------------------------------- what is refused
def nothing_written(task: SmallTask) -> bool:
    return sorted(p.name for p in task.folder.iterdir() if "csv" not in p.name) == ["task"] and (
        not (task.folder / "fused.csv").exists()
    )


def test_every_problem_of_every_run_is_said_and_nothing_written(task: SmallTask):
    fusion = fuse(task, "1;a;0.5\n", "1;z;0.5\n1;a;7\n", "nothing")

    assert [kinds(report) for report in fusion.reports] == [
        {},
        {"unknown_class": [1], "probability": [2]},
        {"columns": [1]},
    ]
    assert not fusion.valid
    assert nothing_written(task)


def test_an_old_file_stays_when_the_new_one_cannot_be_written(task: SmallTask):
    (task.folder / "fused.csv").write_text("old")
    fuse(task, "1;z;0.5\n")
    with pytest.raises(CannotFuse, match="more than the 40 bytes"):
        fuse(task, "1;a;0.5\n2;a;0.5\n", rules=RunRules("ranked", max_upload_bytes=40))

    assert (task.folder / "fused.csv").read_text() == "old"
    assert sorted(p.name for p in task.folder.iterdir()) == ["0.csv", "fused.csv", "task"]


@pytest.mark.parametrize(("content", "score"), [("1;a;-0.5\n", "-0.5"), ("1;a;2e300\n", "2e.300")])
def test_a_mean_of_scores_that_missing_ones_would_beat(task: SmallTask, content: str, score: str):
    fusion = fuse(task, "1;a;1\n", content, rules=RunRules("ranked", scores="any"))

    [problem] = fusion.reports[1].problems
    assert problem.kind == "probability"
    assert problem.message.startswith(f"the score {score.replace('.300', '+300')} for '1'")
    assert nothing_written(task)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"method": "median"}, "mean or rrf, not by 'median'"),
        ({"weights": [1, 2]}, "2 weights for 1 runs"),
        ({"weights": [0]}, "the weight 0 is not from"),
        ({"weights": [float("nan")]}, "the weight nan is not from"),
        ({"method": "rrf", "k": -1}, "k is -1"),
        ({"most": 0}, "0 predictions"),
        ({"rules": RunRules("set")}, "shape 'set'"),
        ({"rules": RunRules("label")}, "shape 'label'"),
        ({"rules": RunRules("ranked", missing_queries="reject")}, None),
    ],
)
def test_what_makes_no_run(task: SmallTask, how: dict[str, Any], message: str | None):
    if message is None:  # said of the run that was read
        assert not fuse(task, "1;a;0.5\n", **how).valid
    else:
        with pytest.raises(CannotFuse, match=message):
            fuse(task, "1;a;0.5\n", **how)
    assert nothing_written(task)


def test_no_runs(task: SmallTask):
    with pytest.raises(CannotFuse, match="no run to fuse"):
        fuse(task)


@pytest.mark.parametrize(
    ("only", "message"),
    [
        (Selection("Organ", ("leef",)), "no image has Organ 'leef' .did you mean 'leaf'"),
        (Selection("Organ", ("leaf", "zzz")), "no image has Organ 'zzz'; there are flower, leaf"),
        (Selection("Orgn", ("leaf",)), "no column 'Orgn' .did you mean 'Organ'"),
    ],
)
def test_images_that_there_are_not(task: SmallTask, only: Selection, message: str):
    with pytest.raises(NoSuchImages, match=message):
        fuse_own_images(task, "m1;a;0.5\n", only=only)
    assert nothing_written(task)


def test_chosen_images_without_an_answer_make_no_run(task: SmallTask):
    with pytest.raises(CannotFuse, match="an empty run is invalid"):
        fuse_own_images(task, "m1;a;0.5\n", only=Selection("Organ", ("flower",)))
    assert nothing_written(task)


def test_a_task_that_wants_every_query_answered(task: SmallTask):
    rules = RunRules("ranked", missing_queries="reject")
    run = task.write("".join(f"{image};a;0.5\n" for image in IMAGES))
    with pytest.raises(CannotFuse, match="1 of 5 queries get no line"):  # 4 has no image
        fuse_images(run, task.folder / "fused.csv", task.truth.test_set, rules)
    assert nothing_written(task)


def test_images_without_a_table_of_them(task: SmallTask):
    test_set = TestSet(task.truth.test_set.classes, task.truth.test_set.queries)
    run, out = task.write("m1;a;0.5\n"), task.folder / "fused.csv"
    with pytest.raises(CannotFuse, match=r"by media.csv"):
        fuse_images(run, out, test_set, RULES)
    with pytest.raises(CannotFuse, match=r"images of media.csv"):
        fuse_runs([run], out, test_set, RULES, kind="image_run")
    with pytest.raises(NoSuchImages, match=r"by media.csv"):
        Selection("Organ", ("leaf",)).images(test_set)


@pytest.mark.parametrize(
    ("name", "message"),
    [("fused.zip", "not written as .zip"), ("no/run.csv", "no folder"), ("task", "is a folder")],
)
def test_a_name_that_cannot_be_written(task: SmallTask, name: str, message: str):
    with pytest.raises(CannotWrite, match=message):
        fuse_runs([task.folder / "none.csv"], task.folder / name, task.truth.test_set, RULES)


def test_an_unknown_way_to_fuse_images(task: SmallTask):
    with pytest.raises(CannotFuse, match="mean or max, not by 'rrf'"):
        fuse_own_images(task, "m1;a;0.5\n", method="rrf")


def test_progress_ends_at_its_end(task: SmallTask):
    seen: list[tuple[int, int]] = []
    scattered = "1;a;0.5\n2;a;0.5\n1;b;0.5\n"  # read twice
    fuse(task, scattered, "1;a;0.5\n", progress=lambda *step: seen.append(step))

    assert seen[-1] == (15, 15)
    assert all(done <= every == 15 for done, every in seen)
