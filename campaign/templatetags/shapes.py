"""The shapes of run files in words, and what one line of each looks like."""

from django import template
from django.utils.translation import gettext_lazy

from scoring import RunRules, layout_of

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


@register.filter
def run_line(rules: RunRules) -> str:
    """Return how a line of a run looks."""
    return str(layout_of(rules, "run"))


@register.filter
def image_run_line(rules: RunRules) -> str:
    """Return how a line of an image run looks."""
    return str(layout_of(rules, "image_run"))


@register.filter
def has_probabilities(rules: RunRules) -> bool:
    """Return whether a run, or an image run, gives each class a probability."""
    return rules.image_runs or "Probability" in layout_of(rules, "run").columns
