"""What moves: differences of scores, and the time until all are there."""

from datetime import timedelta

from django import template
from django.utils.translation import ngettext

from campaign.numbers import change

register = template.Library()
register.filter(change)


@register.filter
def span(left: timedelta) -> str:
    """Return a time still to wait, in the unit a person would choose."""
    seconds = left.total_seconds()
    if seconds < 60:
        return ngettext("%(n)s second", "%(n)s seconds", n := max(1, round(seconds))) % {"n": n}
    if seconds < 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", n := round(seconds / 60)) % {"n": n}
    return ngettext("%(n)s hour", "%(n)s hours", n := round(seconds / 3600)) % {"n": n}
