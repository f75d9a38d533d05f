"""The reader against a slow one written apart from it, on hostile files: never a wrong "valid"."""

from dataclasses import replace

import pytest
from hypothesis import example, given, strategies as st

from scoring import RunRules
from scoring.run_files.lists import write_list
from scoring.run_rules import Kind, Shape
from tests.scoring.run_files.two_readers import (
    CLASSES,
    QUERIES,
    SHAPES,
    agree,
    odd_task,
    pieces,
    quote,
    same_task,
)
from tests.scoring.small_task import SmallTask

KINDS: tuple[tuple[Shape, Kind], ...] = (
    *((shape, "run") for shape in SHAPES),
    ("ranked", "image_run"),
)

rules = RunRules("ranked", max_predictions_per_query=3)


@pytest.fixture(scope="module")
def task(tmp_path_factory) -> SmallTask:
    return odd_task(tmp_path_factory.mktemp("twin"))


# ---------------------------------------------------------------- files that are nearly right
queries = st.sampled_from((*QUERIES, "01", "", "4"))
classes = st.sampled_from((*CLASSES, "7", "A", "", "-1"))
times = st.sampled_from(["00:00:00-00:00:05", "00:00:05-00:00:10", "00:00:05", ""])
probabilities = st.sampled_from(
    [
        "0.5",
        "1",
        "0",
        "-0.0",
        ".5",
        "1e-3",
        "5E-1",
        "1.e-2",
        "1.1",
        "-0.5",
        "+0.5",
        "nan",
        "",
        " 0.5",
        "0_1",
        "1e999",
    ]
)
ranks = st.sampled_from(["1", "2", "003", "0", "-1", "", "2147483648"])


@st.composite
def lists(draw: st.DrawFn) -> str:
    """Draw a list that is right, or nearly so."""
    ids = draw(st.lists(classes, max_size=5))
    if draw(st.booleans()):
        return write_list(ids)
    marks = st.sampled_from(["", "", "'", '"', "' ", '\t"'])
    items = [f"{mark}{name}{mark[::-1]}" for name in ids for mark in [draw(marks)]]
    text = draw(st.sampled_from([",", ", ", " ,\t", ",,"])).join(items)
    return draw(st.sampled_from(["[{}]", "[{}]", "[{}]", "[ {} ] ", "{}", "[{}", "[{},]"])).format(
        text
    )


fields_of: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
    "ranked": st.tuples(queries, classes, probabilities, ranks),
    "segment": st.tuples(st.sampled_from(["r", "1", "id", ""]), times, classes, probabilities),
    "set": st.tuples(queries, lists()),
    "label": st.tuples(queries, classes),
}
right_numbers = st.tuples(st.sampled_from(["0.5", "0.25", "1", "1e-3"]), st.sampled_from("12"))
right_fields = st.tuples(st.sampled_from(QUERIES), st.sampled_from(CLASSES), right_numbers).map(
    lambda row: (*row[:2], *row[2])
)
right_of: dict[str, st.SearchStrategy[tuple[str, ...]]] = {
    "ranked": right_fields,
    "segment": right_fields.map(
        lambda row: (
            (*row[0].split("/"), *row[1:3])
            if "/" in row[0]
            else ("r", "00:00:00-00:00:05", *row[1:3])
        )
    ),
    "set": st.tuples(
        st.sampled_from(QUERIES),
        st.lists(st.sampled_from(CLASSES), max_size=3, unique=True).map(write_list),
    ),
    "label": st.tuples(st.sampled_from(QUERIES), st.sampled_from(CLASSES)),
}
noises = st.sampled_from(['"', "\r", " ", "\x00", "]", "'", ";", ",x"])


@st.composite
def lines(draw: st.DrawFn, shape: str, separator: str, row: tuple[str, ...]) -> bytes:
    """Draw a way to write a row that says what it says."""
    last = len(row) - 1 if shape == "set" else None  # a list needs no quotes around it
    marks = (separator, '"')
    return separator.join(
        quote(field)
        if draw(st.integers(0, 4)) == 0 or (place != last and any(mark in field for mark in marks))
        else field
        for place, field in enumerate(row)
    ).encode()


@st.composite
def wrong_lines(draw: st.DrawFn, shape: str, separator: str) -> bytes:
    """Draw a line that may be wrong in many ways."""
    row = draw(fields_of[shape])
    if draw(st.integers(0, 4)) == 0:
        row = draw(st.sampled_from([row[:-1], (*row, "x")]))
    mark = draw(st.sampled_from([separator] * 4 + [";", ",", "\t"]))
    line = draw(lines(shape, mark, row))
    return line + draw(noises).encode() if draw(st.integers(0, 4)) == 0 else line


raw = st.sampled_from(
    [
        b"",
        b"",
        b"  ",
        b"\xff;a;0.5",
        b'";";',
        b";;",
        b"QueryId;ClassId;Probability",
        b"MediaId;Time;Classes;P",
        b"plot_id;ClassIds",
        b"id;Class Id",
        b"id;rank",
        b"id;rank;x",
        b"\xef\xbb\xbf",
        b"1;[]",
        b"2;[",
    ]
)


@st.composite
def files(draw: st.DrawFn, shape: str) -> bytes:
    """Draw a file that is right, or nearly so."""
    separator, width = draw(st.sampled_from(";;,\t")), draw(st.sampled_from([3, 4]))
    n_key = {"ranked": 2, "segment": 3}.get(shape, 1)
    rows = draw(st.lists(right_of[shape], max_size=9, unique_by=lambda row: row[:n_key]))
    if shape == "label" and draw(st.booleans()):
        rows = [(query, draw(st.sampled_from(CLASSES))) for query in draw(st.permutations(QUERIES))]
    n = width if shape == "ranked" else None
    body = [draw(lines(shape, separator, row[:n])) for row in rows]
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        place = draw(st.integers(0, len(body)))
        body.insert(place, draw(st.one_of(wrong_lines(shape, separator), raw)))
    end = draw(st.sampled_from([b"\n", b"\r\n"]))
    bom = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return bom + end.join(body) + draw(st.sampled_from([b"", end, end + end, b"\n \t"]))


any_rules = st.builds(
    replace,
    st.just(rules),
    max_predictions_per_query=st.sampled_from([None, 1, 3]),
    missing_queries=st.sampled_from(["zero", "zero", "reject"]),
    unknown_class=st.booleans(),
    scores=st.sampled_from(["probability", "any"]),
)


@pytest.mark.parametrize("shape", SHAPES)
@same_task
@given(data=st.data(), rules=any_rules, piece=pieces)
def test_nearly_right_files(task, shape, data, rules, piece):
    rules = replace(rules, shape=shape, unknown_class=rules.unknown_class and shape == "label")
    agree(task, data.draw(files(shape)), piece, rules)


@same_task
@given(files("ranked"), pieces)
@example(b"id;a;0.5\n1;a;0.5\nid;b;0.5", 9)
@example(b'"q;x",a,1\n1,a,1\n', 9)
@example(b'"";a;1', 9)
@example(b'1;"say ""x""";1\n1;"say ""x""";1', 9)
def test_nearly_right_image_runs(task, content, piece):
    agree(task, content, piece, rules, "image_run")
    agree(task, content, piece, rules)


# ---------------------------------------------------------------- right files
@same_task
@given(
    st.lists(right_fields, max_size=14, unique_by=lambda row: row[:2]),
    st.sampled_from([3, 4]),
    pieces,
)
def test_right_files_in_any_order(task, rows, width, piece):
    content = "\n".join(";".join(map(quote, row[:width])) for row in rows)
    agree(task, content.encode(), piece, rules)


@same_task
@given(
    st.permutations(QUERIES),
    st.lists(st.lists(st.sampled_from(CLASSES), max_size=3, unique=True), min_size=8, max_size=8),
    st.integers(0, 8),
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from([b"\n", b"\r\n"]),
    st.sampled_from(["", "PlotId{}species\n", "queryid{}ClassId\n", "id{}[ClassId, ClassId]\n"]),
    pieces,
)
def test_right_sets_and_labels_in_any_order(
    task, queries, answers, n, separator, end, header, piece
):
    header = header.format(separator)
    whole = [True, False] * 4
    rows = [
        f"{quote(query)}{separator}{quote(write_list(ids)) if is_whole else write_list(ids)}\n"
        for query, ids, is_whole in zip(queries[:n], answers, whole, strict=False)
    ]
    content = (header + "".join(rows)).encode().replace(b"\n", end)
    agree(task, content, piece, RunRules("set", missing_queries="reject"))
    labels = [
        f"{quote(q)}{separator}{quote((ids or ['a'])[0])}\n"
        for q, ids in zip(queries, answers, strict=True)
    ]
    for kept in (labels, labels[n:]):
        content = (header + "".join(kept)).encode().replace(b"\n", end)
        agree(task, content, piece, RunRules("label"))


# ---------------------------------------------------------------- anything
@pytest.mark.parametrize(("shape", "kind"), KINDS)
@same_task
@given(content=st.binary(max_size=60), piece=pieces)
def test_any_bytes(task, shape, kind, content, piece):
    agree(task, content, piece, RunRules(shape), kind)


@pytest.mark.parametrize(("shape", "kind"), KINDS)
@same_task
@given(text=st.text(alphabet="12ab;,\t\"'[]\n\r 0.5e-+QueryId_\x00é", max_size=60), piece=pieces)
def test_any_text(task, shape, kind, text, piece):
    agree(task, text.encode(), piece, RunRules(shape), kind)


@same_task
@given(st.text(alphabet="ab, \t[]'\"\\", max_size=25), pieces)
@example("['a''b']", 9)
@example("['''']", 9)
@example("[']']", 9)
@example("[a 'b']", 9)
@example("['a' b]", 9)
@example("[a\t,]", 9)
def test_any_list(task, text, piece):
    agree(task, f"1;[]\n2;{text}\n".encode(), piece, RunRules("set"))


@same_task
@given(
    st.sampled_from([";", ",", "\t"]),
    st.text(alphabet="ab, ;\t[]'\"", max_size=12)
    | st.sampled_from(["[a, b]", '"[a;b]"', "[a],[b]"]),
    pieces,
)
def test_any_header_of_a_set(task, separator, text, piece):
    agree(task, f"id{separator}{text}\n1{separator}[]\n".encode(), piece, RunRules("set"))
