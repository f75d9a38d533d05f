"""From the bytes of lines to predictions, by the rules of run files.

`LineChecker.check` judges one line by itself and says everything that is wrong with it: it is the rule.
`LineChecker.check_many` judges the lines of a block by columns, which is quick, and gives up where a
line must be cut with care. Both come to the same judgement, whatever the lines are.
"""

import math
import re
from collections.abc import Callable, Collection, Sequence, Set
from itertools import compress

from scoring.dialect import BadQuotes, split_columns, split_fields
from scoring.nearest import did_you_mean
from scoring.problems import Problems, Sentence, said, shown
from scoring.records import dataclass
from scoring.run_files.answers import Lines
from scoring.run_files.layouts import SEGMENT, Layout
from scoring.run_files.line_blocks import MAX_LINE_BYTES, Block
from scoring.run_files.lists import BadList, read_list, split_before_list
from scoring.run_rules import UNKNOWN_CLASS

MAX_RANK = 2**31 - 1

_NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_RANK = re.compile(r"0*[1-9][0-9]{0,9}")
_NUMBER_BYTES = b"0123456789.eE+-"
_DIGITS = b"0123456789"
_NO_NUMBER = math.nan

_SEPARATED = {
    ";": "%(line)s, separated by one semicolon",
    ",": "%(line)s, separated by one comma",
    "\t": "%(line)s, separated by one tab",
}
_ONE_COLUMN = "%(n)s column in %(line)s"
_COLUMNS = "%(n)s columns in %(line)s"
_UNKNOWN_QUERY = "the query %(id)s is not one of the %(n)s of this task%(hint)s"
_UNKNOWN_CLASS = "the class %(id)s is not one of the %(n)s of this task%(hint)s"
_NO_UNKNOWN = "%(id)s for unknown is not allowed in this task; right is a class"
_NO_PROBABILITY = "the probability is %(number)s; right is a decimal number from 0 to 1, e.g. 0.25"
_NO_SCORE = "the probability is %(number)s; right is a finite decimal number, e.g. 0.25"
_NO_RANK = "the rank is %(number)s; right is a whole number from 1"


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
        The ids there are; without classes any id of one is right.
    any_score
        Whether a probability may be any finite number.
    takes_unknown
        Whether -1 is right where any id of a class is.
    width
        How many columns the lines have; None until the header or a line with a right number says it.
    """

    problems: Problems
    layout: Layout
    separator: str
    queries: Set[str]
    classes: Set[str] | None
    any_score: bool
    takes_unknown: bool = True
    width: int | None = None

    # ------------------------------------------------------------ one line
    def check(self, number: int, raw: bytes) -> Lines | None:
        """Return what a line says, None where it does not even say of which query."""
        fields = self._fields(number, raw)
        if fields is None:
            return None
        at = self.layout.n_query
        query = self._query(number, fields[:at])
        if self.layout.has_list:
            return self._listed(number, query, fields[at])
        name = self._class(number, fields[at])
        probability = [self._probability(number, field) for field in fields[at + 1 : at + 2]]
        ranks = [self._rank(number, field) for field in fields[at + 2 :]]
        return None if query is None else Lines([number], [query], [name], probability, ranks)

    def _listed(self, number: int, query: str | None, text: str) -> Lines | None:
        """Return a line for each class of a list; one without a class where there is none."""
        names: Sequence[str | None] = []
        try:
            names = read_list(text)
            if not self._are_classes(set(names)):
                names = [self._class(number, name) for name in names]
        except BadList as error:
            sentence = said(
                "%(fault)s: %(list)s; right is %(right)s, and [] for no class",
                fault=error.args[0],
                list=shown(text),
                right=self._right(),
            )
            self._say("list", number, lambda: sentence)
        names = names or [None]
        n = len(names)
        return None if query is None else Lines([number] * n, [query] * n, names, [])

    def _fields(self, number: int, raw: bytes) -> list[str] | None:
        raw = raw.removesuffix(b"\r")
        if len(raw) > MAX_LINE_BYTES:
            right = self._right()
            self._say(
                "long_line",
                number,
                lambda: said("longer than 1 MB; right is %(right)s", right=right),
            )
            return None
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            byte = f"0x{raw[error.start]:02X}"
            self._say(
                "not_utf8",
                number,
                lambda: said("the byte %(byte)s is not UTF-8; save the file as UTF-8", byte=byte),
            )
            return None
        split = split_before_list if self.layout.has_list else split_fields
        try:
            fields = split(line, self.separator)
        except BadQuotes as error:
            sentence = said("%(fault)s: %(line)s", fault=error.args[0], line=shown(line))
            self._say("quotes", number, lambda: sentence)
            return None
        return fields if self._has_right_width(number, line, len(fields)) else None

    def _has_right_width(self, number: int, line: str, width: int) -> bool:
        if self.width is None and width in self.layout.widths:
            self.width = width
        if width == self.width:
            return True
        self._say("columns", number, lambda: self._wrong_width(line, width))
        return False

    def _wrong_width(self, line: str, width: int) -> Sentence:
        read = said(_ONE_COLUMN if width == 1 else _COLUMNS, n=width, line=shown(line))
        if self.width is None or width not in self.layout.widths:
            return said("%(read)s; right is %(right)s", read=read, right=self._right())
        return said(
            "%(read)s, where the header or the lines before have %(n)s; right is %(right)s",
            read=read,
            n=self.width,
            right=self._right(),
        )

    def _right(self) -> Sentence:
        """Return how a line should look."""
        return said(_SEPARATED[self.separator], line=self.layout.joined(self.separator))

    def _query(self, number: int, fields: Sequence[str]) -> str | None:
        if len(fields) == 1:
            return self._known_query(number, fields[0])
        media, time = fields
        if SEGMENT.fullmatch(time):
            return self._known_query(number, f"{media}/{time}")
        self._say(
            "unknown_query",
            number,
            lambda: said("the time %(time)s is not written hh:mm:ss-hh:mm:ss", time=shown(time)),
        )
        return None

    def _known_query(self, number: int, query: str) -> str | None:
        if query in self.queries:
            return query
        self._say("unknown_query", number, lambda: _unknown(_UNKNOWN_QUERY, query, self.queries))
        return None

    def _class(self, number: int, name: str) -> str | None:
        if self._are_classes({name}):
            return name
        if name == UNKNOWN_CLASS:
            self._say("unknown_class", number, lambda: said(_NO_UNKNOWN, id=name))
        elif (known := self.classes) is None:
            self._say("unknown_class", number, lambda: said("the class is empty; right is an id"))
        else:
            self._say("unknown_class", number, lambda: _unknown(_UNKNOWN_CLASS, name, known))
        return None

    def _are_classes(self, names: Set[str]) -> bool:
        if self.classes is None:
            return "" not in names and (self.takes_unknown or UNKNOWN_CLASS not in names)
        return names <= self.classes

    def _probability(self, number: int, text: str) -> float:
        value = float(text) + 0.0 if _NUMBER.fullmatch(text) else _NO_NUMBER  # -0.0 is 0
        if self._is_in_range(value):
            return value
        template = _NO_SCORE if self.any_score else _NO_PROBABILITY
        self._say("probability", number, lambda: said(template, number=shown(text)))
        return _NO_NUMBER

    def _is_in_range(self, value: float) -> bool:
        return math.isfinite(value) if self.any_score else 0 <= value <= 1

    def _rank(self, number: int, text: str) -> int:
        if _RANK.fullmatch(text) and (rank := int(text.lstrip("0"))) <= MAX_RANK:
            return rank
        self._say("rank", number, lambda: said(_NO_RANK, number=shown(text)))
        return 0

    def _say(self, kind: str, number: int, sentence: Callable[[], Sentence]) -> None:
        self.problems.add(kind, number, sentence)

    # ------------------------------------------------------------ many lines
    def check_many(self, block: Block) -> Lines | None:
        """Return what the lines of a block say, None where their fields must be cut one by one.

        Whatever is quick for a whole column is done so; where that finds anything wrong, each field
        of the column is judged like that of a single line.
        """
        columns = self._columns(block.data)
        if columns is None:
            return None
        numbers = range(block.first_line, block.first_line + len(columns[0]))
        at = self.layout.n_query
        queries: Sequence[str | None] | None = self._plain_queries(columns[:at])
        if queries is None:
            queries = list(map(self._query, numbers, zip(*columns[:at], strict=True)))
        names: Sequence[str | None] = columns[at]
        if not self._are_classes(set(columns[at])):
            names = list(map(self._class, numbers, columns[at]))
        probabilities: Sequence[float] = []
        if columns[at + 1 :]:
            probabilities = self._probabilities(numbers, columns[at + 1])
        ranks: Sequence[int] = []
        if columns[at + 2 :]:
            ranks = _ranks(columns[at + 2]) or list(map(self._rank, numbers, columns[at + 2]))
        return _with_query(queries, numbers, names, probabilities, ranks)

    def _probabilities(self, numbers: Sequence[int], texts: Sequence[str]) -> Sequence[float]:
        values = _decimals(texts)
        if values is None or not (
            self._is_in_range(min(values)) and self._is_in_range(max(values))
        ):
            return list(map(self._probability, numbers, texts))
        return values

    def _plain_queries(self, columns: Sequence[Sequence[str]]) -> Sequence[str] | None:
        """Return the queries of many lines, None unless all are known."""
        queries = columns[0]
        if len(columns) == 2:
            if not all(map(SEGMENT.fullmatch, set(columns[1]))):
                return None
            queries = list(map("/".join, zip(*columns, strict=True)))
        return queries if set(queries) <= self.queries else None

    def _columns(self, data: bytes) -> list[list[str]] | None:
        """Return the fields of many lines by column, None unless all have the same columns."""
        if self.width is None or self.layout.has_list or len(data) > MAX_LINE_BYTES:
            return None
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return None
        if "\r" in text:
            text = text.removesuffix("\r").replace("\r\n", "\n")
        columns = split_columns(text, self.separator, self.width)
        if columns and self.separator == "\t" and not all(map(str.strip, columns[0])):
            return None  # a line of tabs alone has columns enough, and is blank
        return columns


def _unknown(template: str, name: str, known: Collection[str]) -> Sentence:
    return said(template, id=shown(name), n=len(known), hint=did_you_mean(name, known))


def _with_query(
    queries: Sequence[str | None],
    numbers: Sequence[int],
    names: Sequence[str | None],
    probabilities: Sequence[float],
    ranks: Sequence[int],
) -> Lines:
    """Return the lines that have a query."""
    known = [query for query in queries if query is not None]
    if len(known) == len(queries):
        return Lines(numbers, known, names, probabilities, ranks)
    kept = [query is not None for query in queries]
    return Lines(
        list(compress(numbers, kept)),
        known,
        list(compress(names, kept)),
        list(compress(probabilities, kept)),
        list(compress(ranks, kept)),
    )


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
        values = list(map(float, texts))
    except ValueError:
        return None
    return [value + 0.0 for value in values] if "-" in joined else values  # -0.0 is 0


def _ranks(texts: Sequence[str]) -> list[int] | None:
    joined = "".join(texts)
    if not joined.isascii() or joined.encode().translate(None, _DIGITS):
        return None
    try:
        ranks = list(map(int, texts))
    except ValueError:
        return None
    return ranks if min(ranks) >= 1 and max(ranks) <= MAX_RANK else None
