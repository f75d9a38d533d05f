"""What is wrong with a run file, said so that its author can put it right."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

SHOWN_LINES = 10
MAX_PROBLEMS = 10_000_000  # a hostile file must not be read for hours


@dataclass(frozen=True)
class Problem:
    """One kind of problem of a file, or one kind of warning.

    Attributes
    ----------
    kind
        Machine name of the kind, e.g. ``unknown_class``.
    message
        What was read first, and what would be right.
    lines
        The first ten lines concerned, the first line of a file being 1; empty where the whole
        file is.
    count
        How many there are in all.
    """

    kind: str
    message: str
    lines: tuple[int, ...] = ()
    count: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return the problem as plain data."""
        return {
            "kind": self.kind,
            "message": self.message,
            "lines": list(self.lines),
            "count": self.count,
        }


class InvalidRun(ValueError):
    """A file that cannot be read as a run at all, e.g. because it cannot be unpacked.

    Attributes
    ----------
    problems
        At least one.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


def shown(text: str, length: int = 60) -> str:
    """Return a text of a stranger as it may stand in a message: short, in quotes, no controls.

    Examples
    --------
    >>> print(shown("1234"), shown("a" * 100, length=8), shown("tab\\there"))
    '1234' 'aaaaaaaa...' 'tab\\there'
    """
    cut = text[:length]
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f"'{plain}...'" if len(text) > length else f"'{plain}'"
