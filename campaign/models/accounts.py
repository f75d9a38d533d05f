"""People and the tokens their programs use."""

from datetime import datetime
from typing import ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


# What staff gives and takes; a sign-up, a log-in or a new affiliation is nobody's business.
@pghistory.track(
    pghistory.InsertEvent(condition=pghistory.Q(new__is_staff=True)),
    pghistory.UpdateEvent(),
    fields=["is_staff", "is_superuser", "is_active"],
    model_name="UserEvent",
)
class User(AbstractUser):
    """A person. Rights come from memberships and roles, never from the account itself."""

    email = models.EmailField(_("email address"))
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    orcid = models.CharField("ORCID", max_length=19, blank=True)
    takes_announcements = models.BooleanField(_("announcements by mail"), default=True)

    objects: ClassVar[UserManager["User"]] = UserManager()  # type: ignore[assignment]  # of Self, which is this

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody already uses this email address."),
            ),
        ]


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable_at(self, now: datetime) -> "ApiTokenQuerySet":
        """Return the tokens that are neither revoked nor expired."""
        alive = models.Q(expires_at=None) | models.Q(expires_at__gt=now)
        return self.filter(alive, revoked_at=None, user__is_active=True)


@pghistory.track(
    pghistory.UpdateEvent(), fields=["user", "name", "revoked_at"], model_name="ApiTokenEvent"
)
class ApiToken(models.Model):
    """A personal token for programs: shown once, stored as its SHA-256."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(
        max_length=8, editable=False
    )  # the last characters, to tell tokens apart
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"
