"""Numbers that are hard to read: between two doubles, long, tiny, huge; and how the kernel reads them."""

import struct
from fractions import Fraction
from math import isfinite, nextafter
from random import Random

from scoring.kernel import KERNEL

_PER_QUERY = 100
_CLASSES = [f"c{number}" for number in range(_PER_QUERY)]
EDGES = (
    *(
        "0",
        "0.",
        ".0",
        "00",
        "-0",
        "-0.0",
        "-.0",
        "0e0",
        "0e999999999999999999999",
        "-0e-5",
        "0" * 400,
    ),
    *(
        "5.",
        ".5",
        "-.5",
        "-5.",
        "00.5",
        "5e0",
        "5E+00",
        "5.e-1",
        ".5e1",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
    ),
    *("9007199254740992", "9007199254740993", "9007199254740993.0", "9007199254740993e-1"),
    *(
        "18446744073709551615",
        "18446744073709551616",
        "9999999999999999999",
        "99999999999999999999",
    ),
    *("1.8446744073709551615", "0.18446744073709551616", "9.999999999999999999", "1e-27", "1e-28"),
    *("9999999999999999999e-27", "1e-400", "1e400", "-1e400", "1e-99999999999999999999", "1e308"),
    *("1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308", "2e308"),
    *("1.797693134862315807e308", "1.797693134862315808e308", "4.9e-324", "5e-324", "2.4e-324"),
    *("2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072014e-308"),
    *(
        "2.2250738585072011e-308",
        "0.30000000000000004",
        "0.1",
        "0.1000000000000000055511151231257827",
    ),
    *(
        "1" + "0" * 30,
        "0." + "0" * 30 + "1",
        "1" * 25,
        "0." + "9" * 17,
        "0." + "9" * 30,
        "1." + "0" * 40 + "1",
    ),
    *(
        "123456789" * 40 + "e-350",
        "0." + "3" * 5000,
        "7" * 700 + "e-699",
        "0." + "0" * 5000 + "7e5000",
    ),
    *(f"0.{'0' * 122}5e1234", f"0.{'0' * 1233}5e12345", f"0.{'0' * 12344}5e12345"),
)


def hard_number(random: Random) -> str:
    """Return a number in the grammar of probabilities, with a sign now and then."""
    how = random.choice((_any, _any, _repr, _between, _between, _tie, _near_tie, _near_tie, _zeros))
    return random.choice(("", "", "", "-")) + how(random)


def _digits(random: Random, n: int) -> str:
    return "".join(random.choices("0123456789", k=n))


def _any(random: Random) -> str:
    digits = _digits(random, random.randint(1, 25))
    point = random.randint(0, len(digits))
    text = f"{digits[:point]}.{digits[point:]}" if random.random() < 0.8 else digits
    exponent = random.choice((random.randint(-400, 400), random.randint(-30, 30)))
    return text + random.choice(("", f"e{exponent}", f"E{exponent:+04d}"))


def _double(random: Random) -> float:
    """Return a finite double, of any size or of that of a probability."""
    if random.random() < 0.5:
        return random.random() * 10.0 ** random.randint(-9, 0)
    value: float = struct.unpack("d", random.randbytes(8))[0]
    return abs(value) if isfinite(value) else random.random() * 5e-324 * 2**60


def _repr(random: Random) -> str:
    value = _double(random)
    return random.choice(
        (repr(value), f"{value:.17e}", f"{value:.16e}", f"{value:.25f}", f"{value:.6f}")
    )


def _middle(random: Random) -> Fraction:
    value = _double(random)
    above = nextafter(value, float("inf"))
    return (Fraction(value) + Fraction(above if isfinite(above) else value)) / 2


def _decimal(value: Fraction, n_places: int) -> str:
    """Return the first decimals of a number, the last one cut off."""
    whole = str(value.numerator * 10**n_places // value.denominator).zfill(n_places + 1)
    return f"{whole[: len(whole) - n_places]}.{whole[len(whole) - n_places :]}"


def _between(random: Random) -> str:
    """Return a number right between two doubles to its last digit, or a little beside."""
    middle = _middle(random)
    n_places = middle.denominator.bit_length() - 1  # a power of two: so many decimals are all of it
    text = _decimal(middle, n_places)
    far = "0" * random.choice((0, 5, 300))
    return random.choice(
        (text, text, f"{text}{far}1", f"{text}{far}", text[:-1] if n_places else text)
    )


def _tie(random: Random) -> str:
    """Return a number between two doubles of at most 19 digits."""
    k = random.randint(1, 4)
    odd = random.randrange(2**53 + 1, min(2**54, 10**19 // 5**k), 2)
    return f"{odd * 5**k + random.choice((0, 0, 0, 1, -1))}e-{k}"


def _near_tie(random: Random) -> str:
    """Return a number of 19 digits as near to the middle of two doubles as any."""
    k = random.randint(1, 27)
    value = random.random() * 10.0 ** (random.choice((19, 18, 17)) - k)
    middle = (Fraction(value) + Fraction(nextafter(value, float("inf")))) / 2
    nearest = max(0, int(middle * 10**k) + random.choice((0, 1)))
    digits = str(nearest)
    if random.random() < 0.5:
        return f"{digits}e-{k}"
    return _decimal(Fraction(nearest, 10**k), k)


def _zeros(random: Random) -> str:
    zeros = "0" * random.choice((1, 7, 8, 15, 16, 20, 40, 350))
    digits = _digits(random, random.choice((1, 8, 17, 19, 20)))
    return random.choice(
        (f"{zeros}.{zeros}{digits}", f".{zeros}{digits}", f"{zeros}{digits}.{digits}{zeros}")
    )


# ---------------------------------------------------------------- the kernel
def kernel_values(texts: list[str]) -> tuple[list[float], int]:
    """Return what the kernel reads, and how many lines it refuses; only where there are none, values."""
    assert KERNEL is not None  # or nobody would ask
    queries = [f"q{number}" for number in range(len(texts) // _PER_QUERY + 1)]
    values: list[float] = []
    reading = KERNEL.Reading(
        queries=KERNEL.Ids(queries, bytes(16)),
        classes=KERNEL.Ids(_CLASSES, bytes(16)),
        separator=";",
        first_line=1,
        n_query=1,
        width=3,
        widths=(3, 4),
        limit=_PER_QUERY,
        takes_any=False,
        takes_unknown=False,
        any_score=True,
        is_scattered=False,
    )
    reading.give(lambda query, line, classes, own, ranks: values.extend(own), _CLASSES)
    lines = [
        f"{queries[at // _PER_QUERY]};{_CLASSES[at % _PER_QUERY]};{text}"
        for at, text in enumerate(texts)
    ]
    n_refused = reading.feed("\n".join(lines).encode())
    assert n_refused is not None
    reading.finish()
    return values, n_refused


def misread(texts: list[str]) -> list[str]:
    """Return the numbers of some that the kernel reads otherwise than Python does."""
    expected = {text: float(text) + 0.0 for text in texts}  # -0.0 is 0
    finite = [text for text in texts if isfinite(expected[text])]
    values, n_refused = kernel_values(finite)
    if n_refused:
        return [text for text in finite if kernel_values([text])[1]]
    wrong = [
        text
        for text, value in zip(finite, values, strict=True)
        if value.hex() != expected[text].hex()
    ]
    infinite = [text for text in texts if not isfinite(expected[text])]
    if kernel_values(infinite)[1] != len(infinite):
        wrong += [text for text in infinite if not kernel_values([text])[1]]
    return wrong
