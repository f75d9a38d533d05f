"""What runs say of the test itself: labels that may be wrong, confusions, hard queries, what would show.

A team counts once, by its best run: runs of a team err alike. Where nobody takes part the baselines count.
"""

from dataclasses import asdict
from itertools import combinations
from statistics import median
from typing import Any

from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun, once_a_board
from campaign.services.class_names import names_of
from scoring import (
    Answers,
    answers_of,
    common_confusions,
    difference_between,
    difficulty,
    suspected_classes,
    suspects,
)

_MOST_ROWS = 200  # of a table: nobody reads more on a page
_MOST_PAIRED = 20  # teams whose runs are compared in pairs
_GOOD = 4  # runs that doubt labels, at least, where there are so many
_EXTREMES = 12  # queries listed as the hardest, and as the easiest


def suspected_errors(board: Board) -> dict[str, Any]:
    """Return the queries that good runs take for one other class, and the classes that stand out by them.

    Good are the better half of the teams' best runs, four where there are so many: then one that never
    learned a class keeps no label of it from being doubted.

    Raises
    ------
    NothingToSay
        There are fewer than three runs (``few_runs``), they do not rank classes (``unranked``), or no label
        is suspected (``no_suspects``).
    """
    if not board.task.ranks_classes:
        raise NothingToSay("unranked")
    every = _compared(board)
    good = every[: max(_GOOD, (len(every) + 1) // 2)]
    if len(good) < 3:
        raise NothingToSay("few_runs")
    answers = _answers(board, good)
    found = suspects(answers)
    if not found:
        raise NothingToSay("no_suspects")
    classes = [asdict(one) for one in suspected_classes(answers, found)[:_MOST_ROWS]]
    queries = [asdict(one) for one in found[:_MOST_ROWS]]
    return {
        "n_runs": len(good),
        "n_queries": len(answers.queries),
        "n_suspects": len(found),
        "classes": classes,
        "queries": queries,
        "names": _names(board, classes + queries, "label", "instead"),
        "runs": [run.pk for run in good],
    }


def confused_classes(board: Board) -> dict[str, Any]:
    """Return what the teams' best runs take for what, more often than by chance.

    Raises
    ------
    NothingToSay
        Runs put nothing first (``unordered``), or confuse nothing more than by chance (``no_confusions``).
    """
    answers = _first_answers(board)
    found = common_confusions(answers)
    if not found:
        raise NothingToSay("no_confusions")
    rows = [asdict(one) for one in found[:_MOST_ROWS]]
    return {
        "n_runs": answers.n_runs,
        "n_pairs": len(found),
        "pairs": rows,
        "names": _names(board, rows, "right", "instead"),
    }


def hard_queries(board: Board) -> dict[str, Any]:
    """Return how many of the teams' best runs have queries right, and the hardest and easiest of them.

    Raises
    ------
    NothingToSay
        Runs put nothing first (``unordered``), or there is only one (``one_run``).
    """
    answers = _first_answers(board)
    if answers.n_runs < 2:
        raise NothingToSay("one_run")
    found = difficulty(answers)
    order = found.order.tolist()
    n = min(_EXTREMES, len(order) // 2)
    hardest, easiest = (
        [
            {
                "query": answers.queries[place],
                "label": answers.classes[answers.labels[place]],
                "n_right": int(found.n_right[place]),
            }
            for place in places
        ]
        for places in (order[:n], order[::-1][:n])
    )
    return {
        "n_runs": answers.n_runs,
        "n_queries": len(answers.queries),
        "counts": found.counts.tolist(),
        "expected": found.expected.tolist(),
        "inflation": found.inflation,
        "low": found.low,
        "high": found.high,
        "hardest": hardest,
        "easiest": easiest,
        "names": _names(board, hardest + easiest, "label"),
    }


def differences_that_show(board: Board) -> dict[str, Any]:
    """Return for pairs of teams' best runs the smallest difference that the test set would show.

    Raises
    ------
    NothingToSay
        There are no two runs (``one_run``), or none that differ and that a paired test compares (``untested``).
    """
    runs = _compared(board)[:_MOST_PAIRED]
    if len(runs) < 2:
        raise NothingToSay("one_run")
    pairs: list[dict[str, Any]] = [
        {
            "runs": [one.pk, other.pk],
            "disagreement": found[0],
            "smallest": found[1],
            "difference": abs(_value(board, one) - _value(board, other)),
        }
        for one, other in combinations(runs, 2)
        if (found := difference_between(board.averages[one.pk], board.averages[other.pk]))
        and found[0]
    ]
    if not pairs:
        raise NothingToSay("untested")
    return {
        "n_units": len(board.averages[runs[0].pk].units),
        "bounded": board.metric.record.range[1] == 1,
        "pairs": pairs,
        "median": median(pair["smallest"] for pair in pairs),
        "runs": [run.pk for run in runs],
    }


def _value(board: Board, run: BoardRun) -> float:
    value = board.averages[run.pk].value
    assert value is not None  # it is tested
    return value


def _compared(board: Board) -> list[BoardRun]:
    """Return the best run of each team, the best first; where there are no teams, the baselines."""
    return [run for run in board.official if run.best_of_team] or list(board.runs)


def _first_answers(board: Board) -> Answers:
    if board.task.shape == "set":
        raise NothingToSay("unordered")
    return _answers_of_all(board)


@once_a_board
def _answers_of_all(board: Board) -> Answers:
    return _answers(board, _compared(board))


def _answers(board: Board, runs: list[BoardRun]) -> Answers:
    traces = {run.pk: trace for run, trace in board.traces(runs)}
    return answers_of([traces[run.pk] for run in runs], board.truth, within=board.within)


def _names(board: Board, rows: list[dict[str, Any]], *columns: str) -> dict[str, list[str]]:
    """Return what the classes in some columns are called."""
    named = [[row[column] for column in columns] for row in rows]
    return names_of(board.truth, named, *range(len(columns)))
