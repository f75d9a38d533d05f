"""Method descriptions, field by field, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy

from campaign.field_names import LABELS, field_name
from campaign.method_words import tag_name
from campaign.numbers import number

register = template.Library()
register.filter(tag_name)
register.filter(field_name)

_WITH_UNIT = {
    "preparation_days": gettext_lazy("%(n)s days"),
    "training_hours": gettext_lazy("%(n)s hours"),
    "hardware_price_eur": gettext_lazy("€ %(n)s"),
    "inference_per_minute": gettext_lazy("%(n)s a minute"),
}


@register.inclusion_tag("campaign/components/method.html")
def method_description(description: Mapping[str, Any]) -> dict[str, Any]:
    """Show a method description; what was not described is left out."""
    fields = [
        (label, shown_field(name, description[name]))
        for name, label in LABELS.items()
        if name in description and name != "paper"
    ]
    return {"fields": fields, "paper": description.get("paper", "")}


@register.filter
def tags(values: list[str] | None) -> str:
    """Return method tags as a list of words."""
    return ", ".join(tag_name(value) for value in values or [])


@register.filter
def field_names(names: list[str]) -> str:
    """Return the fields of a description as people read them, e.g. those that are missing."""
    return ", ".join(field_name(name) for name in names)


def shown_field(name: str, value: Any) -> str:
    """Return the value of a field as people read it, with its unit."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return tags(value)
    if isinstance(value, int | float):
        return str(_WITH_UNIT.get(name, "%(n)s")) % {"n": number(value)}
    return str(value)
