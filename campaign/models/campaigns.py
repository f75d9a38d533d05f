"""Campaigns, and who may do what for them."""

from datetime import datetime

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy as _

from campaign.models.accounts import User


def in_language(texts: dict[str, str]) -> str:
    """Return the text in the reader's language, in English, or in whichever there is."""
    language = (get_language() or "en")[:2]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


@pghistory.track()
class Campaign(models.Model):
    """One edition of a lab, e.g. LifeCLEF 2017."""

    slug = models.SlugField(max_length=100, unique=True)
    titles = models.JSONField(default=dict)  # language -> text
    description = models.TextField(blank=True)  # Markdown
    organisers = models.TextField(blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    timeline = models.JSONField(default=list)  # {"date", "event": language -> text}
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "-year", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("campaign", args=[self.slug])

    @property
    def title(self) -> str:
        return in_language(self.titles)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CampaignRole(models.Model):
    """What a person may do for a campaign; an owner may give roles to others."""

    class Name(models.TextChoices):
        OWNER = "owner", _("owner")
        ORGANISER = "organiser", _("organiser")
        VIEWER = "viewer", _("viewer")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="campaign_roles")
    name = models.CharField(max_length=10, choices=Name, default=Name.ORGANISER)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_role_a_campaign"),
            models.CheckConstraint(
                condition=Q(name__in=["owner", "organiser", "viewer"]), name="campaign_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.name}"


class CampaignInvitationQuerySet(models.QuerySet["CampaignInvitation"]):
    def usable_at(self, now: datetime) -> "CampaignInvitationQuerySet":
        return self.filter(revoked_at=None, accepted_at=None, expires_at__gt=now)


@pghistory.track(exclude=["digest"])
class CampaignInvitation(models.Model):
    """A link by which one person gets a role in a campaign; the secret is stored as its SHA-256."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=CampaignRole.Name)
    email = models.EmailField()
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignInvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["owner", "organiser", "viewer"]), name="invited_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.role}"
