"""The columns of a test in words, as far as they are known."""

from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy

register = template.Library()

_COLUMNS = {
    "Author": gettext_lazy("author"),
    "Domain": gettext_lazy("domain"),
    "Family": gettext_lazy("family"),
    "Genus": gettext_lazy("genus"),
    "Organ": gettext_lazy("organ"),
    "Species": gettext_lazy("species"),
    "TrainImages": gettext_lazy("training images"),
    "View": gettext_lazy("view"),
}


@register.filter
def column(name: str) -> str:
    """Return how people call a column of a table; one of the task's own as it is written."""
    return str(_COLUMNS.get(name, name))


@register.filter
def by_columns(question: Any) -> str:
    """Return what a breakdown is called: "By organ and training images"."""
    names = [column(grouping.column) for grouping in question.groupings]
    if len(names) > 1:
        return _("By %(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    return _("By %(one)s") % {"one": names[0]}
