"""Every analysis as a sentence and as a chart: each kind of `campaign.reads.analyses` is drawn here."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from campaign.charts.analyses import methods, of_the_test, participation
from campaign.charts.analyses.drawing import Drawing, Finding
from campaign.charts.template import Chart
from campaign.reads.analyses import Made

DRAWINGS: Mapping[str, Drawing] = {
    **methods.DRAWINGS,
    **of_the_test.DRAWINGS,
    **participation.DRAWINGS,
}

_NOTHING = {
    "unsaid": gettext_lazy("No method description says anything of it yet."),
    "alike": gettext_lazy("All runs that say anything of it say the same."),
    "unranked": gettext_lazy(
        "Runs of this task do not rank classes: no answer speaks surely enough."
    ),
    "few_runs": gettext_lazy("Fewer than three teams have runs: too few to doubt a label."),
    "no_suspects": gettext_lazy(
        "No label looks wrong: good runs take no query for one other class."
    ),
    "unordered": gettext_lazy("Runs of this task put no class first."),
    "no_confusions": gettext_lazy("No class is taken for another more often than by chance."),
    "one_run": gettext_lazy("One run alone does not tell hard queries from its own mistakes."),
    "untested": gettext_lazy("There are no two runs that differ and that a paired test compares."),
    "nobody": gettext_lazy("No team has a ranked run yet."),
    "complete": gettext_lazy("No description leaves anything out."),
    "failed": gettext_lazy("It could not be made. It is tried again when the leaderboard changes."),
}


def finding(made: Made) -> Finding:
    """Return what an analysis found, or why it found nothing."""
    if made.data is None:
        return Finding(str(_NOTHING[made.nothing]))
    return DRAWINGS[made.kind.slug].finding(made)


def chart(made: Made) -> Chart | None:
    """Return an analysis as a page shows it; None where it says nothing."""
    return None if made.data is None else DRAWINGS[made.kind.slug].chart(made)
