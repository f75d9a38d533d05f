"""What organisers decide about the teams of a task."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaign.models import Registration, RulesVersion, Team
from campaign.services.registrations import MOST_EXTRA_RUNS

_FOR_RECORD = _("The team reads it, and it stays on record.")
_NO_REASON = {"required": _("Give a reason: the team reads it.")}


class DecisionForm(forms.Form):
    """Approve or refuse what was chosen; the page draws the boxes and the two buttons itself."""

    chosen = forms.ModelMultipleChoiceField(
        Registration.objects.none(),
        error_messages={"required": _("Choose at least one team.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("The teams read it, and it stays on record. A refusal needs one."),
    )
    decision = forms.ChoiceField(
        choices=[
            (Registration.State.APPROVED, _("Approve")),
            (Registration.State.REFUSED, _("Refuse")),
        ]
    )

    def __init__(self, *args: Any, registrations: QuerySet[Registration], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["chosen"]
        chosen.queryset = registrations

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") == Registration.State.REFUSED and not cleaned.get("reason"):
            self.add_error("reason", _("Give a reason: the teams read it."))
        return cleaned

    def is_chosen(self) -> set[str]:
        """Return the ids that were ticked, as they were sent."""
        return set(self.data.getlist("chosen")) if isinstance(self.data, QueryDict) else set()


class ExtraRunsForm(forms.Form):
    extra_runs = forms.IntegerField(
        label=_("Extra runs"),
        min_value=0,
        max_value=MOST_EXTRA_RUNS,
        help_text=_("Beside those the task allows every team; all of them together."),
        error_messages={
            "required": _("Give a number; 0 takes the extra runs back."),
            "min_value": _("Give 0 or more."),
        },
    )
    reason = forms.CharField(
        label=_("Reason"),
        error_messages=_NO_REASON,
        max_length=1000,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_FOR_RECORD,
    )


class MergeForm(forms.Form):
    """Into which team of the task another goes."""

    staying = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Into"),
        empty_label=_("Choose a team"),
        help_text=_("That team stays; the other ends. There is no way back."),
        error_messages={"required": _("Choose the team that stays.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        error_messages=_NO_REASON,
        max_length=1000,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_FOR_RECORD,
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "merge_%s"  # two forms of the page ask for a reason
        staying: Any = self.fields["staying"]
        staying.queryset = teams


class RulesForm(forms.Form):
    """That a captain accepts the newer rules, as they were shown."""

    rules = forms.ModelChoiceField(RulesVersion.objects.none(), widget=forms.HiddenInput)
    accept = forms.BooleanField(label=_("I accept these rules for my team."))

    def __init__(self, *args: Any, versions: QuerySet[RulesVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules: Any = self.fields["rules"]
        # Any version: whether it is still the newest is for the service to say.
        rules.queryset = versions
        self.fields["accept"].error_messages["required"] = _("Tick the box to accept the rules.")
