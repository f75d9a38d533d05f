"""The columns of a test in words, as far as they are known."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from campaign.column_names import column_name, value_name

register = template.Library()

column = register.filter("column", column_name)
value = register.filter("value", value_name)


@register.filter
def by_columns(question: Any) -> str:
    """Return what a breakdown is called: "By organ and training images"."""
    names = [column_name(grouping.column) for grouping in question.groupings]
    if len(names) > 1:
        return _("By %(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    return _("By %(one)s") % {"one": names[0]}
