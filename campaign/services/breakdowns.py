"""Breakdowns of a run's scores: made from its trace when somebody first asks, then kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import isfinite
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext as _

from campaign.models import Breakdown, Evaluation
from campaign.reads.breakdowns import Question, kept_answers
from campaign.refusals import LimitReached
from campaign.services.class_names import names_of
from campaign.services.run_differences import COMPARERS
from campaign.services.scores import parts_of, truth_in
from scoring import (
    GroundTruth,
    Score,
    Trace,
    average,
    breakdown,
    class_results,
    confusions,
    parse_metric,
)

# Of each web process. Resampling takes seconds of a core, once for each table: whoever comes
# meanwhile is told to come back, for a waiting thread would be missed elsewhere.
_slots = BoundedSemaphore(1)

# Of each run, the newest ones: of all pairs that somebody may ask for there are as many as the square of the runs.
MOST_COMPARISONS = 100
_OF_TWO_RUNS = r" against \d+$"  # as `Question.kind` ends


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
        return _made(question)


def answer_if_kept(question: Question) -> Any:
    """Return a breakdown that is made already, and make none: for who asks only whether it is there.

    Raises
    ------
    LimitReached
        It is not made yet (`breakdowns_busy`).
    """
    kept = kept_answers([question])
    if question.kind not in kept:
        raise LimitReached(
            _("This table is not made yet: it is when it is asked for."), code="breakdowns_busy"
        )
    return kept[question.kind]


def _made(question: Question) -> Any:
    """Make a breakdown and keep it, unless whoever had the slot before has made it."""
    kept = kept_answers([question])
    if question.kind in kept:
        return kept[question.kind]
    data = _answered(question)
    row = Breakdown(
        evaluation=question.evaluation, part=question.part, kind=question.kind, data=data
    )
    # Another process may have been first, with the same.
    Breakdown.objects.bulk_create([row], ignore_conflicts=True)
    if question.against:
        _forget_oldest_comparisons(question.evaluation)
    return data


def _forget_oldest_comparisons(evaluation: Evaluation) -> None:
    of_two = evaluation.breakdowns.filter(kind__regex=_OF_TWO_RUNS).order_by("-pk")
    oldest = list(of_two.values_list("pk", flat=True)[MOST_COMPARISONS:])
    Breakdown.objects.filter(pk__in=oldest).delete()


def _answered(question: Question) -> Any:
    truth_version = question.evaluation.truth_version
    truth, within = truth_in(truth_version.folder), parts_of(truth_version)[question.part]
    trace = _trace_of(question.evaluation)
    if question.against is None:
        return _MAKERS[question.about](question, trace, truth, within)
    traces = (trace, _trace_of(question.against))
    return COMPARERS[question.about](question, traces, truth, within)


def _trace_of(evaluation: Evaluation) -> Trace:
    return Trace.from_bytes(bytes(evaluation.trace.data))


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
        {"values": list(cell.values), "n": coverage.n, "scores": list(map(_plain, scores))}
        for cell in found.cells
        for *scores, coverage in [cell.scores]
        if coverage.n
    ]
    return {
        "metrics": [str(metric) for metric in metrics],
        "values": [list(one.queries_by_value(truth, trace.kind)) for one in question.groupings],
        "cells": cells,
    }


def _plain(score: Score) -> dict[str, Any]:
    return {"metric": score.metric, **score.to_json(), "reason": score.reason or ""}


def _by_class(
    question: Question, trace: Trace, truth: GroundTruth, within: tuple[str, str] | None
) -> dict[str, Any]:
    """Return the results of each class, with what it was most often taken for."""
    found = class_results(trace, truth, within=within)
    taken = {one.right: one for one in reversed(confusions([trace], truth, within=within))}
    rows = [
        [
            own.name,
            own.n,
            own.train_images,
            list(own.figures.values()),
            taken[own.name].instead if own.name in taken else None,
            taken[own.name].n_queries if own.name in taken else 0,
        ]
        for own in found
    ]
    figures = list(found[0].figures) if found else []
    return {"figures": figures, "rows": rows, "names": names_of(truth, rows, 0, 4)}


def _confusions(
    question: Question, trace: Trace, truth: GroundTruth, within: tuple[str, str] | None
) -> dict[str, Any]:
    """Return what was taken for what, and in how many of the queries of the right class."""
    of = {own.name: own.n for own in class_results(trace, truth, within=within)}
    rows = [
        [own.right, own.instead, own.n_queries, of[own.right]]
        for own in confusions([trace], truth, within=within)
    ]
    return {"rows": rows, "names": names_of(truth, rows, 0, 1)}


def _positions(
    question: Question, trace: Trace, truth: GroundTruth, within: tuple[str, str] | None
) -> dict[str, Any]:
    """Return in how many queries the first right class stands at which position; 0: nowhere."""
    first = average(trace, truth, parse_metric("median_position"), within=within)
    answered = average(trace, truth, parse_metric("coverage"), within=within)
    has_answer = dict(zip(answered.units, answered.values, strict=True))
    counts = Counter(int(position) if isfinite(position) else 0 for position in first.values)
    return {
        "counts": sorted(counts.items()),
        "n_unanswered": sum(not has_answer[query] for query in first.units),
        "n_left_out": first.n_left_out,
        "median": first.value,
        "coverage": answered.value,
        "n_queries": len(answered.units),
    }


_Maker = Callable[[Question, Trace, GroundTruth, tuple[str, str] | None], Any]
_MAKERS: Mapping[str, _Maker] = {
    "by": _by_columns,
    "classes": _by_class,
    "confusions": _confusions,
    "positions": _positions,
}


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
