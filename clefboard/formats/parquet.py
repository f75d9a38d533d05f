"""Runs as Parquet: the columns QueryId, ClassId, Probability and, where it is needed, Rank.

Ids are text. Whole numbers are taken as the text that writes them, digit by digit; anything else is
refused, since nobody knows which text was meant by a fraction. pyarrow is an extra: it is loaded only
where a Parquet file is read or written.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import Any

from clefboard.formats.refusal import CannotConvert
from clefboard.formats.spooled import Row, Rows, SpooledRun, gather
from scoring.problems import InvalidRun, Problem, Problems, said, shown
from scoring.run_files.answers import Lines
from scoring.run_files.layouts import LAYOUTS, plain_name
from scoring.run_files.line_checks import MAX_RANK
from scoring.run_files.writer import replaced

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 1 << 16
_ROWS_OF_A_GROUP = 1 << 17


def is_parquet(path: Path) -> bool:
    """Tell whether a file says at both ends that it is one."""
    if path.stat().st_size < 2 * len(_MAGIC):
        return False
    with path.open("rb") as file:
        head = file.read(len(_MAGIC))
        file.seek(-len(_MAGIC), SEEK_END)
        return head == file.read() == _MAGIC


def read_parquet(
    path: Path, make: Callable[[], SpooledRun]
) -> tuple[tuple[Problem, ...], SpooledRun]:
    """Read a run; numbers of lines are those of rows, the first is 1.

    Raises
    ------
    CannotConvert
        Where pyarrow is not installed.
    """
    pyarrow = need_pyarrow()

    def lines(problems: Problems) -> Iterator[Lines]:
        try:
            with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
                yield from _Reader(pyarrow, problems, file).lines()
        except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
            first = str(error).split("\n", maxsplit=1)[0]
            raise InvalidRun(
                Problem("not_parquet", said("the Parquet file cannot be read: %(why)s", why=first))
            ) from error

    return gather(lines, make)


def write_parquet(path: Path, rows: Rows, ranks: bool) -> None:
    """Write a run in groups of some hundred thousand rows.

    Raises
    ------
    CannotConvert
        Where pyarrow is not installed.
    """
    pyarrow = need_pyarrow()
    fields = [("QueryId", pyarrow.string()), ("ClassId", pyarrow.string())]
    fields.append(("Probability", pyarrow.float64()))
    if ranks:
        fields.append(("Rank", pyarrow.int32()))
    schema = pyarrow.schema([pyarrow.field(*field, nullable=False) for field in fields])
    flat = ((query, row) for query, own in rows for row in own)
    with (
        replaced(path) as part,
        pyarrow.parquet.ParquetWriter(
            part, schema, compression="zstd", write_page_checksum=True
        ) as writer,
    ):
        while group := list(islice(flat, _ROWS_OF_A_GROUP)):
            writer.write_table(pyarrow.table(_columns(group)[: len(fields)], schema=schema))


def need_pyarrow() -> Any:
    """Return pyarrow with its Parquet module, or refuse in one line."""
    try:
        import pyarrow as pa  # noqa: PLC0415  # an extra
        import pyarrow.compute  # noqa: PLC0415  # as above
        import pyarrow.parquet  # noqa: PLC0415  # as above
    except ImportError as error:
        raise CannotConvert(
            "Parquet needs pyarrow, which is not installed: pip install 'clefboard[parquet]'"
        ) from error
    return pa


def _columns(group: Sequence[tuple[str, Row]]) -> list[list[Any]]:
    return [
        [query for query, _ in group],
        [row.name for _, row in group],
        [row.score for _, row in group],
        [row.place for _, row in group],
    ]


class _Reader:
    """Reads the columns of one file, batch by batch."""

    def __init__(self, pyarrow: Any, problems: Problems, file: Any) -> None:
        self._pa = pyarrow
        self._problems = problems
        self._file = file
        self._schema = file.schema_arrow
        self._query = self._find(lambda name: LAYOUTS["ranked"].is_header([name], ()), "QueryId")
        self._class = self._find(lambda name: plain_name(name) == "classid", "ClassId")
        self._score = self._find(lambda name: plain_name(name) == "probability", "Probability")
        self._rank = self._find(lambda name: plain_name(name) == "rank")
        for name in (self._query, self._class):
            self._need_text(name)
        for name in (self._score, self._rank):
            self._need_number(name)

    def lines(self) -> Iterator[Lines]:
        names = [name for name in (self._query, self._class, self._score, self._rank) if name]
        start = 1
        for batch in self._file.iter_batches(batch_size=_ROWS_AT_ONCE, columns=names):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            numbers = range(start, start + batch.num_rows)
            lines = Lines(
                numbers,
                self._texts(columns[self._query], numbers, self._query),
                self._texts(columns[self._class], numbers, self._class),
                self._scores(columns[self._score], numbers),
                self._ranks(columns[self._rank], numbers) if self._rank else (),
            )
            if not self._problems:
                yield lines
            start += batch.num_rows

    # ------------------------------------------------------------ columns
    def _find(self, is_it: Callable[[str], bool], needed: str = "") -> str:
        """Return the name of the column that is it, nothing where there is none."""
        found = [name for name in self._schema.names if is_it(name)]
        if len(found) > 1:
            raise _no_columns(
                "%(one)s and %(other)s are both %(name)s",
                one=shown(found[0]),
                other=shown(found[1]),
                name=needed or "Rank",
            )
        if needed and not found:
            there = ", ".join(map(shown, self._schema.names))
            raise _no_columns(
                "no column is called %(name)s; there are %(there)s", name=needed, there=there
            )
        return found[0] if found else ""

    def _need_text(self, name: str) -> None:
        types, kind = self._pa.types, self._schema.field(name).type
        kind = kind.value_type if types.is_dictionary(kind) else kind
        texts = (types.is_string, types.is_large_string, types.is_string_view, types.is_integer)
        if not any(is_text(kind) for is_text in texts):
            raise _no_columns(
                "%(name)s holds %(held)s; right is text, or whole numbers",
                name=name,
                held=str(kind),
            )

    def _need_number(self, name: str) -> None:
        types = self._pa.types
        is_right = (
            types.is_integer
            if name == self._rank
            else lambda t: types.is_floating(t) or types.is_integer(t)
        )
        if name and not is_right(self._schema.field(name).type):
            kind = "whole numbers" if name == self._rank else "numbers"
            held = str(self._schema.field(name).type)
            template = f"%(name)s holds %(held)s; right are {kind}"
            raise _no_columns(template, name=name, held=held)

    # ------------------------------------------------------------ values
    def _texts(self, column: Any, numbers: range, name: str) -> list[str]:
        if self._pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        texts: list[str | None] = column.cast(self._pa.string()).to_pylist()
        wrong = [number for number, text in zip(numbers, texts, strict=True) if not text]
        if wrong:
            self._problems.add_lines(
                "empty_id", wrong, lambda: said("%(name)s is empty; right is an id", name=name)
            )
        return [text or "" for text in texts]

    def _scores(self, column: Any, numbers: range) -> list[float]:
        pc = self._pa.compute
        column = column.cast(self._pa.float64(), safe=False)
        finite = pc.fill_null(pc.is_finite(column), False).to_pylist()
        wrong = [number for number, is_right in zip(numbers, finite, strict=True) if not is_right]
        if wrong:
            text = said("%(name)s is no finite number; right is one, e.g. 0.25", name=self._score)
            self._problems.add_lines("probability", wrong, lambda: text)
        values: list[float] = column.to_pylist()
        return values

    def _ranks(self, column: Any, numbers: range) -> list[int]:
        ranks: list[int | None] = column.to_pylist()
        wrong = [
            number
            for number, rank in zip(numbers, ranks, strict=True)
            if rank is None or not 1 <= rank <= MAX_RANK
        ]
        if wrong:
            text = said("%(name)s is no rank; right is a whole number from 1", name=str(self._rank))
            self._problems.add_lines("rank", wrong, lambda: text)
        return [rank or 0 for rank in ranks]


def _no_columns(template: str, **values: str) -> InvalidRun:
    return InvalidRun(Problem("columns", said(template, **values)))
