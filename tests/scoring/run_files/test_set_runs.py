"""Set runs: a list of classes for each query, perhaps an empty one."""

import pytest

from scoring import RunReport
from scoring.run_files.lists import BadList, read_list, write_list
from tests.scoring.small_task import SmallTask, kinds, make_task

WHOLE = "1;[a, b]\n2;[]\n3;[c]\n4;['d', \"e\"]\n9;[ a ,b,\tc ]\n"


@pytest.fixture
def check(task):
    return lambda content, **rules: task.check(content, shape="set", **rules)


def test_a_right_file_has_no_problem(check):
    report = check(WHOLE)
    assert report.valid, report.problems
    assert (report.n_lines, report.n_predictions, report.n_queries) == (5, 8, 4)
    assert report.coverage == 4 / 5


def classes_of(task: SmallTask, line: str) -> list[str]:
    """Return the classes that a line for the query 1 is read as."""
    trace = task.trace(line, shape="set")
    return list(trace.predicted_by_query(task.truth.judged("run").classes)[0])


# ---------------------------------------------------------------- lists
@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("[]", []),
        (" [ \t] ", []),
        ("[a]", ["a"]),
        ("[a,b , c]", ["a", "b", "c"]),
        ("[field elm, 007, -1, a;b, a\\b]", ["field elm", "007", "-1", "a;b", "a\\b"]),
        ("['a', \"b\"]", ["a", "b"]),
        ("['a, b', ' c ', '[d]', '']", ["a, b", " c ", "[d]", ""]),
        ('[\'l\'\'orme\', "l\'orme", "say ""x"""]', ["l'orme", "l'orme", 'say "x"']),
        ("['''', '\"']", ["'", '"']),
    ],
)
def test_a_list_is_read(text, ids):
    assert read_list(text) == ids
    assert read_list(write_list(ids)) == ids


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no ["),
        ("a", "no ["),
        ("a, b]", "no ["),
        ("]", "no ["),
        ("[", "no ]"),
        ("[a, b", "no ]"),
        ("[a] b", "no ]"),
        ("[a,]", "missing"),
        ("[,]", "missing"),
        ("[,a]", "missing"),
        ("[a, , b]", "missing"),
        ("['a',, b]", "missing"),
        ("[[a], b]", "bracket"),
        ("[a] [b]", "bracket"),
        ("[l'orme]", "quote inside"),
        ("['a, b]", "not closed"),
        ('[a, "b]', "not closed"),
        ("['''']", ""),
        ("['''a]", "not closed"),
        ("['a'b]", "after a closing"),
        ("['l'orme', b]", "after a closing"),
    ],
)
def test_what_is_no_list_says_why(text, words):
    if not words:
        assert read_list(text) == ["'"]
        return
    with pytest.raises(BadList) as raised:
        read_list(text)
    assert words in str(raised.value)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("part", ["'", "''", "a,", ",", "'a',", "[", "a '", " "])
def test_a_list_of_a_megabyte_is_read_in_no_time(part):
    for text in (part * 300_000, f"{part * 300_000}]", f"[{part * 300_000}", f"[{part * 300_000}]"):
        try:
            assert len(read_list(text)) >= 0
        except BadList:
            continue


# ---------------------------------------------------------------- lines
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize(
    "header",
    [
        "",
        "QueryId{}ClassIds\n",
        "plot_id{}ClassId\n",
        "id{}species\n",
        "QueryId{}[ClassId, ClassId, ...]\n",
        "QueryId{0}[ClassId{0}ClassId]\n",
    ],
)
@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dialects_read_alike(check, separator, header, whole, end):
    rows = [line.split(";") for line in WHOLE.splitlines()]
    doubled = [(query, '"' + ids.replace('"', '""') + '"') for query, ids in rows]
    lines = [separator.join(row) for row in (doubled if whole else rows)]
    report = check(header.format(separator) + end.join(lines))
    assert report.valid, report.problems
    assert (report.separator, report.n_predictions) == (separator, 8)


@pytest.mark.parametrize(
    "line", ["1;[a, b]", '"1",[a,b]', "1\t\"[a,\t'b']\"", "1;[b;a]", "1,['b' ,\"a\"]"]
)
def test_a_line_is_cut_at_its_first_separator(tmp_path, line):
    task = make_task(tmp_path, classes='ClassId\na\nb\nc\n"b;a"\n')
    expected = ["b;a"] if "b;a" in line else ["a", "b"]
    assert classes_of(task, line) == expected


def test_a_query_with_the_separator_in_it_stands_in_quotes(tmp_path):
    task = make_task(tmp_path, media=None, queries='QueryId\n"1,x"\n1\n2\n3\n4\n')
    report = task.check('"1,x",[a, b]\n2,[a]\n', shape="set")
    assert report.valid, report.problems
    assert report.n_predictions == 3


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("9", "columns"),
        ('9;"[a]";x', "columns"),
        ("9;[a];x", "list"),
        ("9;a", "list"),
        ("9;", "list"),
        ("9;[a", "list"),
        ("9;[a,]", "list"),
        ('9;"[a]', "quotes"),
        ('9;"[a]"x', "quotes"),
        ('9;"[a, "b"]"', "quotes"),
        ('"9;[a]', "quotes"),
        ('9";[a]', "quotes"),
        ("9;[zebra]", "unknown_class"),
        ("9;['']", "unknown_class"),
        ("9;['a ']", "unknown_class"),
        ("9;[-1]", "unknown_class"),
        ("8;[a]", "unknown_query"),
        ("9;[a, b, a]", "duplicate"),
        ("9;[a, 'a']", "duplicate"),
        ("", "blank_line"),
    ],
)
@pytest.mark.parametrize("header", ["", "QueryId;ClassIds\n"])
def test_each_problem_has_its_line(check, line, kind, header):
    report = check(f"{header}1;[a]\n2;[]\n{line}\n3;[c]\n")
    assert kinds(report) == {kind: [3 + bool(header)]}


@pytest.mark.parametrize(
    "header",
    [
        "QueryId;Probability",
        "QueryId;Rank",
        "id;query_id",
        "QueryId",
        "QueryId;ClassId;Probability",
        "QueryId;[ClassId];Probability",
        "QueryId;ClassId;[Probability]",
    ],
)
def test_a_wrong_header_is_a_problem(check, header):
    if header == "QueryId":  # without a separator nothing more can be said
        assert kinds(check(f"{header}\n{WHOLE}")) == {"columns": [1]}
        return
    report = check(f"{header}\n{WHOLE}")
    assert kinds(report) == {"header": [1]}
    assert "QueryId;[ClassId, ClassId, ...]" in report.problems[0].message


def test_each_id_is_judged_and_the_nearest_named(tmp_path):
    task = make_task(tmp_path, classes="ClassId\na\nb\nc\noak\nelm\n")
    report = task.check("1;[oakk, zebra, elm]\n2;[oka]\n", shape="set")
    (problem,) = report.problems
    assert (problem.kind, problem.lines, problem.count) == ("unknown_class", (1, 2), 3)
    assert "'oakk'" in problem.message
    assert "did you mean 'oak'" in problem.message


def test_what_is_no_list_says_what_would_be_right(check):
    (problem,) = check("1;a b\n").problems
    assert problem.message == (
        "no [ where the list should begin: 'a b'; right is QueryId;[ClassId, ClassId, ...], separated "
        "by one semicolon, and [] for no class"
    )


# ---------------------------------------------------------------- queries
def test_a_query_stands_on_one_line(check):
    report = check("1;[a]\n2;[b]\n1;[c]\n2;[]\n2;[b]\n")
    assert kinds(report) == {"duplicate_query": [3, 4, 5]}
    assert "'1' is on line 1 already" in report.problems[0].message


def test_a_line_that_is_wrong_is_a_line_of_its_query(check):
    assert kinds(check("1;[a\n1;[a]\n2;[zebra]\n2;[]\n")) == {
        "list": [1],
        "duplicate_query": [2, 4],
        "unknown_class": [3],
    }


def test_more_classes_than_allowed(check):
    assert check(WHOLE, max_predictions_per_query=3).valid
    report = check(WHOLE, max_predictions_per_query=1)
    assert kinds(report) == {"too_many": [1, 4, 5]}
    assert report.problems[0].count == 3
    assert "allowed are 1" in report.problems[0].message


# ---------------------------------------------------------------- missing queries
def coverage_of(report: RunReport) -> tuple[float, int, str]:
    (warning,) = report.warnings
    assert warning.kind == "coverage"
    return report.coverage, warning.count, warning.message


@pytest.mark.parametrize("policy", ["zero", "reject"])
def test_no_line_is_an_empty_answer(check, policy):
    """Nothing is missing then, so nothing can be rejected."""
    for run in ("1;[a]\n3;[c]\n", "1;[a]\n2;[]\n3;[c]\n"):
        report = check(run, missing_queries=policy)
        assert report.valid
        coverage, count, message = coverage_of(report)
        assert (coverage, count) == (2 / 5, 3)
        assert (
            message
            == "3 of 5 queries have no prediction, the first is '2'; each is an empty answer"
        )


def test_a_run_may_be_empty_answers_alone_but_not_empty(check):
    report = check("1;[]\n")
    assert report.valid
    assert coverage_of(report)[:2] == (0, 5)
    assert kinds(check("QueryId;ClassIds\n")) == {"empty": []}


def test_what_is_said_of_rankings_is_not_said_of_sets(check):
    whole = "1;[a]\n2;[b]\n3;[c]\n4;[d]\n9;[e]\n"
    assert check(whole).warnings == ()
