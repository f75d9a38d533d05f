"""What every combination of kinds of images scores: read from each image run's file once, and kept.

The file of the best run of each team that has an image run is read, by a job behind all else, and what came
of it is a breakdown of the image run's evaluation.
"""

import csv
import logging
from collections.abc import Sequence
from functools import lru_cache

from campaign import storage
from campaign.celery import BEHIND, n_messages, send_on_commit
from campaign.models import Breakdown, Evaluation, Task, TruthVersion
from campaign.models.results import Part
from campaign.reads.columns import columns_of
from campaign.scorer import ScorerFailed, combine_images as combine_in_child
from campaign.services.analyses.board import (
    OF_IMAGES,
    Board,
    BoardRun,
    best_of_each,
    boards_of,
    read_board,
)
from campaign.services.patience import patiently
from scoring import metric_of_queries, parse_metric

log = logging.getLogger(__name__)

_AT_ONCE = 20  # messages in the queue; the next sweep sends more


def kind_of(column: str) -> str:
    """Return what the scores by kinds of images are kept under."""
    return f"{OF_IMAGES}{column}"


def kinds_column(task: Task, truth: TruthVersion) -> str | None:
    """Return the column of media.csv that tells images apart: the organ, or the first that the task shows."""
    there, n_values = _media_columns(truth.folder), columns_of(truth).n_values
    organs = [name for name in there if name.casefold() == "organ"]
    known = [*organs, *(one for one in task.subsets if one in there)]
    return next((name for name in known if n_values.get(name, 0) > 1), None)


@lru_cache(maxsize=64)  # a truth version's files are never changed
def _media_columns(folder: str) -> Sequence[str]:
    path = storage.local_folder(folder) / "media.csv"
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(next(csv.reader(file, delimiter=";"), []))


def image_runs(board: Board) -> dict[int, BoardRun]:
    """Return the best run of each team that has an image run, by the evaluation of that."""
    evaluations = Evaluation.objects.filter(
        run__image_run_of__in=[run.pk for run in board.runs],
        truth_version=board.truth_version,
        is_current=True,
        state=Evaluation.State.SCORED,
    )
    of_run = dict(evaluations.values_list("run__image_run_of", "pk"))
    candidates = best_of_each(run for run in board.runs if run.pk in of_run)
    return {of_run[run.pk]: run for run in candidates}


# ---------------------------------------------------------------- reading them
def sweep_image_runs() -> int:
    """Send for the image runs that are not read yet, and return how many messages that were.

    While messages wait behind all others none is sent: they may be the same ones.
    """
    if n_messages("scoring", priority=BEHIND):
        return 0
    tasks = Task.objects.exclude(current_truth=None).select_related("current_truth")
    unread = [pk for task in tasks for pk in _unread(task)][:_AT_ONCE]
    for pk in unread:
        send_on_commit("combine_images", "scoring", pk, priority=BEHIND)
    return len(unread)


def _unread(task: Task) -> list[int]:
    assert task.current_truth is not None  # or it would not be asked
    column = kinds_column(task, task.current_truth)
    if column is None:
        return []
    wanted = {pk for part in boards_of(task) for pk in image_runs(read_board(task, part))}
    read = Breakdown.objects.filter(evaluation__in=wanted, kind=kind_of(column))
    return sorted(wanted - set(read.values_list("evaluation", flat=True)))


def combine_images(*, evaluation_id: int) -> None:
    """Read an image run and keep what its combinations score; once, whoever asks how often."""
    evaluation = (
        Evaluation.objects.filter(pk=evaluation_id, state=Evaluation.State.SCORED)
        .select_related("truth_version", "run__registration__task")
        .first()
    )
    if evaluation is None:
        return
    column = kinds_column(evaluation.run.registration.task, evaluation.truth_version)
    if column is None or evaluation.breakdowns.filter(kind=kind_of(column)).exists():
        return
    row = Breakdown(
        evaluation=evaluation,
        part=Part.ALL,
        kind=kind_of(column),
        data=_combined(evaluation, column),
    )
    # Another worker may have been first, with the same.
    patiently(lambda: Breakdown.objects.bulk_create([row], ignore_conflicts=True))


def _combined(evaluation: Evaluation, column: str) -> list[list[float] | None]:
    """Return the values of each combination; none where the file cannot be read, which would end no other way."""
    task = evaluation.run.registration.task
    try:
        with storage.local_file(evaluation.run.file_key) as file:
            return combine_in_child(
                file,
                storage.local_folder(evaluation.truth_version.folder),
                task.run_rules,
                metric=str(metric_of_queries(parse_metric(evaluation.truth_version.metrics[0]))),
                column=column,
                heartbeat=lambda: True,
            )
    except ScorerFailed:
        log.exception("image run %s could not be read by kinds of images", evaluation.run_id)
        return []
