"""Why a run got what it got for one query."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from scoring import (
    GroundTruth,
    RunRules,
    Table,
    UnknownMetric,
    UnknownQuery,
    explain_query,
    parse_metric,
    read_ground_truth,
    read_truth_file,
    trace_run,
)
from scoring.results.explanation import ExplainedLine, Explanation, QueryScore, RelevantClass

RANKED = RunRules("ranked")
TRUTH = "QueryId;ClassId;Background;Site\n1;elm;0;a\n1;ash;1;a\n1;fir;0;a\n2;oak;0;b\n3;;;b\n"
RUN = "QueryId,ClassId,Probability\n2,oak,0.1\n1,yew,0.5\n1,elm,0.5\n1,ash,0.5\n1,box,0.7\n"


def truth_of(folder: Path, text: str = TRUTH) -> GroundTruth:
    (folder / "truth.csv").write_text(text, "utf-8")
    return read_truth_file(folder / "truth.csv")


def explain(
    folder: Path, run: str | bytes, query: str, *metrics: str, truth: str = TRUTH, rules=RANKED
) -> Explanation:
    (folder / "run.csv").write_bytes(run if isinstance(run, bytes) else run.encode())
    report, found = explain_query(
        folder / "run.csv", truth_of(folder, truth), rules, query, [*map(parse_metric, metrics)]
    )
    assert report.valid
    assert found is not None
    return found


def test_lines_stand_in_the_order_by_which_they_are_scored(tmp_path):
    assert explain(tmp_path, RUN, "1").lines == (
        ExplainedLine(6, "box", "wrong", 1, 0.7),
        ExplainedLine(3, "yew", "wrong", 2, 0.5, None, (2, 4)),
        ExplainedLine(5, "ash", "background", 3, 0.5, None, (2, 4)),
        ExplainedLine(4, "elm", "foreground", 4, 0.5, None, (2, 4)),
    )


def test_rank_parts_equal_probabilities(tmp_path):
    lines = explain(tmp_path, "1;elm;0.5;2\n1;yew;0.5;3\n1;ash;0.6;9\n", "1").lines

    assert [(own.name, own.rank, own.tied) for own in lines] == [
        ("ash", 9, None),
        ("elm", 2, None),
        ("yew", 3, None),
    ]


def test_what_is_right_is_found_or_not(tmp_path):
    assert explain(tmp_path, RUN, "1").relevant == (
        RelevantClass("elm", "foreground", 4, 4),
        RelevantClass("fir", "foreground"),
        RelevantClass("ash", "background", 5, 3),
    )


def test_each_metric_says_what_it_made_of_the_query(tmp_path):
    found = explain(tmp_path, RUN, "1", "mrr", "top_3", "map", "mrr@Site=a", "mrr@Site=b", "cmap")

    assert found.scores == (
        QueryScore("mrr", 1 / 4),
        QueryScore("top_3", 0.0),
        QueryScore("map", (1 / 3 + 2 / 4) / 3),
        QueryScore("mrr@Site=a", 1 / 4),
        QueryScore("mrr@Site=b", None, "the query does not have 'Site=b'"),
        QueryScore("cmap", None, "cmap ranks the queries for each class: one query has no value"),
    )


def test_a_query_without_a_right_class(tmp_path):
    found = explain(tmp_path, RUN, "3", "mrr", "coverage")

    assert (found.lines, found.relevant) == ((), ())
    assert found.scores == (
        QueryScore("mrr", None, "no query has a foreground class"),
        QueryScore("coverage", 0.0),
    )


def test_a_query_that_no_metric_reads():
    truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    rows = [row for row, query in enumerate(truth.table.columns["QueryId"]) if query != "1001"]
    kept = {name: [own[row] for row in rows] for name, own in truth.table.columns.items()}
    shorter = GroundTruth(truth.test_set, Table("ground_truth.csv", kept))
    run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")

    _, found = explain_query(run, shorter, RANKED, "1001", [parse_metric("mrr")])

    assert found is not None
    assert (found.is_judged, len(found.lines), found.scores) == (False, 40, ())


def test_genus_and_family(tmp_path):
    for name, text in {
        "ground_truth.csv": "QueryId;ClassId\n1;a\n",
        "queries.csv": "QueryId\n1\n",
        "classes.csv": "ClassId;Genus;Family\na;Acer;S\nb;Acer;S\nc;Ulmus;U\nd;;S\n",
        "run.csv": "1;c;0.9\n1;d;0.8\n1;b;0.7\n",
    }.items():
        (tmp_path / name).write_text(text)

    _, found = explain_query(tmp_path / "run.csv", read_ground_truth(tmp_path), RANKED, "1")

    assert found is not None
    assert found.group_positions == {"Genus": 3, "Family": 2}


def test_images_of_an_image_run():
    truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    run = Path("fixtures/practice/leaves-practice.runs/frozen_160.images.csv.gz")

    _, found = explain_query(run, truth, RANKED, "50001", kind="image_run")

    assert found is not None
    assert (found.kind, found.shape, len(found.lines)) == ("image_run", "ranked", 40)
    with pytest.raises(UnknownQuery, match="the image '1001' is not one of the 800 of this truth"):
        explain_query(run, truth, RANKED, "1001", kind="image_run")


def test_segments(tmp_path):
    segment = "s/1/00:00:05-00:00:10"
    run = "s/1;00:00:00-00:00:05;a;0.9\ns/1;00:00:05-00:00:10;a;0.8\ns/1;00:00:05-00:00:10;b;1\n"
    truth = f"QueryId;ClassId\n{segment};a\ns/1/00:00:00-00:00:05;b\n"

    lines = explain(tmp_path, run, segment, truth=truth, rules=RunRules("segment")).lines

    assert [(own.line, own.name) for own in lines] == [(3, "b"), (2, "a")]


@pytest.mark.parametrize(
    ("query", "written"),
    [('say "x"', '"say ""x"""'), ("a;b", '"a;b"'), ("é", "é"), ("QueryId", "QueryId")],
)
def test_ids_however_they_are_written(tmp_path, query, written):
    truth = f"QueryId;ClassId\n{written};a\nother;a\n"
    run = f"\ufeffother;a;0.5\r\n{written};a;0.5\r\nother;b;1\r\n{written};b;1".encode()

    lines = explain(tmp_path, gzip.compress(run), query, truth=truth).lines

    assert [(own.line, own.name, own.position) for own in lines] == [(4, "b", 1), (2, "a", 2)]


def test_a_query_whose_id_stands_in_other_lines(tmp_path):
    lines = explain(tmp_path, "2;1;0.5\n1;2;0.5\n", "1").lines

    assert [(own.line, own.name) for own in lines] == [(2, "2")]


def test_an_invalid_file_is_not_explained(tmp_path):
    (tmp_path / "run.csv").write_text("1;elm;2\n")

    report, found = explain_query(tmp_path / "run.csv", truth_of(tmp_path), RANKED, "1")

    assert (report.valid, found) == (False, None)


def test_a_query_or_a_column_that_there_is_not(tmp_path):
    with pytest.raises(UnknownQuery, match=r"the query '03' is not .* \(did you mean '3'\?\)"):
        explain(tmp_path, RUN, "03")
    with pytest.raises(UnknownMetric, match="no table has the column 'Organ'"):
        explain(tmp_path, RUN, "1", "mrr@Organ=leaf")


def test_it_is_plain_data_too(tmp_path):
    data = explain(tmp_path, RUN, "2", "mrr").to_json()

    assert data["lines"] == (
        {"line": 2, "name": "oak", "role": "foreground", "position": 1, "probability": 0.1}
        | {"rank": None, "tied": None},
    )
    assert data["scores"] == ({"metric": "mrr", "value": 1.0, "reason": None},)


CLASSES = "abcdef"
PREDICTIONS = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(["0", "0.5", "1"]), st.integers(1, 3)),
    unique_by=lambda row: row[0],
    min_size=1,
)
RIGHT = st.dictionaries(st.sampled_from(CLASSES), st.sampled_from("01"), min_size=1)


@given(PREDICTIONS, RIGHT, st.booleans())
@settings(deadline=None)  # a busy machine is no fault
def test_the_positions_are_those_of_the_trace(tmp_path_factory, rows, right, with_rank):
    folder = tmp_path_factory.mktemp("any")
    truth = "QueryId;ClassId;Background\n" + "".join(f"1;{n};{b}\n" for n, b in right.items())
    run = "".join(f"1;{n};{p}{f';{r}' * with_rank}\n" for n, p, r in rows)

    found = explain(folder, run, "1", "mrr", "map", truth=truth)

    _, trace = trace_run(folder / "run.csv", truth_of(folder, truth), RANKED)
    assert trace is not None
    assert [own.position or 0 for own in found.relevant] == trace.positions.tolist()
    assert [own.position for own in found.lines] == [*range(1, len(rows) + 1)]


def test_sets_have_no_order(tmp_path):
    found = explain(
        tmp_path, "2;[oak]\n1;['yew', elm]\n3;[]\n", "1", "f1_samples", rules=RunRules("set")
    )

    assert found.lines == (
        ExplainedLine(2, "elm", "foreground"),
        ExplainedLine(2, "yew", "wrong"),
    )
    assert found.relevant[0] == RelevantClass("elm", "foreground", 2)
    assert found.relevant[1] == RelevantClass("fir", "foreground")
    assert found.scores == (QueryScore("f1_samples", 2 / 5),)


def test_a_label_may_be_unknown(tmp_path):
    truth = "QueryId;ClassId\n1;elm\n2;-1\n"
    rules = RunRules("label", unknown_class=True)

    found = explain(tmp_path, "1;-1\n2;-1\n", "1", "fungi_1", "fungi_4", truth=truth, rules=rules)

    assert found.lines == (ExplainedLine(1, "-1", "wrong"),)
    assert found.scores == (QueryScore("fungi_1", 1.0), QueryScore("fungi_4", 0.1))
