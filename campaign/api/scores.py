"""Scores as JSON, of what visibility let through and of nothing else."""

from collections.abc import Mapping

from rest_framework import serializers

from campaign.reads.scores import ShownScore

Scores = Mapping[str, ShownScore]

# How the API's description says it: null for undefined, and an interval has two ends.
VALUES = serializers.DictField(child=serializers.FloatField(allow_null=True))
INTERVALS = serializers.DictField(
    child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2)
)


def values(scores: Scores) -> dict[str, float | None]:
    """Return metric to value; null where it is undefined."""
    return {metric: score.value for metric, score in scores.items()}


def intervals(scores: Scores) -> dict[str, list[float]]:
    """Return metric to the ends of its confidence interval, where it has one."""
    return {
        metric: [score.low, score.high]
        for metric, score in scores.items()
        if score.low is not None and score.high is not None
    }


def undefined(scores: Scores) -> dict[str, str]:
    """Return metric to why it has no value, for those that have none."""
    return {metric: score.reason for metric, score in scores.items() if score.value is None}
