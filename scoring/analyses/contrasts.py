r"""What one choice of method is worth: runs that made it against runs that made another.

Teams differ more than methods do, and runs that differ in one thing mostly differ in others too. So the
score of a run is taken for the sum of its team's skill, of what else its description says, and of the choice:

.. math:: y_r = \alpha_{t(r)} + x_r^\top \gamma + d \, [r \text{ made it}] + \varepsilon_r

:math:`d` is found by least squares over the runs of the teams that have runs of both kinds, where at least
three have; otherwise over the runs of all teams, without their skill. With :math:`z` what the other terms
leave of the choice, :math:`\hat d = \sum_r a_r y_r` with :math:`a = z / z^\top z`, and

.. math::
    s^2 = \frac{T - 1}{T} \sum_t \left(\hat d_{(t)} - \bar d_{(\cdot)}\right)^2
        + \frac{1}{N (N - 1)} \sum_u \Big(\sum_r a_r v_{ru}\Big)^2

the first term by leaving out one of :math:`T` teams after the other (the jackknife over clusters, MacKinnon,
Nielsen and Webb 2023, *Journal of Econometrics* 232, 272-299), the second of the :math:`N` units of the test,
which all runs answered: :math:`v_{ru}` is what unit :math:`u` adds to the score of run :math:`r`. Intervals are
Student's. Of too few teams, the difference of the means of runs stands for these very runs, with the test's error alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import Any, Literal, NamedTuple

import numpy as np

from scoring.metrics.averages import Average
from scoring.uncertainty.bootstrap import has_interval
from scoring.uncertainty.exact_sums import Matrix, Vector
from scoring.uncertainty.students_t import interval_around

LEAST_TEAMS = 3
_LEAST_DF = 2
_NOTHING = 1e-9  # of a choice: so little is left where the other terms say all of it

Over = Literal["pairs", "teams", "runs", "confounded"]


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
    others
        What else it says, as numbers: as many for each run.
    deviations
        What each unit of the test adds to the score, their mean being 0 (`deviations`); None where only
        the score is known, as of printed results.
    """

    team: str
    level: str
    value: float
    others: tuple[float, ...] = ()
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
        the ``runs`` as they are, of too few teams to say more. ``confounded``: something else that the
        descriptions say always goes with it, so nothing can be inferred.
    adjusted
        Whether it is what is left of a difference after what else the descriptions say; without, too few
        teams have such runs to tell that apart.
    error
        Its standard error; None where nothing tells one.
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
    adjusted: bool
    error: float | None
    df: int
    n_teams: int
    n_runs: int
    n_reference: int

    def interval(
        self, n_contrasts: int = 1, confidence: float = 0.95
    ) -> tuple[float, float] | None:
        """Return an interval that holds together with those of other contrasts (Bonferroni).

        Parameters
        ----------
        n_contrasts
            How many contrasts are looked at together, this one among them.
        confidence
            In which share of such families all intervals hold.
        """
        if self.error is None:
            return None
        return interval_around(self.value, self.error, self.df, n_contrasts, confidence)


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
    chosen = [run for run in runs if run.level in {level, reference}]
    of_level, of_reference = _teams(chosen, level), _teams(chosen, reference)
    if not of_level or not of_reference:
        return None
    both = of_level & of_reference
    if len(both) >= LEAST_TEAMS:
        found = _inferred([run for run in chosen if run.team in both], level, "pairs", len(both))
    elif min(len(of_level), len(of_reference)) >= LEAST_TEAMS:
        found = _inferred(chosen, level, "teams", min(len(of_level), len(of_reference)))
    else:
        found = _of_these_runs(chosen, level)
    return Contrast(
        level=level,
        reference=reference,
        value=found.value,
        over=found.over,
        adjusted=found.adjusted,
        error=found.error,
        df=found.df,
        n_teams=len({run.team for run in found.runs}),
        n_runs=sum(run.level == level for run in found.runs),
        n_reference=sum(run.level == reference for run in found.runs),
    )


def _teams(runs: Sequence[MethodRun], level: str) -> set[str]:
    return {run.team for run in runs if run.level == level}


# ---------------------------------------------------------------- inferring
class _Found(NamedTuple):
    """A difference, and the runs that it is over."""

    runs: Sequence[MethodRun]
    value: float
    over: Over
    adjusted: bool = False
    error: float | None = None
    df: int = 0


def _inferred(runs: Sequence[MethodRun], level: str, over: Over, n_teams: int) -> _Found:
    """Return the difference that is left beside teams and what else is said, and its error.

    `n_teams` are those that tell something of it.
    """
    columns = _columns(runs, level, within_teams=over == "pairs")
    n_others = int(np.linalg.matrix_rank(columns.others)) - (over == "teams")
    adjusted = n_others > 0 and n_teams - 1 - n_others >= _LEAST_DF
    if not adjusted:
        columns = columns._replace(
            others=columns.others[:, :1] if over == "teams" else columns.others[:, :0]
        )
    whole = _weights(columns.choice, columns.others)
    parts = np.array(list(_without_each_team(runs, columns)))
    if whole is None or np.isnan(parts).any():
        return _Found(runs, _of_means(runs, level), "confounded", adjusted)
    spread = (len(parts) - 1) * float(parts.var())
    error = sqrt(spread + _of_units(runs, whole).variance)
    df = n_teams - 1 - (n_others if adjusted else 0)
    return _Found(runs, float(whole @ columns.values), over, adjusted, error, df)


class _Columns(NamedTuple):
    """What the scores are explained by; a row a run."""

    choice: Vector
    others: Matrix
    values: Vector


def _columns(runs: Sequence[MethodRun], level: str, *, within_teams: bool) -> _Columns:
    """Return the columns; without what is common to a team's runs, or with a column of ones."""
    choice = np.array([run.level == level for run in runs], float)
    others = np.array([run.others for run in runs], float).reshape(len(runs), -1)
    values = np.array([run.value for run in runs])
    if not within_teams:
        return _Columns(choice, np.column_stack([np.ones(len(runs)), others]), values)
    _, team = np.unique([run.team for run in runs], return_inverse=True)
    return _Columns(_centred(choice, team), _centred(others, team), values)


def _centred(columns: Any, groups: Any) -> Any:
    """Return columns less their means in each group."""
    sums = np.zeros((groups.max() + 1, *columns.shape[1:]))
    np.add.at(sums, groups, columns)
    return columns - (sums.T / np.bincount(groups)).T[groups]


def _weights(choice: Vector, others: Matrix) -> Vector | None:
    """Return how much of each score goes into the difference; None where the others say all of the choice."""
    left: Vector = choice - others @ np.linalg.lstsq(others, choice)[0]
    size = float(left @ left)
    return left / size if size > _NOTHING * len(left) else None


def _without_each_team(runs: Sequence[MethodRun], columns: _Columns) -> Iterator[float]:
    """Yield the difference without one team after the other; nan where nothing tells it then."""
    teams = np.array([run.team for run in runs])
    for team in dict.fromkeys(run.team for run in runs):
        keep = teams != team
        weights = _weights(columns.choice[keep], columns.others[keep])
        yield nan if weights is None else float(weights @ columns.values[keep])


# ---------------------------------------------------------------- these very runs
def _of_these_runs(runs: Sequence[MethodRun], level: str) -> _Found:
    """Return the difference of the means of the teams' runs, with the test's error alone."""
    weights = _weights_of_means(runs, level)
    units = _of_units(runs, weights)
    value = _of_means(runs, level)
    return _Found(runs, value, "runs", False, sqrt(units.variance) if units.df else None, units.df)


def _of_means(runs: Sequence[MethodRun], level: str) -> float:
    return float(_weights_of_means(runs, level) @ np.array([run.value for run in runs]))


def _weights_of_means(runs: Sequence[MethodRun], level: str) -> Vector:
    is_level = np.array([run.level == level for run in runs])
    weights: Vector = np.where(is_level, 1 / is_level.sum(), -1 / (~is_level).sum())
    return weights


# ---------------------------------------------------------------- the test
class _Variance(NamedTuple):
    """Of a difference, with its degrees of freedom; 0 of them where nothing is known."""

    variance: float
    df: int


def _of_units(runs: Sequence[MethodRun], weights: Vector) -> _Variance:
    """Return the variance that comes of the test's units."""
    total: Vector | None = None
    for run, weight in zip(runs, weights.tolist(), strict=True):
        if run.deviations is None:
            return _Variance(0.0, 0)
        own = weight * run.deviations
        total = own if total is None else total + own
    assert total is not None  # there are runs
    n = len(total)
    return _Variance(float(total @ total) / (n * (n - 1)), n - 1)
