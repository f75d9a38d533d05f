"""How a delimited text is cut into fields: separators, and quotes as in RFC 4180."""

import re

from scoring.problems import said

SEPARATORS = (";", ",", "\t")
SEPARATOR_NAMES = {";": "semicolon", ",": "comma", "\t": "tab"}

_BYTES = bytes(range(256))

# Possessive: a doubled quote is never two, and a line of a megabyte leaves nothing to go back to.
_QUOTED = re.compile(r'"(?:[^"]++|"")*+"')


class BadQuotes(ValueError):
    """Quotes that do not open and close around a whole field; the text says what is wrong."""


def find_separator(line: str) -> str | None:
    """Return the first of ``;``, ``,`` and tab that stands outside quotes, None where none does.

    Examples
    --------
    >>> find_separator('"a;b",c;d')
    ','
    """
    outside = _QUOTED.sub("", line)
    places = {mark: outside.find(mark) for mark in SEPARATORS if mark in outside}
    return min(places, key=places.__getitem__, default=None)


def split_fields(line: str, separator: str) -> list[str]:
    """Cut a line into its fields, without their quotes.

    Raises
    ------
    BadQuotes
        When a quote stands inside a field that has none around it, or is never closed.

    Examples
    --------
    >>> split_fields('1;"a;b";"say ""x""!"', ";")
    ['1', 'a;b', 'say "x"!']
    """
    if '"' not in line:
        return line.split(separator)
    fields, start = [], 0
    while True:
        field, end = take_field(line, start, separator)
        fields.append(field)
        if end == len(line):
            return fields
        start = end + 1


def take_field(line: str, start: int, separator: str) -> tuple[str, int]:
    """Return the field that begins at a place, and where it ends.

    Raises
    ------
    BadQuotes
        As `split_fields`.
    """
    if not line.startswith('"', start):
        end = line.find(separator, start)
        end = len(line) if end < 0 else end
        field = line[start:end]
        if '"' in field:
            raise BadQuotes(
                said("a quote inside a field: put the field in quotes and double the quote")
            )
        return field, end
    quoted = _QUOTED.match(line, start)
    if quoted is None:
        raise BadQuotes(said("a quote that is not closed on its line"))
    end = quoted.end()
    if end < len(line) and not line.startswith(separator, end):
        raise BadQuotes(
            said("text after a closing quote: double a quote that belongs to the field")
        )
    return line[start + 1 : end - 1].replace('""', '"'), end


def split_columns(text: str, separator: str, width: int) -> list[list[str]] | None:
    r"""Cut lines into columns, all at once; None where they must be cut one by one, with care.

    That is where lines differ in their width, or where quotes do not stand around whole fields with
    none inside: what `split_fields` says of each line is the rule.

    Examples
    --------
    >>> split_columns('1;"a"\n2;b', ";", 2), split_columns('1;"a;b"\n2;b', ";", 2)
    ([['1', '2'], ['a', 'b']], None)
    """
    ends = text.encode().translate(None, _BYTES.translate(None, f"{separator}\n".encode()))
    line = separator.encode() * (width - 1)
    if ends != (line + b"\n") * text.count("\n") + line:
        return None
    fields = text.replace("\n", separator).split(separator)
    columns = [fields[place::width] for place in range(width)]
    return columns if '"' not in text else _without_quotes(columns)


def _without_quotes(columns: list[list[str]]) -> list[list[str]] | None:
    bare = [
        [f[1:-1] if f[:1] == '"' == f[-1:] and len(f) > 1 else f for f in column]
        for column in columns
    ]
    return None if any('"' in field for column in bare for field in column) else bare
