"""TREC run files: ``qid Q0 docid rank score tag``, separated by blanks."""

import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from clefboard.formats.refusal import CannotConvert
from clefboard.formats.spooled import Rows, SpooledRun, gather
from scoring.problems import Problem, Problems, said, shown
from scoring.run_files.answers import Lines
from scoring.run_files.line_blocks import MAX_LINE_BYTES, line_blocks
from scoring.run_files.line_checks import MAX_RANK
from scoring.run_files.packed import read_content
from scoring.run_files.writer import shortest, written_whole

LINE = "qid Q0 docid rank score tag"
_BOM = b"\xef\xbb\xbf"
_BLANKS = " \t\n\r\x0b\x0c"  # what the tools of TREC split at
_SCORE = re.compile(rb"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANK = re.compile(rb"[0-9]{1,10}")


def read_trec(path: Path, make: Callable[[], SpooledRun]) -> tuple[tuple[Problem, ...], SpooledRun]:
    """Read a TREC run file: score descending, equal scores by rank ascending."""
    return gather(lambda problems: _lines(path, problems), make)


def write_trec(path: Path, rows: Rows, tag: str) -> None:
    """Write a TREC run file; equal predictions have equal ranks.

    Raises
    ------
    CannotConvert
        Where an id has a blank, which separates columns there.
    """
    checked = _Ids()
    _need_word(tag, "tag")
    with written_whole(path) as file:
        for query, own in rows:
            _need_word(query, "query")
            lines = [
                f"{query} Q0 {checked[row.name]} {row.place} {shortest(row.score)} {tag}\n"
                for row in own
            ]
            file.write("".join(lines).encode())


def looks_like_trec(line: bytes) -> bool:
    """Tell whether a line is one of a TREC run file."""
    words = line.split()
    return len(words) == 6 and words[1].upper() == b"Q0"


class _Ids(dict[str, str]):
    """The classes that can be written, each looked at once."""

    def __missing__(self, name: str) -> str:
        self[name] = _need_word(name, "class")
        return name


def _need_word(text: str, what: str) -> str:
    if not text or any(mark in text for mark in _BLANKS):
        why = "is empty" if not text else "has a blank"
        raise CannotConvert(
            f"the {what} {shown(text)} {why}, and blanks separate the columns of a TREC run file"
        )
    return text


# ---------------------------------------------------------------- reading
def _lines(path: Path, problems: Problems) -> Iterator[Lines]:
    blank = range(0)  # lines that are ignored unless another one follows
    for block in line_blocks(read_content(path, sys.maxsize)):
        data = block.data.removeprefix(_BOM) if block.first_line == 1 else block.data
        found: list[tuple[int, str, str, float, int]] = []
        for number, raw in enumerate(data.split(b"\n"), start=block.first_line):
            if not raw.strip():
                blank = range(blank.start or number, number + 1)
                continue
            if blank:
                problems.add_lines("blank_line", blank, lambda: said("a blank line; right is none"))
                blank = range(0)
            line = _line(number, raw, problems)
            if line is not None:
                found.append(line)
        if found:
            yield Lines(*map(list, zip(*found, strict=True)))


def _line(number: int, raw: bytes, problems: Problems) -> tuple[int, str, str, float, int] | None:
    """Return number, query, class, score and rank of a line, None where something is wrong."""
    words = raw.split()
    if len(raw) > MAX_LINE_BYTES or len(words) != 6:
        _say_columns(number, raw, len(words), problems)
        return None
    query, _, name, rank, score, _ = words
    value = float(score) if _SCORE.fullmatch(score) else math.nan
    if not math.isfinite(value):
        text = _shown(score)
        problems.add(
            "score",
            number,
            lambda: said("the score is %(score)s; right is a finite decimal number", score=text),
        )
        return None
    if not _RANK.fullmatch(rank) or int(rank) > MAX_RANK:
        text = _shown(rank)
        problems.add(
            "rank",
            number,
            lambda: said("the rank is %(rank)s; right is a whole number from 0", rank=text),
        )
        return None
    try:
        return number, query.decode(), name.decode(), value, int(rank)
    except UnicodeDecodeError:
        problems.add("not_utf8", number, lambda: said("an id is not UTF-8; save the file as UTF-8"))
        return None


def _say_columns(number: int, raw: bytes, width: int, problems: Problems) -> None:
    text = _shown(raw[:200])
    template = f"%(n)s column{'s' * (width != 1)} in %(line)s; right is {LINE}"
    problems.add("columns", number, lambda: said(template, n=width, line=text))


def _shown(raw: bytes) -> str:
    return shown(raw.decode("utf-8", "replace"))
