"""What organisers do with runs: which ones they look at, and why they do what they do."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.models import Evaluation, Run
from campaign.models.runs import NAME_MAX
from campaign.reads.moderation import Filters

REASON_MAX = 1000


class ReasonField(forms.CharField):
    """Why something is done; it stands in the record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Reason"),
            max_length=REASON_MAX,
            widget=forms.Textarea({"rows": 2}),
            error_messages={"required": _("Give a reason: it stands in the record.")},
            **kwargs,
        )


class FilterForm(forms.Form):
    """Filters in the address of a page: what makes no sense there is as if it were not."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("any")), *Evaluation.State.choices]
    )
    standing = forms.ChoiceField(
        label=_("Standing"), required=False, choices=[("", _("any")), *Run.Standing.choices]
    )
    timing = forms.ChoiceField(
        label=_("Came"),
        required=False,
        choices=[
            ("", _("any time")),
            ("in_time", _("in time")),
            ("late", _("late")),
            ("accepted", _("late, accepted as in time")),
        ],
    )
    near_chance = forms.BooleanField(label=_("Near chance"), required=False)
    q = forms.CharField(label=_("Team or run"), max_length=100, required=False)

    def filters(self) -> Filters:
        """Return what the address asks for."""
        self.is_valid()
        sent: dict[str, Any] = self.cleaned_data
        return Filters(
            state=sent.get("state", ""),
            standing=sent.get("standing", ""),
            timing=sent.get("timing", ""),
            near_chance=sent.get("near_chance", False),
            text=sent.get("q", ""),
        )


class ReasonForm(forms.Form):
    reason = ReasonField()


class _NewName(forms.Form):
    name = forms.CharField(
        label=_("New name"), max_length=NAME_MAX, widget=forms.TextInput({"autocomplete": "off"})
    )
    reason = ReasonField()


class RunNameForm(_NewName):
    """A run may have no name at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False


class TeamNameForm(_NewName):
    pass


FORMS: Mapping[str, type[forms.Form]] = {
    "disqualify": ReasonForm,
    "reinstate": ReasonForm,
    "accept": ReasonForm,
    "unaccept": ReasonForm,
    "give-run": ReasonForm,
    "rename-run": RunNameForm,
    "rename-team": TeamNameForm,
    "queue": ReasonForm,
    "seen": ReasonForm,
}
"""The form of each action, by the word that a page sends for it."""
