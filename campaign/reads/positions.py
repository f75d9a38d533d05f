"""Where the right classes of a test stand in the answers of a run, put into bands that grow."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

from campaign.numbers import RANGE

_ENDS = (0, 1, 5, 10, 50, 100)


@dataclass(frozen=True)
class Band:
    """The positions from `first` to `last`, and in how many queries the first right class is there.

    `last` is None in the band without an end.
    """

    first: int
    last: int | None
    n: int

    @property
    def name(self) -> str:
        if self.last is None:
            return f"{self.first}+"
        return str(self.first) if self.first == self.last else f"{self.first}{RANGE}{self.last}"


@dataclass(frozen=True)
class Positions:
    """Of the `n` queries that have a right class, how many have the first of them where.

    Attributes
    ----------
    bands
        All up to position 100; one more where a run answers with more classes and one is there.
    n_missed
        Queries that were answered without a right class.
    n_unanswered
        Those without an answer.
    n_left_out
        Queries of the test that have no right class.
    median
        None where a right class was not found in half of the queries.
    coverage
        The share of all `n_queries` that have an answer.
    """

    bands: list[Band]
    n_missed: int
    n_unanswered: int
    n_left_out: int
    median: float | None
    coverage: float
    n_queries: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says."""
        counts = {position: n for position, n in data["counts"] if position}
        bands = [
            Band(last + 1, end, sum(n for at, n in counts.items() if last < at <= end))
            for last, end in pairwise(_ENDS)
        ]
        beyond = sum(n for at, n in counts.items() if at > _ENDS[-1])
        nowhere = sum(n for position, n in data["counts"] if not position)
        return cls(
            bands=[*bands, Band(_ENDS[-1] + 1, None, beyond)] if beyond else bands,
            n_missed=nowhere - data["n_unanswered"],
            n_unanswered=data["n_unanswered"],
            n_left_out=data["n_left_out"],
            median=data["median"],
            coverage=data["coverage"],
            n_queries=data["n_queries"],
        )

    @property
    def n(self) -> int:
        return sum(band.n for band in self.bands) + self.n_missed + self.n_unanswered
