"""Both figures of a run that was fused from some images only.

Observations without such an image have no line. They count 0, as they would on a leaderboard, or they
are left out, which tells how well these images are recognised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.fusion.image_selection import Selection, marked
from scoring.metrics.metric import Metric
from scoring.results.scores import Score, score_all
from scoring.run_files.report import RunReport
from scoring.run_rules import RunRules
from scoring.traces.tracing import trace_run
from scoring.truth.ground_truth import GroundTruth


@dataclass(frozen=True)
class OrganScore:
    """A metric of a run fused from some images; `n` of each score says over how many units.

    Attributes
    ----------
    counted
        Over all observations: one without such an image counts 0.
    left_out
        Over the observations that have such an image.
    """

    counted: Score
    left_out: Score


def organ_scores(
    path: Path,
    truth: GroundTruth,
    rules: RunRules,
    metrics: Sequence[Metric],
    only: Selection,
    *,
    intervals: bool = True,
) -> tuple[RunReport, list[OrganScore]]:
    """Score a run that `scoring.fuse_images` made of some images.

    Parameters
    ----------
    path
        The fused run.
    truth, rules
        The task.
    metrics
        What is wanted.
    only
        The images it was made of.
    intervals
        Whether the scores come with their intervals.

    Returns
    -------
    report, scores
        The judgement on the file; one pair of scores for each metric, none for an invalid file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from scoring import fuse_images, parse_metric, read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> images = Path("fixtures/practice/leaves-practice.runs/frozen_160.images.csv.gz")
    >>> side, rules = Selection("View", ("side_a",)), RunRules("ranked")
    >>> with TemporaryDirectory() as folder:
    ...     out = Path(folder) / "run.csv"
    ...     fusion = fuse_images(images, out, truth.test_set, rules, only=side)
    ...     report, [mrr] = organ_scores(out, truth, rules, [parse_metric("mrr")], side)
    >>> fusion.n_unanswered, mrr.counted.n, mrr.left_out.n
    (0, 400, 400)
    """
    wider, within = marked(truth, only)
    report, trace = trace_run(
        path, wider, rules, metrics=metrics, parts=[frozenset({within})], chance=False
    )
    if trace is None:
        return report, []
    counted = score_all(trace, wider, metrics, intervals=intervals)
    left_out = score_all(trace, wider, metrics, within=within, intervals=intervals)
    return report, list(map(OrganScore, counted, left_out))
