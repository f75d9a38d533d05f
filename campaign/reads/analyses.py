"""The analyses of a task: which there are, who may see which, and what they say."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from campaign.models import Analysis, AnalysisRound, LeaderboardRow, Run, RunSet, Task
from campaign.models.results import Part
from campaign.reads.columns import columns_of
from campaign.reads.json_columns import with_data
from campaign.reads.many import among
from campaign.reads.visibility import (
    Viewer,
    organises,
    sees_hidden_columns,
    sees_labels,
    visible_part,
)
from campaign.refusals import NotThere

Group = Literal["methods", "content", "runs", "test", "organisers"]
Shows = Literal["scores", "labels", "organisers"]


@dataclass(frozen=True)
class Kind:
    """An analysis.

    Attributes
    ----------
    slug
        Its address.
    question
        What it answers.
    shows
        To whom: who sees ``scores``; who sees ``labels`` beside them; or ``organisers`` alone.
    chooses
        What a visitor may have made of runs of their choice; None where there is no choice.
    most_chosen
        Of how many runs.
    """

    slug: str
    group: Group
    question: Promise
    shows: Shows = "scores"
    chooses: RunSet.About | None = None
    most_chosen: int = 0


GROUPS: Mapping[Group, Promise] = {
    "methods": gettext_lazy("What works"),
    "content": gettext_lazy("For which species and images"),
    "runs": gettext_lazy("Runs compared"),
    "test": gettext_lazy("The test itself"),
    "organisers": gettext_lazy("For organisers only"),
}
_ALL = (
    Kind("training-data", "methods", gettext_lazy("What should one train on?")),
    Kind("architectures", "methods", gettext_lazy("Which architectures score higher?")),
    Kind("networks", "methods", gettext_lazy("Do more networks help?")),
    Kind("pre-training", "methods", gettext_lazy("Does pre-training help?")),
    Kind("augmentation", "methods", gettext_lazy("Which augmentation helps?")),
    Kind("test-outputs", "methods", gettext_lazy("Do more outputs per query help?")),
    Kind("cost", "methods", gettext_lazy("What does a score cost?")),
    Kind("organs", "content", gettext_lazy("Which images does one need?")),
    Kind("rare-species", "content", gettext_lazy("Are runs good on rare species too?")),
    Kind("domains", "content", gettext_lazy("Which parts of the test are hard?")),
    Kind(
        "authors",
        "content",
        gettext_lazy("Does it matter who took the picture or recording?"),
        "labels",
    ),
    Kind(
        "significance",
        "runs",
        gettext_lazy("Which runs truly differ?"),
        chooses=RunSet.About.PAIRS,
        most_chosen=50,
    ),
    Kind("correlation", "runs", gettext_lazy("Which runs answer alike?")),
    Kind(
        "complementarity",
        "runs",
        gettext_lazy("What would runs score together?"),
        chooses=RunSet.About.FUSION,
        most_chosen=5,
    ),
    Kind("difficulty", "test", gettext_lazy("Which queries are hard for everybody?"), "labels"),
    Kind("confusions", "test", gettext_lazy("Which classes are confused?"), "labels"),
    Kind(
        "detectable-difference", "test", gettext_lazy("How small a difference can the test show?")
    ),
    Kind("submissions", "test", gettext_lazy("When did the runs come?")),
    Kind(
        "suspected-errors", "organisers", gettext_lazy("Which labels may be wrong?"), "organisers"
    ),
    Kind(
        "description-gaps",
        "organisers",
        gettext_lazy("What do method descriptions leave out?"),
        "organisers",
    ),
)
KINDS: Mapping[str, Kind] = {kind.slug: kind for kind in _ALL}


@dataclass(frozen=True)
class Made:
    """An analysis that a viewer may see.

    Attributes
    ----------
    data
        As its maker left it; None where it says nothing, and `nothing` is the word for why.
    made_at
        None of what is printed.
    names
        What the runs are called that it speaks of, by id; one that left the board since is missing.
    """

    kind: Kind
    data: Any
    nothing: str
    n_runs: int
    generated: bool
    made_at: datetime | None
    metric: str
    names: Mapping[int, str]


@dataclass(frozen=True)
class Analyses:
    """The analyses of a task that a viewer may see.

    Attributes
    ----------
    part
        The part of the test they are made of; None where no score shows.
    kinds
        All that are made, in the order of `KINDS`.
    made
        In the same order: all, or the one that was asked for.
    waiting
        Whether some are to be made, or made anew.
    """

    task: Task
    part: Part | None
    kinds: list[Kind]
    made: list[Made]
    waiting: bool

    @property
    def only(self) -> Made:
        """Return the one that was asked for.

        Raises
        ------
        NotThere
            There is none of this name, it does not show, or it is not made yet.
        """
        if not self.made:
            raise NotThere(_("There is no such analysis here."), code="no_analysis")
        return self.made[0]

    def by_group(self) -> dict[Group, list[Made]]:
        """Return them by group; groups without one are left out."""
        groups: dict[Group, list[Made]] = {}
        for group in GROUPS:
            if own := [one for one in self.made if one.kind.group == group]:
                groups[group] = own
        return groups


def analyses_of(task: Task, viewer: Viewer, now: datetime, only: str = "") -> Analyses:
    """Return the analyses of a task that a viewer may see.

    Parameters
    ----------
    only
        The slug of the one that is asked for; empty asks for all.
    """
    part = visible_part(task, viewer, now)
    if part is None:
        return Analyses(task, None, [], [], waiting=False)
    kinds = {kind.slug for kind in _kinds(task, viewer, now)}
    shown = Analysis.objects.filter(task=task, part=part, kind__in=kinds)
    rows = list(with_data(shown.filter(kind=only) if only else shown))
    there = set(shown.values_list("kind", flat=True)) if only else {row.kind for row in rows}
    names = _names(task, part, rows)
    hidden = _hidden_columns(task, viewer)
    made = {row.kind: _made(row, task, names, hidden) for row in rows}
    return Analyses(
        task,
        part,
        kinds=[kind for kind in _ALL if kind.slug in there],
        made=[made[slug] for slug in KINDS if slug in made],
        waiting=_waits(task, part),
    )


def find_analysis(task: Task, slug: str, viewer: Viewer, now: datetime) -> Made:
    """Return one analysis.

    Raises
    ------
    NotThere
        As `Analyses.only`.
    """
    return analyses_of(task, viewer, now, only=slug).only


def _kinds(task: Task, viewer: Viewer, now: datetime) -> Iterable[Kind]:
    may = {
        "scores": True,
        "labels": sees_labels(task, viewer, now),
        "organisers": organises(task, viewer),
    }
    return (kind for kind in _ALL if may[kind.shows])


def _hidden_columns(task: Task, viewer: Viewer) -> frozenset[str]:
    """Return the columns of the test of which a viewer may not even know the names."""
    if task.current_truth is None or sees_hidden_columns(task, viewer):
        return frozenset()
    return columns_of(task.current_truth).hidden


def _shown(data: Any, hidden: frozenset[str]) -> Any:
    """Return what an analysis says of columns that are not hidden; None where that is nothing."""
    if not data or "columns" not in data:
        return data
    columns = [one for one in data["columns"] if one["column"] not in hidden]
    return {**data, "columns": columns} if columns else None


def _made(row: Analysis, task: Task, names: Mapping[int, str], hidden: frozenset[str]) -> Made:
    data = _shown(row.data, hidden)
    return Made(
        kind=KINDS[row.kind],
        data=data,
        nothing=row.nothing or ("" if data else "hidden"),
        n_runs=row.n_runs,
        generated=row.generated or task.generated,
        made_at=row.made_at,
        metric=task.metrics[0],
        names=names,
    )


def _names(task: Task, part: Part, rows: Iterable[Analysis]) -> dict[int, str]:
    named = {pk for row in rows if row.data for pk in row.data.get("runs", ())}
    return run_names(task, part, named) if named else {}


def run_names(task: Task, part: Part, runs: Collection[int]) -> dict[int, str]:
    """Return what runs are called beside others, as long as they are on the board: baselines by their own names."""
    ranked = LeaderboardRow.objects.filter(
        task=task, part=part, section=LeaderboardRow.Section.RANKED, run__in=among(runs)
    )
    team = "run__registration__team"
    columns = ("run", "run__name", "run__number", f"{team}__name", f"{team}__organisers")
    return {pk: _called(*said) for pk, *said in ranked.values_list(*columns)}


def run_called(run: Run) -> str:
    """Return what a run is called beside others."""
    team = run.registration.team
    return _called(run.name, run.number, team.name, team.organisers)


def _called(name: str, number: int, team: str, is_baseline: bool) -> str:
    return name if is_baseline and name else f"{team} · {number}"


def _waits(task: Task, part: Part) -> bool:
    return AnalysisRound.objects.filter(task=task, part=part, made_at=None).exists()
