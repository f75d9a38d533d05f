"""The relevant pairs as columns, against what the lines of a truth say one by one."""

from unittest.mock import patch

from hypothesis import given, settings, strategies as st

from scoring import GroundTruth, Table
from scoring.truth import tables
from scoring.truth.ground_truth import Relevant, TestSet
from scoring.truth.pairs import in_order
from scoring.truth.tables import order_of

QUERIES = ["1", "10", "2", "a\0b", "a", "é"]
NAMES = ["a", "b", "B", "-1", "c\0"]


@st.composite
def truths(draw):
    """Return a table in any order in which a query has classes, or one line without."""
    rows = []
    for query in draw(st.lists(st.sampled_from(QUERIES), min_size=1, unique=True)):
        classes = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
        rows += [(query, name, draw(st.sampled_from(["", "0", "1"]))) for name in classes]
        rows += [] if classes else [(query, "", draw(st.sampled_from(["", "0"])))]
    names = ["QueryId", "ClassId", "Background"][: draw(st.sampled_from([2, 3]))]
    columns = map(list, zip(*draw(st.permutations(rows)), strict=True))
    return Table("ground_truth.csv", dict(zip(names, columns, strict=False)))


def slow_pairs(truth: Table) -> dict[str, Relevant]:
    columns = truth.columns
    flags = columns.get("Background", [""] * len(truth))
    rows = list(zip(columns["QueryId"], columns["ClassId"], flags, strict=True))
    return {
        query: Relevant(
            tuple(sorted(n for q, n, flag in rows if q == query and n and flag != "1")),
            tuple(sorted(n for q, n, flag in rows if q == query and n and flag == "1")),
        )
        for query in sorted(set(columns["QueryId"]))
    }


@given(truths())
@settings(deadline=None)
def test_pairs_are_what_the_lines_say(table):
    truth = GroundTruth(TestSet(None, Table("queries.csv", {"QueryId": QUERIES})), table)
    expected = slow_pairs(table)
    assert list(truth.relevant.items()) == list(expected.items())
    judged = truth.judged("run")
    assert len(judged.pairs) == judged.pair_starts[-1]
    places = {query: place for place, query in enumerate(judged.queries)}
    assert list(truth.places("run")) == [places.get(query, -1) for query in QUERIES]
    assert list(judged.asked) == [query for query, own in expected.items() if own != Relevant()]


@given(truths(), st.data())
@settings(deadline=None)
def test_an_image_has_the_pairs_of_its_query(table, data):
    owners = data.draw(st.lists(st.sampled_from(QUERIES), min_size=1))
    images = {"MediaId": [f"m{at}" for at in range(len(owners))], "QueryId": owners}
    queries = Table("queries.csv", {"QueryId": QUERIES})
    truth = GroundTruth(TestSet(None, queries, Table("media.csv", images)), table)
    judged = truth.judged("image_run")
    assert [judged.owners, judged.relevant] == [
        tuple(owners[int(image[1:])] for image in judged.queries),
        tuple(truth.relevant[owner] for owner in judged.owners),
    ]
    known = [image for image, owner in enumerate(owners) if owner in truth.relevant]
    assert list(judged.queries) == sorted(f"m{image}" for image in known)


def test_a_line_for_each_query_is_taken_as_it_is():
    table = Table("t", {"QueryId": ["b", "a"], "ClassId": ["x", "y"]})
    found = in_order(table, table.order("QueryId"))
    assert (found.queries, found.pairs.names) == (("a", "b"), ["y", "x"])
    assert (list(found.places), list(found.pairs.n_foreground)) == ([1, 0], [1, 1])
    assert [*found.pairs.spans()] == [(0, 1, 1), (1, 2, 2)]
    assert found.pairs.canonical_lines(found.queries) == ["a;y;0", "b;x;0"]


@given(st.permutations(QUERIES))
def test_places_where_the_truth_names_what_runs_answer(queries):
    columns = {"QueryId": queries, "ClassId": ["a"] * len(queries)}
    truth = GroundTruth(TestSet(None, Table("queries.csv", columns)), Table("t", columns))
    assert [truth.judged("run").queries[place] for place in truth.places("run")] == queries


@given(
    st.builds(
        lambda prefix, texts: [prefix + text for text in texts],
        st.sampled_from(["", "é-", "observation-"]),
        st.lists(st.text(st.sampled_from("ab0é☃\U0001f600\0 "), max_size=20), max_size=40),
    )
)
def test_the_order_of_texts_is_that_of_python(texts):
    expected = sorted(range(len(texts)), key=texts.__getitem__)
    found = order_of(texts)
    assert (found.places.tolist(), found.all_differ) == (expected, len(set(texts)) == len(texts))
    with patch.object(tables, "KERNEL", None):
        assert order_of(texts) == found
