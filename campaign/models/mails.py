"""Mails on their way to the mail server."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, *, untried_since: datetime) -> "MailQuerySet":
        """Return those that may be handed over, first those that never were; others were put off."""
        due = self.filter(Q(tried_at=None) | Q(tried_at__lt=untried_since))
        return due.order_by(F("tried_at").asc(nulls_first=True), "pk")


class Mail(models.Model):
    """A mail to one person that waits for the mail server, which takes it or refuses it for good.

    Then the row is gone: links in it open doors, and nobody is to read later who was told what.
    """

    to = models.EmailField()
    subject = models.TextField()
    body = models.TextField()
    written_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)  # the last time, in vain

    objects = MailQuerySet.as_manager()

    def __str__(self) -> str:
        return f"mail {self.pk}"  # goes into logs: no address, no subject
