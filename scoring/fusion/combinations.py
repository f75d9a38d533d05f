"""What every combination of kinds of images is worth: an image run is read once, and fused in many ways.

Each figure is that of `scoring.fuse_images` with these images only, by their mean, and of the run that this
makes. An observation whose images are of one organ has one answer, however many combinations hold the
organ: it is fused once.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from pathlib import Path

from scoring.fusion.job import fused
from scoring.fusion.methods import mean_of_images, weighted
from scoring.fusion.spool import Spool, Votes
from scoring.metrics.averages import Average
from scoring.metrics.metric import Metric
from scoring.results.scores import average
from scoring.run_files.answer import Answer
from scoring.run_files.reader import read_run
from scoring.run_files.report import RunReport
from scoring.run_rules import RunRules
from scoring.traces.positions import Order
from scoring.traces.trace import Trace
from scoring.truth.ground_truth import GroundTruth, TestSet

_MOST_KINDS = 8  # of images: they make 37 combinations


@dataclass(frozen=True)
class Combination:
    """Kinds of images, and the observations that have an image of one of them.

    Attributes
    ----------
    values
        Of a column of media.csv, e.g. ``("flower", "leaf")``; empty for all images.
    queries
        The observations.
    """

    values: tuple[str, ...]
    queries: frozenset[str]


def combinations_of(test_set: TestSet, column: str) -> list[Combination]:
    """Return the kinds of images that a column tells apart: each alone, each pair, and all images.

    Of more than eight kinds, those with most images. Where there are two, their pair is all images.

    Parameters
    ----------
    test_set
        It has a ``media.csv`` with the column.
    column
        E.g. ``Organ``.

    Examples
    --------
    >>> from scoring import read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> [(one.values, len(one.queries)) for one in combinations_of(test_set, "View")]
    [(('side_a',), 400), (('side_b',), 400), ((), 400)]
    """
    assert test_set.media is not None
    columns = test_set.media.columns
    counts = Counter(filter(None, columns[column]))
    kinds = sorted(counts, key=lambda kind: (-counts[kind], kind))[:_MOST_KINDS]
    pairs = list(combinations(kinds, 2)) if len(counts) > 2 else []
    owners = list(zip(columns[column], columns["QueryId"], strict=True))
    return [
        Combination(
            values, frozenset(query for kind, query in owners if not values or kind in values)
        )
        for values in [*((kind,) for kind in kinds), *pairs, ()]
    ]


def score_combinations(
    path: Path, truth: GroundTruth, rules: RunRules, metric: Metric, column: str
) -> tuple[RunReport, list[Average | None]]:
    """Score an image run by every combination of kinds of images.

    Parameters
    ----------
    path
        The image run.
    truth, rules
        The task; its test set has a ``media.csv``.
    metric
        One without a level.
    column
        Of ``media.csv``.

    Returns
    -------
    report, averages
        The judgement on the file; one average for each of `combinations_of`, no list for an invalid file.
        An observation without such an image counts 0. None where the run answers no image at all of one of
        the kinds: it did not try these, and a 0 would speak of it, not of them.

    Examples
    --------
    >>> from scoring import parse_metric, read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.images.csv.gz")
    >>> rules, metric = RunRules("ranked"), parse_metric("top_1")
    >>> _, found = score_combinations(run, truth, rules, metric, "View")
    >>> [own and own.value for own in found]
    [0.925, 0.92, 0.9325]
    """
    test_set = truth.test_set
    places = {image: place for place, image in enumerate(test_set.answerable("image_run"))}
    with Spool() as spool:

        def make() -> Votes:
            return Votes(spool, 0, places, partial(weighted, weight=1.0))

        report, votes = read_run(path, test_set, rules, "image_run", make)
        if not report.valid:
            return report, []
        wanted = [frozenset(one.values) for one in combinations_of(test_set, column)]
        images = _images(test_set, column, places)
        kinds, answered = _kinds(images.values(), votes)
        fuse = partial(_fuse, spool, votes, rules.max_predictions_per_query)
        traces = _traces(truth, wanted, images, fuse)
    return report, [
        average(trace, truth, metric) if (values or kinds) <= answered else None
        for values, trace in zip(wanted, traces, strict=True)
    ]


_Images = Mapping[str, Sequence[tuple[str, int]]]
"""Of each query its images: what each is of, and its place in the run."""


def _images(test_set: TestSet, column: str, places: Mapping[str, int]) -> _Images:
    assert test_set.media is not None
    columns = test_set.media.columns
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = zip(columns["QueryId"], columns[column], columns["MediaId"], strict=True)
    for query, kind, image in rows:
        found[query].append((kind, places[image]))
    return found


def _kinds(
    images: Iterable[Sequence[tuple[str, int]]], votes: Votes
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the kinds of images, and those of which a run answers any."""
    known = [(kind, place) for own in images for kind, place in own if kind]
    answered = (kind for kind, place in known if votes.has(place))
    return frozenset(kind for kind, _ in known), frozenset(answered)


def _traces(
    truth: GroundTruth,
    wanted: Sequence[frozenset[str]],
    images: _Images,
    fuse: Callable[[Sequence[int]], Order | None],
) -> list[Trace]:
    """Return what scoring leaves of each combination, as far as metrics of queries read it."""
    judged = truth.judged("run")
    positions = [array("i", bytes(4 * judged.pair_starts[-1])) for _ in wanted]
    for query, relevant, (start, _, end) in zip(
        judged.queries, judged.relevant, judged.pairs.spans(), strict=True
    ):
        known: dict[tuple[int, ...], array[int]] = {}
        for values, own in zip(wanted, positions, strict=True):
            chosen = tuple(i for kind, i in images.get(query, ()) if not values or kind in values)
            if chosen not in known:
                order = fuse(chosen)
                known[chosen] = array("i", order.positions(relevant)) if order else own[start:end]
            own[start:end] = known[chosen]
    nothing = array("i", bytes(4 * len(judged.queries)))
    return [
        Trace("run", "ranked", judged, own, n_predictions=nothing, first_classes=nothing)
        for own in positions
    ]


def _fuse(spool: Spool, votes: Votes, most: int | None, images: Sequence[int]) -> Order | None:
    """Return the answer that images make; None where none of them has one."""
    rows = fused(spool, [(votes, image) for image in images], mean_of_images)[:most]
    if not rows:
        return None
    classes, probabilities = map(list, zip(*rows, strict=True))
    return Order(Answer("", 0, classes, probabilities))
