"""Scores at the level of genera and families: made from the traces, behind all else that is scored.

Nothing waits for them. They are rows beside the other scores, under names such as `mrr:Genus`.
"""

from django.db.models import Exists, OuterRef

from campaign.celery import BEHIND, n_messages, send_on_commit
from campaign.models import Evaluation, Score, Task
from campaign.models.results import Part
from campaign.reads.levels import level_metrics
from campaign.services.scores import parts_of, score_fields, truth_in
from scoring import Score as ScoringScore, Trace, WrongTrace, parse_metric, score_all

_AT_ONCE = 200  # messages in the queue; the next sweep sends more


def score_levels(*, evaluation_id: int) -> None:
    """Score what is kept of a run at each level that its truth has; once, whoever asks how often."""
    evaluation = (
        Evaluation.objects.filter(pk=evaluation_id, state=Evaluation.State.SCORED)
        .select_related("truth_version", "trace")
        .first()
    )
    names = level_metrics(evaluation.truth_version) if evaluation else []
    if not evaluation or not names or evaluation.scores.filter(metric=names[0]).exists():
        return
    rows = [
        Score(evaluation=evaluation, part=part, **score_fields(score))
        for part, scores in _scores(evaluation, names).items()
        for score in scores
    ]
    # Another worker may have been first, with the same.
    Score.objects.bulk_create(rows, ignore_conflicts=True)


def _scores(evaluation: Evaluation, names: list[str]) -> dict[Part, list[ScoringScore]]:
    parts = parts_of(evaluation.truth_version)
    try:
        trace = Trace.from_bytes(bytes(evaluation.trace.data))
    except WrongTrace:
        why = "the run was read by an older scorer; a re-scoring makes this score too"
        return {part: [ScoringScore(name, None, 0, why) for name in names] for part in parts}
    truth = truth_in(evaluation.truth_version.folder)
    metrics = list(map(parse_metric, names))
    return {part: score_all(trace, truth, metrics, within=within) for part, within in parts.items()}


def sweep_levels() -> int:
    """Send for the runs on leaderboards that lack these scores, and return how many messages that were.

    While messages wait behind all others none is sent: they may be the same ones.
    """
    if n_messages("scoring", priority=BEHIND):
        return 0
    lacking = [
        pk
        for task in Task.objects.exclude(current_truth=None).select_related("current_truth")
        for pk in _lacking(task)
    ]
    for pk in lacking[:_AT_ONCE]:
        send_on_commit("score_levels", "scoring", pk, priority=BEHIND)
    return len(lacking[:_AT_ONCE])


def _lacking(task: Task) -> list[int]:
    assert task.current_truth is not None  # or it would not be asked
    counted = Evaluation.objects.filter(
        truth_version=task.current_truth,
        run__image_run_of=None,
        is_current=True,
        state=Evaluation.State.SCORED,
    )
    if not counted.exists() or not (names := level_metrics(task.current_truth)):
        return []
    made = Score.objects.filter(evaluation=OuterRef("pk"), metric=names[0])
    return list(
        counted.filter(~Exists(made)).order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]
    )
