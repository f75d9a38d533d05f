"""Sending a run, and taking one back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import Task

_ACCEPT = ".csv,.txt,.tsv,.gz,.zst,.zip,text/csv,text/plain"


class _RunFileField(forms.FileField):
    """A file that `scoring` judges, an empty one too: one voice says what is wrong with files."""

    widget = forms.FileInput

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.FileInput({"accept": _ACCEPT})
        super().__init__(allow_empty_file=True, max_length=None, widget=widget, **kwargs)


class SubmissionForm(forms.Form):
    """A run file, an image run beside it where the task takes one, and a name for both."""

    file = _RunFileField(label=_("Run file"))
    image_file = _RunFileField(
        label=_("Image run"),
        required=False,
        help_text=_(
            "The same answers image by image, MediaId;ClassId;Probability. It costs no run, is "
            "scored apart, and feeds the analyses of organs."
        ),
    )
    name = forms.CharField(
        label=_("Run name"),
        max_length=80,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("To tell your runs apart, e.g. “ResNet ensemble, no metadata”."),
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].error_messages["required"] = _("Choose a run file.")
        if not task.run_rules.image_runs:
            del self.fields["image_file"]


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("For your team and the organisers."),
    )
