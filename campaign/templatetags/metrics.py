"""What metrics mean, in the reader's language, and where they come from."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _, gettext_lazy, ngettext_lazy

from campaign.templatetags.figures import metric as name_of
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
    "coverage": gettext_lazy("share of queries that the run answers"),
    "median_position": gettext_lazy(
        "position of the first right class in the middle query; lower is better"
    ),
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


def _meaning(metric: str) -> Meaning:
    parsed = parse_metric(metric)
    record = parsed.record
    text = MEANINGS[record.name] % {"k": parsed.k}
    if parsed.column:
        text = _("%(text)s; only where %(column)s is %(value)s") % {
            "text": text,
            "column": parsed.column,
            "value": parsed.value,
        }
    origin = "" if record.reference == "descriptive" else record.reference
    return Meaning(name=name_of(metric), text=text, origin=origin)
