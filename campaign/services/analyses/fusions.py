"""What some runs score together: their files fused and read in the scorer's child, as `clefboard fuse` does."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from campaign import storage
from campaign.models import Evaluation, RunSet, TruthVersion
from campaign.models.results import Part
from campaign.scorer import ScorerFailed, fuse_files
from campaign.services.patience import release_database
from campaign.services.scores import averages_of, parts_of, truth_in
from scoring import Average, Trace, average, compare, intervals, parse_metric


def fuse(row: RunSet, heartbeat: Callable[[], bool]) -> dict[str, Any]:
    """Return what some runs score together, on each part of the test, and how much more than the best alone.

    Raises
    ------
    ScorerFailed
        They cannot be fused, or the child did not finish.
    ScoringStopped
        The heartbeat answered False.
    """
    members = Evaluation.objects.filter(pk__in=row.evaluations).order_by("pk")
    evaluations = list(members.select_related("run__registration__task", "truth_version"))
    version = evaluations[0].truth_version
    method = method_of(evaluations[0].run.registration.task.run_rules.scores)
    release_database()  # reading takes longer than a database needs to restart
    trace = _fused(evaluations, method, heartbeat)
    scores = {
        part.value: _scores(row.evaluations, version, trace, part) for part in parts_of(version)
    }
    return {"method": method, "scores": scores}


def method_of(scores: str) -> str:
    """Return how runs of a task are fused: scores that are no probabilities have no mean."""
    return "mean" if scores == "probability" else "rrf"


def _fused(evaluations: Sequence[Evaluation], method: str, heartbeat: Callable[[], bool]) -> Trace:
    version = evaluations[0].truth_version
    with ExitStack() as files:
        scored = fuse_files(
            [files.enter_context(storage.local_file(one.run.file_key)) for one in evaluations],
            storage.local_folder(version.folder),
            evaluations[0].run.registration.task.run_rules,
            method=method,
            metrics=version.metrics,
            parts=[within for within in parts_of(version).values() if within],
            heartbeat=heartbeat,
        )
    if scored.trace is None:
        raise ScorerFailed("One of the runs is not valid by the rules in force.")
    return Trace.from_bytes(scored.trace)


def _scores(
    evaluations: Sequence[int], version: TruthVersion, trace: Trace, part: Part
) -> dict[str, Any]:
    """Return the first metric of a fusion on a part of the test."""
    truth, metric = truth_in(version.folder), parse_metric(version.metrics[0])
    together = average(trace, truth, metric, within=parts_of(version)[part])
    found = averages_of(evaluations, version, [str(metric)], part)
    alone = {pk: one for pk, [one] in found.items()}
    return gain_over(alone, together, truth.seed, rising=metric.direction == "higher")


def gain_over(
    alone: Mapping[int, Average], together: Average, seed: int, *, rising: bool
) -> dict[str, Any]:
    """Return what runs score together and how much more than alone; ``best`` is the evaluation that is best so."""
    best = best_of({pk: alone[pk] for pk in sorted(alone)}, rising=rising)
    [interval] = intervals([together], seed)
    low, high = interval or (None, None)
    gain = compare(together, alone[best], seed) if best else None
    return {
        "value": together.value,
        "low": low,
        "high": high,
        "best": best,
        "gain": gain.to_json() if gain else None,
    }


def best_of(averages: Mapping[int, Average], *, rising: bool) -> int | None:
    """Return whose average is best, of equals the first; None where none is defined."""
    values = {pk: one.value for pk, one in averages.items() if one.value is not None}
    if not values:
        return None
    return (max if rising else min)(values, key=values.__getitem__)
