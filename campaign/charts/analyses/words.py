"""Every analysis as a sentence and as a chart: each kind of `campaign.reads.analyses` is drawn here."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from campaign.charts.analyses import (
    authors,
    costs,
    ensembles,
    methods,
    of_the_test,
    organs,
    pairs,
    participation,
    parts,
    species,
)
from campaign.charts.analyses.drawing import Drawing, Finding
from campaign.charts.keeping import kept
from campaign.charts.template import Chart
from campaign.reads.analyses import Made

DRAWINGS: Mapping[str, Drawing] = {
    **methods.DRAWINGS,
    **costs.DRAWINGS,
    "organs": organs.DRAWING,
    "rare-species": species.DRAWING,
    "domains": parts.DRAWING,
    "authors": authors.DRAWING,
    **pairs.DRAWINGS,
    **ensembles.DRAWINGS,
    **of_the_test.DRAWINGS,
    **participation.DRAWINGS,
}

_NOTHING = {
    "unsaid": gettext_lazy("No method description says anything about it yet."),
    "alike": gettext_lazy("All runs that describe it made the same choice."),
    "no_queries": gettext_lazy("The metric of this task gives single queries no score."),
    "no_kinds": gettext_lazy(
        "No query of this task has images of different kinds, such as organs."
    ),
    "no_image_runs": gettext_lazy("No ranked run came with an image run yet."),
    "unread": gettext_lazy("The image runs are being read; this takes a minute or so for each."),
    "no_training_images": gettext_lazy(
        "The task does not say how many training examples a class has."
    ),
    "one_band": gettext_lazy("Classes differ too little in how many training examples they have."),
    "undivided": gettext_lazy(
        "The task has no column that divides its test, or the parts are too small."
    ),
    "no_authors": gettext_lazy("The task does not say who took the pictures or recordings."),
    "few_authors": gettext_lazy("Too few authors have several queries."),
    "hidden": gettext_lazy("What it is about is hidden until the ground truth is released."),
    "unpriced": gettext_lazy("Fewer than two method descriptions say what their run cost."),
    "one_run": gettext_lazy("There are no two runs of different teams to compare yet."),
    "untested": gettext_lazy(
        "The metric of this task has no test of two runs, there are too few queries for it, or runs score alike on "
        "all of them."
    ),
    "unranked": gettext_lazy("Runs of this task do not rank classes."),
    "few_runs": gettext_lazy("Fewer than three teams have runs: too few to doubt a label."),
    "no_suspects": gettext_lazy(
        "No label looks wrong: good runs do not agree on another class for any query."
    ),
    "unordered": gettext_lazy("Runs of this task do not rank classes."),
    "no_confusions": gettext_lazy("No class is taken for another more often than by chance."),
    "nobody": gettext_lazy("No team has a ranked run yet."),
    "complete": gettext_lazy("No description leaves anything out."),
    "failed": gettext_lazy("It could not be made. It is tried again when the leaderboard changes."),
}


def finding(made: Made) -> Finding:
    """Return what an analysis found, or why it found nothing."""
    if made.data is None:
        return Finding(str(_NOTHING[made.nothing]))
    return DRAWINGS[made.kind.slug].finding(made)


@kept
def drawn(made: Made) -> Chart:
    """Return an analysis that says something as a page shows it."""
    return DRAWINGS[made.kind.slug].chart(made)


def chart(made: Made) -> Chart | None:
    """Return an analysis as a page shows it; None where it says nothing."""
    return None if made.data is None else drawn(made)
