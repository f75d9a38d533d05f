"""What a final package holds, in a fixed order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from campaign import storage
from campaign.exports.bibtex import leaderboard_bib
from campaign.exports.latex import leaderboard_tex
from campaign.exports.leaderboards import leaderboard_json, leaderboard_table
from campaign.exports.records import (
    funnel_table,
    kind_of,
    registrations_table,
    runs_table,
    with_image_runs,
)
from campaign.exports.tables import Table, dump, moment_text, to_csv, to_json
from campaign.models import FinalPackage, Task
from campaign.reads.baselines import baselines_by_run, papers_of
from campaign.reads.final_packages import accepted_runs, is_scored, scores_of, trace_of
from campaign.reads.folder_exports import FolderExport, folder_export
from campaign.reads.funnels import funnel
from campaign.reads.leaderboards import Asked, Leaderboard, leaderboard
from campaign.reads.participation import registrations
from campaign.reads.results import RunReport, task_runs
from campaign.reads.task_folders import campaign_file
from campaign.services.leaderboards import lock_task
from campaign.services.package_readme import readme
from campaign.services.packing import Packing
from clefboard.task_folder import campaign_text

_ENDS = {b"\x1f\x8b": ".csv.gz", b"\x28\xb5": ".csv.zst", b"PK": ".zip"}
_SCORE = ("metric", "part", "value", "low", "high", "n", "reason")


@dataclass(frozen=True)
class Contents:
    """All that the database says, read at one moment; files and traces are read as they are packed."""

    folder: FolderExport
    boards: dict[str, Leaderboard]
    records: dict[str, Table]
    runs: list[RunReport]  # accepted, each followed by its image run
    scores: dict[int, list[dict[str, Any]]]
    papers: dict[int, dict[str, str]]  # of a baseline, by its run


def pack_task(
    *, package: FinalPackage, target: IO[bytes], heartbeat: Callable[[], None], now: datetime
) -> None:
    """Write the final package of a task into an open file."""
    task = package.task
    contents = _read(package, now)
    with Packing(target, f"{task.slug}-final-{now:%Y-%m-%d}", heartbeat) as packing:
        _add_all(packing, task, contents, now)


def _add_all(packing: Packing, task: Task, contents: Contents, now: datetime) -> None:
    packing.add_text("README.md", readme(task, contents.runs, now))
    _add_folder(packing, task, contents.folder)
    for name, board in contents.boards.items():
        _add_board(packing, f"leaderboards/{name}", board, now)
    for name, table in contents.records.items():
        packing.add_text(f"{name}.csv", to_csv(table))
        packing.add_text(f"{name}.json", to_json(table, task=task.slug, exported_at=now))
    packing.add_text("scores.csv", to_csv(_scores_table(contents), exact=True))
    for report in contents.runs:
        _add_run(packing, report, contents.scores.get(report.evaluation.pk, []))
        for name, text in contents.papers.get(report.run.pk, {}).items():
            packing.add_text(f"{_place(report)}.{name}", text)


@transaction.atomic
def _read(package: FinalPackage, now: datetime) -> Contents:
    """Read everything under the task's lock: ranks, scores and truth are of one moment."""
    lock_task(package.task_id)
    task = Task.objects.select_related("campaign", "current_truth").get(pk=package.task_id)
    asked: dict[str, Any] = {"task": task, "viewer": package.asked_by, "now": now}
    runs = [one for one in with_image_runs(accepted_runs(**asked)) if is_scored(one)]
    return Contents(
        folder=folder_export(task),
        boards={
            "all-runs": leaderboard(**asked, asked=Asked(page_size=None)),
            "best-of-each-team": leaderboard(**asked, asked=Asked(page_size=None, best=True)),
        },
        records={
            "registrations": registrations_table(registrations(task), addresses=False),
            "funnel": funnel_table(funnel(task)),
            "runs": runs_table(task_runs(**asked), task.metrics),
        },
        runs=runs,
        scores=scores_of(report.evaluation for report in runs),
        papers={run: papers_of(one) for run, one in baselines_by_run(r.run for r in runs).items()},
    )


# ---------------------------------------------------------------- the folder
def _add_folder(packing: Packing, task: Task, folder: FolderExport) -> None:
    """Add the task's folder, which loads and scores, and campaign.yaml beside it."""
    packing.add_text("campaign.yaml", campaign_text(campaign_file(task.campaign)))
    for name, text in folder.texts.items():
        packing.add_text(f"{folder.slug}/{name}", text)
    for name, member in folder.members.items():
        with member.open() as source:
            packing.add_stream(f"{folder.slug}/{name}", source)


# ---------------------------------------------------------------- leaderboards, runs
def _add_board(packing: Packing, name: str, board: Leaderboard, now: datetime) -> None:
    packing.add_text(f"{name}.csv", to_csv(leaderboard_table(board)))
    packing.add_text(f"{name}.json", leaderboard_json(board, now=now))
    packing.add_text(f"{name}.tex", leaderboard_tex(board, now=now))
    packing.add_text(f"{name}.bib", leaderboard_bib(board, now=now))


def _scores_table(contents: Contents) -> Table:
    rows = [
        [*_whose(report), *(score[name] for name in _SCORE)]
        for report in contents.runs
        for score in contents.scores.get(report.evaluation.pk, [])
    ]
    return Table(("team", "run", "kind", *_SCORE), rows)


def _whose(report: RunReport) -> list[Any]:
    run = report.run
    return [run.registration.team.name, run.number, kind_of(report)]


def _add_run(packing: Packing, report: RunReport, scores: Iterable[dict[str, Any]]) -> None:
    """Add a run as it was sent, what is said of it, and its trace."""
    run, name = report.run, _place(report)
    with storage.open_as_uploaded(run.file_key) as source:
        start = source.read(4)
    end = next((end for magic, end in _ENDS.items() if start.startswith(magic)), ".csv")
    with storage.open_as_uploaded(run.file_key) as source:
        packing.add_stream(f"{name}{end}", source)
    packing.add_text(f"{name}.json", dump(_said(report, scores)))
    packing.add_bytes(f"{name}.trace.npz", trace_of(report.evaluation))


def _place(report: RunReport) -> str:
    """Return how the files of a run begin."""
    run = report.run
    images = ".images" if run.image_run_of_id else ""
    return f"runs/{run.registration.team.slug}/run-{run.number}{images}"


def _said(report: RunReport, scores: Iterable[dict[str, Any]]) -> dict[str, Any]:
    run, evaluation = report.run, report.evaluation
    team, number, kind = _whose(report)
    return {
        "team": team,
        "run": number,
        "kind": kind,
        "name": run.name,
        "generated": run.generated,
        "received_at": moment_text(run.received_at),
        "late": run.late,
        "accepted_in_time_reason": run.accepted_in_time_reason,
        "rank": report.rank,
        "content_sha256": run.content_sha256,
        "description": run.description,
        "truth_version": evaluation.truth_version.number,
        "scorer_version": evaluation.scorer_version,
        "warnings": report.warnings,
        "report": evaluation.report,
        "scores": list(scores),
    }
