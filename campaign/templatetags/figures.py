"""Numbers, sizes, scores and the names of metrics."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _, gettext_lazy, ngettext

register = template.Library()

THIN_SPACE = "\u202f"  # narrow, and no line breaks at it

_UNITS = (
    (10**12, gettext_lazy("TB")),
    (10**9, gettext_lazy("GB")),
    (10**6, gettext_lazy("MB")),
    (10**3, gettext_lazy("kB")),
)

_NAMES = {
    "mrr": gettext_lazy("MRR"),
    "map": gettext_lazy("MAP"),
    "map_foreground": gettext_lazy("MAP, foreground"),
    "macro_mrr": gettext_lazy("Macro MRR"),
    "s_score": gettext_lazy("S-score"),
    "cmap": gettext_lazy("cMAP"),
    "f1_samples": gettext_lazy("F1, samples"),
    "f1_macro": gettext_lazy("F1, macro"),
    "f1_micro": gettext_lazy("F1, micro"),
    "fungi_1": gettext_lazy("FungiCLEF track 1"),
    "fungi_2": gettext_lazy("FungiCLEF track 2"),
    "fungi_3": gettext_lazy("FungiCLEF track 3"),
    "fungi_4": gettext_lazy("FungiCLEF track 4"),
    "snake_1": gettext_lazy("SnakeCLEF track 1"),
    "snake_2": gettext_lazy("SnakeCLEF track 2"),
    "coverage": gettext_lazy("Coverage"),
    "median_position": gettext_lazy("Median position"),
}


@register.filter
def number(value: float | None) -> str:
    """Return a number with thin spaces between thousands: 17 886."""
    if value is None:
        return "—"
    return f"{value:,}".replace(",", THIN_SPACE)


@register.filter
def bytesize(value: int) -> str:
    """Return a size in the unit a person would choose; 1 MB is 1,000,000 bytes."""
    for size, unit in _UNITS:
        if value >= size:
            shown = decimals(value / size, 0 if value >= 100 * size else 1)
            return f"{shown}{THIN_SPACE}{unit}"
    return f"{value}{THIN_SPACE}{_('bytes')}"


@register.filter
def decimals(value: float | None, places: int = 3) -> str:
    """Return a number with so many decimals; a score is always shown with three."""
    if value is None:
        return "—"
    # Rounded first: of a float with too many digits, Django cuts the rest off.
    return number_format(Decimal(f"{value:.{places}f}"), decimal_pos=places)


@register.filter
def percent(share: float) -> str:
    """Return a share as a percentage that says 100 only of a whole."""
    shown = min(share * 100, 99.9) if share < 1 else 100.0
    return f"{decimals(shown, 1 if share < 1 else 0)}{THIN_SPACE}%"


@register.filter
def metric(name: str) -> str:
    """Return how people call a metric: `top_1@Domain=sheet` is "Top 1 · sheet"."""
    statistic, _at, subset = name.partition("@")
    value = subset.partition("=")[2]
    return f"{_statistic(statistic)} · {value}" if subset else _statistic(statistic)


def _statistic(name: str) -> str:
    if name in _NAMES:
        return str(_NAMES[name])
    for start, words in (("macro_top_", _("Macro top %(k)s")), ("top_", _("Top %(k)s"))):
        if name.startswith(start):
            return words % {"k": name.removeprefix(start)}
    return name.replace("_", " ").capitalize()


@register.inclusion_tag("campaign/components/score.html")
def score(shown: Any) -> dict[str, Any]:
    """Show a score with its interval; an undefined one says why."""
    return {"score": shown}


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
