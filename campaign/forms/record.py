"""Which part of the record is looked at."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.reads.record import NOBODY, Wanted, kind_titles


class RecordForm(forms.Form):
    """Filters in the address of a page: what makes no sense there is as if it were not."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    person = forms.ChoiceField(label=_("Who"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    everybody = forms.BooleanField(label=_("What teams did with their own, too"), required=False)

    def __init__(self, sent: Any, *, people: Iterable[tuple[str, str]]) -> None:
        super().__init__(sent, label_suffix="")
        everybody = [("", _("everybody")), (NOBODY, _("no account: commands, SQL"))]
        self._choose("kind", [("", _("everything")), *kind_titles()])
        self._choose("person", [*everybody, *people])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def wanted(self) -> Wanted:
        """Return what the address asks for."""
        self.is_valid()
        sent: dict[str, Any] = self.cleaned_data
        return Wanted(
            kind=sent.get("kind", ""),
            person=sent.get("person", ""),
            since=sent.get("since"),
            until=sent.get("until"),
            everybody=sent.get("everybody", False),
        )
