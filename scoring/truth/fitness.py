"""Whether a ground truth fits what its task asks of runs."""

from collections.abc import Iterator

from scoring.problems import shown
from scoring.run_rules import UNKNOWN_CLASS, RunRules
from scoring.truth.checks import truth_rows
from scoring.truth.ground_truth import GroundTruth
from scoring.truth.tables import TableProblem


def check_truth(truth: GroundTruth, rules: RunRules) -> list[TableProblem]:
    """Return what of a ground truth no run of a task could answer.

    A label task has one class for each query, and -1 only where a run may answer it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> check_truth(truth, RunRules("label"))
    []
    """
    problems = [] if rules.unknown_class else list(_unknown_classes(truth, rules))
    if rules.shape == "label":
        problems += _not_one_class(truth)
    return problems


def _unknown_classes(truth: GroundTruth, rules: RunRules) -> Iterator[TableProblem]:
    classes = truth.test_set.classes
    if UNKNOWN_CLASS in classes.columns["ClassId"] if classes else rules.shape != "label":
        return  # a class like any other
    for row, (_, name, _) in enumerate(truth_rows(truth.table)):
        if name == UNKNOWN_CLASS:
            yield truth.table.problem(
                row,
                f"ClassId {UNKNOWN_CLASS} means unknown, which is right only in a label task with "
                f"'unknown_class: true'; right here is a class",
            )


def _not_one_class(truth: GroundTruth) -> Iterator[TableProblem]:
    first: dict[str, int] = {}
    for row, (query, name, background) in enumerate(truth_rows(truth.table)):
        start = f"in a label task each query has one class, and {shown(query)} has"
        if background:
            yield truth.table.problem(
                row, f"{start} a background class: leave Background empty, or the line out"
            )
        elif not name:
            yield truth.table.problem(row, f"{start} none: give it one, or take the line out")
        elif query in first:
            yield truth.table.problem(
                row, f"{start} another one on line {first[query] + 2}: take one line out"
            )
        first.setdefault(query, row)
