"""How many of those who registered for a task sent a run, and what became of it."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from campaign.models import Evaluation, LeaderboardRow, Membership, Registration, Run, Task
from campaign.models.results import Part


@dataclass(frozen=True)
class Step:
    """So many teams came so far, with so many runs."""

    name: str
    n_teams: int
    n_runs: int


def funnel(task: Task) -> list[Step]:
    """Return from how many registered teams how many official runs came, step by step.

    The organisers' own team, whose runs are baselines, takes no part in it; two merged teams are one.
    """
    teams = Registration.objects.in_force().filter(task=task, team__organisers=False)
    approved = teams.filter(state=Registration.State.APPROVED)
    runs = Run.objects.observation_runs().filter(
        registration__task=task, registration__team__organisers=False
    )
    accepted = runs.filter(
        standing=Run.Standing.ACTIVE,
        evaluations__is_current=True,
        evaluations__state=Evaluation.State.SCORED,
    )
    official = accepted.filter(
        leaderboard_rows__part=Part.ALL, leaderboard_rows__section=LeaderboardRow.Section.RANKED
    )
    return [
        Step("registered", teams.count(), 0),
        Step("approved", approved.count(), 0),
        *(
            _of_runs(name, found)
            for name, found in (("sent", runs), ("accepted", accepted), ("official", official))
        ),
    ]


def _of_runs(name: str, runs: QuerySet[Run]) -> Step:
    team = Coalesce("registration__merged_into", "registration")  # two merged teams are one
    counts = runs.aggregate(runs=Count("pk", distinct=True), teams=Count(team, distinct=True))
    return Step(name, counts["teams"], counts["runs"])


def registrations(task: Task) -> QuerySet[Registration]:
    """Return the registrations for a task with all that organisers know of each team."""
    members = Membership.objects.select_related("user")
    return task.registrations.select_related(
        "team", "rules_version", "accepted_by"
    ).prefetch_related(Prefetch("team__memberships", queryset=members))
