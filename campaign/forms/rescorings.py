"""Scoring again: why, and whether in spite of runs that failed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models.results import Part


class RescoringForm(forms.Form):
    """The reason of a re-scoring."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("What was wrong, or what is new. It stands in the record."),
        error_messages={"required": _("Give a reason: it stands in the record.")},
    )


class SwitchForm(forms.Form):
    """Putting a version in force; runs that failed want a reason to be left out."""

    despite_failed = forms.CharField(
        label=_("Why to leave out the runs that failed"),
        max_length=500,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("They have no score until they are queued again. It stands in the record."),
    )


class PartForm(forms.Form):
    """Which part of a split test is compared."""

    part = forms.ChoiceField(label=_("Part of the test"), choices=Part.choices)
