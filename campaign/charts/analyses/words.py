"""Every analysis as a sentence and as a chart: each kind of `campaign.reads.analyses` is drawn here."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from campaign.charts.analyses import costs, ensembles, methods, pairs
from campaign.charts.analyses.drawing import Drawing, Finding
from campaign.charts.template import Chart
from campaign.reads.analyses import Made

DRAWINGS: Mapping[str, Drawing] = {
    **methods.DRAWINGS,
    **costs.DRAWINGS,
    **pairs.DRAWINGS,
    **ensembles.DRAWINGS,
}

_NOTHING = {
    "unsaid": gettext_lazy("No method description says anything of it yet."),
    "alike": gettext_lazy("All runs that say anything of it say the same."),
    "unpriced": gettext_lazy("Not two method descriptions name what their run cost."),
    "one_run": gettext_lazy("It takes two runs that can be compared."),
    "untested": gettext_lazy("There is no test of two runs for this metric, or too few queries."),
    "unranked": gettext_lazy("Runs of this task put no classes in an order."),
    "failed": gettext_lazy("It could not be made. It is tried again when the leaderboard changes."),
}


def finding(made: Made) -> Finding:
    """Return what an analysis found, or why it found nothing."""
    if made.data is None:
        return Finding(str(_NOTHING[made.nothing]))
    return DRAWINGS[made.kind.slug].finding(made)


def drawn(made: Made) -> Chart:
    """Return an analysis that says something as a page shows it."""
    return DRAWINGS[made.kind.slug].chart(made)


def chart(made: Made) -> Chart | None:
    """Return an analysis as a page shows it; None where it says nothing."""
    return None if made.data is None else drawn(made)
