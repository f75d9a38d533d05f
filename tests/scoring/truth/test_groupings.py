import pytest

from scoring import UnknownMetric
from scoring.truth.groupings import Grouping, WrongGrouping, cells_of, parse_groupings
from scoring.truth.subsets import queries_in
from tests.scoring.small_task import make_task


@pytest.mark.parametrize(
    ("text", "column", "cuts"),
    [
        ("Organ", "Organ", ()),
        ("TrainImages=10,50,200", "TrainImages", (10, 50, 200)),
        ("Year=2010", "Year", (2010,)),
    ],
)
def test_a_grouping_is_written_as_it_is_read(text, column, cuts):
    grouping = Grouping.parse(text)
    assert grouping == Grouping(column, cuts)
    assert str(grouping) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column and no bands"),
        ("=10", "no column and no bands"),
        ("Year=", "no column and no bands"),
        ("Year=a", "no column and no bands"),
        ("Year=0", "no column and no bands"),
        ("Year=10,", "no column and no bands"),
        ("Year=10,1_0", "no column and no bands"),
        ("Year=10,10", "do not grow"),
        ("Year=50,10", "do not grow"),
        ("Organ+", "no column and no bands"),
        ("Organ+Year+Author", "crosses 3 columns"),
        ("Year+Year=10", "with itself"),
    ],
)
def test_what_is_no_grouping(text, reason):
    with pytest.raises(WrongGrouping, match=reason) as caught:
        parse_groupings(text)
    assert "right is e.g. Organ" in str(caught.value)


def test_values_stand_in_order_and_none_last(tmp_path):
    queries = "QueryId;Year\n1;b\n2;10\n3;\n4;9.5\n9;a\n"
    task = make_task(tmp_path, queries=queries)
    found = Grouping("Year").queries_by_value(task.truth, "run")
    assert list(found) == ["9.5", "10", "b", ""]
    assert found == {"9.5": {"4"}, "10": {"2"}, "b": {"1"}, "": {"3"}}  # 9 is a distractor


def test_all_bands_are_there_and_each_number_is_in_one(task):
    """Of the classes: a has 5 images, b 10, c 49; query 4 has no class."""
    grouping = Grouping.parse("TrainImages=10,49,50,200")
    found = grouping.queries_by_value(task.truth, "run")
    assert found == {"<10": {"1"}, "10-48": {"2"}, "49-49": {"3"}, "50-199": set(), "200+": set()}
    assert found == {n: queries_in(task.truth, "run", "TrainImages", n) for n in found}


def test_what_is_no_number_is_in_no_band(tmp_path):
    task = make_task(tmp_path, queries="QueryId;Year\n1;1e3\n2;-3\n3;\n4;9.5\n9;a\n")
    found = Grouping("Year", (10,)).queries_by_value(task.truth, "run")
    assert found == {"<10": {"2", "4"}, "10+": set()}


def test_a_query_is_in_the_group_of_every_value_it_has(task):
    assert Grouping("Organ").queries_by_value(task.truth, "run") == {
        "flower": {"1"},
        "leaf": {"1", "2", "3"},
    }
    assert Grouping("Organ").queries_by_value(task.truth, "image_run") == {
        "flower": {"m2"},
        "leaf": {"m1", "m3", "m4"},
    }


def test_cells_are_the_pairs_of_values_that_some_query_has(task):
    found = cells_of(parse_groupings("Organ+Usage"), task.truth, "run")
    assert list(found) == sorted(found)
    assert found == {
        ("flower", "public"): {"1"},
        ("leaf", "private"): {"3"},
        ("leaf", "public"): {"1", "2"},
    }
    alone = cells_of(parse_groupings("Usage"), task.truth, "run")
    assert alone == {("private",): {"3", "4"}, ("public",): {"1", "2"}}


def test_a_column_that_is_nowhere(task):
    with pytest.raises(UnknownMetric, match="did you mean 'Organ'"):
        Grouping("Organs").queries_by_value(task.truth, "run")
