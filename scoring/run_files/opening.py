"""The first line of a run file that is not blank: what parts its fields, and whether it is a header."""

from collections.abc import Collection

from scoring.dialect import BadQuotes, find_separator, split_fields
from scoring.problems import Problems, legible, said, shown
from scoring.run_files.layouts import Layout
from scoring.run_files.line_blocks import MAX_LINE_BYTES, is_all_blank, is_blank

_ONE_COLUMN = "the header has %(n)s column; right is %(right)s"
_COLUMNS = "the header has %(n)s columns; right is %(right)s"
_BOM = b"\xef\xbb\xbf"


class NoSeparator(Exception):
    """Without a separator nothing more can be said of a file."""


class Opening:
    """Reads a file up to its first prediction.

    Attributes
    ----------
    separator
        What parts the fields; None until it is known.
    header
        The names of the columns, as they may be shown; None without a header.
    width
        How many columns the header has, where that is right.
    n_lines
        The number of the last line read that is not blank.
    next_line
        The number of the line that follows what was read.
    """

    def __init__(self, problems: Problems, layout: Layout, queries: Collection[str]) -> None:
        self._problems = problems
        self._layout = layout
        self._queries = queries
        self.separator: str | None = None
        self.header: list[str] | None = None
        self.width: int | None = None
        self.n_lines = 0
        self.next_line = 1

    def read(self, data: bytes) -> bytes | None:
        """Learn from whole lines, and return those that follow the header or begin with the first one.

        Raises
        ------
        NoSeparator
            When there is none in the first line; that is said already.
        """
        data = data.removeprefix(_BOM) if self.next_line == 1 else data
        if is_all_blank(data):
            self.next_line += data.count(b"\n") + 1
            return None
        line, lf, rest = data.partition(b"\n")
        while is_blank(line):
            self.next_line += 1
            line, lf, rest = rest.partition(b"\n")
        self.n_lines = self.next_line
        if self.n_lines > 1:
            blank = range(1, self.n_lines)
            self._problems.add_lines("blank_line", blank, lambda: BLANK_LINE)
        if not self._learn(line.removesuffix(b"\r")):
            return line + lf + rest
        self.next_line += 1
        return rest if lf else None

    def _learn(self, raw: bytes) -> bool:
        """Learn separator and columns from the first line; tell whether it is a header."""
        text = raw.decode("utf-8", errors="replace")
        self.separator = find_separator(text)
        if self.separator is None:
            sentence = said(
                "no ';', ',' or tab in the first line %(line)s; right is %(right)s",
                line=shown(text),
                right=str(self._layout),
            )
            self._problems.add("columns", self.n_lines, lambda: sentence)
            raise NoSeparator
        fields = _header_fields(self._layout, raw, self.separator)
        if fields is None or not self._layout.is_header(fields, self._queries):
            return False
        self._read_header(fields, self.separator)
        return True

    def _read_header(self, fields: list[str], separator: str) -> None:
        self.header = [legible(name) for name in fields]
        width, right = len(fields), self._layout.joined(separator)
        misplaced = self._layout.misplaced(fields)
        if width not in self._layout.widths:
            sentence = said(_ONE_COLUMN if width == 1 else _COLUMNS, n=width, right=right)
        elif misplaced is not None:
            sentence = said(
                "the header has %(name)s in another column's place; right is %(right)s",
                name=shown(misplaced),
                right=right,
            )
            self.width = width
        else:
            self.width = width
            return
        self._problems.add("header", self.n_lines, lambda: sentence)


BLANK_LINE = said("a blank line; right is none but at the end")


def _header_fields(layout: Layout, raw: bytes, separator: str) -> list[str] | None:
    """Return the fields of what may be a header; a line that cannot be one is judged as a line."""
    if len(raw) > MAX_LINE_BYTES:
        return None
    try:
        text = raw.decode("utf-8")
        named = _before_list(text, separator) if layout.has_list else []
        is_listed = named[1:] and named[1].startswith("[") and named[1].endswith("]")
        return named if is_listed else split_fields(text, separator)  # else all names are seen
    except (UnicodeDecodeError, BadQuotes):
        return None


def _before_list(text: str, separator: str) -> list[str]:
    from scoring.run_files.lists import split_before_list  # noqa: PLC0415  # few files hold lists

    return split_before_list(text, separator)
