"""A metric by its name: a line of the table with its cut-off, its level and its subset."""

import re

from scoring.metrics.averages import Average
from scoring.metrics.outcomes import Results
from scoring.metrics.table import METRICS, Direction, MetricRecord
from scoring.nearest import did_you_mean
from scoring.problems import UnknownMetric, shown
from scoring.records import dataclass, replace
from scoring.traces.trace import Subset
from scoring.truth.ground_truth import LEVELS

_MAX_NAME = 200
_CUTOFF = r"_([1-9][0-9]{0,8})\Z"  # compiled when it is used


@dataclass(frozen=True)
class Metric:
    """A metric of the table, with its cut-off, its subset and its level.

    Attributes
    ----------
    record
        The line of the table.
    k
        The cut-off; 0 for a metric that has none.
    column, value
        The subset; None for all queries.
    level
        ``Genus`` or ``Family``, where any class of the right one is right; None for the classes themselves.
    """

    record: MetricRecord
    k: int = 0
    column: str | None = None
    value: str | None = None
    level: str | None = None

    def __str__(self) -> str:
        return self.name if self.column is None else f"{self.name}@{self.column}={self.value}"

    @property
    def name(self) -> str:
        """Return the name without the subset, e.g. ``top_5`` or ``top_5:Genus``."""
        name = f"{self.record.name[:-1]}{self.k}" if self.record.has_cutoff else self.record.name
        return f"{name}:{self.level}" if self.level else name

    @property
    def direction(self) -> Direction:
        """Return whether higher or lower is better."""
        return self.record.direction

    @property
    def subset(self) -> Subset:
        """Return the queries it is asked of."""
        if self.column is None or self.value is None:
            return frozenset()
        return frozenset({(self.column, self.value)})

    def at_level(self, level: str) -> "Metric":
        """Return the metric at the level of genera or families.

        Raises
        ------
        UnknownMetric
            When there is no such level, or the metric has none.

        Examples
        --------
        >>> str(parse_metric("top_5@Organ=leaf").at_level("Genus"))
        'top_5:Genus@Organ=leaf'
        """
        if level not in LEVELS:
            raise UnknownMetric(f"no level is called {shown(level)}; there are {', '.join(LEVELS)}")
        if not self.record.has_levels:
            there = ", ".join(name for name, record in METRICS.items() if record.has_levels)
            raise UnknownMetric(f"{self.name} has no level of genera or families; {there} have")
        return replace(self, level=level)

    def average(self, results: Results) -> Average:
        """Return the metric over some queries."""
        shape = results.trace.shape
        if shape not in self.record.shapes:
            right = " and ".join(self.record.shapes)
            return Average(
                None, reason=f"{self.name} is of {right} runs, and this is a {shape} run"
            )
        if not self.level:
            return self.record.average(results, self.k)
        if self.level not in results.judged.groups:
            return Average(None, reason=f"classes.csv has no column {self.level}")
        return self.record.average(replace(results, level=self.level), self.k)


def parse_metric(text: str) -> Metric:
    """Return the metric of a name such as ``mrr``, ``top_5:Genus`` or ``top_1@Domain=photo``.

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
    name, colon, level = name.partition(":")
    column, equals, value = subset.partition("=")
    if at and not (column and equals and value):
        raise UnknownMetric(
            f"the subset of {shown(text)} is not whole; right is metric@Column=value, "
            f"e.g. top_1@Domain=photo"
        )
    record, k = _find(name)
    metric = Metric(record, k, column, value) if at else Metric(record, k)
    return metric.at_level(level) if colon else metric


def _find(name: str) -> tuple[MetricRecord, int]:
    if name in METRICS and not METRICS[name].has_cutoff:
        return METRICS[name], 0
    cutoff = re.search(_CUTOFF, name)
    if cutoff and (family := f"{name[: cutoff.start()]}_k") in METRICS:
        return METRICS[family], int(cutoff[1])
    examples = [n.replace("_k", "_1") for n in METRICS]
    hint = (
        did_you_mean(name, examples) or f"; there are {', '.join(METRICS)} (k is a number, e.g. 5)"
    )
    raise UnknownMetric(f"no metric is called {shown(name)}{hint}")
