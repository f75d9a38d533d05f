r"""Fusion: several runs into one, and the images of an observation into its answer.

A run says something of a class by its *vote*. With runs :math:`r` of weight :math:`w_r`, the fused
probability of a class :math:`c` for a query :math:`q` is

.. math::
    \text{mean:}\quad & \sum_r w_r \, p_r(q, c) \,/\, \sum_r w_r \\
    \text{rrf:}\quad & \sum_r \frac{w_r}{k + pos_r(q, c)} \,/\, \sum_r \frac{w_r}{k + 1} \\

A class, or a whole query, that a run leaves out counts 0 there: its weight stays in the lower sum.
``rrf`` is reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009; k = 60), divided by its
greatest value, so that a class that every run puts first gets 1. Within a run the order is that of
rule 1 of run files without the truth: equal ones share the place where they end, so nothing is won by
them. Images are fused alike, over the images of the observation that were chosen:

.. math::
    \text{mean:}\quad \sum_{i} p(i, c) \,/\, n(q) \qquad \text{max:}\quad \max_{i} p(i, c)

where :math:`n(q)` counts an image without an answer too. Sums are exact before they are
rounded, so the order in which runs are given changes nothing.
"""

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from scoring.fusion.image_selection import Selection
from scoring.fusion.job import CannotFuse, Fuse, Fusion, FusionJob, Progress
from scoring.problems import InvalidRun, Problem, said, shown
from scoring.run_files.answer import Answer
from scoring.run_rules import Kind, RunRules
from scoring.truth.ground_truth import TestSet

RunMethod = Literal["mean", "rrf"]
ImageMethod = Literal["mean", "max"]

_MOST_K = 1_000_000
_WEIGHTS = (1e-6, 1e6)
_MOST_SCORE = 1e300  # sums of these stay finite, weights and all


def fuse_runs(  # noqa: PLR0913  # all that a fusion can be told; most of it has a default
    paths: Sequence[Path],
    out: Path,
    test_set: TestSet,
    rules: RunRules,
    *,
    kind: Kind = "run",
    method: RunMethod = "mean",
    weights: Sequence[float] | None = None,
    k: int = 60,
    most: int | None = None,
    progress: Progress | None = None,
) -> Fusion:
    """Fuse runs of a task into one.

    Parameters
    ----------
    paths
        The runs; each is checked.
    out
        The file to write: packed by its name (``.gz``, ``.zst``), and only if all runs are valid.
    test_set, rules
        The task.
    kind
        ``image_run`` to fuse image runs into an image run.
    method
        ``mean`` of the probabilities, or ``rrf``: the formulas above.
    weights
        One for each run; all alike if left out.
    k
        Of ``rrf``: the higher, the less the first places differ.
    most
        Predictions to keep of a query, if fewer than the task allows. The best are kept; equal ones
        by their ids.

    Raises
    ------
    CannotFuse
        When what is asked makes no run.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scoring import check_run, read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> runs = Path("fixtures/practice/leaves-practice.runs")
    >>> rules = RunRules("ranked", max_predictions_per_query=5)
    >>> with TemporaryDirectory() as folder:
    ...     out = Path(folder) / "fused.csv"
    ...     both = [runs / "frozen_160.csv.gz", runs / "frozen_224.csv.gz"]
    ...     fusion = fuse_runs(both, out, test_set, RunRules("ranked"), most=5)
    ...     check_run(out, test_set, rules).valid, fusion.n_queries, fusion.n_predictions
    (True, 400, 2000)
    """
    if kind == "run":  # an image run holds probabilities whatever the shape of the task
        _check_shape(rules)
    weights = [1.0] * len(paths) if weights is None else weights
    _check_weights(weights, len(paths))
    if method == "rrf":
        _check_k(k)
        votes = [partial(_reciprocal_ranks, weight=weight, k=k) for weight in weights]
        whole = math.fsum(weight / (k + 1) for weight in weights)
    elif method == "mean":
        votes = [partial(weighted, weight=weight) for weight in weights]
        whole = math.fsum(weights)
    else:
        raise CannotFuse(f"runs are fused by mean or rrf, not by {shown(str(method))}")
    job = FusionJob(test_set, rules, kind, out, most, progress)
    places = range(len(job.ids(kind)))
    return job.run(
        list(zip(paths, votes, strict=True)),
        target=kind,
        ballots=lambda runs: ([(run, place) for run in runs] for place in places),
        fuse=lambda voted, _: math.fsum(voted) / whole,
    )


def fuse_images(
    path: Path,
    out: Path,
    test_set: TestSet,
    rules: RunRules,
    *,
    method: ImageMethod = "mean",
    only: Selection | None = None,
    most: int | None = None,
    progress: Progress | None = None,
) -> Fusion:
    """Fuse the answers to the images of each observation: an image run into a run.

    Parameters
    ----------
    path
        The image run; it is checked.
    out, test_set, rules, most
        As for `fuse_runs`; the test set has a ``media.csv``.
    method
        ``mean`` or ``max``: the formulas above.
    only
        The images that count, e.g. ``Selection("Organ", ("leaf", "flower"))``; all if left out. An
        observation without such an image gets no line.

    Raises
    ------
    CannotFuse
        When what is asked makes no run.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scoring import read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> images = Path("fixtures/practice/leaves-practice.runs/frozen_160.images.csv.gz")
    >>> with TemporaryDirectory() as folder:
    ...     fuse_images(images, Path(folder) / "run.csv", test_set, RunRules("ranked")).n_queries
    400
    """
    _check_shape(rules)
    if test_set.media is None:
        raise CannotFuse("images are fused by media.csv (MediaId;QueryId), which is not here")
    if method not in _OF_IMAGES:
        raise CannotFuse(f"images are fused by mean or max, not by {shown(str(method))}")
    chosen = None if only is None else only.images(test_set)
    owners: dict[str, list[int]] = defaultdict(list)
    for place, (image, query) in enumerate(test_set.query_of_media.items()):
        if chosen is None or image in chosen:
            owners[query].append(place)
    queries = test_set.queries.columns["QueryId"]
    return FusionJob(test_set, rules, "image_run", out, most, progress).run(
        [(path, partial(weighted, weight=1.0))],
        target="run",
        ballots=lambda runs: ([(runs[0], p) for p in owners.get(query, ())] for query in queries),
        fuse=_OF_IMAGES[method],
    )


# ---------------------------------------------------------------- votes
def weighted(answer: Answer, *, weight: float) -> Sequence[float]:
    """Return probabilities times a weight."""
    lowest, highest = min(answer.probabilities), max(answer.probabilities)
    if lowest < 0 or highest > _MOST_SCORE:
        wrong = lowest if lowest < 0 else highest
        raise InvalidRun(
            Problem(
                "probability",
                said(
                    "the score %(score)s for %(query)s, from line %(line)s on: a class left out counts "
                    "0 in a mean, so right are scores from 0 to %(most)s; rrf takes any",
                    score=repr(wrong),
                    query=shown(answer.query),
                    line=answer.first_line,
                    most=str(_MOST_SCORE),
                ),
            )
        )
    if weight == 1:
        return answer.probabilities
    return [weight * probability for probability in answer.probabilities]


def _reciprocal_ranks(answer: Answer, *, weight: float, k: int) -> Sequence[float]:
    """Return weights over positions; equal ones stand where the last of them stands."""
    negative = [-probability for probability in answer.probabilities]
    keys = list(zip(negative, answer.ranks or [0] * len(negative), strict=True))
    ordered = sorted(keys)
    return [weight / (k + bisect_right(ordered, key)) for key in keys]


def mean_of_images(votes: Sequence[float], n_images: int) -> float:
    """Return the mean over images; one without the class, or without an answer, counts 0."""
    return math.fsum(votes) / n_images


def _max_of_images(votes: Sequence[float], _: int) -> float:
    return max(votes)


_OF_IMAGES: Mapping[str, Fuse] = {"mean": mean_of_images, "max": _max_of_images}


# ---------------------------------------------------------------- what can be asked
def _check_shape(rules: RunRules) -> None:
    """Refuse a task whose runs hold no probabilities: neither can they be fused nor come of it."""
    if rules.shape in {"set", "label"}:
        raise CannotFuse(
            f"runs of the shape '{rules.shape}' hold no probabilities, which fusing takes and makes; "
            f"right are ranked and segment runs"
        )


def _check_weights(weights: Sequence[float], n_runs: int) -> None:
    if not n_runs:
        raise CannotFuse("no run to fuse; right is one or more")
    if len(weights) != n_runs:
        raise CannotFuse(f"{len(weights)} weights for {n_runs} runs; right is one for each")
    least, most = _WEIGHTS
    for weight in weights:
        if not least <= weight <= most:
            raise CannotFuse(
                f"the weight {weight!r} is not from {least} to {most}; a run that counts nothing is left out"
            )


def _check_k(k: int) -> None:
    if not 0 <= k <= _MOST_K:
        raise CannotFuse(f"k is {k}; right is a whole number from 0 to {_MOST_K:,}, e.g. 60")
