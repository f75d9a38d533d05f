"""Delimited run files, for whoever has no task to hold them against."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from clefboard.formats.refusal import CannotConvert
from clefboard.formats.spooled import Rows, SpooledRun
from scoring.dialect import BadQuotes, find_separator, split_fields
from scoring.problems import InvalidRun, Problem
from scoring.run_files.layouts import LAYOUTS, SEGMENT, Layout
from scoring.run_files.line_blocks import line_blocks
from scoring.run_files.packed import read_content
from scoring.run_files.reader import read_run
from scoring.run_files.writer import RunWriter, written_whole
from scoring.run_rules import RunRules, Shape
from scoring.truth.ground_truth import TestSet
from scoring.truth.tables import Table

_NO_QUERY = "?"  # of a file without any: what is wrong with it is said when it is read


def read_delimited(
    path: Path, make: Callable[[], SpooledRun]
) -> tuple[tuple[Problem, ...], SpooledRun]:
    """Read a ranked, segment or image run by the rules of run files, any ids and scores being right.

    The file is read twice: for its queries, then by the reader that knows the rules.

    Raises
    ------
    CannotConvert
        For a run of sets or labels, which holds no scores.
    """
    queries: dict[str, None] = {}
    shape: Shape | None = None
    has_labels = False
    try:
        for fields in _fields(path):
            shape = shape or _shape_of(fields)
            has_labels = has_labels or _is_label(fields)
            queries["/".join(fields[: LAYOUTS[shape or "ranked"].n_query])] = None
    except InvalidRun:
        pass  # as above
    if has_labels and shape is None:
        raise CannotConvert("a run of sets or labels holds no scores; right are lines with scores")
    test_set = TestSet(None, Table("queries", {"QueryId": list(queries) or [_NO_QUERY]}))
    rules = RunRules(shape or "ranked", scores="any", max_upload_bytes=sys.maxsize)
    report, run = read_run(path, test_set, rules, "run", make)
    return report.problems, run


def write_delimited(path: Path, rows: Rows, layout: Layout, queries: set[str], ranks: bool) -> None:
    """Write a run file, with the column Rank where that is needed to keep the order."""
    with written_whole(path) as file:
        writer = RunWriter(file, layout, queries, ranks=ranks)
        for query, own in rows:
            if ranks:
                writer.write_ranked(query, own)
            else:
                writer.write(query, ((row.name, row.score) for row in own))


def _fields(path: Path) -> Iterator[list[str]]:
    """Yield the fields of every line that has some, without the header."""
    separator = None
    for line in _lines(path):
        first = separator is None
        separator = separator or find_separator(line)
        if separator is None:
            return
        try:
            fields = split_fields(line, separator)
        except BadQuotes:
            continue
        if not (first and _is_header(fields)):
            yield fields


def _lines(path: Path) -> Iterator[str]:
    for block in line_blocks(read_content(path, sys.maxsize)):
        text = block.data.decode("utf-8", "replace")
        if block.first_line == 1:
            text = text.removeprefix("\ufeff")
        for line in text.split("\n"):
            if line.strip(" \t\r"):
                yield line.removesuffix("\r")


def _is_header(fields: list[str]) -> bool:
    """Tell whether a first line names columns: no task says whether it is one of its queries."""
    return LAYOUTS["ranked"].is_header(fields, ()) and not any(map(_is_number, fields[2:4]))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _shape_of(fields: list[str]) -> Shape | None:
    """Return the shape that a line shows; None for one without a score."""
    if len(fields) < 3 or _is_label(fields):
        return None
    return "segment" if len(fields) == 4 and SEGMENT.fullmatch(fields[1]) else "ranked"


def _is_label(fields: list[str]) -> bool:
    return len(fields) == 2 or (len(fields) > 2 and fields[1].startswith("["))
