"""Moments, always in UTC and with what is left until then; scripts add the reader's own zone."""

from datetime import UTC, date, datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from campaign.clock import day_in_words, moment_in_addresses, moment_in_words, now

register = template.Library()


@register.simple_tag
def moment(when: datetime | None) -> SafeString | str:
    """Show a moment as "7 May 2017, 23:59 UTC (in 3 days)"."""
    if when is None:
        return ""
    return format_html('{} <span class="muted">({})</span>', here(when), away(when))


@register.filter
def instant(when: datetime) -> SafeString:
    """Show a moment as "7 May 2017, 23:59 UTC"."""
    return format_html('<time datetime="{}">{}</time>', _iso(when), moment_in_words(when))


@register.filter
def here(when: datetime) -> SafeString:
    """Show a moment that matters to the minute: a script writes the reader's own time beside it."""
    return format_html(
        '<time datetime="{}" data-local>{}</time>', _iso(when), moment_in_words(when)
    )


@register.filter
def in_address(when: datetime) -> str:
    """Write a moment as `?at=` takes it."""
    return moment_in_addresses(when)


@register.filter
def edge(when: datetime | None) -> SafeString | str:
    """Show where a phase begins or ends; it may have no such moment."""
    return instant(when) if when else _("no fixed time")


@register.filter
def day(when: date | datetime | str) -> SafeString:
    """Show a day as "7 May 2017"; the argument may be a date as ISO text."""
    value = date.fromisoformat(when[:10]) if isinstance(when, str) else when
    value = value.astimezone(UTC) if isinstance(value, datetime) else value
    return format_html(
        '<time datetime="{}">{}</time>', value.strftime("%Y-%m-%d"), day_in_words(value)
    )


@register.filter
def hour(when: datetime) -> SafeString:
    """Show the time of a day as "23:59 UTC", where the day stands beside it."""
    words = _("%(time)s UTC") % {"time": when.astimezone(UTC).strftime("%H:%M")}
    return format_html('<time datetime="{}" data-local>{}</time>', _iso(when), words)


@register.filter
def away(when: datetime) -> str:
    """Say how far a moment is: "in 3 days", "2 hours ago", "just now"."""
    at = now()
    if at - timedelta(minutes=1) < when <= at:
        return _("just now")
    if when >= at:
        return _("in %(time)s") % {"time": timesince(at, now=when, depth=1)}
    return _("%(time)s ago") % {"time": timesince(when, now=at, depth=1)}


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
