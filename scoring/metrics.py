"""The metrics: one table of records, each with its pure functions.

A metric is a statistic of one query, averaged in one way, on one subset.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.averages import Average, median_over_queries, over_classes, over_queries
from scoring.nearest import did_you_mean
from scoring.problems import shown
from scoring.statistics import (
    Outcome,
    Statistic,
    average_precision,
    average_precision_foreground,
    first_position,
    hit,
    is_answered,
    reciprocal_rank,
)

Direction = Literal["higher", "lower"]

_MAX_NAME = 200
_CUTOFF = re.compile(r"_([1-9][0-9]{0,8})$")


class UnknownMetric(ValueError):
    """A name that is no metric's, or one that does not fit its task; the text says what would be right."""


@dataclass(frozen=True)
class MetricRecord:
    """One metric, or one family of metrics with a cut-off ``k`` in the name.

    Attributes
    ----------
    name
        As it is written; ``_k`` stands for ``_1``, ``_2`` and so on.
    definition
        In one sentence.
    direction
        Whether ``higher`` or ``lower`` is better.
    range
        The smallest and the greatest value.
    reference
        Where it comes from.
    undefined
        When it has no value.
    statistic, average
        The function of one query, and the one over all of them.
    """

    name: str
    definition: str
    direction: Direction
    range: tuple[float, float]
    reference: str
    undefined: str
    statistic: Statistic
    average: Callable[[Sequence[Outcome], Statistic, int], Average]

    @property
    def has_cutoff(self) -> bool:
        """Return whether the name ends in a number."""
        return self.name.endswith("_k")


_NO_FOREGROUND = "no query has a foreground class"
_SEVERAL = f"a query has several foreground classes, or {_NO_FOREGROUND}"

METRICS: Mapping[str, MetricRecord] = {
    record.name: record
    for record in (
        MetricRecord(
            name="mrr",
            definition="mean of 1 / position of the first relevant class",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=_NO_FOREGROUND,
            statistic=reciprocal_rank,
            average=over_queries,
        ),
        MetricRecord(
            name="top_k",
            definition="share of queries with a relevant class at position k or before",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=_NO_FOREGROUND,
            statistic=hit,
            average=over_queries,
        ),
        MetricRecord(
            name="map",
            definition="mean of the average precision over all relevant classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined="no query has a relevant class",
            statistic=average_precision,
            average=over_queries,
        ),
        MetricRecord(
            name="map_foreground",
            definition="mean of the average precision over the foreground classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined=_NO_FOREGROUND,
            statistic=average_precision_foreground,
            average=over_queries,
        ),
        MetricRecord(
            name="macro_mrr",
            definition="mean over classes of the mean of 1 / position over the class's queries",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR)",
            undefined=_SEVERAL,
            statistic=reciprocal_rank,
            average=over_classes,
        ),
        MetricRecord(
            name="macro_top_k",
            definition="mean over classes of the share of the class's queries answered right by position k",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR), with the cut-off of top_k",
            undefined=_SEVERAL,
            statistic=hit,
            average=over_classes,
        ),
        MetricRecord(
            name="coverage",
            definition="share of queries that have a prediction",
            direction="higher",
            range=(0, 1),
            reference="descriptive",
            undefined="never",
            statistic=is_answered,
            average=over_queries,
        ),
        MetricRecord(
            name="median_position",
            definition="median position of the first relevant class, infinite where it is not found",
            direction="lower",
            range=(1, math.inf),
            reference="descriptive",
            undefined=f"the median is infinite, or {_NO_FOREGROUND}",
            statistic=first_position,
            average=median_over_queries,
        ),
    )
}


@dataclass(frozen=True)
class Metric:
    """A metric of the table, with its cut-off and its subset.

    Attributes
    ----------
    record
        The line of the table.
    k
        The cut-off; 0 for a metric that has none.
    column, value
        The subset; None for all queries.
    """

    record: MetricRecord
    k: int = 0
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        return self.name if self.column is None else f"{self.name}@{self.column}={self.value}"

    @property
    def name(self) -> str:
        """Return the name without the subset, e.g. ``top_5``."""
        return f"{self.record.name[:-1]}{self.k}" if self.record.has_cutoff else self.record.name

    @property
    def direction(self) -> Direction:
        """Return whether higher or lower is better."""
        return self.record.direction

    def average(self, outcomes: Sequence[Outcome]) -> Average:
        """Return the metric over some queries."""
        return self.record.average(outcomes, self.record.statistic, self.k)


def parse_metric(text: str) -> Metric:
    """Return the metric of a name such as ``mrr``, ``top_5`` or ``top_1@Domain=photo``.

    Raises
    ------
    UnknownMetric
        When no metric has this name.

    Examples
    --------
    >>> metric = parse_metric("top_5@Organ=leaf")
    >>> metric.name, metric.direction, metric.column, metric.value
    ('top_5', 'higher', 'Organ', 'leaf')
    >>> str(metric)
    'top_5@Organ=leaf'
    """
    if len(text) > _MAX_NAME:
        raise UnknownMetric(f"the metric {shown(text)} is longer than {_MAX_NAME} characters")
    name, at, subset = text.partition("@")
    column, equals, value = subset.partition("=")
    if at and not (column and equals and value):
        raise UnknownMetric(
            f"the subset of {shown(text)} is not whole; right is metric@Column=value, "
            f"e.g. top_1@Domain=photo"
        )
    record, k = _find(name)
    return Metric(record, k, column, value) if at else Metric(record, k)


def _find(name: str) -> tuple[MetricRecord, int]:
    if name in METRICS and not METRICS[name].has_cutoff:
        return METRICS[name], 0
    cutoff = _CUTOFF.search(name)
    if cutoff and (family := f"{name[: cutoff.start()]}_k") in METRICS:
        return METRICS[family], int(cutoff[1])
    examples = [n.replace("_k", "_1") for n in METRICS]
    hint = (
        did_you_mean(name, examples) or f"; there are {', '.join(METRICS)} (k is a number, e.g. 5)"
    )
    raise UnknownMetric(f"no metric is called {shown(name)}{hint}")
