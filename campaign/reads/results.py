"""Run reports: what visibility let through of runs, ready to be shown."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.db.models.functions import Lower

from campaign.models import Evaluation, LeaderboardRow, Run, Task
from campaign.models.results import Part
from campaign.reads.scores import ShownScore, shown_scores
from campaign.reads.visibility import Viewer, visible_part


@dataclass(frozen=True)
class RunReport:
    """A run as one viewer may see it."""

    run: Run
    evaluation: Evaluation
    state: str
    own: bool  # own team or organiser: the file, its problems and its warnings show
    part: Part | None = None  # what the scores are on
    problems: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[str, ShownScore] | None = None  # None: not visible to this viewer yet
    rank: int | None = None
    image_run: "RunReport | None" = None

    @property
    def finished(self) -> bool:
        return self.state not in {Evaluation.State.QUEUED, Evaluation.State.SCORING}

    @property
    def progress(self) -> str:
        """Return where the run and its image run stand, to be compared with a later answer."""
        return f"{self.state}-{self.image_run.state}" if self.image_run else self.state

    @property
    def settled(self) -> bool:
        """Tell whether neither the run nor its image run moves any more by itself."""
        return self.finished and (self.image_run is None or self.image_run.finished)


def run_state(run: Run, evaluation: Evaluation) -> str:
    """Return one word for where a run stands: its standing, or while active its evaluation's state."""
    return evaluation.state if run.standing == Run.Standing.ACTIVE else run.standing


def run_report(*, run: Run, viewer: Viewer, now: datetime) -> RunReport | None:
    """Return what a viewer may see of a run; None when the run is none of their business.

    The own team and the organisers see the file's problems at once. Others see a run once its
    scores are visible to them.
    """
    return _reports(run.registration.task, [run], viewer, now).get(run.pk)


def _reports(task: Task, runs: list[Run], viewer: Viewer, now: datetime) -> dict[int, RunReport]:
    """Return the reports of runs of one task, by run, in the same queries however many there are."""
    images = Run.objects.filter(image_run_of__in=runs).select_related("registration__team")
    beside = {run.image_run_of_id: run for run in images}
    mains = {run.pk: run.image_run_of or run for run in runs}  # it is they that are withdrawn
    mains |= {beside[run.pk].pk: run for run in runs if run.pk in beside}
    everything = _Everything.of(task, mains, viewer, now)
    reports = {}
    for run in runs:
        report = everything.report(run)
        image_run = beside.get(run.pk)
        if report and image_run:
            report = replace(report, image_run=everything.report(image_run))
        if report:
            reports[run.pk] = report
    return reports


@dataclass(frozen=True)
class _Everything:
    """All that reports of some runs may need; `report` takes of it what the viewer may see."""

    parts: dict[int, Part | None]
    own: set[int]
    evaluations: dict[int, Evaluation]
    ranks: dict[tuple[int, str], int | None]
    scores: dict[Part, dict[int, dict[str, ShownScore]]]

    @classmethod
    def of(cls, task: Task, mains: dict[int, Run], viewer: Viewer, now: datetime) -> Self:
        """Return all on the runs with these ids, each with the run whose withdrawal counts."""
        ids = list(mains)
        current = Evaluation.objects.filter(run__in=ids, is_current=True)
        evaluations = {e.run_id: e for e in current.select_related("truth_version")}
        parts = _parts(task, mains, evaluations, viewer, now)
        rows = LeaderboardRow.objects.filter(run__in=ids)
        return cls(
            parts=parts,
            own=set(
                Run.objects.with_files_for(viewer).filter(pk__in=ids).values_list("pk", flat=True)
            ),
            evaluations=evaluations,
            ranks={(row.run_id, row.part): row.rank for row in rows},
            scores={
                part: shown_scores(ids, task.metrics, part) for part in set(parts.values()) if part
            },
        )

    def report(self, run: Run) -> RunReport | None:
        evaluation, part, own = self.evaluations[run.pk], self.parts[run.pk], run.pk in self.own
        scored = evaluation.state == Evaluation.State.SCORED
        if not own and not (scored and part):
            return None
        scores = self.scores[part].get(run.pk, {}) if part else None
        of_scores = [one for score in (scores or {}).values() for one in score.warnings]
        return RunReport(
            run=run,
            evaluation=evaluation,
            state=run_state(run, evaluation),
            own=own,
            part=part,
            problems=evaluation.problems if own else [],
            warnings=[*(evaluation.warnings if own else []), *of_scores],
            scores=scores,
            rank=self.ranks.get((run.pk, part)) if part else None,
        )


def _parts(
    task: Task,
    mains: dict[int, Run],
    evaluations: dict[int, Evaluation],
    viewer: Viewer,
    now: datetime,
) -> dict[int, Part | None]:
    """Return the part that shows of each run; visibility is asked once for all that are alike."""
    kinds = {
        pk: (main.withdrawn_unseen, evaluations[pk].truth_version) for pk, main in mains.items()
    }
    examples = {kinds[pk]: main for pk, main in mains.items()}
    found = {
        kind: visible_part(task, viewer, now, run=main, truth=kind[1])
        for kind, main in examples.items()
    }
    return {pk: found[kind] for pk, kind in kinds.items()}


def n_ranked(report: RunReport) -> int:
    """Return among how many runs this one is ranked, or would be."""
    task = report.run.registration.task
    return LeaderboardRow.objects.filter(task=task, part=report.part, rank__isnull=False).count()


def team_runs(*, task: Task, viewer: Viewer, now: datetime) -> list[RunReport]:
    """Return the runs of the viewer's own team in a task, the newest first.

    Those of a team that was merged into it are among them.
    """
    runs = (
        Run.objects.observation_runs()
        .of_teams_of(viewer)
        .filter(registration__task=task)
        .select_related("registration__team", "registration__task__current_truth")
        .prefetch_related("registration__task__phases")
        .order_by("-number", "-pk")
    )
    return list(_reports(task, list(runs), viewer, now).values())


def task_runs(*, task: Task, viewer: Viewer, now: datetime) -> list[RunReport]:
    """Return the runs of a task as far as a viewer may see them, by team and number."""
    runs = (
        Run.objects.observation_runs()
        .filter(registration__task=task)
        .select_related("registration__team", "registration__task__current_truth", "submitted_by")
        .prefetch_related("registration__task__phases")
        .order_by(Lower("registration__team__name"), "number")
    )
    return list(_reports(task, list(runs), viewer, now).values())
