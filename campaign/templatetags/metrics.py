"""What metrics mean, in the reader's language, and where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy

from campaign.metric_names import metric_name as name_of
from scoring import parse_metric

register = template.Library()

# A sentence for each metric of the scorer, whose own definitions are English; a test holds the two
# together.
MEANINGS = {
    "mrr": gettext_lazy(
        "1 divided by the position of the first right class, averaged over queries"
    ),
    "top_k": ngettext_lazy(
        "share of queries whose first answer is right",
        "share of queries with a right class among the first %(k)s answers",
        "k",
    ),
    "map": gettext_lazy("average precision over all right classes, averaged over queries"),
    "map_foreground": gettext_lazy(
        "average precision over the foreground classes alone, averaged over queries"
    ),
    "macro_mrr": gettext_lazy(
        "as MRR, averaged within each class first: a rare class weighs as much as a common one"
    ),
    "macro_top_k": gettext_lazy(
        "as Top %(k)s, averaged within each class first: a rare class weighs as much as a common one"
    ),
    "s_score": gettext_lazy(
        "1 divided by the position of the first right class, averaged over images, then plants, then authors"
    ),
    "cmap": gettext_lazy(
        "average precision of ranking all queries for a class, averaged over the classes of the ground truth"
    ),
    "f1_samples": gettext_lazy(
        "F1 of the classes answered to a query, averaged over queries; 1 where nothing is there and nothing is answered"
    ),
    "f1_macro": gettext_lazy("F1 of each class, averaged over the classes of truth and answers"),
    "f1_micro": gettext_lazy("F1 of the counts of all queries together"),
    "fungi_1": gettext_lazy("share of queries answered wrong"),
    "fungi_2": gettext_lazy(
        "mean cost: 100 for a poisonous species called edible, 1 for an edible one called poisonous"
    ),
    "fungi_3": gettext_lazy("FungiCLEF track 1 and track 2, added up"),
    "fungi_4": gettext_lazy(
        "mean cost: 10 for an unknown species called a known one, 0.1 for a known one called unknown, 1 for any other error"
    ),
    "snake_1": gettext_lazy(
        "weighted mean of macro F1 and of the shares of harmless and venomous snakes that are not confused, in percent"
    ),
    "snake_2": gettext_lazy(
        "sum of costs: 5 for a venomous snake called harmless, 2 for a harmless one called venomous or one venomous for another, 1 for one harmless for another"
    ),
    "coverage": gettext_lazy("share of queries that the run answers"),
    "median_position": gettext_lazy("position of the first right class in the middle query"),
}

_LEVELS = {
    "Genus": gettext_lazy("%(text)s; any class of the right genus is right"),
    "Family": gettext_lazy("%(text)s; any class of the right family is right"),
}
_GROUPS = {"Genus": gettext_lazy("genera"), "Family": gettext_lazy("families")}

# What the intervals of a metric resample, where that is not the queries.
_UNITS = {
    "macro_mrr": gettext_lazy("classes"),
    "macro_top_k": gettext_lazy("classes"),
    "cmap": gettext_lazy("classes"),
    "s_score": gettext_lazy("authors"),
}


@dataclass(frozen=True)
class Meaning:
    """One column of a leaderboard; `origin` is empty where a metric only describes."""

    name: str
    text: str
    origin: str


@register.inclusion_tag("campaign/components/meanings.html")
def metric_meanings(metrics: Iterable[str]) -> dict[str, Any]:
    """Explain the columns of a leaderboard."""
    return {"meanings": [_meaning(metric) for metric in metrics]}


@register.simple_tag
def interval_words(scores: Iterable[Any], group_by: str | None = None) -> str:
    """Say in a line what the intervals of scores are, and of which units where these differ.

    `group_by` is the column within which the F1 of a task is nested.
    """
    sure = [score.metric for score in scores if score and score.low is not None]
    if not sure:
        return ""
    by_unit: dict[str, list[str]] = {}
    for metric in dict.fromkeys(parse_metric(name).name for name in sure):
        if unit := _unit(metric, group_by):
            by_unit.setdefault(unit, []).append(name_of(metric))
    others = [
        _("over %(units)s for %(metrics)s") % {"units": unit, "metrics": ", ".join(names)}
        for unit, names in by_unit.items()
    ]
    line = _("Intervals are 95 %, percentile bootstrap over queries")
    return f"{line} ({'; '.join(others)})." if others else f"{line}."


def _unit(metric: str, group_by: str | None) -> str:
    parsed = parse_metric(metric)
    record = parsed.record.name
    if parsed.level and record in {"macro_mrr", "macro_top_k"}:
        return str(_GROUPS[parsed.level])
    return group_by if group_by and record == "f1_samples" else str(_UNITS.get(record, ""))


def _meaning(metric: str) -> Meaning:
    parsed = parse_metric(metric)
    record = parsed.record
    text = MEANINGS[record.name] % {"k": parsed.k}
    if parsed.direction == "lower":
        text = _("%(text)s; lower is better") % {"text": text}
    if parsed.level:
        text = _LEVELS[parsed.level] % {"text": text}
    if parsed.column:
        text = _("%(text)s; only where %(column)s is %(value)s") % {
            "text": text,
            "column": parsed.column,
            "value": parsed.value,
        }
    origin = "" if record.reference == "descriptive" else record.reference
    return Meaning(name=name_of(metric), text=text, origin=origin)
