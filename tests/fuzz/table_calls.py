"""What the kernel offers for tables, called with right and wrong arguments: it refuses, or it is right."""

from array import array
from contextlib import suppress
from random import Random
from typing import Any

from scoring.kernel import KERNEL
from tests.fuzz.misuse import REFUSALS
from tests.fuzz.right_runs import ODD

_STARTS = ("", "", "c", "x" * 7, "exactly8", "\u00e9" * 5, "y" * 300)
_WRONG: tuple[Any, ...] = (None, 1, b"a", "\ud800", [], array("i", [0]))


def misuse_for_tables(random: Random) -> None:
    """Call some functions as nobody should, and as somebody may."""
    for _ in range(random.randint(1, 9)):
        call = random.choice((_cut, _order, _take, _find, _pairs, _pairs, _pairs_of_one_array))
        with suppress(*REFUSALS):
            call(random)


# ---------------------------------------------------------------- arguments
def _texts(random: Random) -> list[Any]:
    """Return texts, sorted or not, that differ or not; one of them is none now and then."""
    start, n = random.choice(_STARTS), random.choice((0, 1, 2, 9, 40, 400))
    texts: list[Any] = [start + str(random.randrange(10**9)) for _ in range(n)]
    if random.random() < 0.5:
        texts = random.choices([*texts, *ODD, ""], k=n)
    if random.random() < 0.5:
        texts.sort()
    if texts and random.random() < 0.1:
        texts[random.randrange(n)] = random.choice(_WRONG)
    return texts


def _ints(random: Random, n: int, end: int) -> Any:
    """Return whole numbers from 0 on, or other ones, or what is no such array."""
    numbers = array("i", (random.randrange(max(1, end)) for _ in range(n)))
    if random.random() < 0.9:
        return numbers
    if numbers and random.random() < 0.5:
        numbers[random.randrange(n)] = random.choice((-1, -(2**31), 2**31 - 1, end))
        return numbers
    beside = memoryview(bytearray(4 * n + 1))
    other = (array("q", numbers), numbers[1:], numbers + numbers, memoryview(numbers)[::-1])
    return random.choice((*_WRONG, *other, beside[1:].cast("i"), bytes(4 * n)))


def _changed(texts: list[Any], random: Random) -> list[Any]:
    """Return a list that is another one since arrays were made for it, as often as not."""
    if random.random() < 0.5:
        return texts
    return random.choice((texts[:-1], [*texts, "more"], texts[::-1], [], [*texts[:1], None]))


# ---------------------------------------------------------------- calls
def _cut(random: Random) -> None:
    assert KERNEL is not None  # the hunt is for it
    width, texts = random.randint(1, 4), _texts(random)
    end = random.choice(("\n", "\n", "\r\n"))
    text = end.join(
        ";".join(map(str, texts[at : at + width])) for at in range(0, len(texts), width)
    )
    text += random.choice(("", end, "\r", "\r\r\n", "\n\n", ";", '"', "\0"))
    alike: list[Any] = [texts[place::width] for place in range(width)]
    own: Any = random.choice(
        (alike, alike, [[]] * width, [texts] * width, [], tuple(alike), [None])
    )
    start = random.choice((0, 0, 0, 1, len(text.encode()), len(text) + 1, -1, 2**40, 2**70))
    separator = random.choice((*";;;;;,c\n\r\0", "", ";;", "\u00e9", b";", None))
    whole = random.choice(
        (text, text, text, text.encode(), bytearray(text.encode()), text + "\ud800")
    )
    columns = KERNEL.cut(whole, start, separator, own)
    if columns is not None:
        assert len({len(column) for column in columns}) == 1
        assert all(isinstance(text, str) for column in columns for text in column)


def _order(random: Random) -> None:
    assert KERNEL is not None  # as above
    texts = _texts(random)
    places = _ints(random, len(texts), 1)
    own = _changed(texts, random)
    all_differ = KERNEL.order(own, places)
    assert list(places) == sorted(range(len(own)), key=own.__getitem__)
    assert all_differ == (len(set(own)) == len(own))


def _take(random: Random) -> None:
    assert KERNEL is not None  # as above
    texts = _texts(random)
    places = _ints(random, random.choice((0, 1, 40)), len(texts))
    own = _changed(texts, random)
    assert KERNEL.take(own, places) == tuple(own[place] for place in places)


def _find(random: Random) -> None:
    assert KERNEL is not None  # as above
    names = _texts(random)
    codes = _ints(random, len(names), 1)
    known = list(dict.fromkeys(_changed(names, random)))
    n_found = KERNEL.Ids(known, random.randbytes(random.choice((16, 16, 16, 15)))).find(
        names, codes
    )
    assert n_found == sum(code >= 0 for code in codes)
    assert all(name == known[c] for name, c in zip(names, codes, strict=True) if c >= 0)


def _pairs(random: Random) -> None:
    queries = _texts(random)
    n = len(queries)
    names = random.choice((queries, random.sample(queries, n), [""] * n, ["a"] * n))
    arrays = [_ints(random, n, n), *(_ints(random, n + 1, 1) for _ in range(4))]
    _pair(_changed(queries, random), _changed(names, random), arrays, random)


def _pairs_of_one_array(random: Random) -> None:
    """Have all arrays lie in one, each over others."""
    queries = _texts(random)
    n = len(queries)
    room = memoryview(array("i", [*range(n), *range(n + 9)]))
    starts = [random.randrange(random.choice((1, 2, n + 8))) for _ in range(5)]
    arrays = [room[at : at + n + (place > 0)] for place, at in enumerate(starts)]
    _pair(queries, random.sample(queries, n), arrays, random)


def _pair(queries: list[Any], names: list[Any], arrays: list[Any], random: Random) -> None:
    assert KERNEL is not None  # as above
    n = len(queries)
    flags: Any = random.choice(
        (None, None, ["1"] * n, random.choices("01", k=n), ["1"], "1" * n, names)
    )
    found, own, _ = KERNEL.pairs(queries, names, flags, random.random() < 0.5, *arrays)
    assert len(found) <= n
    assert len(own) <= n
