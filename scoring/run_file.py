"""Run files: lines into checked predictions, and everything that is wrong with them."""

from pathlib import Path

from scoring.ground_truth import TestSet
from scoring.report import RunReport
from scoring.run_rules import Kind, RunRules


def check_run(path: Path, test_set: TestSet, rules: RunRules, *, kind: Kind = "run") -> RunReport:
    """Judge a run file without its ground truth."""
    raise NotImplementedError
