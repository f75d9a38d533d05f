"""Starting a baseline, and the table of what hardware costs."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.reads.baselines import Config


class BaselineForm(forms.Form):
    """Which config to train by, and why."""

    config = forms.ChoiceField(
        label=_("Config"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a config.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("What it is for. It stands in the record."),
        error_messages={"required": _("Give a reason: it stands in the record.")},
    )

    def __init__(self, *args: Any, configs: Iterable[Config], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["config"].choices = [  # type: ignore[attr-defined]  # a choice field's
            (config.name, f"{config.name}: {config.about}" if config.about else config.name)
            for config in configs
        ]


class PriceForm(forms.Form):
    """A line of the table."""

    name = forms.CharField(
        label=_("Hardware"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("A part of the name that the hardware has of itself, e.g. H100 or EPYC."),
        error_messages={"required": _("Name the hardware.")},
    )
    eur_per_hour = forms.DecimalField(
        label=_("Euros per hour"),
        min_value=0,
        max_digits=10,
        decimal_places=4,
        help_text=_("Of one piece: a training on two takes twice as much."),
        error_messages={"required": _("Say what an hour costs; 0 for what costs nothing.")},
    )
    eur_bought = forms.DecimalField(
        label=_("Euros when it was bought"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        help_text=_(
            "Of one piece: all of them go into the method description, as its hardware price."
        ),
    )
