"""Whether a stored trace is all that another scoring of its run needs: then no file is read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scoring.run_rules import RunRules
from scoring.traces.trace import Subset, Trace
from scoring.traces.tracing import subsets_of
from scoring.truth.ground_truth import GroundTruth
from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    from scoring.metrics.metric import Metric


def can_be_scored(
    trace: Trace,
    truth: GroundTruth,
    rules: RunRules,
    *,
    metrics: "Sequence[Metric]",
    parts: Sequence[Subset] = (),
    same_tables: bool,
) -> bool:
    """Tell whether a trace answers for a ground truth as the file itself would.

    Parameters
    ----------
    trace
        Made by this version of the scorer, or it is of no use.
    truth, rules
        The task as it is now.
    metrics, parts
        What is asked; `cmap` on a subset that was not asked for when the file was read is not there.
    same_tables
        Whether the tables are those of then, to the letter: the queries of a subset are known to be
        the same only if they are.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import parse_metric, read_ground_truth, trace_run
    >>> truth, rules = read_ground_truth(Path("fixtures/practice/leaves-practice")), RunRules("ranked")
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> _, trace = trace_run(run, truth, rules, metrics=[parse_metric("mrr")])
    >>> for metric in ("top_5", "cmap"):
    ...     can_be_scored(trace, truth, rules, metrics=[parse_metric(metric)], same_tables=True)
    True
    False
    """
    if trace.scorer != SCORER_VERSION or trace.group_by != rules.group_by:
        return False
    if not trace.fits(truth.judged(trace.kind)):
        return False
    wanted = set(subsets_of(metrics, parts))
    return wanted <= trace.class_positions.keys() and (same_tables or not any(wanted))
