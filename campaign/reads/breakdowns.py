"""Breakdowns of a run's scores: which of them a viewer may ask for, and what they say.

A breakdown is made from the trace when somebody first asks (`campaign.services.breakdowns`), and kept
with the evaluation. What may be asked for is decided here and nowhere else.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations
from math import prod
from typing import Any, Literal, Self

from django.utils.translation import gettext as _

from campaign.models import Breakdown, Evaluation, Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.columns import Columns, columns_of
from campaign.reads.results import RunReport
from campaign.reads.scores import ShownScore
from campaign.reads.small_cells import FEWEST, Why, withheld
from campaign.reads.tables import test_data_shows
from campaign.reads.visibility import Viewer, sees_hidden_columns, sees_labels
from scoring import Grouping, Metric, parse_metric

About = Literal["by", "classes", "confusions", "positions", "scores", "queries"]

SHORT = 12  # values of a column among other figures on a page

# No table is made of more: nobody reads it, and each cell is resampled, kept and drawn.
MOST_VALUES, MOST_CELLS = 500, 2_000


@dataclass(frozen=True)
class Question:
    """A breakdown that visibility let through: nothing else may be asked for.

    Attributes
    ----------
    about
        ``by`` one column or by two; ``classes``; ``confusions``; ``positions``. Of two runs:
        ``scores``, ``by``, ``classes``, or the ``queries`` of which each is right.
    groupings
        The columns, of ``by``.
    guarded
        Whether labels are hidden from the viewer: small cells do not show.
    says_labels
        Whether the column is one of classes.csv: that a value occurs at all says something of
        the labels.
    against
        Where two runs are compared, the evaluation of the other one.
    """

    evaluation: Evaluation
    part: Part
    about: About
    groupings: tuple[Grouping, ...] = ()
    guarded: bool = False
    says_labels: bool = False
    against: Evaluation | None = None

    @property
    def name(self) -> str:
        """Return the columns as `clefboard score --by` takes them."""
        return "+".join(map(str, self.groupings))

    @property
    def kind(self) -> str:
        """Return what it is kept under: no two questions share it, whatever columns are called."""
        columns = [[one.column, *one.cuts] for one in self.groupings]
        own = f"by {json.dumps(columns, ensure_ascii=False)}" if columns else self.about
        return f"{own} against {self.against.pk}" if self.against else own

    @property
    def metrics(self) -> list[Metric]:
        """Return the metrics that it is asked in: of a cross table, and of two runs, only the first."""
        metrics = _metrics(self.evaluation.truth_version.metrics)
        return metrics[:1] if len(self.groupings) > 1 or self.against else metrics


# ---------------------------------------------------------------- what may be asked
def subset_questions(report: RunReport, viewer: Viewer, now: datetime) -> list[Question]:
    """Return the breakdowns by the columns that the task declares, then by two of them.

    They go with the scores of the part that shows. While labels are hidden, no column of classes.csv
    is crossed with another.
    """
    task, truth = report.run.registration.task, report.evaluation.truth_version
    if not _shows(report, viewer, now) or not _metrics(truth.metrics):
        return []
    columns, guarded = columns_of(truth), not sees_labels(task, viewer, now)
    own = list(map(grouping_of, shown_subsets(task, truth, viewer)))
    pairs = sorted(_pairs(own, columns, guarded=guarded), key=lambda pair: not pair[1].cuts)
    return [
        _question(report, "by", *groupings, guarded=guarded, columns=columns)
        for groupings in [*((one,) for one in own), *pairs]
        if _is_small(groupings, columns)
    ]


def _pairs(
    own: list[Grouping], columns: Columns, *, guarded: bool
) -> Iterable[tuple[Grouping, Grouping]]:
    """Return the groupings that may be crossed."""
    plain = [one for one in own if not guarded or one.column not in columns.of_classes]
    pairs = combinations(plain, 2)
    return (_bands_across(pair) for pair in pairs if pair[0].column != pair[1].column)


def _is_small(groupings: Iterable[Grouping], columns: Columns) -> bool:
    """Tell whether a table has no more values and cells than one may have."""
    sizes = [columns.n_parts(one) for one in groupings]
    return max(sizes) <= MOST_VALUES and prod(sizes) <= MOST_CELLS


def class_question(
    report: RunReport, viewer: Viewer, now: datetime, about: About
) -> Question | None:
    """Return the breakdown by class, or the confusions; None where it does not show."""
    task = report.run.registration.task
    if not _shows(report, viewer, now) or not sees_labels(task, viewer, now):
        return None
    return _question(report, about)


def position_question(report: RunReport, viewer: Viewer, now: datetime) -> Question | None:
    """Return where the right classes stand; None where it does not show, or where runs rank nothing.

    It goes with the scores: it says what `top_1`, `top_5` ... of the same part say.
    """
    ranks = report.run.registration.task.ranks_classes
    return _question(report, "positions") if ranks and _shows(report, viewer, now) else None


def _shows(report: RunReport, viewer: Viewer, now: datetime) -> bool:
    """Tell whether the run's scores show, and what is public of the test."""
    scored = report.evaluation.state == Evaluation.State.SCORED
    public = test_data_shows(report.run.registration.task, viewer, now)
    return scored and report.part is not None and public


def _question(
    report: RunReport,
    about: About,
    *groupings: Grouping,
    guarded: bool = False,
    columns: Columns | None = None,
) -> Question:
    assert report.part is not None
    says_labels = columns is not None and any(one.column in columns.of_classes for one in groupings)
    return Question(report.evaluation, report.part, about, groupings, guarded, says_labels)


def shown_subsets(task: Task, truth: TruthVersion | None, viewer: Viewer) -> list[Any]:
    """Return the columns by which a task shows scores of a truth version, as its folder writes them.

    A column that this version lacks parts nothing, and neither does the id of a query, an image or
    a class. One that only the ground truth has is hidden until that is released, its name too.
    """
    if truth is None:
        return []
    columns = columns_of(truth)
    hidden = frozenset() if sees_hidden_columns(task, viewer) else columns.hidden
    known = [(one, grouping_of(one)) for one in task.subsets]
    return [one for one, own in known if own in columns and own.column not in hidden]


def row_grouping(task: Task, viewer: Viewer, now: datetime) -> Grouping | None:
    """Return the column by which a row of a leaderboard opens: the organ, or the first that the task shows."""
    truth = task.current_truth
    if truth is None or not _metrics(truth.metrics) or not test_data_shows(task, viewer, now):
        return None
    columns = columns_of(truth)
    own = map(grouping_of, shown_subsets(task, truth, viewer))
    small = [one for one in own if _is_small([one], columns)]
    organs = [one for one in small if one.column.casefold() == "organ"]
    return next(iter(organs or small), None)


def grouping_of(written: Any) -> Grouping:
    """Return what a folder writes as a subset: a column, or one with its bands."""
    if isinstance(written, str):
        return Grouping(written)
    return Grouping(written["column"], tuple(written["bands"]))


def _bands_across(pair: tuple[Grouping, Grouping]) -> tuple[Grouping, Grouping]:
    """Return two columns with bands, which are few, in the second place."""
    one, other = pair
    return (other, one) if one.cuts and not other.cuts else pair


def _metrics(names: Iterable[str]) -> list[Metric]:
    """Return the metrics of a task without their own subsets, each once.

    Without `cmap`: it ranks the queries of each part anew, so it reads the run again.
    """
    plain = dict.fromkeys(parse_metric(name).name for name in names)
    metrics = map(parse_metric, plain)
    return [metric for metric in metrics if not metric.record.needs_class_columns]


# ---------------------------------------------------------------- what was answered
def kept_answers(questions: Iterable[Question]) -> dict[str, Any]:
    """Return, of questions about one evaluation, the answers that are made already, by kind."""
    asked = list(questions)
    if not asked:
        return {}
    kept = Breakdown.objects.filter(
        evaluation=asked[0].evaluation,
        part=asked[0].part,
        kind__in=[question.kind for question in asked],
    )
    return dict(kept.values_list("kind", "data"))


@dataclass(frozen=True)
class Cell:
    """The scores of the queries that have these values; `n` of them.

    While labels are hidden a small cell has no `n`, no score, and a reason why.
    """

    values: tuple[str, ...]
    n: int | None
    scores: list[ShownScore]
    withheld: Why | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any], why: Why | None) -> Self:
        """Return what may show of a cell of a kept answer."""
        values = tuple(data["values"])
        if why is None:
            return cls(values, data["n"], [ShownScore(**score) for score in data["scores"]])
        names, reason = (score["metric"] for score in data["scores"]), _reason(why)
        return cls(
            values, None, [ShownScore(name, None, None, None, 0, reason) for name in names], why
        )

    @property
    def name(self) -> str:
        return self.values[0]

    @property
    def by_metric(self) -> dict[str, ShownScore]:
        return {score.metric: score for score in self.scores}

    @property
    def first(self) -> ShownScore:
        return self.scores[0]


def _reason(why: Why) -> str:
    if why == "few":
        return _("fewer than %(n)s queries: their scores would tell labels") % {"n": FEWEST}
    return _(
        "not shown: with it, what is left of the total would tell of fewer than %(n)s queries"
    ) % {"n": FEWEST}


@dataclass(frozen=True)
class SubsetTable:
    """Scores by a column or by two; `cells` in the order of their values, none without a query."""

    question: Question
    metrics: list[str]
    values: list[list[str]]  # of each column, in their order
    cells: list[Cell]

    @classmethod
    def of(cls, question: Question, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says, as far as it may show.

        Of a column of classes.csv a cell that may not show is left out: whether few queries have
        the value, or none, would tell which classes the test has.
        """
        sizes = {tuple(cell["values"]): cell["n"] for cell in data["cells"]}
        small = withheld(sizes) if question.guarded else {}
        cells = [Cell.of(cell, small.get(tuple(cell["values"]))) for cell in data["cells"]]
        if question.says_labels:
            cells = [cell for cell in cells if cell.withheld is None]
        return cls(question, data["metrics"], data["values"], cells)

    @property
    def crossed(self) -> bool:
        return len(self.question.groupings) > 1

    @property
    def scores(self) -> list[ShownScore]:
        return [score for cell in self.cells for score in cell.scores]

    @cached_property
    def by_size(self) -> list[Cell]:
        """Return the cells of one column: bands in their order, values with most queries first."""
        if self.question.groupings[0].cuts:
            return self.cells
        return sorted(self.cells, key=lambda cell: -(cell.n or 0))

    @property
    def first(self) -> list[Cell]:
        """Return what of them stands on the page of the run."""
        return self.by_size[:SHORT]

    @property
    def is_short(self) -> bool:
        return max(len(self.rows if self.crossed else self.cells), len(self.columns)) <= SHORT

    @cached_property
    def columns(self) -> list[str]:
        """Return the values of a cross table's second column."""
        used = {cell.values[1] for cell in self.cells if self.crossed}
        return [value for value in self.values[-1] if value in used]

    @cached_property
    def rows(self) -> list[tuple[str, list[Cell | None]]]:
        """Return the lines of a cross table; None where no query has both values."""
        by_values = {cell.values: cell for cell in self.cells}
        lines = (
            (name, [by_values.get((name, other)) for other in self.columns])
            for name in self.values[0]
        )
        return [(name, cells) for name, cells in lines if any(cells)]
