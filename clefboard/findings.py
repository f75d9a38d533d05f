"""Problems and warnings of a run file as the platform's answers carry them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One kind of problem or warning of a run file.

    Attributes
    ----------
    kind
        Machine name of the kind.
    message
        What was read first and what would be right.
    lines
        The first ten lines concerned; empty where the whole file is.
    count
        How many lines are concerned in all.
    """

    kind: str
    message: str
    lines: tuple[int, ...] = ()
    count: int = 1

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """Return the finding an answer describes; a warning may come without a count."""
        lines = tuple(data.get("lines") or ())
        count = data.get("count") or max(1, len(lines))
        return cls(str(data.get("kind", "")), str(data["message"]), lines, count)
