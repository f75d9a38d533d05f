"""What a leaderboard must show, worked out from the rows of the scores alone."""

from dataclasses import dataclass
from typing import Any

from campaign.models import Run, Score, Task

State = dict[int, tuple[str, int | None, float | None]]  # run: section, rank, score


@dataclass(frozen=True)
class Placed:
    """A run with its score on a part of the test."""

    pk: int
    team: int
    baseline: bool
    section: str
    value: float | None


def expected(task: Task, part: str | None, *, best: bool) -> State:
    """Return where each run stands by a part of the test; nothing where no score shows."""
    placed = [_placed(run, part) for run in _runs(task)] if part else []
    of_teams = _best(placed)
    return {
        one.pk: (one.section, _rank(one, placed), one.value)
        for one in placed
        if not best or one.baseline or one.pk in of_teams
    }


def shown(answer: dict[str, Any]) -> State:
    """Return the same of an answer of the API."""
    return {
        entry["run"]: (entry["section"], entry["rank"], entry["scores"].get("mrr"))
        for entry in answer["entries"]
    }


def is_sorted(answer: dict[str, Any]) -> bool:
    """Tell whether the ranked runs stand in the order of the scores that show."""
    ranked = [entry for entry in answer["entries"] if entry["section"] == "ranked"]
    values = [entry["scores"]["mrr"] for entry in ranked]
    return values == sorted(values, reverse=True)


def _runs(task: Task) -> list[Run]:
    found = Run.objects.filter(
        registration__task=task,
        image_run_of=None,
        withdrawn_unseen=False,
        evaluations__state="scored",
    )
    return list(found.select_related("registration__team").distinct())


def _placed(run: Run, part: str | None) -> Placed:
    score = Score.objects.filter(
        evaluation__run=run, evaluation__is_current=True, metric="mrr", part=part
    )
    team = run.registration.team
    return Placed(run.pk, team.now_in.pk, team.organisers, _section(run), score.get().value)


def _section(run: Run) -> str:
    if run.standing != "active":
        return "unranked"
    if run.registration.team.organisers:
        return "ranked"
    if "training_data" not in run.description:
        return "unranked"
    return "late" if run.late else "ranked"


def _rank(own: Placed, placed: list[Placed]) -> int | None:
    if own.section != "ranked" or own.baseline:
        return None
    rivals = [one for one in placed if one.section == "ranked" and not one.baseline]
    return 1 + sum((one.value or 0) > (own.value or 0) for one in rivals)


def _best(placed: list[Placed]) -> set[int]:
    ranked = [one for one in placed if one.section == "ranked" and not one.baseline]
    return {
        max(
            (one for one in ranked if one.team == team), key=lambda one: (one.value or 0, -one.pk)
        ).pk
        for team in {one.team for one in ranked}
    }
