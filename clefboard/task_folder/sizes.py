"""Sizes as people write them; 1 MB is 1,000,000 bytes."""

_UNITS = {"GB": 1_000_000_000, "MB": 1_000_000, "kB": 1_000, "B": 1}


def parse_size(text: str) -> int:
    """Return a number of bytes.

    Examples
    --------
    >>> parse_size("500 MB")
    500000000
    """
    number = text.rstrip("BkMG ")
    return int(number) * _UNITS[text.removeprefix(number).strip()]


def format_size(size: int) -> str:
    """Return a size in the largest unit that says it exactly, so that it reads back the same.

    Examples
    --------
    >>> format_size(500_000_000), format_size(1_500_000), format_size(1234)
    ('500 MB', '1500 kB', '1234 B')
    """
    unit = next(unit for unit, factor in _UNITS.items() if size % factor == 0)
    return f"{size // _UNITS[unit]} {unit}"
