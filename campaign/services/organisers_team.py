"""The organisers' own team, which submits the baselines."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from campaign.models import Campaign, Registration, Task, Team
from campaign.models.teams import NAME_MAX, ORGANISERS_OF
from campaign.refusals import Refusal


def register_organisers(*, campaign: Campaign, task: Task, now: datetime) -> None:
    """Give the organisers' team its place in the task: baselines use the same door as all runs."""
    rules = task.rules_in_force
    assert rules is not None  # loaded before
    Registration.objects.get_or_create(
        team=_organisers_team(campaign, now),
        task=task,
        defaults={
            "state": Registration.State.APPROVED,
            "rules_version": rules,
            "accepted_at": now,
        },
    )


def _organisers_team(campaign: Campaign, now: datetime) -> Team:
    known = Team.objects.filter(organisers=True, registrations__task__campaign=campaign).first()
    if known:
        return known
    name = f"{ORGANISERS_OF}{campaign.titles.get('en') or campaign.title}"
    if len(name) > NAME_MAX:  # cut off, it could be that of last year's
        name = f"{ORGANISERS_OF}{campaign.slug}"[:NAME_MAX]
    slug = f"organisers-of-{campaign.slug[:80]}"
    if Team.objects.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
        raise Refusal(
            _("A team is already called %(name)s, the name of the organisers' own; rename it.")
            % {"name": name},
            code="name_taken",
        )
    return Team.objects.create(name=name, slug=slug, organisers=True, created_at=now)
