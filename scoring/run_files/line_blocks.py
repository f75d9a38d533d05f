"""Content in pieces into blocks of whole lines, with their numbers, in bounded memory."""

from collections.abc import Iterable, Iterator

from scoring.records import dataclass

MAX_LINE_BYTES = 1_000_000

_BLANK = b" \t"
_CUT = MAX_LINE_BYTES + 2  # what is kept of a longer line: longer still, with or without its CR


@dataclass(frozen=True)
class Block:
    """Whole lines that follow each other.

    Attributes
    ----------
    first_line
        Number of its first line; the first line of a file is 1.
    data
        The lines, parted by LF, without the end of the last one.
    """

    first_line: int
    data: bytes


def whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""Yield the lines of a content, many at a time, parted by LF, without the end of the last one.

    A line longer than a megabyte is yielded cut, and still longer than a megabyte.

    Examples
    --------
    >>> list(whole_lines([b"one\ntwo\nth", b"ree\nfour"]))
    [b'one\ntwo', b'three', b'four']
    """
    rest = b""
    for piece in pieces:
        end = piece.rfind(b"\n")
        if end < 0:
            rest = (rest + piece)[:_CUT] if len(rest) < _CUT else rest
            continue
        yield b"".join((rest, memoryview(piece)[:end]))
        rest = piece[end + 1 :]
    if rest:
        yield rest


def line_blocks(pieces: Iterable[bytes]) -> Iterator[Block]:
    r"""Yield the same with the numbers of the lines.

    Examples
    --------
    >>> for block in line_blocks([b"one\ntwo\nth", b"ree\nfour"]):
    ...     print(block)
    Block(first_line=1, data=b'one\ntwo')
    Block(first_line=3, data=b'three')
    Block(first_line=4, data=b'four')
    """
    number = 1
    for data in whole_lines(pieces):
        yield Block(number, data)
        number += data.count(b"\n") + 1


def is_blank(raw: bytes) -> bool:
    """Tell whether a line holds nothing but blanks; one that is too long is no blank line."""
    line = raw.removesuffix(b"\r")
    return len(line) <= MAX_LINE_BYTES and not line.strip(_BLANK)


def is_all_blank(data: bytes) -> bool:
    """Tell whether lines are all blank; millions of them are no work then."""
    if data[:1] not in b" \t\r\n" or len(data) > MAX_LINE_BYTES:
        return False
    return not data.replace(b"\r\n", b"\n").removesuffix(b"\r").strip(b" \t\n")
