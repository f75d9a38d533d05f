"""The shapes of run files in words, and what one line of each looks like."""

from django import template
from django.utils.translation import gettext_lazy

register = template.Library()

_WORDS = {
    "ranked": gettext_lazy("Ranked answers to each query"),
    "segment": gettext_lazy("Ranked answers to each stretch of a recording"),
    "set": gettext_lazy("A set of classes for each query"),
    "label": gettext_lazy("One class for each query"),
}


@register.filter
def shape_words(shape: str) -> str:
    """Return what a run of this shape holds."""
    return str(_WORDS[shape])
