r"""Labels that may be wrong: queries that most good runs take for one other class, all of them surely.

A wrong label and a hard query both make runs miss. They part in two ways. Runs that take a query for a
sibling of its class mostly still have the class among their first answers; so only a run that does not have
it among its first five speaks against a label. And runs that err each in its own way scatter over classes;
so two thirds of them, and at least three, have to name the same one.

How often that happens to labels that are right is not known beforehand, for runs learn from the same images.
So a whole class is suspected where it happens more often than in the rest of the test: with :math:`x` of its
:math:`n` queries taken for one other class, and :math:`s` the share of suspected queries of all other
classes,

.. math:: p = P(\mathrm{Bin}(n, s) \ge x)

below 5 % after Bonferroni's correction over all classes of the test.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from scoring.analyses.answers import Answers
from scoring.analyses.tails import binomial_tail, share_interval

LEAST_RUNS = 3
FIRST = 5
_AGREE = 2 / 3
_LEVEL = 0.05


@dataclass(frozen=True)
class Suspect:
    """A query whose label may be wrong.

    Attributes
    ----------
    query, label
        The query and its class.
    instead
        What the runs take it for.
    n_runs
        How many of them, without the label among their first five.
    """

    query: str
    label: str
    instead: str
    n_runs: int


@dataclass(frozen=True)
class SuspectedClass:
    """A class of which many queries are taken for one other class.

    Attributes
    ----------
    label, instead
        The class, and what its queries are taken for.
    n_suspects, n_queries
        How many of its queries.
    low, high
        The interval of their share.
    sure
        Whether that is more than happens elsewhere in the test.
    """

    label: str
    instead: str
    n_suspects: int
    n_queries: int
    low: float
    high: float
    sure: bool


def suspects(answers: Answers) -> list[Suspect]:
    """Return the queries whose labels may be wrong, those first that most runs speak against.

    Parameters
    ----------
    answers
        Of good runs; of fewer than three nothing is said.
    """
    if answers.n_runs < LEAST_RUNS:
        return []
    needed = max(LEAST_RUNS, ceil(_AGREE * answers.n_runs))
    out = (answers.positions == 0) | (answers.positions > FIRST)
    against = np.where(out, answers.instead, 0)
    found = []
    for place in np.flatnonzero(np.count_nonzero(against, axis=0) >= needed).tolist():
        own = Counter(against[:, place].tolist())
        del own[0]
        [(instead, n_runs)] = own.most_common(1)
        if n_runs >= needed:
            label = answers.classes[answers.labels[place]]
            found.append(Suspect(answers.queries[place], label, answers.classes[instead], n_runs))
    return sorted(found, key=lambda one: (-one.n_runs, one.label, one.query))


def suspected_classes(answers: Answers, found: Sequence[Suspect]) -> list[SuspectedClass]:
    """Return the pairs of classes that suspects are about, those that stand out first, then the largest."""
    sizes = dict(zip(answers.classes, answers.n_queries_of().tolist(), strict=True))
    pairs = Counter((one.label, one.instead) for one in found)
    of_label = Counter(one.label for one in found)
    most = _LEVEL / int(np.count_nonzero(answers.n_queries_of()))
    classes = []
    for (label, instead), n in pairs.items():
        n_others = len(answers.queries) - sizes[label]
        # One more of each: a test without any other suspect does not know that there are none.
        elsewhere = (len(found) - of_label[label] + 1) / (n_others + 1)
        sure = binomial_tail(n, sizes[label], elsewhere) < most
        own = share_interval(n, sizes[label])
        classes.append(SuspectedClass(label, instead, n, sizes[label], *own, sure=sure))
    return sorted(classes, key=lambda one: (not one.sure, -one.n_suspects, one.label, one.instead))
