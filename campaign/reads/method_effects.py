"""What one choice of method is worth, told from runs and what their descriptions say of it.

The same for the runs of a board and for printed ones. The intervals of all comparisons hold together, in 99 of
100 tasks: were no choice worth anything, one task in a hundred would show a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from campaign.reads.factors import FACTORS, Factor, level_in
from campaign.reads.method_tags import TagReader
from scoring import Contrast, MethodRun, contrast

_CONFIDENCE = 0.99

_Said = Mapping[int, tuple[str, ...]]


class NothingToSay(Exception):
    """Why an analysis says nothing, in a word."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, eq=False)
class DescribedRun:
    """A run's score and its method description; `deviations` are those of `scoring.deviations`."""

    pk: int
    team: str
    description: Mapping[str, Any]
    value: float
    deviations: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class MethodEffects:
    """Runs that are compared by all that their descriptions say."""

    runs: Sequence[DescribedRun]
    tags: TagReader

    def of(self, factor: Factor) -> dict[str, Any]:
        """Return the scores of runs by one thing that is said, and what its levels are worth.

        Raises
        ------
        NothingToSay
            No description says anything of it (``unsaid``), or all that do say the same (``alike``).
        """
        said = self._said(factor)
        if not any(said.values()):
            raise NothingToSay("unsaid")
        own = self._contrasts[factor.name]
        if not own:
            raise NothingToSay("alike")
        n_contrasts = sum(map(len, self._contrasts.values()))
        return {
            "levels": self._levels(factor, said),
            "contrasts": [_plain(one, n_contrasts) for one in own],
            "n_contrasts": n_contrasts,
            "n_silent": sum(not own for own in said.values()),
            "runs": [pk for pk, own in said.items() if own],
        }

    def _said(self, factor: Factor) -> _Said:
        """Return what each description says of a factor."""
        return {run.pk: tuple(sorted(factor.says(run.description, self.tags))) for run in self.runs}

    @cached_property
    def _contrasts(self) -> dict[str, list[Contrast]]:
        return {name: self._of_factor(factor) for name, factor in FACTORS.items()}

    def _of_factor(self, factor: Factor) -> list[Contrast]:
        said = self._said(factor)
        others = list(self._others(factor))
        pairs = factor.pairs([own for own in said.values() if own])
        found = (contrast(list(self._sides(said, others, pair)), *pair) for pair in pairs)
        return [one for one in found if one]

    def _others(self, factor: Factor) -> Iterator[tuple[float, ...]]:
        """Return what else the description of each run says, as numbers."""
        descriptions = [run.description for run in self.runs]
        columns = [
            column
            for other in FACTORS.values()
            if other is not factor
            for column in other.columns(descriptions, self.tags)
        ]
        return zip(*columns, strict=True) if columns else repeat((), len(descriptions))

    def _sides(
        self, said: _Said, others: Sequence[tuple[float, ...]], pair: tuple[str, str]
    ) -> Iterator[MethodRun]:
        """Yield the runs on either side of a comparison."""
        for run, own in zip(self.runs, others, strict=True):
            level = level_in(said[run.pk], pair) if said[run.pk] else None
            if level is not None:
                yield MethodRun(run.team, level, run.value, own, run.deviations)

    def _levels(self, factor: Factor, said: _Said) -> list[dict[str, Any]]:
        """Return each level with the scores of its runs."""
        names = factor.levels or sorted({name for own in said.values() for name in own})
        of_level = {name: [run for run in self.runs if name in said[run.pk]] for name in names}
        return [
            {
                "level": name,
                "runs": [run.pk for run in own],
                "scores": [run.value for run in own],
            }
            for name, own in of_level.items()
            if own
        ]


def _plain(one: Contrast, n_contrasts: int) -> dict[str, Any]:
    low, high = one.interval(n_contrasts, _CONFIDENCE) or (None, None)
    return {
        "level": one.level,
        "reference": one.reference,
        "value": one.value,
        "low": low,
        "high": high,
        "over": one.over,
        "adjusted": one.adjusted,
        "n_teams": one.n_teams,
        "n_runs": one.n_runs,
        "n_reference": one.n_reference,
    }
