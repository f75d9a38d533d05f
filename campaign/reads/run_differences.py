"""Two runs beside each other: which may be compared, by what, and what the kept answers say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from campaign.models import Evaluation, LeaderboardRow
from campaign.reads.breakdowns import (
    Question,
    class_question,
    subset_questions,
)
from campaign.reads.class_tables import ClassName
from campaign.reads.results import RunReport
from campaign.reads.small_cells import Why, withheld
from campaign.reads.visibility import Viewer, sees_labels
from scoring import Difference, holm, parse_metric

SURE = 0.05  # of a p-value: below, a difference is told from none
MOST_OPPONENTS = 20
MOST_CLASSES = 10  # that gain most, and that lose most


# ---------------------------------------------------------------- what may be compared
def are_comparable(one: RunReport, other: RunReport) -> bool:
    """Tell whether two runs were scored alike, and both scores show on the same part."""
    scored = all(
        report.evaluation.state == Evaluation.State.SCORED and report.scores is not None
        for report in (one, other)
    )
    same = one.evaluation.truth_version_id == other.evaluation.truth_version_id
    return scored and same and one.part == other.part and one.run.pk != other.run.pk


def opponents(report: RunReport, search: str = "") -> list[LeaderboardRow]:
    """Return the first runs of the leaderboard that another one may be compared with.

    `search` are words that the names of team and run have among them.
    """
    rows = (
        LeaderboardRow.objects.filter(
            task=report.run.registration.task_id,
            part=report.part,
            run__evaluations__is_current=True,
            run__evaluations__state=Evaluation.State.SCORED,
            run__evaluations__truth_version=report.evaluation.truth_version_id,
        )
        .exclude(run=report.run)
        .select_related("run__registration__team")
        .order_by("position")
    )
    for word in search.split():
        named = Q(run__registration__team__name__icontains=word) | Q(run__name__icontains=word)
        numbered = Q(run__number=int(word)) if word.isdecimal() and len(word) < 6 else Q()
        rows = rows.filter(named | numbered if numbered else named)
    return list(rows[:MOST_OPPONENTS])


def comparison_questions(
    one: RunReport, other: RunReport, viewer: Viewer, now: datetime
) -> dict[str, Question]:
    """Return what may be asked of two comparable runs, by the names that addresses have.

    The differences go with the scores. Class by class they go with the classes of one run.
    """
    assert one.part is not None  # of comparable ones
    columns = subset_questions(one, viewer, now)
    guarded = not sees_labels(one.run.registration.task, viewer, now)
    asked = {
        "scores": Question(one.evaluation, one.part, "scores", guarded=guarded),
        **{f"by:{own.name}": own for own in columns if len(own.groupings) == 1},
        "queries": Question(one.evaluation, one.part, "queries", guarded=guarded),
    }
    if by_class := class_question(one, viewer, now, "classes"):
        asked["classes"] = by_class
    return {name: replace(own, against=other.evaluation) for name, own in asked.items()}


# ---------------------------------------------------------------- what was answered
@dataclass(frozen=True)
class ComparedScore:
    """A metric of two runs; `difference` is None where there is no paired test."""

    metric: str
    one: float | None
    other: float | None
    n: int
    difference: Difference | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        difference = data["difference"]
        return cls(
            data["metric"],
            data["one"],
            data["other"],
            data["n"],
            Difference(**difference) if difference else None,
        )

    def corrected(self, adjusted: float) -> Self:
        """Return the same with another corrected p-value."""
        assert self.difference is not None
        return replace(self, difference=replace(self.difference, adjusted=adjusted))

    @property
    def is_sure(self) -> bool:
        """Tell whether the difference is told from none, once corrected for what was asked with it."""
        return self.difference is not None and self.difference.adjusted < SURE

    @property
    def favours(self) -> str:
        """Return which run is better for sure: `one`, `other`, or neither."""
        if self.difference is None or not self.is_sure:
            return ""
        higher = parse_metric(self.metric).direction == "higher"
        return "one" if (self.difference.value > 0) == higher else "other"


@dataclass(frozen=True)
class ComparedCell:
    """The queries that have a value; a small one shows nothing while labels are hidden."""

    name: str
    n: int | None
    score: ComparedScore | None
    withheld: Why | None = None


def compared_cells(question: Question, data: Iterable[Mapping[str, Any]]) -> list[ComparedCell]:
    """Return the differences by a column as far as they may show: as `SubsetTable` shows one run's."""
    cells = list(data)
    small = withheld({(cell["value"],): cell["n"] for cell in cells}) if question.guarded else {}
    shown = []
    for cell in cells:
        why = small.get((cell["value"],))
        if why is None:
            score = ComparedScore.of(cell["score"])
            shown.append(ComparedCell(cell["value"], cell["n"], score))
        elif not question.says_labels:
            shown.append(ComparedCell(cell["value"], None, None, why))
    shown = _corrected(shown)
    if question.groupings[0].cuts:
        return shown
    return sorted(shown, key=lambda cell: -(cell.n or 0))


def _corrected(cells: list[ComparedCell]) -> list[ComparedCell]:
    """Correct the p-values over what shows: over all values they would tell how many do not."""
    scores = [cell.score for cell in cells if cell.score and cell.score.difference]
    p_values = iter(holm([score.difference.p for score in scores if score.difference]))
    return [
        replace(cell, score=cell.score.corrected(next(p_values)))
        if cell.score and cell.score.difference
        else cell
        for cell in cells
    ]


@dataclass(frozen=True)
class Shares:
    """Of some queries, how many both runs, one, the other, or neither of them has."""

    both: int
    one: int
    other: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.one + self.other + self.neither


@dataclass(frozen=True)
class ComparedQueries:
    """Which queries two runs answer, and of which their first answer is right; None where hidden."""

    answered: Shares
    right: Shares | None

    @classmethod
    def of(cls, question: Question, data: Mapping[str, Any]) -> Self:
        """Return what a kept answer says; which answers are right says something of the labels."""
        right = data["right"] if not question.guarded else None
        return cls(Shares(*data["answered"]), Shares(*right) if right else None)


@dataclass(frozen=True)
class ComparedClass:
    """A class of `n` queries by the first figure of two runs."""

    name: ClassName
    n: int
    one: float
    other: float

    @property
    def by(self) -> float:
        return self.one - self.other


@dataclass(frozen=True)
class ComparedClasses:
    """The classes that make most of the difference, on either side."""

    figure: str
    better: list[ComparedClass]
    worse: list[ComparedClass]
    n_equal: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        names = data["names"]
        better, worse = (
            [
                ComparedClass(ClassName(name, *names.get(name, ())), n, one, other)
                for name, n, one, other in data[side]
            ]
            for side in ("better", "worse")
        )
        return cls(data["figure"], better, worse, data["n_equal"])
