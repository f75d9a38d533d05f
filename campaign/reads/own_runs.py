"""A team's own runs in a task: what is left to do about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from campaign.models import Evaluation, Phase, Run, Task
from campaign.reads.results import RunReport, team_runs
from campaign.reads.visibility import Viewer

State = Evaluation.State
ALIVE = frozenset({State.QUEUED, State.SCORING, State.SCORED})  # neither taken back nor rejected


@dataclass(frozen=True)
class Requirement:
    """Runs the task asks for, and whether the team has sent them."""

    at_least: int
    training_data: list[str]
    found: int

    @property
    def met(self) -> bool:
        return self.found >= self.at_least


@dataclass(frozen=True)
class OwnRun:
    """A run as its team sees it in the list."""

    report: RunReport
    missing: list[str]  # required fields its description lacks, where that matters
    may_describe: bool

    @property
    def may_withdraw(self) -> bool:
        return self.report.run.standing == Run.Standing.ACTIVE

    @cached_property
    def n_problems(self) -> int:
        return sum(problem.get("count", 1) for problem in self.report.problems)


def own_runs(*, task: Task, viewer: Viewer, now: datetime) -> list[OwnRun]:
    """Return the runs of the viewer's team, the newest first."""
    return [own_run(report, now) for report in team_runs(task=task, viewer=viewer, now=now)]


def own_run_for(viewer: Viewer, report: RunReport, now: datetime) -> OwnRun | None:
    """Return what the viewer may do about a run; None where it is another team's."""
    own = Run.objects.of_teams_of(viewer).filter(pk=report.run.pk).exists()
    return own_run(report, now) if own else None


def own_run(report: RunReport, now: datetime) -> OwnRun:
    """Return what is left to do about one run."""
    task = report.run.registration.task
    alive = report.state in ALIVE
    in_time = report.run.late or not task.phase(Phase.Kind.SUBMISSION).has_closed(now)
    return OwnRun(
        report=report,
        missing=missing_fields(task, report.run) if alive else [],
        may_describe=alive and in_time,
    )


def requirements(task: Task, runs: list[OwnRun]) -> list[Requirement]:
    """Return the runs a task requires of a team, each with how many there are."""
    counting = (run.report.run for run in runs if run.report.state in ALIVE)
    return required_of(task, counting)


def required_of(task: Task, runs: Iterable[Run]) -> list[Requirement]:
    """Return the runs a task requires, each with how many of these, which count, are of the kind.

    A late run is none: it is never official.
    """
    in_time = [run for run in runs if not run.counts_as_late]
    return [_requirement(required, in_time) for required in task.required_runs]


def _requirement(required: dict[str, Any], runs: list[Run]) -> Requirement:
    only = required["training_data"]
    fitting = [run for run in runs if _used_only(run, set(only))]
    return Requirement(required["at_least"], only, len(fitting))


def _used_only(run: Run, allowed: set[str]) -> bool:
    used = set(run.description.get("training_data", ()))
    return bool(used) and used <= allowed


def missing_fields(task: Task, run: Run) -> list[str]:
    """Return the required fields that a run's description lacks."""
    return [name for name in task.required_description if name not in run.description]
