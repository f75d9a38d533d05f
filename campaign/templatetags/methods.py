"""Method descriptions, field by field, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy

from campaign.method_words import tag_name
from campaign.numbers import number

register = template.Library()
register.filter(tag_name)

# The fields of scoring's schema in its order; a test holds the two together.
LABELS = {
    "training_data": gettext_lazy("Training data"),
    "architectures": gettext_lazy("Architectures"),
    "n_networks": gettext_lazy("Number of networks"),
    "pre_training": gettext_lazy("Pre-training"),
    "frozen": gettext_lazy("Frozen features"),
    "images_per_class": gettext_lazy("Training images per class"),
    "augmentation": gettext_lazy("Augmentation at training"),
    "test_time_outputs": gettext_lazy("Outputs fused at test"),
    "metadata": gettext_lazy("Metadata used"),
    "automatic": gettext_lazy("Automatic"),
    "preparation_days": gettext_lazy("Preparation"),
    "hardware": gettext_lazy("Hardware"),
    "n_gpus": gettext_lazy("Number of GPUs"),
    "training_hours": gettext_lazy("Training time"),
    "hardware_price_eur": gettext_lazy("Hardware price"),
    "inference_per_minute": gettext_lazy("Inference"),
    "paper": gettext_lazy("Paper"),
}
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
def field_name(name: str) -> str:
    """Return what a field of a description is called."""
    return str(LABELS.get(name, name))


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
