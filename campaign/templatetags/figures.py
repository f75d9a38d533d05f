"""Numbers, sizes, scores and the names of metrics, as filters."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from campaign.metric_names import metric_at_level, metric_name
from campaign.numbers import RANGE, THIN_SPACE, decimals, number, percent, roughly
from campaign.scorer_words import in_words

_QUOTED = re.compile("(?<![A-Za-z])'([^']*)'")

register = template.Library()
register.filter(number)
register.filter(decimals)
register.filter(roughly)
register.filter(percent)
register.filter("metric", metric_name)
register.filter(metric_at_level)

_NO_SCORE = mark_safe('<span class="muted">—</span>')
_UNDEFINED = (
    '<span class="score muted" title="{0}">—<span class="visually-hidden"> {0}</span></span>'
)
_WITH_INTERVAL = '<span class="score">{} <span class="interval">{}{}{}</span></span>'
_UNITS = (
    (10**12, gettext_lazy("TB")),
    (10**9, gettext_lazy("GB")),
    (10**6, gettext_lazy("MB")),
    (10**3, gettext_lazy("kB")),
)


@register.filter
def bytesize(value: int) -> str:
    """Return a size in the unit a person would choose; 1 MB is 1,000,000 bytes."""
    for size, unit in _UNITS:
        if value >= size:
            shown = decimals(value / size, 0 if value >= 100 * size else 1)
            return f"{shown}{THIN_SPACE}{unit}"
    return f"{value}{THIN_SPACE}{_('bytes')}"


@register.filter
def position(value: float) -> str:
    """Return a position; a median between two of them is half a one."""
    return number(int(value)) if value == int(value) else decimals(value, 1)


@register.simple_tag
def score(shown: Any) -> SafeString:
    """Show a score with its interval; an undefined one says why.

    Without a template of its own: a leaderboard has hundreds of scores, and took 40 % longer with one.
    """
    if not shown:
        return _NO_SCORE
    if shown.value is None:
        return format_html(_UNDEFINED, shown.reason)
    value = decimals(shown.value)
    if shown.low is None:
        return format_html('<span class="score">{}</span>', value)
    return format_html(_WITH_INTERVAL, value, decimals(shown.low), RANGE, decimals(shown.high))


@register.filter
def n_found(problems: Iterable[Mapping[str, Any]]) -> int:
    """Return how many problems there are of all kinds together."""
    return sum(problem.get("count", 1) for problem in problems)


@register.filter
def quoted(message: str) -> SafeString:
    """Show what a message has in quotes as it would stand in a file, and all else as text."""
    texts = _QUOTED.split(message)  # what stood in quotes has the odd places
    marked = (
        (format_html("<code>{}</code>", text) if place % 2 else text,)
        for place, text in enumerate(texts)
    )
    return format_html_join("", "{}", marked)


@register.filter
def in_english(message: str) -> SafeString:
    """Mark what has no other language, for readers and their screen readers."""
    return format_html('<span lang="en">{}</span>', quoted(message))


@register.filter
def said(finding: Mapping[str, Any]) -> SafeString:
    """Say a problem or a warning in the language of the page, or else in English."""
    words = in_words(finding)
    return in_english(finding["message"]) if words is None else quoted(words)


@register.filter
def line_numbers(problem: Mapping[str, Any]) -> str:
    """Say where a problem of a file stands: "lines 12 345, 12 346 and 311 more"."""
    lines, count = problem.get("lines", []), problem.get("count", 0)
    if not lines:
        return ""
    shown = ngettext("line %(lines)s", "lines %(lines)s", len(lines)) % {
        "lines": ", ".join(number(line) for line in lines)
    }
    more = max(0, count - len(lines))
    if not more:
        return shown
    return _("%(lines)s and %(more)s more") % {"lines": shown, "more": number(more)}
