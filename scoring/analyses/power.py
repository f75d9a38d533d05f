r"""The smallest difference between two runs that a test set shows.

That is the difference which a paired test at 5 % finds in 80 of 100 test sets like this one. With
:math:`n` units, whose differences between the two runs have the variance :math:`\sigma^2` where the runs
are equal and :math:`\sigma^2 - \Delta^2` where they differ by :math:`\Delta`, it solves (Connett, Smith and
McHugh 1987, *Statistics in Medicine* 6, 735-744)

.. math:: \Delta \sqrt{n} = z_{0.975} \sigma + z_{0.8} \sqrt{\sigma^2 - \Delta^2}

Before there are runs, :math:`\sigma^2` is bounded: where the values of units are between 0 and 1, differences
are at most 1, so with :math:`d` the share of units on which the runs disagree, :math:`\sigma^2 \le d`. For
``top_k`` that is exact; for means of reciprocal ranks, and of classes, the difference that shows is smaller.
"""

from array import array
from math import sqrt
from statistics import NormalDist

import numpy as np

from scoring.metrics.averages import Average
from scoring.metrics.metric import Metric
from scoring.results.scores import average
from scoring.run_rules import RunRules
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth
from scoring.uncertainty.bootstrap import has_interval

LEVEL, POWER = 0.05, 0.8
_Z_LEVEL = NormalDist().inv_cdf(1 - LEVEL / 2)
_Z_POWER = NormalDist().inv_cdf(POWER)


def detectable_difference(n_units: int, disagreement: float) -> float | None:
    """Return the smallest difference that shows between runs that disagree on a share of the units.

    Parameters
    ----------
    n_units
        Queries; or what else the metric is the mean of: classes for ``macro_*``.
    disagreement
        The share, above 0 and at most 1.

    Returns
    -------
    float or None
        None where even all of the disagreement would not show.

    Examples
    --------
    >>> [round(detectable_difference(17_886, share), 4) for share in (0.1, 0.2, 0.4)]
    [0.0066, 0.0094, 0.0132]
    >>> detectable_difference(20, 0.1)
    """
    found = smallest_difference(n_units, sqrt(disagreement))
    return found if found <= disagreement else None


def smallest_difference(n_units: int, spread: float) -> float:
    """Return the smallest difference that shows.

    Parameters
    ----------
    n_units
        What the metric is the mean of.
    spread
        The root of the mean square of the units' differences.
    """
    n, above = n_units, _Z_POWER**2 - _Z_LEVEL**2
    return spread * (_Z_LEVEL * sqrt(n) + _Z_POWER * sqrt(max(0, n + above))) / (n + _Z_POWER**2)


def difference_between(one: Average, other: Average) -> tuple[float, float] | None:
    """Return the share of units on which two runs disagree, and the smallest difference that shows.

    It is that of two runs whose units differ as much as these do.

    Parameters
    ----------
    one, other
        The same metric of two runs: averages over the same units.

    Returns
    -------
    tuple or None
        None where there is no paired test of them.
    """
    if not (has_interval(one) and has_interval(other)) or one.weights or other.weights:
        return None
    differences = np.array(one.values) - np.array(other.values)
    spread = float(differences.std())
    scale = max(one.scale, 1.0)
    return float((differences != 0).mean()), scale * smallest_difference(len(differences), spread)


def n_units(
    truth: GroundTruth, metric: Metric, rules: RunRules, *, within: tuple[str, str] | None = None
) -> int | None:
    """Return how many units a metric is the mean of, before there is a run.

    Parameters
    ----------
    rules
        Of the task: they say of which shape runs are.
    within
        A column and its value: only the queries that have it, e.g. the public part of a split.

    Returns
    -------
    int or None
        None where `detectable_difference` says nothing of the metric: where it is no mean, where a unit's
        value may be above 1, or of ``cmap``, for which no run can be judged without being read.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import parse_metric, read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> n_units(truth, parse_metric("mrr"), RunRules("ranked"))
    400
    >>> n_units(truth, parse_metric("macro_mrr"), RunRules("ranked"))
    40
    """
    if metric.record.needs_class_columns or metric.record.range[1] != 1:
        return None
    found = average(_of_nothing(truth, rules), truth, metric, within=within)
    return None if found.weights or not has_interval(found) else len(found.units)


def _of_nothing(truth: GroundTruth, rules: RunRules) -> Trace:
    """Return the trace of a run that finds nothing."""
    judged = truth.judged("run")
    nowhere = array("i", bytes(4 * len(judged.queries)))
    is_label = rules.shape == "label"
    return Trace(
        kind="run",
        shape=rules.shape,
        judged=judged,
        positions=array("i", bytes(4 * len(judged.pairs))),
        n_predictions=array("i", [1]) * len(nowhere) if is_label else nowhere,
        first_classes=nowhere,
        predicted=nowhere if is_label else array("i"),
        group_positions=dict.fromkeys(judged.groups, nowhere),
        group_by=rules.group_by,
    )
