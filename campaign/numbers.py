"""How numbers are written wherever people read them: on pages, in charts, in files."""

from math import floor, log10

from django.utils.formats import get_format

RANGE = "\N{EN DASH}"  # between the ends of an interval
MINUS = "\u2212"
THIN_SPACE = "\u202f"  # narrow, and no line breaks at it


def number(value: float | None) -> str:
    """Return a number with thin spaces between thousands: 17 886."""
    if value is None:
        return "—"
    return f"{value:,}".replace(",", THIN_SPACE)


def decimals(value: float | None, places: int = 3) -> str:
    """Return a number with so many decimals; a score is always shown with three."""
    if value is None:
        return "—"
    # By hand: a leaderboard has a thousand of them, and Django's own way takes more than twice as long.
    return f"{value:.{places}f}".replace(".", get_format("DECIMAL_SEPARATOR"))


def roughly(value: float | None) -> str:
    """Return an estimate with the two digits that mean something: 0.13, 0.0066."""
    if not value:
        return decimals(value, 0)
    return decimals(value, max(0, 1 - floor(log10(abs(value)))))


def percent(share: float) -> str:
    """Return a share as a percentage that says 100 only of a whole."""
    shown = min(share * 100, 99.9) if share < 1 else 100.0
    return f"{decimals(shown, 1 if share < 1 else 0)}{THIN_SPACE}%"


def change(by: float | None) -> str:
    """Return a difference with its sign: +0.012."""
    if by is None:
        return "—"
    sign = MINUS if by < 0 else "+"
    return f"{sign}{decimals(abs(by))}"
