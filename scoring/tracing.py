"""From a run file to its trace."""

from pathlib import Path

from scoring.ground_truth import GroundTruth
from scoring.report import RunReport
from scoring.run_rules import Kind, RunRules
from scoring.trace import Trace


def trace_run(
    path: Path, truth: GroundTruth, rules: RunRules, *, kind: Kind = "run"
) -> tuple[RunReport, Trace | None]:
    """Read a run file against the ground truth."""
    raise NotImplementedError
