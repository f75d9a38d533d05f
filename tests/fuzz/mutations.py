"""Run files broken a little, or very much."""

import re
from collections.abc import Callable
from random import Random

_MAX_BYTES = 3_000_000
_LONG = b"x" * 1_000_001  # one byte more than a line may have
_SEPARATOR = re.compile(rb"[;,\t]")

TOKENS = [
    *(
        b"",
        b"\0",
        b"\n",
        b"\r",
        b"\r\n",
        b"\n\n",
        b" ",
        b"\t",
        b";",
        b",",
        b";;",
        b'"',
        b'""',
        b'";"',
    ),
    *(
        b"\xff",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        "é".encode(),
        "\u0661".encode(),
        "\u2028".encode(),
    ),
    *(
        b"0",
        b"1",
        b"-1",
        b"-0",
        b"-0.0",
        b"+0.5",
        b".5",
        b"5.",
        b".",
        b"-",
        b"1_0",
        b"0x1p-3",
        b"1e5",
    ),
    *(
        b"nan",
        b"inf",
        b"-inf",
        b"1e-400",
        b"1e400",
        b"1e-99999999999999999999",
        b"1e",
        b"e5",
        b"0e0",
    ),
    *(b"0.1000000000000000055511151231257827", b"0.30000000000000004", b"9007199254740993"),
    *(b"18446744073709551616", b"2147483647", b"2147483648", b"0" * 40 + b"1", b"9" * 400),
    *(
        b"1e-323",
        b"4.9e-324",
        b"2.2250738585072011e-308",
        b"1.0000000000000002",
        b"0.99999999999999999",
    ),
    *(
        b"[a,b]",
        b"[]",
        b"00:00:05-00:00:10",
        b"00:00:05",
        b"99:99:99-00:00:00",
        b"r/00:00:00-00:00:05",
    ),
    *(b"a" * 8, b"a" * 9, b"a" * 300, b"QueryId;ClassId;Probability\n", b"-1", b"Rank", _LONG),
]


def broken(content: bytes, other: bytes, random: Random) -> bytes:
    """Return a content changed in one to nine places, by bytes of another one now and then."""
    for _ in range(random.choice((1, 1, 1, 2, 3, 5, 9))):
        content = random.choice(_WAYS)(content, other, random)[:_MAX_BYTES]
    return content


def _token(random: Random) -> bytes:
    token = random.choice(TOKENS)
    return b"" if token is _LONG and random.random() < 0.9 else token


def _span(content: bytes, random: Random) -> tuple[int, int]:
    """Return where something begins and ends: mostly a few bytes, sometimes any number."""
    start = random.randint(0, len(content))
    length = random.choice((1, 2, 8, 64, len(content)))
    return start, min(len(content), start + random.randint(0, length))


def _flipped(content: bytes, _: bytes, random: Random) -> bytes:
    if not content:
        return content
    at = random.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << random.randrange(8)]) + content[at + 1 :]


def _inserted(content: bytes, _: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + _token(random) + content[at:]


def _replaced(content: bytes, _: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:start] + _token(random) + content[end:]


def _repeated(content: bytes, _: bytes, random: Random) -> bytes:
    start, end = _span(content, random)
    return content[:end] + content[start:end] * random.choice((1, 2, 40)) + content[end:]


def _spliced(content: bytes, other: bytes, random: Random) -> bytes:
    return content[: random.randint(0, len(content))] + other[random.randint(0, len(other)) :]


def _another_field(content: bytes, _: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    fields = _SEPARATOR.split(lines[at])
    separators = [*_SEPARATOR.findall(lines[at]), b""]
    fields[random.randrange(len(fields))] = _token(random)
    lines[at] = b"".join(part for pair in zip(fields, separators, strict=True) for part in pair)
    return b"\n".join(lines)


def _other_order(content: bytes, _: bytes, random: Random) -> bytes:
    lines = content.split(b"\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    lines.insert(to, lines.pop(at) if random.random() < 0.7 else lines[at])
    return b"\n".join(lines)


_WAYS: list[Callable[[bytes, bytes, Random], bytes]] = [
    _flipped,
    _inserted,
    _replaced,
    _repeated,
    _spliced,
    _another_field,
    _another_field,
    _other_order,
]
