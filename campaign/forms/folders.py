"""Sending the folder of a task, and saying yes to what it changes."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FolderForm(forms.Form):
    """A task's folder as a zip archive, and why it is loaded."""

    file = forms.FileField(
        label=_("Folder of the task"),
        allow_empty_file=True,  # what is wrong with archives is said in one place
        max_length=None,
        widget=forms.FileInput({"accept": ".zip,application/zip"}),
        help_text=_(
            "As a .zip. You see first what it would change; nothing is loaded before you say so."
        ),
        error_messages={"required": _("Choose the folder, packed as a .zip.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_(
            "It stands in the record beside every change, e.g. “the server was down on Monday”."
        ),
    )
