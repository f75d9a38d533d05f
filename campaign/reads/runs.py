"""What a team still has, and what became of its runs."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from campaign.models import Evaluation, Registration, Run
from campaign.models.runs import RunQuerySet

_ALIVE = Q(
    evaluations__is_current=True,
    evaluations__state__in=[
        Evaluation.State.QUEUED,
        Evaluation.State.SCORING,
        Evaluation.State.SCORED,
    ],
)
# A run withdrawn before its score was visible to its team gives its place back; a disqualified
# one never does. Rejected and failed ones have no place to give.
COUNTS = (_ALIVE & Q(withdrawn_unseen=False)) | Q(standing=Run.Standing.DISQUALIFIED)


@dataclass(frozen=True)
class Quota:
    """Runs of a team in a task: the limit, what is used, what is left. None means no limit."""

    limit: int | None
    used: int
    late_used: int
    per_day: int | None
    used_today: int
    uploads_today: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def late_left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.late_used)

    @property
    def left_today(self) -> int | None:
        return None if self.per_day is None else max(0, self.per_day - self.used_today)

    @property
    def uploads_left_today(self) -> int:
        return max(0, settings.UPLOADS_PER_TEAM_PER_DAY - self.uploads_today)


def runs_of(registration: Registration) -> RunQuerySet:
    """Return all runs that count for a registration: with those of what was merged into it."""
    # Asked for as a list of their own: with a join the database would look through all runs there are.
    here = Registration.objects.filter(Q(pk=registration.pk) | Q(merged_into=registration))
    return Run.objects.observation_runs().filter(registration__in=here)


def quota_left(registration: Registration, now: datetime) -> Quota:
    """Count a team's runs. Only under the registration's lock does the answer hold.

    The organisers' own team has no limit: baselines push nobody down.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    # Counted here: a query that counts them three ways takes longer to write than to answer.
    counting = runs_of(registration).filter(COUNTS).order_by().distinct()
    runs = list(counting.values_list("pk", "late", "received_at"))
    late_used = sum(late for _pk, late, _at in runs)
    task, free = registration.task, registration.team.organisers
    limit = None if free else task.runs_per_team
    return Quota(
        limit=None if limit is None else limit + registration.extra_runs,
        used=len(runs) - late_used,
        late_used=late_used,
        per_day=None if free else task.runs_per_day,
        used_today=sum(received_at >= today for _pk, _late, received_at in runs),
        uploads_today=_runs_by(registration.team_id).filter(received_at__gte=today).count(),
    )


def _runs_by(team_id: int) -> RunQuerySet:
    theirs = Registration.objects.filter(Q(team=team_id) | Q(team__merged_into=team_id))
    return Run.objects.observation_runs().filter(registration__in=theirs)
