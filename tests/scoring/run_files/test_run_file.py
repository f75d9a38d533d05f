"""Every rule of a run file, broken once and kept once."""

import pytest

from scoring import RunRules
from tests.scoring.small_task import SmallTask, kinds, make_task

WHOLE = "1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n9;e;0.5\n"
# Lines below a header are judged many at once, a first block without one line by line.
CONTEXTS = ["", WHOLE, f"QueryId;ClassId;Probability\n{WHOLE}"]


def test_a_right_file_has_no_problem(task):
    report = task.check(WHOLE)
    assert report.valid
    assert (report.n_lines, report.n_predictions, report.n_queries) == (5, 5, 5)
    assert (report.coverage, report.separator, report.header, report.packing) == (
        1,
        ";",
        None,
        "plain",
    )


# ---------------------------------------------------------------- ids and numbers
def test_ids_are_text(tmp_path):
    task = make_task(tmp_path, media=None, queries="QueryId\n007\nNA\n1\n2\n3\n4\n")
    report = task.check("7;a;0.5\nNA;a;0.5\n007;a;0.5\n")
    assert kinds(report) == {"unknown_query": [1]}
    assert "did you mean '007'" in report.problems[0].message


def test_unknown_ids_get_the_nearest(tmp_path):
    task = make_task(tmp_path, media=None, queries="QueryId\n1\n2\n3\n4\nobs-1234\nobs-1299\n")
    report = task.check("obs-1235;a;0.5\n1;A;0.5\n1;zzz;0.4\n")
    assert kinds(report) == {"unknown_query": [1], "unknown_class": [2, 3]}
    assert "'obs-1235'" in report.problems[0].message
    assert "did you mean 'obs-1234'" in report.problems[0].message
    assert "did you mean 'a'" in report.problems[1].message
    assert report.problems[1].count == 2


@pytest.mark.parametrize(
    "text", ["0", "1", "-0.0", "1.", ".5", "1e-3", "0.5E+0", "1e-400", "0." + "3" * 400, "00.5"]
)
@pytest.mark.parametrize("context", CONTEXTS)
def test_probabilities_in_the_grammar(task, text, context):
    assert task.check(f"{context}2;c;{text}\n").valid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+0.5",
        "0_1",
        "\u0660.\u0665",
        " 0.5",
        "0.5 ",
        "0,5",
        "1.0001",
        "-1e-9",
        "1e400",
        "nan",
        "NaN",
        "inf",
        "1e",
        ".",
        "e5",
        "0x1",
        "1.5",
        "--1",
        "0.5.5",
        "0\x00",
    ],
)
@pytest.mark.parametrize("context", CONTEXTS)
def test_probabilities_out_of_it(task, text, context):
    assert list(kinds(task.check(f"{context}2;c;{text}\n"))) == ["probability"]


@pytest.mark.parametrize(
    ("text", "valid"), [("-17.5", True), ("1e300", True), ("1e309", False), ("nan", False)]
)
def test_a_task_may_take_any_finite_score(task, text, valid):
    assert task.check(f"1;a;{text}\n", scores="any").valid == valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1", True),
        ("007", True),
        ("2147483647", True),
        ("0" * 5000 + "1", True),
        ("2147483648", False),
        ("4294967297", False),
        ("18446744073709551617", False),
        ("0", False),
        ("-1", False),
        ("+1", False),
        ("1.0", False),
        ("", False),
        ("\u0661", False),
        ("1_0", False),
        ("9" * 5000, False),
    ],
)
@pytest.mark.parametrize("header", ["", "QueryId;ClassId;Probability;Rank\n"])
def test_ranks(task, text, valid, header):
    report = task.check(f"{header}1;a;0.5;1\n1;b;0.4;{text}\n")
    assert kinds(report) == ({} if valid else {"rank": [2 + bool(header)]})


def test_a_class_twice_for_a_query(task):
    report = task.check("1;a;0.5\n1;b;0.4\n1;a;0.3\n1;a;0.2\n2;a;0.5\n")
    assert kinds(report) == {"duplicate": [3, 4]}
    assert "'a'" in report.problems[0].message


def test_a_class_twice_although_a_probability_is_wrong(task):
    assert kinds(task.check("1;a;x\n1;a;0.5\n")) == {"probability": [1], "duplicate": [2]}


def test_more_predictions_than_allowed(task):
    run = "1;a;0.5\n1;b;0.4\n1;c;0.3\n1;d;0.2\n2;a;0.5\n2;b;0.4\n"
    assert task.check(run, max_predictions_per_query=4).valid
    report = task.check(run, max_predictions_per_query=2)
    assert kinds(report) == {"too_many": [3, 4]}
    assert "allowed are 2" in report.problems[0].message


def test_a_line_with_an_unknown_class_is_one_of_its_query(task):
    report = task.check("1;a;0.5\n1;zz;0.4\n1;c;0.3\n", max_predictions_per_query=2)
    assert kinds(report) == {"unknown_class": [2], "too_many": [3]}


# ---------------------------------------------------------------- whole files
def test_all_problems_come_at_once_grouped_with_total_and_first_ten_lines(task):
    wrong = "1;zz;0.5\n" * 25 + "8;a;0.5\n" + "2;b\n" * 3
    report = task.check(WHOLE + wrong)
    assert [(p.kind, p.count, len(p.lines)) for p in report.problems] == [
        ("unknown_class", 25, 10),
        ("unknown_query", 1, 1),
        ("columns", 3, 3),
    ]
    assert report.problems[0].lines == tuple(range(6, 16))


def test_a_line_may_have_several_problems(task):
    assert kinds(task.check("8;zz;2;0\n")) == {
        "unknown_query": [1],
        "unknown_class": [1],
        "probability": [1],
        "rank": [1],
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"  \n",
        b"QueryId;ClassId;Probability\n",
        b"\n\nQueryId;ClassId;Probability\n\n",
    ],
)
def test_an_empty_file(task, content):
    assert "empty" in kinds(task.check(content))


def test_bytes_that_are_not_utf8_are_said_with_their_lines(task):
    report = task.check(WHOLE.encode() + "1;café;0.5\n".encode("latin-1") + b"2;c;0.5\n")
    assert kinds(report) == {"not_utf8": [6]}
    assert "0xE9" in report.problems[0].message


def test_a_first_line_that_is_not_utf8(task):
    assert kinds(task.check(b"\xe9;a;0.5\n2;c;0.5\n")) == {"not_utf8": [1]}


def test_a_line_of_more_than_a_megabyte(task):
    report = task.check(WHOLE + "1;" + "b" * 1_000_000 + ";0.5\n" + "2;c;0.5\n3;zz;0.5\n")
    assert kinds(report) == {"long_line": [6], "unknown_class": [8]}
    fits = "0." + "1" * (1_000_000 - len("1;b;0."))
    assert task.check(f"1;a;0.9\n1;b;{fits}\r\n2;c;0.5\n").valid
    assert kinds(task.check(f"1;a;0.9\n1;b;{fits}1\n2;c;0.5\n")) == {"long_line": [2]}


def test_a_file_larger_than_allowed(task):
    report = task.check(WHOLE * 10, max_upload_bytes=100)
    assert list(kinds(report)) == ["too_large"]
    assert "400 bytes" in report.problems[0].message


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n\xe2\xe3\xcf\xd3",
        b"PAR1\x15\x04\x00\x00",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xfe1\x00;\x00",
        b"7z\xbc\xaf\x27\x1c",
        b"BZh91AY&SY\x00\xff",
    ],
)
def test_what_is_no_text_is_named(task, content):
    assert list(kinds(task.check(content))) == ["not_text"]


def test_an_id_may_begin_like_another_format(tmp_path):
    task = make_task(tmp_path, media=None, queries="QueryId\nPAR1\n%PDF\n1\n2\n3\n4\n")
    assert task.check("PAR1;a;0.5\n%PDF;a;0.5\n").valid


def test_messages_hold_no_control_characters(task):
    report = task.check("QueryId;a\x00b;Probability\n\x00\x1b[31m;a\x00;\x00\n1;a;0.5;\x00\n")
    assert not any(ord(c) < 32 for p in report.problems for c in p.message)
    assert report.header == ["QueryId", "a\\x00b", "Probability"]


# ---------------------------------------------------------------- missing queries
def test_missing_queries_are_a_warning(task):
    report = task.check("1;a;0.5\n1;b;0.4\n3;c;0.5\n")
    assert report.valid
    assert report.coverage == 2 / 5
    (warning,) = report.warnings
    assert (warning.kind, warning.count) == ("coverage", 3)
    assert "3 of 5 queries" in warning.message
    assert "'2'" in warning.message


def test_a_task_may_reject_them(task):
    """Which queries have a class is hidden: the check wants all, the scoring those that have one."""
    run = "1;a;0.5\n1;b;0.4\n2;b;0.5\n3;c;0.5\n"
    report = task.check(run, missing_queries="reject")
    assert kinds(report) == {"missing_query": []}
    assert "2 of 5 queries" in report.problems[0].message
    assert task.read(run, missing_queries="reject")[0].valid
    report, trace = task.read(run[:-8], missing_queries="reject")
    assert "3 of 5 queries" in report.problems[0].message
    assert trace is None


# ---------------------------------------------------------------- warnings
def test_rank_contradicts_probability(task):
    report = task.check(
        "1;a;0.5;1\n1;b;0.4;2\n2;a;0.5;2\n2;b;0.4;1\n3;a;0.5;1\n3;b;0.5;1\n4;a;1;3\n9;a;1;1\n"
    )
    (warning,) = report.warnings
    assert (warning.kind, warning.lines, warning.count) == ("rank_contradicts", (3,), 1)
    assert "'2'" in warning.message


def test_rank_contradicts_probability_in_any_order_of_lines(task):
    report = task.check("1;a;0.4;2\n1;b;0.5;1\n2;a;0.4;1\n2;b;0.5;2\n")
    (warning,) = [own for own in report.warnings if own.kind == "rank_contradicts"]
    assert (warning.lines, warning.count) == ((3,), 1)


def test_one_prediction_a_query(task):
    assert [w.kind for w in task.check(WHOLE).warnings] == ["one_prediction"]
    assert not task.check(WHOLE + "9;a;0.4\n").warnings


def test_all_probabilities_equal(task):
    report = task.check("1;a;1\n1;b;1.0\n2;b;1\n3;c;1\n4;d;1\n9;e;1e0\n")
    assert [w.kind for w in report.warnings] == ["equal_probabilities"]


# ---------------------------------------------------------------- other shapes and kinds
@pytest.fixture
def soundscapes(tmp_path) -> SmallTask:
    segments = [f"rec{i}/00:00:0{s}-00:00:0{s + 5}" for i in (1, 2) for s in (0, 4)]
    return make_task(
        tmp_path,
        queries="QueryId\n" + "\n".join(segments),
        media=None,
        ground_truth="QueryId;ClassId\n" + "\n".join(f"{segment};a" for segment in segments),
    )


def test_segments(soundscapes):
    run = "MediaId;Time;ClassId;Probability\nrec1;00:00:00-00:00:05;a;0.5\nrec2;00:00:04-00:00:09;b;0.5\n"
    report = soundscapes.check(run, shape="segment")
    assert report.valid, report.problems
    assert report.n_queries == 2


@pytest.mark.parametrize(
    "line",
    [
        "rec1;00:00:01-00:00:06;a;0.5",
        "rec1;0:00:00-0:00:05;a;0.5",
        "rec3;00:00:00-00:00:05;a;0.5",
        ";rec1/00:00:00-00:00:05;a;0.5",
    ],
)
def test_unknown_segments(soundscapes, line):
    run = f"rec1;00:00:00-00:00:05;a;0.5\n{line}\n"
    assert kinds(soundscapes.check(run, shape="segment")) == {"unknown_query": [2]}


def test_a_segment_is_two_columns(tmp_path):
    """A media id with a slash in it must not make one segment of another cut."""
    task = make_task(
        tmp_path,
        queries="QueryId\na/b/00:00:00-00:00:05\n",
        media=None,
        ground_truth="QueryId;ClassId\na/b/00:00:00-00:00:05;a\n",
    )
    assert task.check("a/b;00:00:00-00:00:05;a;1\n", shape="segment").valid
    for line in (
        "a;b/00:00:00-00:00:05;a;1\n",
        "a/b;00:00:00-00:00:05;a;1\na;b/00:00:00-00:00:05;a;1\n",
    ):
        assert "unknown_query" in kinds(task.check(line, shape="segment"))


def test_image_runs(task):
    report = task.check("MediaId;ClassId;Probability\nm1;a;0.5\nm2;a;0.5\nm9;b;0.4\n", "image_run")
    assert report.valid, report.problems
    assert (report.kind, report.n_queries, report.coverage) == ("image_run", 3, 3 / 5)
    assert kinds(task.check("m1;a;0.5;1\n1;a;0.5\n", "image_run")) == {
        "columns": [1],
        "unknown_query": [2],
    }


def test_an_image_run_needs_images(tmp_path):
    task = make_task(tmp_path, media=None)
    assert list(kinds(task.check("m1;a;0.5\n", "image_run"))) == ["no_images"]


def test_the_report_is_plain_data(task):
    data = task.check("1;a;2\n").to_json()
    assert data["problems"] == [
        {
            "kind": "probability",
            "message": "the probability is '2'; right is a decimal number from 0 to 1, e.g. 0.25",
            "template": "the probability is %(number)s; right is a decimal number from 0 to 1, e.g. 0.25",
            "values": {"number": "'2'"},
            "lines": [1],
            "count": 1,
        }
    ]
    assert data["separator"] == "semicolon"


def test_rules_read_and_written():
    rules = RunRules("segment", 7, "reject", "any", max_upload_bytes=9)
    assert RunRules.from_json(rules.to_json() | {"of_tomorrow": 1}) == rules
