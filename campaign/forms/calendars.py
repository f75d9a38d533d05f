"""Moving a phase of a task."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.moderation import ReasonField
from campaign.models import Phase

_FORMAT = "%Y-%m-%dT%H:%M:%S"


class _MomentField(forms.DateTimeField):
    """A moment in UTC, to the second."""

    def __init__(self, label: Any) -> None:
        widget = forms.DateTimeInput({"type": "datetime-local", "step": "1"}, _FORMAT)
        super().__init__(label=label, required=False, widget=widget)


class PhaseForm(forms.Form):
    """From when until when, and why."""

    opens_at = _MomentField(_("Opens (UTC)"))
    closes_at = _MomentField(_("Closes (UTC)"))
    reason = ReasonField(
        help_text=_("Everybody reads it on the task's page, and its teams get it by mail.")
    )

    @classmethod
    def of(cls, phase: Phase) -> "PhaseForm":
        """Return the form as it stands before anybody wrote in it."""
        return cls(initial={"opens_at": phase.opens_at, "closes_at": phase.closes_at})
