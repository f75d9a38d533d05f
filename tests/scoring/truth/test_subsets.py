"""Which queries a subset holds."""

import pytest

from scoring import RunRules, UnknownMetric, evaluate_run
from scoring.truth.subsets import groups_of, queries_in, values_of
from tests.scoring.small_task import TABLES, make_task


@pytest.mark.parametrize(
    ("kind", "column", "value", "queries"),
    [
        ("run", "Domain", "photo", "1 3 4"),
        ("run", "Domain", "none such", ""),
        ("run", "Organ", "leaf", "1 2 3"),  # of every value its images have
        ("run", "Organ", "flower", "1"),
        ("run", "Usage", "public", "1 2"),
        ("run", "Family", "Sapindaceae", "1 2"),  # of its first foreground class
        ("run", "Family", "Cornaceae", "3"),
        ("run", "ClassId", "c", "2 3"),
        ("run", "TrainImages", "<10", "1"),
        ("run", "TrainImages", "10-49", "2 3"),
        ("run", "TrainImages", "49", "3"),
        ("run", "TrainImages", "50-199", ""),
        ("run", "TrainImages", "5+", "1 2 3"),
        ("image_run", "Domain", "photo", "m1 m2 m4"),
        ("image_run", "Organ", "leaf", "m1 m3 m4"),
        ("image_run", "Usage", "private", "m4"),
        ("image_run", "Genus", "Acer", "m1 m2 m3"),
    ],
)
def test_subsets(task, kind, column, value, queries):
    assert queries_in(task.truth, kind, column, value) == frozenset(queries.split())


def test_bands_leave_no_number_out(tmp_path):
    numbers = ["0", "9", "9.5", "10", "49", "49.9", "50", "199", "200", "1e3", "", "x", "-3"]
    lines = "".join(f"{i};{number}\n" for i, number in enumerate(numbers))
    task = make_task(
        tmp_path,
        queries=f"QueryId;Size\n{lines}",
        media=None,
        ground_truth="QueryId;ClassId\n" + "".join(f"{i};a\n" for i in range(len(numbers))),
    )
    bands = [
        queries_in(task.truth, "run", "Size", band) for band in ("<10", "10-49", "50-199", "200+")
    ]
    held = [sorted(numbers[int(query)] for query in band) for band in bands]
    assert held == [["-3", "0", "9", "9.5"], ["10", "49", "49.9"], ["199", "50"], ["200"]]


def test_a_value_that_looks_like_a_band(tmp_path):
    task = make_task(tmp_path, queries="QueryId;Age\n1;10-49\n2;20\n3;x\n4;y\n", media=None)
    assert queries_in(task.truth, "run", "Age", "10-49") == {"1", "2"}


def test_a_column_of_both_public_tables(tmp_path):
    task = make_task(
        tmp_path,
        queries="QueryId;Organ\n1;whole\n2;leaf\n3;\n4;\n",
        media="MediaId;QueryId;Organ\nm1;1;leaf\nm2;2;fruit\n",
    )
    assert queries_in(task.truth, "run", "Organ", "leaf") == {"2"}
    assert queries_in(task.truth, "image_run", "Organ", "leaf") == {"m1"}


def test_an_unknown_column(task):
    with pytest.raises(UnknownMetric, match=r"'Organs' \(did you mean 'Organ'\?\)"):
        queries_in(task.truth, "run", "Organs", "leaf")


def test_queries_without_an_author_are_warned_of(tmp_path):
    queries = "QueryId;Domain;Author\n1;photo;Ada\n2;sheet;\n3;photo;Ben\n4;photo;\n9;sheet;\n"
    task = make_task(tmp_path, queries=queries)
    found = evaluate_run(task.write("1;a;1\n"), task.truth, RunRules("ranked"), ["s_score"])
    assert [(w.kind, w.count) for w in found.warnings] == [
        ("coverage", 4),
        ("one_prediction", 1),
        ("unknown_author", 2),
    ]
    assert "queries without an Author: 2" in found.warnings[-1].message
    assert found.scores[0].value == 1 / 3  # of Ada, Ben and unknown
    plain = evaluate_run(task.write("1;a;1\n"), task.truth, RunRules("ranked"), ["mrr"])
    assert "unknown_author" not in {warning.kind for warning in plain.warnings}


def test_unknown_has_no_attributes(tmp_path):
    text = TABLES["ground_truth.csv"].replace("4;;", "4;-1;")
    truth = make_task(tmp_path, ground_truth=text).truth
    values = values_of(truth, "run", "Family")
    assert values["4"] == frozenset()
    assert values["1"] == {"Sapindaceae"}


def test_an_observation_with_an_author_is_not_also_of_an_unknown_one(tmp_path):
    media = "MediaId;QueryId;Author\nm1;1;Ada\nm2;1;\nm3;2;Ben\nm4;3;\nm5;4;Ada\nm9;9;\n"
    task = make_task(tmp_path, media=media)
    assert groups_of(task.truth, "run", "Author") == {
        "1": ("Ada",),
        "2": ("Ben",),
        "3": ("unknown",),
        "4": ("Ada",),
    }
    found = evaluate_run(task.write("1;a;1\n"), task.truth, RunRules("ranked"), ["s_score"])
    assert [w.count for w in found.warnings if w.kind == "unknown_author"] == [1]
    images = groups_of(task.truth, "image_run", "Author")
    assert (images["m1"], images["m2"]) == (("Ada",), ("unknown",))
