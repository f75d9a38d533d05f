"""From the bytes of lines to predictions, by the rules of run files.

`LineChecker.check` judges one line by itself and says everything that is wrong with it: it is the rule.
`LineChecker.check_plain` takes many lines at once when each of them is plainly right, and takes none
otherwise. It makes reading quick; it must never accept what `check` would not.
"""

import math
import re
from collections.abc import Callable, Collection, Sequence, Set
from dataclasses import dataclass

from scoring.answers import Lines
from scoring.dialect import SEPARATOR_NAMES, BadQuotes, split_fields
from scoring.layouts import SEGMENT, Layout
from scoring.line_blocks import MAX_LINE_BYTES, Block
from scoring.nearest import did_you_mean
from scoring.problems import Problems, shown

MAX_RANK = 2**31 - 1

_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANK = re.compile(r"0*[1-9][0-9]{0,9}")
_NUMBER_BYTES = b"0123456789.eE+-"
_DIGITS = b"0123456789"
_NO_NUMBER = math.nan


@dataclass
class LineChecker:
    """Judges the lines of one file, header and blank lines apart.

    Attributes
    ----------
    problems
        Gets everything that is wrong.
    layout, separator
        How a line looks.
    queries, classes
        The ids there are.
    any_score
        Whether a probability may be any finite number.
    width
        How many columns the lines have; None until the header or a line with a right number says it.
    """

    problems: Problems
    layout: Layout
    separator: str
    queries: Set[str]
    classes: Set[str]
    any_score: bool
    width: int | None = None

    # ------------------------------------------------------------ one line
    def check(self, number: int, raw: bytes) -> Lines | None:
        """Return what a line says, None where it does not even say of which query."""
        fields = self._fields(number, raw)
        if fields is None:
            return None
        at = self.layout.n_query
        query = self._query(number, fields[:at])
        name = self._class(number, fields[at])
        probability = self._probability(number, fields[at + 1])
        ranks = [self._rank(number, field) for field in fields[at + 2 :]]
        return None if query is None else Lines(number, [query], [name], [probability], ranks)

    def _fields(self, number: int, raw: bytes) -> list[str] | None:
        raw = raw.removesuffix(b"\r")
        if len(raw) > MAX_LINE_BYTES:
            self._say("long_line", number, lambda: f"longer than 1 MB; right is {self._right()}")
            return None
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            self._say(
                "not_utf8",
                number,
                lambda: f"the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8",
            )
            return None
        try:
            fields = split_fields(line, self.separator)
        except BadQuotes as error:
            text = f"{error}: {shown(line)}"
            self._say("quotes", number, lambda: text)
            return None
        return fields if self._has_right_width(number, line, len(fields)) else None

    def _has_right_width(self, number: int, line: str, width: int) -> bool:
        if self.width is None and width in self.layout.widths:
            self.width = width
        if width == self.width:
            return True
        what = f"{width} column{'s' * (width != 1)} in {shown(line)}"
        if width in self.layout.widths:
            what += f", where the header or the lines before have {self.width}"
        self._say("columns", number, lambda: f"{what}; right is {self._right()}")
        return False

    def _right(self) -> str:
        """Return how a line should look."""
        name = SEPARATOR_NAMES[self.separator]
        return f"{self.layout.joined(self.separator)}, separated by one {name}"

    def _query(self, number: int, fields: Sequence[str]) -> str | None:
        query = "/".join(fields)
        if query in self.queries and not any("/" in time for time in fields[1:]):
            return query
        if len(fields) == 2 and not SEGMENT.fullmatch(fields[1]):
            text = f"the time {shown(fields[1])} is not written hh:mm:ss-hh:mm:ss"
            self._say("unknown_query", number, lambda: text)
        else:
            self._say_unknown("query", number, query, self.queries)
        return None

    def _class(self, number: int, name: str) -> str | None:
        if name in self.classes:
            return name
        self._say_unknown("class", number, name, self.classes)
        return None

    def _say_unknown(self, what: str, number: int, name: str, known: Collection[str]) -> None:
        def message() -> str:
            return f"the {what} {shown(name)} is not one of the {len(known):,} of this task{did_you_mean(name, known)}"

        self._say(f"unknown_{what}", number, message)

    def _probability(self, number: int, text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) else _NO_NUMBER
        if self._is_in_range(value):
            return value
        right = "a finite decimal number" if self.any_score else "a decimal number from 0 to 1"
        self._say(
            "probability",
            number,
            lambda: f"the probability is {shown(text)}; right is {right}, e.g. 0.25",
        )
        return _NO_NUMBER

    def _is_in_range(self, value: float) -> bool:
        return math.isfinite(value) if self.any_score else 0 <= value <= 1

    def _rank(self, number: int, text: str) -> int:
        if _RANK.fullmatch(text) and (rank := int(text.lstrip("0"))) <= MAX_RANK:
            return rank
        self._say(
            "rank", number, lambda: f"the rank is {shown(text)}; right is a whole number from 1"
        )
        return 0

    def _say(self, kind: str, number: int, message: Callable[[], str]) -> None:
        self.problems.add(kind, number, message)

    # ------------------------------------------------------------ many lines
    def check_plain(self, block: Block) -> Lines | None:
        """Return what all lines of a block say, None unless every one of them is plainly right."""
        columns = self._columns(block.data)
        if columns is None:
            return None
        at = self.layout.n_query
        queries, names = self._joined(columns[:at]), columns[at]
        if queries is None or not (set(queries) <= self.queries and set(names) <= self.classes):
            return None
        probabilities = _decimals(columns[at + 1])
        if not probabilities or not all(
            map(self._is_in_range, (min(probabilities), max(probabilities)))
        ):
            return None
        ranks = _ranks(columns[at + 2]) if columns[at + 2 :] else []
        return (
            None if ranks is None else Lines(block.first_line, queries, names, probabilities, ranks)
        )

    def _columns(self, data: bytes) -> list[tuple[str, ...]] | None:
        if self.width is None or b'"' in data or len(data) > MAX_LINE_BYTES:
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\r" in text:
            text = text.removesuffix("\r").replace("\r\n", "\n")
        separator = self.separator
        rows = [line.split(separator) for line in text.split("\n")]
        if "\r" in text or set(map(len, rows)) != {self.width}:
            return None
        return list(zip(*rows, strict=True))

    def _joined(self, columns: Sequence[tuple[str, ...]]) -> Sequence[str] | None:
        if len(columns) == 1:
            return columns[0]
        if any("/" in time for time in set(columns[1])):
            return None
        return list(map("/".join, zip(*columns, strict=True)))


def _decimals(texts: Sequence[str]) -> list[float] | None:
    """Return texts as numbers, None unless all are in the grammar.

    Within these characters `float` takes what the grammar takes, and a leading ``+``.
    """
    joined = "".join(texts)
    if not joined.isascii() or joined.encode().translate(None, _NUMBER_BYTES):
        return None
    if "+" in joined and any(text.startswith("+") for text in texts):
        return None
    try:
        return list(map(float, texts))
    except ValueError:
        return None


def _ranks(texts: Sequence[str]) -> list[int] | None:
    joined = "".join(texts)
    if not joined.isascii() or joined.encode().translate(None, _DIGITS):
        return None
    try:
        ranks = list(map(int, texts))
    except ValueError:
        return None
    return ranks if min(ranks) >= 1 and max(ranks) <= MAX_RANK else None
