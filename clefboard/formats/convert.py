"""A run from one form into another, its order kept."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clefboard.formats.delimited import read_delimited, write_delimited
from clefboard.formats.parquet import is_parquet, need_pyarrow, read_parquet, write_parquet
from clefboard.formats.refusal import CannotConvert
from clefboard.formats.spooled import Row, Rows, SpooledRun
from clefboard.formats.trec import looks_like_trec, read_trec, write_trec
from scoring.fusion.spool import Spool
from scoring.problems import InvalidRun, Problem, said, shown
from scoring.run_files.layouts import LAYOUTS, SEGMENT, Layout
from scoring.run_files.packed import read_content
from scoring.run_files.writer import check_place, check_target

FORMATS = ("run", "trec", "parquet")
_ENDINGS = {".csv": "run", ".trec": "trec", ".parquet": "parquet"}
_PACKED = (".gz", ".zst")

Read = Callable[[Path, Callable[[], SpooledRun]], tuple[tuple[Problem, ...], SpooledRun]]
_READERS: Mapping[str, Read] = {
    "run": read_delimited,
    "trec": read_trec,
    "parquet": read_parquet,
}


@dataclass(frozen=True)
class Conversion:
    """What became of a conversion.

    Attributes
    ----------
    problems
        What is wrong with the file that was read; only without any was another one written.
    warnings
        What is worth a look in the one that was written.
    n_queries, n_predictions
        How much that holds.
    """

    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = field(default=())
    n_queries: int = 0
    n_predictions: int = 0


def convert_run(
    source: Path,
    target: Path,
    *,
    to: str,
    of: str | None = None,
    layout: str | None = None,
    scale: bool = False,
    tag: str = "clefboard",
) -> Conversion:
    """Write a run in another form; whole or not at all.

    The place of every class is kept: score descending, equal scores by rank, and what is equal then
    stays so.

    Parameters
    ----------
    source, target
        The files; a run or a TREC file is packed by the name of the target.
    to, of
        `FORMATS`; what the source is is told by its content if it is not said.
    layout
        How the lines of a run look: ``ranked``, ``segment`` or ``image_run``; told by the ids of the
        queries if it is not said.
    scale
        Whether to put all scores linearly into [0, 1].
    tag
        The last column of a TREC file.

    Raises
    ------
    CannotConvert
        When what was read cannot be written so.
    CannotWrite
        When no file can be at the target, or its name promises another one.
    """
    _check_target(target, to)
    with Spool() as spool:
        problems, run = _READERS[of or format_of(source)](source, lambda: SpooledRun(spool))
        if problems:
            return Conversion(problems)
        warnings = _write(run, target, to, layout, scale, tag)
        return Conversion((), tuple(warnings), len(run.queries), run.n_predictions)


def format_by_name(path: Path) -> str | None:
    """Return the form that a name promises, None where it promises none."""
    name = path.with_suffix("") if path.suffix in _PACKED else path
    return _ENDINGS.get(name.suffix)


def format_of(path: Path) -> str:
    """Return the form of a file that is there, by its content."""
    if is_parquet(path):
        return "parquet"
    try:
        head = next(read_content(path, sys.maxsize), b"")
    except InvalidRun:
        return "run"  # whose reader says what is wrong
    lines = (line for line in head.split(b"\n") if line.strip())
    return "trec" if looks_like_trec(next(lines, b"")) else "run"


# ---------------------------------------------------------------- writing
def _check_target(target: Path, to: str) -> None:
    """Refuse before anything is read what could not be written in the end."""
    if to == "parquet":
        need_pyarrow()
        check_place(target)
    else:
        check_target(target)


def _write(
    run: SpooledRun, target: Path, to: str, layout: str | None, scale: bool, tag: str
) -> Iterator[Problem]:
    rows: Rows = _scaled(run) if scale else run.rows()
    if to == "trec":
        write_trec(target, rows, tag)
    elif to == "parquet":
        write_parquet(target, rows, ranks=run.n_parted > 0)
    else:
        own = _layout(run, layout)
        ranks = run.n_parted > 0 and "Rank" in own.optional
        write_delimited(target, rows, own, set(run.queries), ranks)
        if run.n_parted and not ranks:
            yield _unparted(run)
        if not scale and not 0 <= run.lowest <= run.highest <= 1:
            yield _out_of_range(run)


def _layout(run: SpooledRun, name: str | None) -> Layout:
    segments = [SEGMENT.fullmatch(query.rpartition("/")[2]) is not None for query in run.queries]
    if name == "segment" and not all(segments):
        query = run.queries[segments.index(False)]
        raise CannotConvert(
            f"the query {shown(query)} is no segment; right is MediaId/hh:mm:ss-hh:mm:ss"
        )
    return LAYOUTS[name or ("segment" if all(segments) else "ranked")]


def _unparted(run: SpooledRun) -> Problem:
    return Problem(
        "rank_lost",
        said(
            "queries whose equal scores only Rank parts: these lines have no Rank, so they are equal now"
        ),
        count=run.n_parted,
    )


def _out_of_range(run: SpooledRun) -> Problem:
    return Problem(
        "out_of_range",
        said(
            "scores from %(lowest)s to %(highest)s: only a task with 'scores: any' takes them; --scale "
            "puts them into [0, 1]",
            lowest=repr(run.lowest),
            highest=repr(run.highest),
        ),
    )


def _scaled(run: SpooledRun) -> Iterator[tuple[str, list[Row]]]:
    """Yield predictions with scores from 0 for the lowest of all to 1 for the highest.

    Halves are subtracted, which are as exact and never too large.
    """
    low, width = run.lowest / 2, run.highest / 2 - run.lowest / 2
    for query, rows in run.rows():
        scaled = [
            Row(row.name, (row.score / 2 - low) / width if width else 1.0, row.place)
            for row in rows
        ]
        for place in range(1, len(rows)):
            if scaled[place].score == scaled[place - 1].score and (
                rows[place].score != rows[place - 1].score
            ):
                raise CannotConvert(
                    f"scaled into [0, 1], {rows[place - 1].score!r} and {rows[place].score!r} of the query "
                    f"{shown(query)} would be equal: the scores lie too far apart"
                )
        yield query, scaled
