"""Breakdowns of a run's scores: made from its trace when somebody first asks, then kept."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext as _

from campaign.models import Breakdown
from campaign.reads.breakdowns import Question, kept_answers
from campaign.refusals import LimitReached
from campaign.services.scores import parts_of, truth_in
from scoring import GroundTruth, Score, Trace, breakdown, parse_metric

# Of each web process. Resampling takes seconds of a core, once for each table: whoever comes
# meanwhile is told to come back, for a waiting thread would be missed elsewhere.
_slots = BoundedSemaphore(1)


def answer(question: Question) -> Any:
    """Return a breakdown as plain data, which `campaign.reads.breakdowns` puts into words.

    Raises
    ------
    LimitReached
        It is not made yet, and another one is being made just now (`breakdowns_busy`).
    """
    kept = kept_answers([question])
    if question.kind in kept:
        return kept[question.kind]
    with _slot():
        data = _MAKERS[question.about](question, *_sources(question))
    Breakdown.objects.bulk_create(
        [
            Breakdown(
                evaluation=question.evaluation, part=question.part, kind=question.kind, data=data
            )
        ],
        ignore_conflicts=True,  # another process was first, with the same
    )
    return data


def _sources(question: Question) -> tuple[Trace, GroundTruth, tuple[str, str] | None]:
    """Return the trace, the ground truth, and what makes the part of the test."""
    evaluation = question.evaluation
    trace = Trace.from_bytes(bytes(evaluation.trace.data))
    within = parts_of(evaluation.run.registration.task)[question.part]
    return trace, truth_in(evaluation.truth_version.folder), within


def _by_columns(
    question: Question, trace: Trace, truth: GroundTruth, within: tuple[str, str] | None
) -> dict[str, Any]:
    """Return the scores by the values of a column or of two; coverage counts the queries."""
    metrics = question.metrics
    found = breakdown(
        trace,
        truth,
        [*metrics, parse_metric("coverage")],
        question.groupings,
        within=within,
        intervals=True,
    )
    cells = [
        {"values": cell.values, "n": coverage.n, "scores": list(map(_plain, scores))}
        for cell in found.cells
        for *scores, coverage in [cell.scores]
    ]
    return {"metrics": [str(metric) for metric in metrics], "cells": cells}


def _plain(score: Score) -> dict[str, Any]:
    return {"metric": score.metric, **score.to_json(), "reason": score.reason or ""}


_Maker = Callable[[Question, Trace, GroundTruth, tuple[str, str] | None], Any]
_MAKERS: Mapping[str, _Maker] = {"by": _by_columns}


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(blocking=False):
        raise LimitReached(
            _("Another table is being made just now. Please try again in a few seconds."),
            code="breakdowns_busy",
        )
    try:
        yield
    finally:
        _slots.release()
