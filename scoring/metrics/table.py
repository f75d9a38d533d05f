"""The metrics: one table of records, each with its pure functions.

A metric is a statistic of one query, averaged in one way, on one subset.
"""

import math
from collections.abc import Mapping
from importlib import import_module
from typing import Literal

from scoring.metrics.averages import (
    NO_CLASS,
    NO_FOREGROUND,
    NO_LABEL,
    SEVERAL_CLASSES,
    Average,
    Averaging,
    median_over_queries,
    over_authors,
    over_classes,
    over_queries,
)
from scoring.metrics.outcomes import Results
from scoring.metrics.statistics import (
    average_precision,
    average_precision_foreground,
    first_position,
    hit,
    is_answered,
    reciprocal_rank,
)
from scoring.records import dataclass
from scoring.run_rules import Shape

Direction = Literal["higher", "lower"]


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
    shapes
        The shapes of the runs it is for.
    average
        The function from what a run made of the queries, and the cut-off, to a number.
    needs_column
        A column that the tables of the task must have for it.
    needs_class_columns
        Whether the run must have been read for it.
    has_levels
        Whether it can be asked at the level of genera and families: where the position of a query's
        first right class is all it reads.
    """

    name: str
    definition: str
    direction: Direction
    range: tuple[float, float]
    reference: str
    undefined: str
    shapes: tuple[Shape, ...]
    average: Averaging
    needs_column: str | None = None
    needs_class_columns: bool = False
    has_levels: bool = False

    @property
    def has_cutoff(self) -> bool:
        """Return whether the name ends in a number."""
        return self.name.endswith("_k")


def _loaded(family: str, name: str) -> Averaging:
    """Return an averaging of a module of its own, loaded when it is asked for: few runs ask for any."""

    def average(results: Results, k: int) -> Average:
        averaging: Averaging = getattr(import_module(f"scoring.metrics.{family}"), name)
        return averaging(results, k)

    return average


_RANKED: tuple[Shape, ...] = ("ranked", "segment")
_SETS: tuple[Shape, ...] = ("set", "label")
_LABELS: tuple[Shape, ...] = ("label",)
_NO_POISONOUS = f"classes.csv has no column poisonous, or {NO_LABEL}"
_SEVERAL = f"{SEVERAL_CLASSES}, or {NO_FOREGROUND}"

METRICS: Mapping[str, MetricRecord] = {
    record.name: record
    for record in (
        MetricRecord(
            name="mrr",
            definition="mean of 1 / position of the first relevant class",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=NO_FOREGROUND,
            shapes=_RANKED,
            average=over_queries(reciprocal_rank),
            has_levels=True,
        ),
        MetricRecord(
            name="top_k",
            definition="share of queries with a relevant class at position k or before",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2017",
            undefined=NO_FOREGROUND,
            shapes=_RANKED,
            average=over_queries(hit),
            has_levels=True,
        ),
        MetricRecord(
            name="map",
            definition="mean of the average precision over all relevant classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined="no query has a relevant class",
            shapes=_RANKED,
            average=over_queries(average_precision, reason=NO_CLASS),
        ),
        MetricRecord(
            name="map_foreground",
            definition="mean of the average precision over the foreground classes",
            direction="higher",
            range=(0, 1),
            reference="BirdCLEF 2014-2017",
            undefined=NO_FOREGROUND,
            shapes=_RANKED,
            average=over_queries(average_precision_foreground),
        ),
        MetricRecord(
            name="macro_mrr",
            definition="mean over classes of the mean of 1 / position over the class's queries",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR)",
            undefined=_SEVERAL,
            shapes=_RANKED,
            average=over_classes(reciprocal_rank),
            has_levels=True,
        ),
        MetricRecord(
            name="macro_top_k",
            definition="mean over classes of the share of the class's queries answered right by position k",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2022 (MA-MRR), with the cut-off of top_k",
            undefined=_SEVERAL,
            shapes=_RANKED,
            average=over_classes(hit),
            has_levels=True,
        ),
        MetricRecord(
            name="s_score",
            definition="mean over authors of means over their plants (then over images) of 1 / position",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2011-2014",
            undefined=f"no table has the column Author, or {NO_FOREGROUND}",
            shapes=("ranked",),
            average=over_authors(reciprocal_rank),
            needs_column="Author",
            has_levels=True,
        ),
        MetricRecord(
            name="cmap",
            definition="mean over classes of the average precision of ranking all queries for the class",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2016 (mAP-open), BirdCLEF 2018 (c-mAP)",
            undefined="no query has a relevant class, or the run was not read for it",
            shapes=_RANKED,
            average=_loaded("class_averages", "over_class_columns"),
            needs_class_columns=True,
        ),
        MetricRecord(
            name="f1_samples",
            definition="mean over queries of the F1 of the predicted set, 1 when both sets are empty",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2024-2025",
            undefined="there is no query",
            shapes=_SETS,
            average=_loaded("set_averages", "f1_samples"),
        ),
        MetricRecord(
            name="f1_macro",
            definition="mean over the classes of truth and answers of the F1 of the class",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2024",
            undefined="there is no query",
            shapes=_SETS,
            average=_loaded("set_averages", "f1_macro"),
        ),
        MetricRecord(
            name="f1_micro",
            definition="F1 of the counts of all queries together",
            direction="higher",
            range=(0, 1),
            reference="PlantCLEF 2024",
            undefined="there is no query",
            shapes=_SETS,
            average=_loaded("set_averages", "f1_micro"),
        ),
        MetricRecord(
            name="fungi_1",
            definition="share of queries answered wrong",
            direction="lower",
            range=(0, 1),
            reference="FungiCLEF 2023, track 1",
            undefined=NO_LABEL,
            shapes=_LABELS,
            average=_loaded("costs", "fungi_track_1"),
        ),
        MetricRecord(
            name="fungi_2",
            definition="mean cost: 100 for a poisonous species called edible, 1 for the contrary",
            direction="lower",
            range=(0, 100),
            reference="FungiCLEF 2023, track 2",
            undefined=_NO_POISONOUS,
            shapes=_LABELS,
            average=_loaded("costs", "fungi_track_2"),
            needs_column="poisonous",
        ),
        MetricRecord(
            name="fungi_3",
            definition="fungi_1 + fungi_2",
            direction="lower",
            range=(0, 101),
            reference="FungiCLEF 2023, track 3",
            undefined=_NO_POISONOUS,
            shapes=_LABELS,
            average=_loaded("costs", "fungi_track_3"),
            needs_column="poisonous",
        ),
        MetricRecord(
            name="fungi_4",
            definition="mean cost: 10 for unknown called known, 0.1 for the contrary, 1 for other errors",
            direction="lower",
            range=(0, 10),
            reference="FungiCLEF 2023, track 4",
            undefined=NO_LABEL,
            shapes=_LABELS,
            average=_loaded("costs", "fungi_track_4"),
        ),
        MetricRecord(
            name="snake_1",
            definition="weighted mean of macro F1 and of the shares of confusions avoided, in %",
            direction="higher",
            range=(0, 100),
            reference="SnakeCLEF 2023, track 1",
            undefined="classes.csv has no column venomous, or no query is of a venomous, or harmless, species",
            shapes=_LABELS,
            average=_loaded("costs", "snake_track_1"),
            needs_column="venomous",
        ),
        MetricRecord(
            name="snake_2",
            definition="sum of costs: 1 harmless for harmless, 2 called venomous, 5 venomous called harmless, 2 venomous for venomous",
            direction="lower",
            range=(0, math.inf),
            reference="SnakeCLEF 2023, track 2",
            undefined=f"classes.csv has no column venomous, or {NO_LABEL}",
            shapes=_LABELS,
            average=_loaded("costs", "snake_track_2"),
            needs_column="venomous",
        ),
        MetricRecord(
            name="coverage",
            definition="share of queries that have a prediction",
            direction="higher",
            range=(0, 1),
            reference="descriptive",
            undefined="there is no query",
            shapes=("ranked", "segment", "set", "label"),
            average=over_queries(is_answered, has_interval=False, reason="there is no query"),
        ),
        MetricRecord(
            name="median_position",
            definition="median position of the first relevant class, infinite where it is not found",
            direction="lower",
            range=(1, math.inf),
            reference="descriptive",
            undefined=f"the median is infinite, or {NO_FOREGROUND}",
            shapes=_RANKED,
            average=median_over_queries(first_position),
            has_levels=True,
        ),
    )
}
