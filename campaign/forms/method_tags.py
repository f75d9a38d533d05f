"""What a tag that teams wrote counts as, and why."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.forms.descriptions import TagInput


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Give a reason: it stands in the record.")},
    )


class MergeForm(forms.Form):
    """A tag, chosen from what teams wrote, and the one that it counts as."""

    tag = forms.ChoiceField(label=_("What teams wrote"))
    into = forms.CharField(
        label=_("Counts as"),
        max_length=200,
        help_text=_("A tag of the vocabulary, or another one that teams wrote."),
        error_messages={"required": _("Name the tag that it counts as.")},
    )
    reason = _reason()

    def __init__(
        self, *args: Any, written: Iterable[str], known: Iterable[str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        names = list(written)
        self.fields["tag"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]  # a choice field's
        self.fields["into"].widget = TagInput([*known, *names])


class PartForm(forms.Form):
    """Why a tag counts as itself again."""

    reason = _reason()
