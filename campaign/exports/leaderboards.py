"""Leaderboards as CSV and JSON."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from campaign.clock import moment_in_addresses
from campaign.exports.tables import Table, dump, moment_text, plain
from campaign.models import LeaderboardRow
from campaign.reads.leaderboards import Leaderboard, LeaderboardEntry
from campaign.reads.scores import ShownScore
from scoring import parse_metric

_SECTIONS = {section.value: section.name.lower() for section in LeaderboardRow.Section}


def leaderboard_table(board: Leaderboard) -> Table:
    """Return a row for each run, with the ends of each interval beside its score."""
    scores = [column for name in board.metrics for column in (name, f"{name} low", f"{name} high")]
    return Table(
        [*_RUN, *scores, *_described(board), "p_against_leader"],
        [
            [*_run(entry).values(), *_scores(entry, board), *_method(entry, board), _p(entry)]
            for entry in board.entries
        ],
    )


def leaderboard_json(board: Leaderboard, *, now: datetime) -> str:
    """Return what the API says of a leaderboard, all of it at once and rounded."""
    return dump(
        {
            "task": board.task.slug,
            "title": board.task.title,
            "generated": board.task.generated,
            "part": board.part,
            "metrics": board.metrics,
            "directions": {name: parse_metric(name).direction for name in board.metrics},
            "sort": board.sort,
            "best": board.best,
            **({} if board.level or board.at else {"leader": _leader(board)}),
            **({"level": board.level} if board.level else {}),
            **_dated(board),
            "exported_at": moment_text(now),
            "entries": [_entry(entry) for entry in board.entries],
        }
    )


def _dated(board: Leaderboard) -> dict[str, Any]:
    """Return what a dated leaderboard is of; one of now has no more to say than when it was exported."""
    if board.truth is None or board.since is None:
        return {}
    return {"since": moment_in_addresses(board.since), "truth_version": board.truth.number}


_RUN = (
    "rank",
    "section",
    "mark",
    "team",
    "run",
    "name",
    "baseline",
    "generated",
    "received_at",
)


def _run(entry: LeaderboardEntry) -> dict[str, Any]:
    run = entry.run
    values = (
        entry.rank,
        _SECTIONS[entry.section],
        entry.mark,
        run.registration.team.name,
        run.number,
        run.name,
        entry.baseline,
        run.generated,
        run.received_at,
    )
    return dict(zip(_RUN, values, strict=True))


def _scores(entry: LeaderboardEntry, board: Leaderboard) -> Iterator[float | None]:
    nothing = ShownScore("", None, None, None, 0, "")
    for metric in board.metrics:
        score = entry.scores.get(metric, nothing)
        yield from (score.value, score.low, score.high)


def _leader(board: Leaderboard) -> dict[str, Any]:
    group = board.group
    return {
        "run": group.leader,
        "state": group.state,
        "n_others": group.n_others,
        "n_alike": group.n_alike,
    }


def _against(entry: LeaderboardEntry) -> dict[str, Any] | None:
    against = entry.against
    return {name: plain(value) for name, value in vars(against).items()} if against else None


def _described(board: Leaderboard) -> list[str]:
    """Return what of the method stands in the table: the paper too, where no columns were chosen."""
    return board.described if board.columns else [*board.described, "paper"]


def _method(entry: LeaderboardEntry, board: Leaderboard) -> list[Any]:
    return [_listed(entry.run.description.get(name)) for name in _described(board)]


def _p(entry: LeaderboardEntry) -> float | None:
    return entry.against.adjusted if entry.against else None


def _listed(value: Any) -> Any:
    return ", ".join(value) if isinstance(value, list) else value


def _entry(entry: LeaderboardEntry) -> dict[str, Any]:
    scores = entry.scores.values()
    sure = [score for score in scores if score.low is not None]
    return {
        **{name: plain(value) for name, value in _run(entry).items()},
        "scores": {score.metric: plain(score.value) for score in scores},
        "intervals": {score.metric: [plain(score.low), plain(score.high)] for score in sure},
        "against_leader": _against(entry),
        "undefined": {score.metric: score.reason for score in scores if score.value is None},
        "description": entry.run.description,
    }
