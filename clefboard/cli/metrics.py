"""Which metrics a command shows: those asked for, else the task's, else those of the shape."""

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clefboard.cli.ending import CommandError
from clefboard.cli.lists import split_list
from clefboard.cli.truth import Yardstick

if TYPE_CHECKING:
    from scoring import Metric

_OF_SHAPE: Mapping[str, Sequence[str]] = {
    "ranked": ("mrr", "top_1", "top_5", "map"),
    "segment": ("mrr", "top_1", "top_5", "map"),
    "set": ("f1_samples", "f1_macro", "f1_micro"),
    "label": ("f1_macro", "f1_micro"),
}
_OF_ATTRIBUTE: Mapping[str, Sequence[str]] = {
    "poisonous": ("fungi_1", "fungi_2", "fungi_3", "fungi_4"),
    "venomous": ("snake_1", "snake_2"),
}


def add_metrics_option(parser: argparse.ArgumentParser) -> None:
    """Add --metrics to a command."""
    parser.add_argument(
        "--metrics",
        metavar="NAMES",
        help="e.g. mrr,top_5,top_1@Organ=leaf (default: the task's, else the usual ones of the shape);"
        " one with a comma in it stands in quotes",
    )
    parser.add_argument(
        "--level",
        choices=("genus", "family"),
        help="count any class of the right genus, or family, as right",
    )


def read_metrics(
    names: str | None, yardstick: Yardstick, level: str | None = None
) -> "list[Metric]":
    """Return the metrics of an option, or the default ones; end the command where one is wrong.

    At a level those of the default ones that have it.
    """
    from scoring import UnknownMetric, parse_metric

    wanted = yardstick.metrics or _default_names(yardstick)
    if names is not None:
        wanted = split_list(names, "--metrics")
    try:
        metrics = [parse_metric(name) for name in dict.fromkeys(wanted)]
        if level is not None:
            asked = [one for one in metrics if one.record.has_levels or names is not None]
            metrics = [one.at_level(level.capitalize()) for one in asked]
    except UnknownMetric as error:
        raise CommandError(str(error)) from error
    if not metrics:
        raise CommandError("--metrics names no metric; right is e.g. mrr,top_5")
    for metric in metrics:
        _need_shape(metric, yardstick.shape)
    return metrics


def _default_names(yardstick: Yardstick) -> Sequence[str]:
    names = list(_OF_SHAPE[yardstick.shape])
    if yardstick.shape == "label":
        for attribute, costs in _OF_ATTRIBUTE.items():
            if yardstick.test_set.flags(attribute) is not None:
                names += costs
    return names


def _need_shape(metric: "Metric", shape: str) -> None:
    from scoring import METRICS

    if shape not in metric.record.shapes:
        there = ", ".join(name for name, record in METRICS.items() if shape in record.shapes)
        of = " and ".join(metric.record.shapes)
        raise CommandError(
            f"{metric.name} is of {of} runs, and this is a {shape} run; there are {there}"
        )
