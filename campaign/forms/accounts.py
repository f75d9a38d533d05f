"""What people say about themselves, and the tokens they ask for."""

import re
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.models import User

_ORCID = re.compile(
    r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE
)


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # no parameters at runtime
    class Meta:
        model = User
        fields = ["first_name", "last_name", "affiliation", "orcid", "takes_announcements"]
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
            "affiliation": forms.TextInput({"autocomplete": "organization"}),
            "orcid": forms.TextInput({"placeholder": "0000-0002-1825-0097", "autocomplete": "off"}),
        }
        help_texts = {
            "affiliation": _("University, institute, company, or none."),
            "orcid": _("Your number at orcid.org, so that papers and runs find their author."),
            "takes_announcements": _(
                "What the organisers of your tasks write to all teams: a moved deadline, new data. "
                "Mails about your own account and runs come all the same."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # An address is longer than the number it holds; `clean_orcid` takes both.
        self.fields["orcid"].validators = []
        self.fields["orcid"].widget.attrs.pop("maxlength", None)

    def clean_orcid(self) -> str:
        """Return the number alone; it may come as an address, and must have its check digit."""
        text: str = self.cleaned_data["orcid"].strip()
        if not text:
            return ""
        found = _ORCID.fullmatch(text)
        if not found or not _is_orcid("".join(found.groups()).upper()):
            raise ValidationError(
                _("“%(text)s” is no ORCID: one looks like 0000-0002-1825-0097."),
                params={"text": text},
            )
        return "-".join(found.groups()).upper()


def _is_orcid(characters: str) -> bool:
    """Tell whether the last character is the check digit (ISO 7064, 11-2) of the others."""
    total = 0
    for digit in characters[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return characters[-1] == ("X" if rest == 10 else str(rest))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        help_text=_("What it is for, e.g. “laptop” or “cluster”."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("Expires"),
        coerce=int,
        choices=[
            (30, _("in 30 days")),
            (90, _("in 90 days")),
            (365, _("in a year")),
            (0, _("never")),
        ],
        initial=90,
    )

    def expires_at(self, now: datetime) -> datetime | None:
        days: int = self.cleaned_data["days"]
        return now + timedelta(days=days) if days else None
