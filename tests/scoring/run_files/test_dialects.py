"""Dialects, headers, columns and quotes of a run file."""

import pytest

from tests.scoring.small_task import kinds, make_task

WHOLE = "1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n9;e;0.5\n"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("header", ["", "ObsId;ClassId;Probability\n"])
@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("last_end", [True, False])
def test_dialects_read_alike(task, separator, end, bom, header, quoted, last_end):
    lines = [line.split(";") for line in (header + WHOLE).splitlines()]
    if quoted:
        lines = [[f'"{field}"' for field in line] for line in lines]
    text = end.join(separator.join(line) for line in lines) + (end if last_end else "")
    report = task.check(bom + text.encode())
    assert report.valid, report.problems
    assert report.separator == separator
    assert report.n_predictions == 5
    assert report.n_lines == 5 + bool(header)


def test_the_first_separator_outside_quotes_counts(tmp_path):
    task = make_task(tmp_path, media=None, queries='QueryId\n"1;x"\n1\n2\n3\n4\n9\n')
    report = task.check('"1;x",a,0.5\n2,b,0.5\n')
    assert report.valid, report.problems
    assert report.separator == ","


def test_no_separator_is_said_with_the_line(task):
    report = task.check("\n\n1 a 0.9\n2 b 0.8\n")
    assert kinds(report) == {"blank_line": [1, 2], "columns": [3]}
    assert "'1 a 0.9'" in report.problems[1].message
    assert "QueryId;ClassId;Probability[;Rank]" in report.problems[1].message


@pytest.mark.parametrize(
    "name",
    [
        "queryid",
        "Query_Id",
        "ObservationId",
        "OBS ID",
        "media_id",
        "ImageId",
        '"PlotId"',
        "quadrat_id",
        "SurveyID",
        "id",
        "'id'",
    ],
)
def test_names_of_a_header(task, name):
    report = task.check(f"{name};anything;at all\n{WHOLE}")
    assert report.valid, report.problems
    assert report.header is not None
    assert report.header[1:] == ["anything", "at all"]


def test_a_query_called_id_is_no_header(tmp_path):
    task = make_task(tmp_path, media=None, queries="QueryId\nid\n1\n2\n3\n4\n")
    report = task.check("id;a;0.5\n1;a;0.5\n")
    assert report.header is None
    assert report.n_queries == 2


def test_another_first_line_is_a_line(task):
    assert kinds(task.check(f"Observation;ClassId;Probability\n{WHOLE}")) == {
        "unknown_query": [1],
        "unknown_class": [1],
        "probability": [1],
    }


@pytest.mark.parametrize(
    ("header", "lines"),
    [
        ("QueryId;ClassId", [1]),
        ("QueryId;ClassId;Probability;Rank;More", [1]),
        ("QueryId;Probability;ClassId", [1]),
        ("QueryId;Class_Id ;class id", [1]),
        ("id;queryid;x", [1]),
        ("QueryId;ClassId;Rank", [1]),
    ],
)
def test_a_wrong_header_is_a_problem(task, header, lines):
    report = task.check(f"{header}\n{WHOLE}")
    assert kinds(report) == {"header": lines}
    assert "QueryId;ClassId;Probability[;Rank]" in report.problems[0].message


def test_the_first_column_may_be_called_like_any_id(task):
    report = task.check("QueryId;ClassId;Probability\nm1;a;0.5\n", "image_run")
    assert report.valid, report.problems


def test_a_header_says_how_many_columns_follow(task):
    report = task.check(f"QueryId;ClassId;Probability;Rank\n{WHOLE}")
    assert kinds(report) == {"columns": [2, 3, 4, 5, 6]}


def test_blank_lines_are_right_at_the_end_only(task):
    assert task.check(f"{WHOLE}\n\r\n  \n").valid
    assert kinds(task.check(f"1;a;0.9\n\n \t\n{WHOLE[8:]}")) == {"blank_line": [2, 3]}


# ---------------------------------------------------------------- columns and quotes
def test_columns_are_not_mixed(task):
    report = task.check("1;a;0.9;1\n2;b;0.8\n3;c;0.7;1\n4;d\n9;e;0.5;1;1\n")
    assert kinds(report) == {"columns": [2, 4, 5]}
    assert "3 columns in '2;b;0.8'" in report.problems[0].message


def test_the_width_is_that_of_the_first_line_with_a_right_one(task):
    assert kinds(task.check("1;a\n2;b;0.8;1\n3;c;0.7\n")) == {"columns": [1, 3]}


@pytest.mark.parametrize(
    "line", ['"1;a;0.9', '1;a";0.9', '"1"x;a;0.9', '1;""a"";0.9', '1;";0.9', '"1;a";0.9;"1']
)
@pytest.mark.parametrize("header", ["", "QueryId;ClassId;Probability\n"])
def test_quotes_that_do_not_fit(task, line, header):
    assert kinds(task.check(f"{header}{WHOLE}{line}\n")) == {"quotes": [6 + bool(header)]}


@pytest.mark.parametrize("header", ["", "QueryId;ClassId;Probability\n"])
def test_a_carriage_return_ends_no_field(task, header):
    for line in ("1\r;b;0.5", "1;b\r;0.5", "1;b;0.5\r"):
        report = task.check(f"{header}{WHOLE}{line}\r\n2;a;0.1\n")
        assert len(report.problems) == 1, line
        assert report.problems[0].lines == (6 + bool(header),)


def test_a_doubled_quote_is_one(tmp_path):
    task = make_task(tmp_path, media=None, queries='QueryId\n"say ""x"""\n1\n2\n3\n4\n')
    assert task.check('"say ""x""";"a";"0.5"\n').n_queries == 1


@pytest.mark.parametrize("header", ["", "QueryId\tClassId\tProbability\n"])
@pytest.mark.parametrize("n_lines", [1, 30_000])
@pytest.mark.parametrize("blank", ["\t\t", "\t \t", "\t\t\r"])
def test_a_line_of_tabs_is_blank_whoever_reads_it(task, header, n_lines, blank):
    lines = [f"{1 + place % 3}\t{'abc'[place // 3 % 3]}\t1" for place in range(min(n_lines, 9))]
    text = header + "\n".join(lines * (n_lines // len(lines)) if n_lines > 9 else lines)
    problems = kinds(task.check(f"{text}\n{blank}\n"))
    assert "blank_line" not in problems
    assert set(problems) <= {"duplicate"}
    middle = kinds(task.check(f"{header}1\ta\t1\n{blank}\n2\ta\t1\n"))
    assert middle == {"blank_line": [3 if header else 2]}
