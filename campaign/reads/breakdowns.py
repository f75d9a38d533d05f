"""Breakdowns of a run's scores: which of them a viewer may ask for, and what they say.

A breakdown is made from the trace when somebody first asks (`campaign.services.breakdowns`), and kept
with the evaluation. What may be asked for is decided here and nowhere else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import combinations
from typing import Any, Literal, Self

from campaign.models import Breakdown, Evaluation, Task
from campaign.models.results import Part
from campaign.reads.results import RunReport, ShownScore
from campaign.reads.tables import public_columns, test_data_shows
from campaign.reads.visibility import Viewer, sees_hidden_columns, sees_labels
from scoring import Grouping, Metric, parse_metric

About = Literal["by", "classes", "confusions"]

SHORT = 8  # lines of a table among others on a page


@dataclass(frozen=True)
class Question:
    """A breakdown that visibility let through: nothing else may be asked for.

    Attributes
    ----------
    about
        ``by`` one column or by two; ``classes``; ``confusions``.
    groupings
        The columns, of ``by``.
    """

    evaluation: Evaluation
    part: Part
    about: About
    groupings: tuple[Grouping, ...] = ()

    @property
    def name(self) -> str:
        """Return the columns as `clefboard score --by` takes them."""
        return "+".join(map(str, self.groupings))

    @property
    def kind(self) -> str:
        """Return what it is kept under."""
        return f"by {self.name}" if self.groupings else self.about

    @property
    def metrics(self) -> list[Metric]:
        """Return the metrics that it is asked in: of a cross table only the first."""
        metrics = _metrics(self.evaluation.truth_version.metrics)
        return metrics[:1] if len(self.groupings) > 1 else metrics


# ---------------------------------------------------------------- what may be asked
def subset_questions(report: RunReport, viewer: Viewer, now: datetime) -> list[Question]:
    """Return the breakdowns by the columns that the task declares, then by two of them.

    They go with the scores of the part that shows.
    """
    task = report.run.registration.task
    if not _shows(report, viewer, now) or not _metrics(report.evaluation.truth_version.metrics):
        return []
    own = list(map(_grouping, shown_subsets(task, viewer)))
    pairs = sorted(map(_bands_across, combinations(own, 2)), key=lambda pair: not pair[1].cuts)
    return [_question(report, "by", *columns) for columns in [*((one,) for one in own), *pairs]]


def class_question(
    report: RunReport, viewer: Viewer, now: datetime, about: About
) -> Question | None:
    """Return the breakdown by class, or the confusions; None where it does not show."""
    task = report.run.registration.task
    if not _shows(report, viewer, now) or not sees_labels(task, viewer, now):
        return None
    return _question(report, about)


def _shows(report: RunReport, viewer: Viewer, now: datetime) -> bool:
    """Tell whether the run's scores show, and what is public of the test."""
    scored = report.evaluation.state == Evaluation.State.SCORED
    public = test_data_shows(report.run.registration.task, viewer, now)
    return scored and report.part is not None and public


def _question(report: RunReport, about: About, *groupings: Grouping) -> Question:
    assert report.part is not None
    return Question(report.evaluation, report.part, about, groupings)


def shown_subsets(task: Task, viewer: Viewer) -> list[Any]:
    """Return the columns by which a task shows scores, as its folder writes them.

    A column that only the ground truth has is hidden until that is released, its name too.
    """
    if task.current_truth is None or sees_hidden_columns(task, viewer):
        return list(task.subsets)
    public = public_columns(task.current_truth)
    return [one for one in task.subsets if _grouping(one).column in public]


def _grouping(written: Any) -> Grouping:
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
    """The scores of the queries that have these values; `n` of them."""

    values: tuple[str, ...]
    n: int
    scores: list[ShownScore]

    @property
    def name(self) -> str:
        return self.values[0]

    @property
    def by_metric(self) -> dict[str, ShownScore]:
        return {score.metric: score for score in self.scores}

    @property
    def first(self) -> ShownScore:
        return self.scores[0]


@dataclass(frozen=True)
class SubsetTable:
    """Scores by a column or by two; `cells` in the order of their values, none without a query."""

    question: Question
    metrics: list[str]
    values: list[list[str]]  # of each column, in their order
    cells: list[Cell]

    @classmethod
    def of(cls, question: Question, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says."""
        cells = [
            Cell(
                tuple(cell["values"]),
                cell["n"],
                [ShownScore(**score) for score in cell["scores"]],
            )
            for cell in data["cells"]
        ]
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
        return sorted(self.cells, key=lambda cell: -cell.n)

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
