"""Runs of a board that are looked at together: which may be chosen, and what was made of those that are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal, Self

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from campaign.models import LeaderboardRow, Run, RunSet, Task
from campaign.models.results import Part
from campaign.reads.analyses import KINDS, Kind, Made, run_called
from campaign.reads.json_columns import with_data
from campaign.reads.visibility import Viewer, visible_part
from campaign.refusals import Invalid, NotThere
from scoring import Difference

FEWEST_CHOSEN = 2
MOST_LISTED = 30
# What a list of a hundred runs says of each; all there is of them takes longer to read than the page to make.
_TEAM = "run__registration__team"
_RUN = (
    "number",
    "name",
    "standing",
    "late",
    "generated",
    "accepted_in_time_reason",
    "image_run_of",
)
_NAMED = (
    *("position", "rank", f"{_TEAM}__name", f"{_TEAM}__organisers"),
    *(f"run__{field}" for field in _RUN),
)


@dataclass(frozen=True)
class RunChoice:
    """Runs of a board that somebody chose to see together.

    Attributes
    ----------
    part
        Of the test: that of the board.
    rows
        Of the runs, the best first.
    """

    task: Task
    part: Part
    about: RunSet.About
    rows: Sequence[LeaderboardRow]

    @property
    def metric(self) -> str:
        """Return the metric that ranks."""
        return self.task.metrics[0]

    @property
    def run_of(self) -> dict[int, Run]:
        """Return the runs by their evaluations."""
        return {row.evaluation: row.run for row in self.rows}  # type: ignore[attr-defined]  # annotated

    @property
    def evaluations(self) -> list[int]:
        """Return their evaluations as a set of runs keeps them."""
        return sorted(self.run_of)

    @cached_property
    def pks(self) -> list[int]:
        """Return the runs as an address names them."""
        return sorted(row.run_id for row in self.rows)

    @cached_property
    def kept(self) -> RunSet | None:
        """Return what is made of them, or is to be."""
        part = self.part if self.about == RunSet.About.PAIRS else ""
        kept = RunSet.objects.filter(about=self.about, part=part, evaluations=self.evaluations)
        return next(iter(with_data(kept)), None)

    def state(self, now: datetime) -> Literal["unasked", "waiting", "made", "failed"]:
        """Return how far it is; ``unasked`` where nobody had it made yet."""
        if self.kept is None:
            return "unasked"
        if self.kept.data:
            return "made"
        return "failed" if self.kept.is_given_up(now) else "waiting"

    @cached_property
    def fused(self) -> "Fused | None":
        """Return what they score together, if that is what was asked and made."""
        made = self.kept.data if self.kept and self.about == RunSet.About.FUSION else None
        return Fused.of(self, made) if made else None


def chosen_runs(
    task: Task, kind: Kind, chosen: Iterable[str], viewer: Viewer, now: datetime
) -> RunChoice | None:
    """Return the runs that an address names; None where it names none.

    Raises
    ------
    NotThere
        One of them is not on the board that the viewer sees.
    Invalid
        They are too few, or too many.
    """
    names = set(chosen)
    part = visible_part(task, viewer, now)
    if not names or part is None or kind.chooses is None:
        return None
    if not FEWEST_CHOSEN <= len(names) <= kind.most_chosen:
        raise _wrong_number(kind)
    rows = named_runs(task, part, names)
    if len(rows) < len(names):
        raise NotThere(_("One of these runs is not on this leaderboard."), code="no_such_run")
    return RunChoice(task, part, kind.chooses, rows)


def runs_to_fuse(task: Task, chosen: Iterable[str], viewer: Viewer, now: datetime) -> RunChoice:
    """Return the runs that somebody wants fused.

    Raises
    ------
    NotThere
        No scores show, or one of them is not on the board that the viewer sees.
    Invalid
        They are too few, or too many; or nothing can be fused (`not_fusable`).
    """
    if visible_part(task, viewer, now) is None:
        raise NotThere(_("The scores of this task do not show yet."), code="not_public_yet")
    if not task.ranks_classes:
        message = _("Runs of this task rank no classes: only ranked answers can be fused.")
        raise Invalid(message, code="not_fusable")
    kind = KINDS["complementarity"]
    choice = chosen_runs(task, kind, chosen, viewer, now)
    if choice is None:
        raise _wrong_number(kind)
    return choice


def _wrong_number(kind: Kind) -> Invalid:
    message = _("Choose %(least)s to %(most)s runs.")
    bounds = {"least": FEWEST_CHOSEN, "most": kind.most_chosen}
    return Invalid(message % bounds, code="wrong_number_of_runs")


def named_runs(task: Task, part: Part, names: Iterable[str]) -> list[LeaderboardRow]:
    """Return the runs of a board among those that an address names, however many."""
    pks = [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 19]
    return list(_ranked(task, part).filter(run__in=pks)) if pks else []


def runs_to_choose(
    task: Task, part: Part, search: str, ticked: Sequence[LeaderboardRow]
) -> list[LeaderboardRow]:
    """Return the first runs of a board by their words, after those that are ticked already."""
    rows = _ranked(task, part)
    for word in search.split():
        named = Q(run__registration__team__name__icontains=word) | Q(run__name__icontains=word)
        rows = rows.filter(named)
    there = {row.pk for row in ticked}
    return [*ticked, *(row for row in rows[:MOST_LISTED] if row.pk not in there)]


def _ranked(task: Task, part: Part) -> QuerySet[LeaderboardRow]:
    return (
        LeaderboardRow.objects.filter(
            task=task,
            part=part,
            section=LeaderboardRow.Section.RANKED,
            run__evaluations__is_current=True,
            run__evaluations__state="scored",
            run__evaluations__truth_version=task.current_truth,
        )
        .annotate(evaluation=F("run__evaluations"))
        .select_related("run__registration__team")
        .only(*_NAMED)
        .order_by("position")
    )


# ---------------------------------------------------------------- what was made of them
@dataclass(frozen=True)
class Fused:
    """What chosen runs score together, on the part that the viewer sees."""

    value: float | None
    low: float | None
    high: float | None
    best: Run
    gain: Difference | None
    method: str

    @classmethod
    def of(cls, choice: RunChoice, data: Mapping[str, Any]) -> Self:
        """Return it; of one set alone, nothing has to be corrected."""
        score, run_of = data["scores"][choice.part], choice.run_of
        gain = Difference(**score["gain"]) if score["gain"] else None
        ends = (score["value"], score["low"], score["high"])
        return cls(*ends, run_of[score["best"]], gain, data["method"])


def chosen_pairs(made: Made, choice: RunChoice) -> Made | None:
    """Return the analysis of all pairs, of chosen runs; None as long as it is not made."""
    if choice.kept is None or not choice.kept.data:
        return None
    runs = [row.run for row in choice.rows]
    nothing = choice.kept.data.get("nothing", "")
    return replace(
        made,
        data=None if nothing else choice.kept.data,
        nothing=nothing,
        made_at=choice.kept.made_at,
        n_runs=len(runs),
        generated=any(run.generated for run in runs),
        names={run.pk: run_called(run) for run in runs},
    )
