"""The reader against a slow one written apart from it, on hostile files: never a wrong "valid"."""

from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from scoring import RunRules, packed
from scoring.answers import Answer
from scoring.problems import SHOWN_LINES
from scoring.run_file import read_run
from tests.scoring.slow_reader import read_slowly
from tests.scoring.small_task import SmallTask, make_task

QUERIES = ("1", "2", "3", "id", "q;x", "é")
CLASSES = ("a", "b", "c", "007", "NA", 'say "x"')

rules = RunRules("ranked", max_predictions_per_query=3)


@pytest.fixture(scope="module")
def task(tmp_path_factory) -> SmallTask:
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in CLASSES]
    return make_task(
        tmp_path_factory.mktemp("twin"),
        queries="\n".join(["QueryId", *(f'"{query}"' for query in QUERIES)]),
        classes="\n".join(["ClassId", *quoted]),
        media=None,
        ground_truth="QueryId;ClassId\n1;a\n",
    )


class Everything:
    """Takes all answers."""

    def __init__(self) -> None:
        self.predictions: dict[str, dict[str, tuple[float, int]]] = {}

    def take(self, answer: Answer) -> None:
        ranks = answer.ranks or [0] * len(answer.classes)
        places = zip(answer.probabilities, ranks, strict=True)
        assert answer.query not in self.predictions
        self.predictions[answer.query] = dict(zip(answer.classes, places, strict=True))


def agree(task: SmallTask, content: bytes, piece: int) -> None:
    slow = read_slowly(content, set(QUERIES), set(CLASSES), rules)
    with patch.object(packed, "PIECE", piece):
        report, everything = read_run(
            task.write(content), task.truth.test_set, rules, "run", Everything
        )
    found = {p.kind: (list(p.lines), p.count) for p in report.problems}
    if found.keys() & {"not_text", "packing"}:  # tested in test_packed
        return
    assert found == {
        kind: (lines[:SHOWN_LINES], len(lines) or 1) for kind, lines in slow.problems.items()
    }
    if report.valid:
        assert everything.predictions == slow.predictions


def quote(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


queries = st.sampled_from((*QUERIES, "01", "", "4"))
classes = st.sampled_from((*CLASSES, "7", "A", ""))
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
fields = st.tuples(queries, classes, probabilities, ranks)
right_fields = st.tuples(
    st.sampled_from(QUERIES),
    st.sampled_from(CLASSES),
    st.sampled_from(["0.5", "0.25", "1", "1e-3"]),
    st.just("1"),
)


@st.composite
def lines(draw: st.DrawFn, fields: st.SearchStrategy[tuple[str, ...]] = fields) -> bytes:
    """Draw a line that is right, or nearly so."""
    row = draw(fields)[: draw(st.sampled_from([3, 3, 3, 4, 2]))]
    text = draw(st.sampled_from(";;;;,\t")).join(
        quote(field) if draw(st.integers(0, 4)) == 0 or ";" in field or '"' in field else field
        for field in row
    )
    noise = draw(st.sampled_from([*[""] * 12, '"', "\r", " ", "\x00"]))
    return (text + noise).encode()


raw = st.sampled_from(
    [
        b"",
        b"",
        b"  ",
        b"\xff;a;0.5",
        b'";";',
        b";;",
        b"QueryId;ClassId;Probability",
        b"id;rank;x",
        b"\xef\xbb\xbf",
    ]
)
files = st.tuples(
    st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    st.sampled_from([b"\n", b"\r\n"]),
    st.lists(st.one_of(lines(), lines(right_fields), lines(right_fields), raw), max_size=12),
    st.sampled_from([b"", b"\n", b"\n\n"]),
)
pieces = st.sampled_from([packed.PIECE, 40, 9, 1])  # block borders anywhere
same_tmp_path = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None
)


@same_tmp_path
@given(files, pieces)
@example((b"", b"\n", [b"id;a;0.5", b"1;a;0.5", b"id;b;0.5"], b""), 9)
@example((b"", b"\n", [b'"q;x",a,1', b"1,a,1"], b"\n"), 9)
@example((b"", b"\n", [b'"";a;1'], b""), 9)
@example((b"", b"\n", [b'1;"say ""x""";1', b'1;"say ""x""";1'], b""), 9)
def test_nearly_right_files(task, parts, piece):
    bom, end, body, last = parts
    agree(task, bom + end.join(body) + last, piece)


@same_tmp_path
@given(
    st.lists(right_fields, max_size=14, unique_by=lambda row: row[:2]),
    st.sampled_from([3, 4]),
    pieces,
)
def test_right_files_in_any_order(task, rows, width, piece):
    content = "\n".join(";".join(map(quote, row[:width])) for row in rows)
    agree(task, content.encode(), piece)


@same_tmp_path
@given(st.binary(max_size=60), pieces)
def test_any_bytes(task, content, piece):
    agree(task, content, piece)


@same_tmp_path
@given(st.text(alphabet='12ab;,\t"\n\r 0.5e-+QueryId_\x00é', max_size=60), pieces)
def test_any_text(task, text, piece):
    agree(task, text.encode(), piece)
