"""Making a team, and registering one for a task."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaign.models import RulesVersion, Task, Team

_UNMARKED = "campaign/forms/unmarked_field.html"  # one of the two is needed
_NAMELESS = _("Give the new team a name.")


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at runtime
    class Meta:
        model = Team
        fields = ["name", "affiliation"]
        widgets = {
            "name": forms.TextInput({"autocomplete": "off"}),
            "affiliation": forms.TextInput({"autocomplete": "organization"}),
        }
        help_texts = {"name": _("Shown on leaderboards, with your runs.")}


class AffiliationForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at runtime
    class Meta:
        model = Team
        fields = ["affiliation"]
        widgets = {"affiliation": forms.TextInput({"autocomplete": "organization"})}
        help_texts = {"affiliation": _("University, institute, company, or none.")}


class InvitationForm(forms.Form):
    """To whom a link into the team is mailed."""

    email = forms.EmailField(
        label=_("Mail address"),
        widget=forms.EmailInput({"autocomplete": "off"}),
        help_text=_("They get a link of their own: it works once, for two weeks."),
    )


class MergeProposalForm(forms.Form):
    """Into which team one's own is to go."""

    staying = forms.CharField(
        label=_("Name of the team that stays"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("As on the leaderboard. Its captains get a mail and answer on their page."),
    )

    def clean_staying(self) -> Team:
        """Return the team of that name; one that was merged leads to the one it went into."""
        name = self.cleaned_data["staying"].strip()
        found = Team.objects.select_related("merged_into").filter(name__iexact=name).first()
        if found is None:
            raise ValidationError(_("No team is called “%(name)s”."), params={"name": name})
        return found.now_in


class RegistrationForm(forms.Form):
    """Which team takes part, and that it accepts the rules as they are shown."""

    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=_("Team"),
        required=False,
        template_name=_UNMARKED,
        empty_label=_("a new team"),
        help_text=_("Teams you are a captain of."),
    )
    new_team = forms.CharField(
        label=_("Name of the new team"),
        max_length=80,
        required=False,
        template_name=_UNMARKED,  # type: ignore[call-arg]  # django-stubs knows it of others only
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Shown on the leaderboard. You become its captain and can invite others."),
    )
    rules = forms.ModelChoiceField(RulesVersion.objects.none(), widget=forms.HiddenInput)
    accept = forms.BooleanField(label=_("I accept these rules for my team."))

    def __init__(
        self,
        sent: QueryDict | None = None,
        *,
        task: Task,
        teams: QuerySet[Team],
        rules: RulesVersion | None,
    ) -> None:
        super().__init__(sent, initial={"rules": rules})
        self._offer(teams)
        # Any version: whether it is still the newest is for the service to say.
        self._choices("rules").queryset = task.rules_versions.all()
        self.fields["accept"].error_messages["required"] = _("Accept the rules to take part.")

    def _offer(self, teams: QuerySet[Team]) -> None:
        self._choices("team").queryset = teams
        first = teams.first()
        if first:
            self.initial["team"] = first
            self.fields["new_team"].label = _("Or the name of a new team")
        else:
            del self.fields["team"]
            self.fields["new_team"].required = True
            self.fields["new_team"].error_messages["required"] = _NAMELESS

    def _choices(self, name: str) -> Any:
        return self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        team, new_team = cleaned.get("team"), cleaned.get("new_team")
        if team and new_team:
            self.add_error("team", ValidationError(_("To make a new team, choose “a new team”.")))
        if not self.errors and not team and not new_team:
            self.add_error("new_team", ValidationError(_NAMELESS))
        return cleaned
