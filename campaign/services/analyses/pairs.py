"""Two runs at a time: which differ, and which answer alike."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

from campaign.models import Evaluation, RunSet
from campaign.models.results import Part
from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun
from campaign.services.analyses.by_query import plain
from campaign.services.patience import release_database
from campaign.services.scores import averages_of, truth_in
from scoring import (
    Average,
    Difference,
    Estimate,
    Likeness,
    Metric,
    alike_order,
    all_pairs,
    average,
    likeness,
    parse_metric,
)

MOST_RUNS = 50
_SENTENCES = 2  # that a correlation may be found to say: either errs half as often
# Its units: where the first right class of each query stands.
_FIRST_POSITION = parse_metric("median_position")


# ---------------------------------------------------------------- which differ
def significance(board: Board) -> dict[str, Any]:
    """Return which of the best runs of teams and the baselines differ.

    Raises
    ------
    NothingToSay
        There are no two (``one_run``), or their metric has no test (``untested``).
    """
    best = [run for run in board.runs if run.best_of_team or run.baseline]
    averages = {run.pk: board.averages[run.pk] for run in best[:MOST_RUNS]}
    return _pairs(averages, board.metric, board.truth.seed)


def pairs_of(row: RunSet) -> dict[str, Any]:
    """Return which of some chosen runs differ.

    Raises
    ------
    NothingToSay
        As of `significance`.
    """
    evaluations = Evaluation.objects.filter(pk__in=row.evaluations).select_related("truth_version")
    run_of = {one.pk: one.run_id for one in evaluations}
    version, metric = evaluations[0].truth_version, evaluations[0].truth_version.metrics[0]
    found = averages_of(run_of, version, [metric], Part(row.part))
    release_database()  # testing may take longer than a database needs to restart
    averages = {run_of[pk]: one for pk, [one] in found.items()}
    return _pairs(averages, parse_metric(metric), truth_in(version.folder).seed)


def _pairs(averages: Mapping[int, Average], metric: Metric, seed: int) -> dict[str, Any]:
    """Return the runs, the best first, and how each two of them differ."""
    scores = {pk: one.value for pk, one in averages.items() if one.value is not None}
    runs = sorted(scores, key=scores.__getitem__, reverse=metric.direction == "higher")
    if len(runs) < 2:
        raise NothingToSay("one_run")
    differences = all_pairs([averages[pk] for pk in runs], seed)
    pairs = [
        _plain(runs[one], runs[other], found)
        for (one, other), found in differences.items()
        if found
    ]
    if not pairs:
        raise NothingToSay("untested")
    return {"runs": runs, "scores": [scores[pk] for pk in runs], "pairs": pairs}


def _plain(one: int, other: int, found: Difference) -> dict[str, Any]:
    return {"runs": [one, other], **found.to_json()}


# ---------------------------------------------------------------- which answer alike
def correlation(board: Board) -> dict[str, Any]:
    """Return how alike the first runs of a board answer, in an order in which those that are stand together.

    Runs of one team are looked at beside those of others, so all of them are, the best 50.

    Raises
    ------
    NothingToSay
        Runs of this task rank nothing (``unranked``), or there are no two (``one_run``).
    """
    if not board.task.ranks_classes:
        raise NothingToSay("unranked")
    runs, positions = _positions(board)
    if len(runs) < 2:
        raise NothingToSay("one_run")
    found = likeness(positions)
    pairs = list(combinations(range(len(runs)), 2))
    within = found.within_teams(list(map(_team, runs)))
    return {
        "runs": [runs[place].pk for place in alike_order(found.values)],
        "pairs": [_likeness(runs, found, pair, len(pairs)) for pair in pairs],
        "within_teams": within and plain(within, _SENTENCES),
        "lead": _lead(runs, found, pairs),
        "n_queries": len(positions[0]),
    }


def _team(run: BoardRun) -> str:
    """Return whose a run is; baselines are nobody's, however alike."""
    return f"baseline {run.pk}" if run.baseline else str(run.team)


def _positions(board: Board) -> tuple[list[BoardRun], list[Sequence[float]]]:
    """Return the first runs of a board with their positions; a run that is always as good is like none."""
    first = board.runs[:MOST_RUNS]
    own = {
        run.pk: average(trace, board.truth, _FIRST_POSITION, within=board.within).values
        for run, trace in board.traces(first)
    }
    kept = [run for run in first if len(set(own[run.pk])) > 1]
    return kept, [own[run.pk] for run in kept]


def _likeness(
    runs: Sequence[BoardRun], found: Likeness, pair: tuple[int, int], n_pairs: int
) -> dict[str, Any]:
    one, other = (runs[place] for place in pair)
    return {
        "runs": [one.pk, other.pk],
        "same_team": _team(one) == _team(other),
        **_correlation(found.of(*pair), n_pairs),
    }


def _correlation(found: Estimate, n_pairs: int) -> dict[str, float | None]:
    """Return a correlation with its interval, which ends where correlations do."""
    ends = found.interval(n_pairs)
    low, high = (max(ends[0], -1.0), min(ends[1], 1.0)) if ends else (None, None)
    return {"value": found.value, "low": low, "high": high}


def _lead(
    runs: Sequence[BoardRun], found: Likeness, pairs: Iterable[tuple[int, int]]
) -> dict[str, Any] | None:
    """Return the two runs of different teams that are most alike, and by how much more than any other two."""
    of_others = [pair for pair in pairs if len({_team(runs[place]) for place in pair}) == 2]
    if len(of_others) < 2:
        return None
    first, *others = sorted(of_others, key=lambda pair: -found.values[pair])
    lead = plain(found.lead(first, others), _SENTENCES * len(of_others))
    return {"runs": [runs[place].pk for place in first], **lead}
