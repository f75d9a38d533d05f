"""The tables of a task: every problem with its file and line."""

import pytest

from scoring import InvalidTable, read_ground_truth, read_test_set
from scoring.truth.tables import read_table
from tests.scoring.small_task import make_task, write_tables


def problems(folder, **tables: str | None) -> list[str]:
    with pytest.raises(InvalidTable) as caught:
        read_ground_truth(write_tables(folder, **tables))
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return [str(problem) for problem in caught.value.problems]


def test_a_table_is_read_as_text(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(b'\xef\xbb\xbfId;"Name; full"\r\n007;"say ""x"""\r\nNA;\r\n\r\n')
    table = read_table(path, key="Id", needed=["Id"])
    assert dict(table.columns) == {"Id": ["007", "NA"], "Name; full": ['say "x"', ""]}
    assert len(table) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "classes.csv: is empty: it needs a header and lines"),
        ("ClassId\n", "classes.csv: holds no line below its header"),
        ("ClassId,Genus\na,b\n", "classes.csv:1: no ';' in the header"),
        ("ClassId;ClassId\na;b\n", "classes.csv:1: the column 'ClassId' stands here twice"),
        ("ClassId;\na;b\n", "classes.csv:1: column 2 has no name"),
        ("ClassId; Genus\na;b\n", "classes.csv:1: the column ' Genus' has blanks around its name"),
        ("Class\na\n", "classes.csv:1: has no column 'ClassId' (did you mean 'Class'?)"),
        ("Species\na\n", "classes.csv:1: has no column 'ClassId': there are Species"),
        ("ClassId;Genus\na;b\nc\n", "classes.csv:3: 1 column, where the header has 2"),
        ("ClassId;Genus\na;b\nc;d;e\n", "classes.csv:3: 3 columns, where the header has 2"),
        ("ClassId\na\n\nb\n", "classes.csv:3: a blank line: take it out"),
        ("ClassId\na\nb\na\n", "classes.csv:4: ClassId 'a' is on line 2 already"),
        ("ClassId;Genus\n;b\n", "classes.csv:2: ClassId is empty"),
        ('ClassId\n"a\n', "classes.csv:2: a quote that is not closed on its line"),
        ('ClassId\na"b\n', "classes.csv:2: a quote inside a field"),
        (
            "ClassId;poisonous\na;yes\n",
            "classes.csv:2: poisonous is 'yes'; right is 1, 0 or nothing",
        ),
    ],
)
def test_what_is_wrong_with_one_table(tmp_path, text, expected):
    assert any(problem.startswith(expected) for problem in problems(tmp_path, classes=text))


def test_a_table_that_is_not_utf8(tmp_path):
    folder = write_tables(tmp_path)
    (folder / "classes.csv").write_bytes("ClassId\na\né\n".encode("latin-1"))
    with pytest.raises(InvalidTable, match=r"classes\.csv:3: not UTF-8"):
        read_test_set(folder)


def test_missing_tables(tmp_path):
    assert problems(tmp_path, queries=None, ground_truth=None) == [
        "ground_truth.csv: there is no such file",
        "queries.csv: there is no such file",
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "ground_truth",
            "QueryId;ClassId\n1;a\n22;a\n",
            "ground_truth.csv:3: QueryId '22' is not in queries.csv (did you mean '2'?)",
        ),
        (
            "ground_truth",
            "QueryId;ClassId\n1;A\n",
            "ground_truth.csv:2: ClassId 'A' is not in classes.csv (did you mean 'a'?)",
        ),
        (
            "ground_truth",
            "QueryId;ClassId\n1;a\n1;a\n",
            "ground_truth.csv:3: '1' with 'a' is on line 2 already",
        ),
        (
            "ground_truth",
            "QueryId;ClassId\n1;a\n1;\n",
            "ground_truth.csv:3: '1' has no class here, and one on line 2",
        ),
        (
            "ground_truth",
            "QueryId;ClassId\n1;\n1;\n",
            "ground_truth.csv:3: '1' with '' is on line 2 already",
        ),
        (
            "ground_truth",
            "QueryId;ClassId;Background\n1;a;x\n",
            "ground_truth.csv:2: Background is 'x'; right is 1, 0 or nothing",
        ),
        (
            "ground_truth",
            "QueryId;ClassId;Background\n1;;1\n",
            "ground_truth.csv:2: Background without a ClassId",
        ),
        (
            "ground_truth",
            "QueryId;ClassId\n;a\n",
            "ground_truth.csv:2: QueryId '' is not in queries.csv",
        ),
        ("media", "MediaId;QueryId\nm;7\n", "media.csv:2: QueryId '7' is not in queries.csv"),
        (
            "ground_truth",
            "QueryId;ClassId;Domain\n1;a;x\n",
            "ground_truth.csv:1: the column 'Domain' is in queries.csv too",
        ),
        (
            "media",
            "MediaId;QueryId;Genus\nm;1;x\n",
            "media.csv:1: the column 'Genus' is in classes.csv too",
        ),
    ],
)
def test_tables_that_contradict_each_other(tmp_path, name, text, expected):
    (problem,) = problems(tmp_path, **{name: text})
    assert problem.startswith(expected)


def test_queries_and_media_may_share_a_column(tmp_path):
    test_set = make_task(tmp_path, media="MediaId;QueryId;Domain\nm;1;x\n").truth.test_set
    assert test_set.media is not None
    assert test_set.media.columns["Domain"] == ["x"]


def test_of_many_problems_the_first_hundred_of_a_file_are_said(tmp_path):
    text = "QueryId;ClassId\n" + "".join(f"x{i};a\n" for i in range(500))
    found = problems(tmp_path, ground_truth=text)
    assert len(found) == 101
    assert found[-1] == "ground_truth.csv: and 400 more problems"
