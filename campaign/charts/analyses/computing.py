"""How each analysis is computed, in a few sentences: for the page that shows it, and for the paper that prints it."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

_METHODS = gettext_lazy(
    "Each team is compared with itself: the difference is that between its runs that made the choice and its runs "
    "that did not, after what else their descriptions say is taken into account (least squares). Where too few "
    "teams are there for that, or descriptions say nothing else, other differences between runs are not taken out: "
    "the numbers say where. The error comes "
    "from leaving out one team after the other, and from the queries of the test. Where fewer than three teams have "
    "runs of both kinds, runs of different teams are compared; where fewer than three teams have runs of either "
    "kind, nothing is said of other runs than these. Descriptions are what teams say of themselves; nobody checks "
    "them."
)
COMPUTED: Mapping[str, Promise] = {
    **dict.fromkeys(
        (
            "training-data",
            "architectures",
            "networks",
            "pre-training",
            "augmentation",
            "test-outputs",
        ),
        _METHODS,
    ),
    "cost": gettext_lazy(
        "Costs are what method descriptions say. The hardware is written off over three years of use without a "
        "pause: its price × hours of training / 26 280 h; power and people are not in it. A cheaper run cannot "
        "be told apart from the best of those that say the same cost where the interval (95 %) of their difference, "
        "over the same queries, has 0 in it."
    ),
    "organs": gettext_lazy(
        "The image run that teams send beside their run answers each image by itself. The answers to the images of "
        "the kinds in question are averaged for each observation, and scored like a run. Gains are paired over the "
        "same observations, and their intervals are widened for all combinations that were looked at (Bonferroni)."
    ),
    "rare-species": gettext_lazy(
        "Bands of training examples (images or recordings) hold at least 20 species each. In a band every species counts alike, however many "
        "queries it has, and intervals are over species. The finding compares the lowest band with "
        "the highest, over the best runs of all teams."
    ),
    "domains": gettext_lazy(
        "The score of each query is averaged over the best run of each team, and each part of the test is compared "
        "with all the rest. Intervals of these differences hold together for all parts, in 99 of 100 tasks. Parts of "
        "fewer than 20 queries are left out."
    ),
    "authors": gettext_lazy(
        "An analysis of variance parts the scores of queries into what lies between authors and what lies within "
        "them; what chance alone would put between authors with so many queries is subtracted. The interval comes "
        "from drawing authors anew, each with all their queries."
    ),
    "significance": gettext_lazy(
        "Two runs are compared by what they score on the same queries (or what else the metric averages over): a "
        "paired test that changes signs at random says how often chance alone makes a difference as large. Holm's "
        "correction keeps the chance of a single false difference, among all pairs, below 5 %. Where the interval of a "
        "difference has 0 in it, the two count as not told apart all the same."
    ),
    "correlation": gettext_lazy(
        "For each query, the position at which a run has its first right class is taken; Spearman's rank correlation "
        "compares these positions between two runs. Its interval comes from leaving out one of fifty parts of the "
        "queries after the other, and those of all pairs hold together (Bonferroni). 1: hard and easy queries are "
        "the same ones; 0: they have nothing to do with each other."
    ),
    "complementarity": gettext_lazy(
        "Each two of the best runs of the first six teams are fused, and from the best one on, whichever run makes "
        "the set best is added, up to four. A fusion is scored like a run. Gains are paired over the same queries, "
        "and are significant where Holm's correction for all fusions that were tried leaves them below 5 %."
    ),
    "difficulty": gettext_lazy(
        "The best run of each team is right, or not, at the first position. Were all queries alike, each run would "
        "be right on each with its own share, as coins fall; the diamonds count that. The finding is that queries "
        "vary more than such coins; its interval (95 %) is over queries."
    ),
    "confusions": gettext_lazy(
        "Only wrong first answers are compared: a pair is listed where one class is answered for another more often "
        "than it is answered wrongly elsewhere in the test (a binomial test, below 5 % after Bonferroni's correction "
        "for all pairs). An answer to a query counts once, however many runs give it."
    ),
    "detectable-difference": gettext_lazy(
        "The more two runs differ from query to query, the larger a difference of their means must be to show; the "
        "formula is that for paired tests (Connett, Smith and McHugh 1987). The title has the median over all pairs "
        "of teams' best runs. With four times as many queries, half the difference would show."
    ),
    "submissions": gettext_lazy(
        "Counted are the runs of teams that are ranked now, by the moment at which their upload was complete. "
        "Baselines, late, withdrawn and rejected runs are left out."
    ),
    "suspected-errors": gettext_lazy(
        "Good runs are the better half of the best runs of the teams, and four where there are so many. A class "
        "stands out where more of its queries are suspected than in the rest of the test (a binomial test, below 5 % "
        "after Bonferroni's correction for all classes). It is a question to whoever labelled, never an answer."
    ),
    "description-gaps": gettext_lazy(
        "Counted are the ranked runs of teams; a field is left out where a description does not have it at all. "
        "Teams may edit descriptions until the deadline, and organisers may have them completed later."
    ),
}
