"""Who makes which analysis: every kind of `campaign.reads.analyses` has a maker here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from campaign.reads.factors import FACTORS
from campaign.services.analyses.authors import by_author
from campaign.services.analyses.board import Board
from campaign.services.analyses.costs import by_cost
from campaign.services.analyses.ensembles import complementarity
from campaign.services.analyses.methods import by_method
from campaign.services.analyses.of_the_test import (
    confused_classes,
    differences_that_show,
    hard_queries,
    suspected_errors,
)
from campaign.services.analyses.organs import by_organ
from campaign.services.analyses.pairs import correlation, significance
from campaign.services.analyses.participation import description_gaps, submissions
from campaign.services.analyses.parts import by_part
from campaign.services.analyses.species import by_rarity

Maker = Callable[[Board], dict[str, Any]]

MAKERS: Mapping[str, Maker] = {
    **{name: partial(by_method, factor=factor) for name, factor in FACTORS.items()},
    "cost": by_cost,
    "organs": by_organ,
    "rare-species": by_rarity,
    "domains": by_part,
    "authors": by_author,
    "significance": significance,
    "correlation": correlation,
    "complementarity": complementarity,
    "difficulty": hard_queries,
    "confusions": confused_classes,
    "detectable-difference": differences_that_show,
    "submissions": submissions,
    "suspected-errors": suspected_errors,
    "description-gaps": description_gaps,
}
