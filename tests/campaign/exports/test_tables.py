"""Cells that are safe in a spreadsheet, and numbers in the digits that people see."""

import csv
import io
import json

import pytest

from campaign.exports.tables import Table, safe_text, to_csv, to_json
from tests.campaign.factories import NOW


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "  =1", "\uff1d1", "\uff20x"]
)
def test_no_text_begins_a_formula(text):
    ((cell,),) = read(to_csv(Table((), [[text]])))[1:]
    assert cell == f"'{text}"


@pytest.mark.parametrize("text", ["Elm", "<b>🌿 Ünï", "a;b", 'say "x"', "two\nlines", "", "'x"])
def test_other_texts_stay_as_they_are(text):
    assert safe_text(text) == text
    assert read(to_csv(Table(("a", "b"), [[text, "end"]])))[1] == [text, "end"]


def test_no_line_end_ends_a_cell():
    text = to_csv(Table("ab", [["one\r=two\r\nthree", "end"], ["\r=1", "end"]]))
    assert read(text)[1:] == [["one\n=two\nthree", "end"], ["'\n=1", "end"]]


def test_numbers_are_no_texts():
    row = [-0.5, 1 / 3, 17, True, None, NOW, {"a": 1}]
    line = read(to_csv(Table("abcdefg", [row])))[1]
    assert line == ["-0.5000", "0.3333", "17", "true", "", "2017-05-01T12:00:00Z", '{"a": 1}']
    assert read(to_csv(Table("a", [[1 / 3]]), exact=True))[1] == [repr(1 / 3)]


def test_json_has_a_head_and_rows_by_name():
    said = json.loads(to_json(Table(("team", "mrr"), [["=Elm", 1 / 3]]), task="t", at=NOW))
    assert said == {
        "task": "t",
        "at": "2017-05-01T12:00:00Z",
        "rows": [{"team": "=Elm", "mrr": 0.3333}],
    }
