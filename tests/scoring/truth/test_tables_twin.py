"""Tables are cut all at once where that is safe; line by line is the rule, and both must agree."""

from itertools import product

import pytest
from hypothesis import example, given, settings, strategies as st

from scoring.kernel import KERNEL
from scoring.records import replace
from scoring.truth import checks, pairs, tables
from scoring.truth.checks import public_problems, truth_problems
from scoring.truth.pairs import in_order
from scoring.truth.tables import InvalidTable, Table, order_of, places_among, read_table

FIELD = st.sampled_from(["a", "b", "1", "", " ", '"c"', '"d;e"', '"f""g"', 'h"', '"', "é", "\0"])
LINE = st.one_of(
    st.lists(FIELD, min_size=2, max_size=2).map(";".join),
    st.lists(FIELD, max_size=4).map(";".join),
    st.sampled_from(["", " ", "\t", ";", "\x1c", "\xa0", "a\r", "\r"]),
)
END = st.sampled_from(["\n", "\r\n"])
HEADER = st.sampled_from(["QueryId;ClassId", "QueryId", '"QueryId";x', "QueryId;QueryId", ""])


@st.composite
def contents(draw):
    lines = [draw(HEADER), *draw(st.lists(LINE, max_size=6))]
    text = "".join(f"{line}{draw(END)}" for line in lines)
    return text if draw(st.booleans()) else text.rstrip("\r\n")


def judged(path, like=None):
    try:
        return read_table(path, key="QueryId", needed=["QueryId"], like=like)
    except InvalidTable as error:
        return error.problems


@given(text=contents())
@example(text="QueryId\na\n \nb\n")
@example(text="QueryId;x\n\xa0\na;b\n")
@example(text='QueryId\n""\n')
@example(text="QueryId;x\r\na;b\r\r\n\r\n\r")
@example(text='QueryId;x\na;"b;c"\n')
@example(text="QueryId;x\na\n;b;c\n")
@settings(max_examples=300, deadline=None)
def test_both_ways_read_the_same(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("table") / "table.csv"
    path.write_text(text, "utf-8", newline="")
    found = judged(path)
    likely = found if isinstance(found, Table) else Table("other", {"QueryId": ["a", "é"] * 3})
    assert judged(path, like=likely) == found
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "KERNEL", None)
        assert judged(path) == found
        patch.setattr(tables, "_plain_columns", lambda *_: None)
        assert judged(path) == found


def test_good_tables_are_cut_all_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(tables._Reader, "_rows", None)
    path = tmp_path / "table.csv"
    for end, quote in product(["\n", "\r\n"], ["", '"']):
        path.write_text(
            f"QueryId;{quote}x{quote}{end}1;{quote}a b{quote}{end}2;{end}{end}", newline=""
        )
        assert judged(path) == Table("table.csv", {"QueryId": ["1", "2"], "x": ["a b", ""]})


ID = st.sampled_from(["1", "2", "3"])
NAME = st.sampled_from(["a", "b", "", "-1", "x"])
FLAG = st.sampled_from(["", "0", "1", "2"])


@given(
    rows=st.lists(st.tuples(ID, NAME, FLAG), min_size=1, max_size=5),
    known=st.sampled_from([["1", "2"], ["1", "2", "3"], ["3", "2", "1"], None]),
    has_flags=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_both_ways_find_the_same_contradictions(rows, known, has_flags):
    queries, names, flags = map(list, zip(*rows, strict=True))
    background = {"Background": flags} if has_flags else {}
    truth = Table("ground_truth.csv", {"QueryId": queries, "ClassId": names, **background})
    table = Table("queries.csv", {"QueryId": known}) if known else None
    classes = Table("classes.csv", {"ClassId": ["a", "b"]})
    ordered = in_order(truth, truth.order("QueryId"))
    found = list(truth_problems(truth, ordered, classes, table, None))
    ordered = replace(ordered, may_contradict=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Table, "n_known", lambda *_: -1)
        assert found == list(truth_problems(truth, ordered, classes, table, None))


@given(
    rows=st.lists(st.tuples(st.one_of(ID, st.just("")), NAME, FLAG), min_size=1, max_size=9),
    has_flags=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_both_ways_put_any_lines_in_order(rows, has_flags):
    columns = dict(zip(["QueryId", "ClassId", "Background"], zip(*rows, strict=True), strict=True))
    truth = Table(
        "t", {name: list(c) for name, c in columns.items() if has_flags or name[0] != "B"}
    )
    order = order_of(truth.columns["QueryId"])
    found = in_order(truth, order)
    is_wrong = any(checks._contradictions(truth))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "KERNEL", None)
        slow = in_order(truth, order)
    assert (found.queries, found.places, vars(found.pairs)) == (
        slow.queries,
        slow.places,
        vars(slow.pairs),
    )
    assert is_wrong <= found.may_contradict <= slow.may_contradict
    assert KERNEL is None or is_wrong == found.may_contradict


@given(
    known=st.lists(st.text("ab", max_size=9), unique=True),
    values=st.lists(st.text("ab", max_size=9)),
)
def test_both_ways_find_the_same_texts(known, values):
    places = [known.index(value) if value in known else -1 for value in values]
    for kernel in {KERNEL, None}:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tables, "KERNEL", kernel)
            n_known = Table("k", {"x": known}).n_known("x", values)
            table = Table("t", {"x": values})
            assert list(places_among(known, values)) == places
            assert n_known == sum(value in known for value in values)
            assert table.sorted("x") == tuple(sorted(values))
            assert not values or table.is_key("x") == (len({"", *values}) > len(values))


def test_a_column_holds_one_text_of_each_that_it_repeats(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("QueryId;Organ\n" + "".join(f"{n};organ {n % 3}\n" for n in range(3000)))
    table = read_table(path, key="QueryId", needed=())
    assert table.columns["Organ"] == [f"organ {n % 3}" for n in range(3000)]
    again = read_table(path, key="QueryId", needed=(), like=table)
    assert again == table
    if KERNEL is not None:
        assert len(set(map(id, table.columns["Organ"]))) == 3
        assert set(map(id, again.columns["QueryId"])) == set(map(id, table.columns["QueryId"]))


def test_flags_of_classes_are_judged_line_by_line():
    classes = Table("classes.csv", {"ClassId": ["a", "b"], "venomous": ["1", "no"]})
    (problem,) = public_problems(classes, None, None)
    assert (problem.line, problem.message) == (3, "venomous is 'no'; right is 1, 0 or nothing")
