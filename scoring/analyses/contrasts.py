r"""What one choice of method is worth: runs that made it against runs that made another.

Teams differ more than methods do. So where at least three teams have runs of both kinds, each is its own
control: with :math:`d_t` the difference of the means of team :math:`t`'s runs,

.. math::
    \hat d = \frac{1}{T} \sum_t d_t \qquad
    s^2 = \frac{1}{T (T - 1)} \sum_t (d_t - \hat d)^2 + \frac{1}{N (N - 1)} \sum_u v_u^2

Otherwise the means of the teams that have runs of either kind are compared (Welch 1947, the degrees of
freedom rounded down), and with fewer than three teams of either, these very runs. The second term is the
test's: all runs answered the same :math:`N` units, and :math:`v_u` is what unit :math:`u` adds to
:math:`\hat d`. Intervals are Student's. They hold for teams like these (or these runs) and a test like
this; they cannot know in what else the runs differ.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean, variance
from typing import Literal, NamedTuple

import numpy as np

from scoring.metrics.averages import Average
from scoring.uncertainty.bootstrap import has_interval
from scoring.uncertainty.exact_sums import Vector
from scoring.uncertainty.students_t import t_quantile

LEAST_TEAMS = 3
_CONFIDENCE = 0.95
_MOST_DF = 1_000  # beyond, the quantile is that of the normal distribution to three digits

Over = Literal["pairs", "teams", "runs"]


@dataclass(frozen=True, eq=False)
class MethodRun:
    """A run's score beside one thing that its method description says.

    Attributes
    ----------
    team
        Whose run it is.
    level
        What the description says: ``trusted``, ``4-7`` networks ...
    value
        The score.
    deviations
        What each unit of the test adds to the score, their mean being 0 (`deviations`); None where only
        the score is known, as of printed results.
    """

    team: str
    level: str
    value: float
    deviations: Vector | None = None


@dataclass(frozen=True)
class Contrast:
    """How much higher runs of one level score than runs of another.

    Attributes
    ----------
    level, reference
        What is compared with what.
    value
        The difference.
    over
        What it was inferred from: ``pairs``, each team compared with itself; ``teams`` of either level;
        or the ``runs`` as they are, of too few teams to say more.
    error
        Its standard error; None where neither teams nor units tell one.
    df
        Degrees of freedom of that.
    n_teams
        The teams it is over: those with runs of both, or with runs of either.
    n_runs, n_reference
        How many runs of the one level and of the other it is over.
    """

    level: str
    reference: str
    value: float
    over: Over
    error: float | None
    df: int
    n_teams: int
    n_runs: int
    n_reference: int

    def interval(self, n_contrasts: int = 1) -> tuple[float, float] | None:
        """Return its 95 % interval, which holds together with those of other contrasts (Bonferroni).

        Parameters
        ----------
        n_contrasts
            How many contrasts are looked at together, this one among them.
        """
        if self.error is None:
            return None
        reach = self.error * t_quantile(1 - (1 - _CONFIDENCE) / n_contrasts, self.df)
        return self.value - reach, self.value + reach


def deviations(average: Average) -> Vector | None:
    """Return what each unit adds to an average: their mean is 0, and their spread makes its error.

    None for an average without an interval.

    Examples
    --------
    >>> units = tuple("abcdefghij")
    >>> deviations(Average(0.2, units, (1.0, 1.0) + (0.0,) * 8)).tolist()[1:4]
    [0.8, -0.2, -0.2]
    """
    if not has_interval(average):
        return None
    values = np.array(average.values, float)
    weights = np.ones(len(values)) if average.weights is None else np.array(average.weights, float)
    middle = (weights * values).sum() / weights.sum()
    found: Vector = average.scale * weights * (values - middle) / weights.mean()
    return found


def contrast(runs: Sequence[MethodRun], level: str, reference: str) -> Contrast | None:
    """Return how much higher runs of a level score than runs of another.

    Parameters
    ----------
    runs
        Those of both levels; others are ignored.

    Returns
    -------
    contrast
        None where there is no run of one of them.

    Examples
    --------
    >>> runs = [MethodRun(team, level, score) for team, level, score in [
    ...     ("a", "noisy", 0.80), ("a", "trusted", 0.74), ("b", "noisy", 0.71), ("b", "trusted", 0.64),
    ...     ("c", "noisy", 0.60), ("c", "trusted", 0.52)]]
    >>> found = contrast(runs, "noisy", "trusted")
    >>> round(found.value, 3), [round(end, 3) for end in found.interval()], found.over
    (0.07, [0.045, 0.095], 'pairs')
    """
    of_level, of_reference = _by_team(runs, level), _by_team(runs, reference)
    if not of_level or not of_reference:
        return None
    both = of_level.keys() & of_reference.keys()
    if len(both) >= LEAST_TEAMS:
        of_level, of_reference = _of(of_level, both), _of(of_reference, both)
    over, spread, df = _spread(of_level, of_reference)
    units = _of_units(of_level, of_reference)
    if over == "runs":
        df = units.df
    return Contrast(
        level=level,
        reference=reference,
        value=_mean_of_teams(of_level) - _mean_of_teams(of_reference),
        over=over,
        error=sqrt(spread + units.variance) if df else None,
        df=df,
        n_teams=len(of_level.keys() | of_reference.keys()),
        n_runs=sum(map(len, of_level.values())),
        n_reference=sum(map(len, of_reference.values())),
    )


def steps(runs: Sequence[MethodRun], levels: Sequence[str]) -> list[Contrast]:
    """Return each level against the one before it, of levels that have an order and of which there are runs."""
    there = {run.level for run in runs}
    found = (contrast(runs, b, a) for a, b in pairwise(one for one in levels if one in there))
    return [one for one in found if one]


_ByTeam = Mapping[str, Sequence[MethodRun]]


def _by_team(runs: Sequence[MethodRun], level: str) -> _ByTeam:
    found: dict[str, list[MethodRun]] = {}
    for run in runs:
        if run.level == level:
            found.setdefault(run.team, []).append(run)
    return found


def _of(runs: _ByTeam, teams: Collection[str]) -> _ByTeam:
    return {team: own for team, own in runs.items() if team in teams}


def _mean(runs: Sequence[MethodRun]) -> float:
    return fmean(run.value for run in runs)


def _mean_of_teams(runs: _ByTeam) -> float:
    return fmean(map(_mean, runs.values()))


# ---------------------------------------------------------------- variances
class _Variance(NamedTuple):
    """Of a difference, with its degrees of freedom; 0 of them where nothing is known."""

    variance: float
    df: int


def _spread(one: _ByTeam, other: _ByTeam) -> tuple[Over, float, int]:
    """Return what teams say of the error of a difference: over what, its variance, degrees of freedom."""
    if one.keys() == other.keys() and len(one) >= LEAST_TEAMS:
        pairs = [_mean(one[team]) - _mean(other[team]) for team in one]
        return "pairs", *_of_mean(pairs)
    if min(len(one), len(other)) < LEAST_TEAMS:
        return "runs", 0.0, 0
    parts = [_of_mean(list(map(_mean, runs.values()))) for runs in (one, other)]
    whole = sum(part.variance for part in parts)
    by_df = sum(part.variance**2 / part.df for part in parts)
    return "teams", whole, int(whole**2 / by_df) if by_df else min(part.df for part in parts)


def _of_mean(values: Sequence[float]) -> _Variance:
    return _Variance(variance(values) / len(values), len(values) - 1)


def _of_units(one: _ByTeam, other: _ByTeam) -> _Variance:
    """Return the variance that comes of the test's units."""
    total: Vector | None = None
    for sign, runs in ((1, one), (-1, other)):
        for run, share in _shares(runs):
            if run.deviations is None:
                return _Variance(0.0, 0)
            own = sign * share * run.deviations
            total = own if total is None else total + own
    assert total is not None  # there are runs of both
    n = len(total)
    return _Variance(float(total @ total) / (n * (n - 1)), min(n - 1, _MOST_DF))


def _shares(runs: _ByTeam) -> Iterator[tuple[MethodRun, float]]:
    """Yield each run with its share of the mean of the teams' means."""
    for own in runs.values():
        for run in own:
            yield run, 1 / (len(runs) * len(own))
