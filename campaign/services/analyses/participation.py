"""What organisers see of the runs themselves: when they came, and what their descriptions leave out."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from campaign.models import Phase, Run
from campaign.reads.method_effects import NothingToSay
from campaign.services.analyses.board import Board, BoardRun
from scoring import METHOD_SCHEMA

_MOST_DAYS = 120  # that are drawn one by one; of longer times, months
_LAST = timedelta(hours=24)


def submissions(board: Board) -> dict[str, Any]:
    """Return when the ranked runs of participants came, by day or month (UTC).

    Raises
    ------
    NothingToSay
        Nobody takes part yet (``nobody``).
    """
    official = board.official
    if not official:
        raise NothingToSay("nobody")
    chosen = Run.objects.filter(pk__in=[run.pk for run in official])
    received = sorted(chosen.values_list("received_at", flat=True))
    deadline = board.task.phase(Phase.Kind.SUBMISSION).closes_at
    by_day = (received[-1] - received[0]).days < _MOST_DAYS
    days = Counter(_begin(moment, by_day=by_day) for moment in received)
    return {
        "n_runs": len(received),
        "n_teams": len({run.team for run in official}),
        "by_day": by_day,
        "counts": sorted(days.items()),
        "first": received[0].isoformat(),
        "deadline": deadline.isoformat() if deadline else None,
        "n_last": sum(deadline - _LAST <= one < deadline for one in received) if deadline else 0,
    }


def _begin(moment: datetime, *, by_day: bool) -> str:
    """Return the day of a moment, or the first of its month."""
    day = moment.astimezone(UTC).date()
    return str(day if by_day else day.replace(day=1))


def description_gaps(board: Board) -> dict[str, Any]:
    """Return which fields the descriptions of participants' runs leave out, in all and by team.

    Raises
    ------
    NothingToSay
        Nobody takes part yet (``nobody``), or nothing is left out (``complete``).
    """
    official = board.official
    if not official:
        raise NothingToSay("nobody")
    missing = {run.pk: _missing(run) for run in official}
    if not any(missing.values()):
        raise NothingToSay("complete")
    return {
        "n_runs": len(official),
        "fields": {
            name: sum(name in own for own in missing.values())
            for name in METHOD_SCHEMA["properties"]
        },
        "teams": _by_team(official, missing),
        "runs": [run.pk for run in official],
    }


def _missing(run: BoardRun) -> list[str]:
    return [name for name in METHOD_SCHEMA["properties"] if name not in run.description]


def _by_team(runs: list[BoardRun], missing: dict[int, list[str]]) -> list[dict[str, Any]]:
    """Return teams by what is missing, those first that leave out most; a team is named by its best run."""
    by_team: dict[int, list[BoardRun]] = {}
    for run in runs:
        by_team.setdefault(run.team, []).append(run)
    found = [
        {
            "run": own[0].pk,
            "n_runs": len(own),
            "missing": dict(Counter(name for run in own for name in missing[run.pk])),
        }
        for own in by_team.values()
    ]
    return sorted(found, key=lambda team: -sum(team["missing"].values()))
