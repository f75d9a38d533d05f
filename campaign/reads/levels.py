"""Leaderboards at the level of genera and families: which there are, and what their scores are called."""

from collections.abc import Iterable, Mapping, Sequence

from campaign.models import Score, TruthVersion
from campaign.models.results import Part
from campaign.reads.columns import columns_of
from scoring import Metric, parse_metric

# As an address says it, and the column of classes.csv.
LEVELS: Mapping[str, str] = {"genus": "Genus", "family": "Family"}


def at_level(metrics: Iterable[str], level: str) -> list[str]:
    """Return the metrics of a task at a level, without those that have none: `mrr` is `mrr:Genus`."""
    parsed = (parse_metric(name) for name in metrics)
    return [str(one.at_level(LEVELS[level])) for one in parsed if _can_be_raised(one)]


def _can_be_raised(metric: Metric) -> bool:
    return metric.record.has_levels and metric.level is None


def level_metrics(truth: TruthVersion) -> list[str]:
    """Return what a run is scored by beside the metrics of its task; it reads the tables of the truth."""
    of_classes = columns_of(truth).of_classes
    there = [level for level, column in LEVELS.items() if column in of_classes]
    names = (name for level in there for name in at_level(truth.metrics, level))
    return [name for name in names if name not in truth.metrics]


def levels_of(run_ids: Sequence[int], metrics: Iterable[str], part: Part) -> list[str]:
    """Return the levels at which runs of a leaderboard have scores; visibility let the part through."""
    names = {name: level for level in LEVELS for name in at_level(metrics, level)}
    found = Score.objects.filter(
        evaluation__run__in=run_ids, evaluation__is_current=True, part=part, metric__in=names
    )
    there = {names[metric] for metric in found.values_list("metric", flat=True).distinct()}
    return [level for level in LEVELS if level in there]
