"""Lists of classes, as a line of a set run holds one: ``[oak, 'field elm', "ash"]``.

An id stands as it is, or in single or double quotes, of which one that belongs to the id is doubled.
Blanks and tabs around it do not belong to it. An id that holds a comma, a bracket or a quote, or begins
or ends with a blank, must be in quotes.
"""

import re
from collections.abc import Sequence

from scoring.dialect import split_fields, take_field
from scoring.problems import Sentence, said

_BLANK = " \t"
_SPECIAL = frozenset("[]'\"")

# Possessive, as in `scoring.dialect`.
_ITEM = r"""[ \t]*+(?:'(?:[^']++|'')*+'|"(?:[^"]++|"")*+"|[^,\[\]'"]++)[ \t]*+"""
_ID = re.compile(_ITEM)
_IDS = re.compile(f"{_ITEM}(?:,{_ITEM})*+")
_IDS_BEFORE = re.compile(f"(?:{_ITEM},)*+")


class BadList(ValueError):
    """A text that is no list of ids; the text of the error says what is wrong."""


def split_before_list(line: str, separator: str) -> list[str]:
    """Cut a line at its first separator outside quotes: what follows is a list, separators and all.

    A list that stands in quotes as a whole is a field like any other, which ends its line.

    Raises
    ------
    BadQuotes
        When the quotes around the first field, or around the list, do not fit.

    Examples
    --------
    >>> split_before_list('"1,a",[oak, elm]', ",")
    ['1,a', '[oak, elm]']
    >>> split_before_list('1,"[oak, ""elm""]"', ",")
    ['1', '[oak, "elm"]']
    """
    first, end = take_field(line, 0, separator)
    if end == len(line):
        return [first]
    rest = line[end + 1 :]
    return [first, *(split_fields(rest, separator) if rest.startswith('"') else [rest])]


def read_list(text: str) -> list[str]:
    """Return the ids of a list.

    Raises
    ------
    BadList
        With what is wrong.

    Examples
    --------
    >>> read_list("[oak, 'field elm', 'l''ash']")
    ['oak', 'field elm', "l'ash"]
    >>> read_list("[ ]")
    []
    >>> read_list("[oak,]")
    Traceback (most recent call last):
    ...
    scoring.run_files.lists.BadList: an id is missing before or after a comma
    """
    text = text.strip(_BLANK)
    if not text.startswith("["):
        raise BadList(said("no [ where the list should begin"))
    if not text.endswith("]"):
        raise BadList(said("no ] where the list should end"))
    inner = text[1:-1].strip(_BLANK)
    if not inner:
        return []
    if not _IDS.fullmatch(inner):
        raise BadList(_fault(inner))
    return list(map(_bare, _ID.findall(inner)))


def write_list(ids: Sequence[str]) -> str:
    """Return a list that reads back as these ids.

    Examples
    --------
    >>> print(write_list(["oak", "field elm", "l'ash", "a,b"]))
    [oak, field elm, 'l''ash', 'a,b']
    """
    return f"[{', '.join(map(_quoted, ids))}]"


def _bare(item: str) -> str:
    item = item.strip(_BLANK)
    mark = item[0]
    return item[1:-1].replace(mark * 2, mark) if mark in "'\"" else item


def _quoted(name: str) -> str:
    is_plain = name == name.strip(_BLANK) and "," not in name and _SPECIAL.isdisjoint(name)
    return name if name and is_plain else "'" + name.replace("'", "''") + "'"


def _fault(inner: str) -> Sentence:
    """Return what is wrong with the first id of a list that is not right."""
    before = _IDS_BEFORE.match(inner)
    rest = inner[before.end() if before else 0 :].lstrip(_BLANK)
    if not rest or rest[0] == ",":
        return said("an id is missing before or after a comma")
    if rest[0] not in "'\"":
        return said("a bracket or a quote inside an id: put the id in quotes")
    if not _ID.match(rest):
        return said("a quote in the list that is not closed")
    return said("text after a closing quote: double a quote that belongs to the id")
