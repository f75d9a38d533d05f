"""The scorer: run files against ground truth, on laptop and platform alike.

Names are loaded when first used: import time decides small runs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    from scoring.averages import Average as Average
    from scoring.breakdowns import Breakdown as Breakdown, breakdown as breakdown
    from scoring.differences import (
        Difference as Difference,
        against_first as against_first,
        all_pairs as all_pairs,
        compare as compare,
        holm as holm,
    )
    from scoring.evaluation import (
        RunEvaluation as RunEvaluation,
        evaluate_run as evaluate_run,
        near_chance as near_chance,
        without_author as without_author,
    )
    from scoring.explanation import (
        Explanation as Explanation,
        UnknownQuery as UnknownQuery,
        explain_query as explain_query,
    )
    from scoring.fusing import CannotFuse as CannotFuse, Fusion as Fusion
    from scoring.fusion import fuse_images as fuse_images, fuse_runs as fuse_runs
    from scoring.ground_truth import (
        GroundTruth as GroundTruth,
        TestSet as TestSet,
        read_ground_truth as read_ground_truth,
        read_test_set as read_test_set,
        read_truth_file as read_truth_file,
    )
    from scoring.groupings import (
        Grouping as Grouping,
        WrongGrouping as WrongGrouping,
        parse_groupings as parse_groupings,
    )
    from scoring.image_selection import NoSuchImages as NoSuchImages, Selection as Selection
    from scoring.layouts import layout_of as layout_of
    from scoring.method import (
        METHOD_SCHEMA as METHOD_SCHEMA,
        METHOD_TAGS as METHOD_TAGS,
        broader_tags as broader_tags,
        canonical_tag as canonical_tag,
        check_method_description as check_method_description,
    )
    from scoring.metrics import (
        METRICS as METRICS,
        Metric as Metric,
        parse_metric as parse_metric,
    )
    from scoring.organ_scores import OrganScore as OrganScore, organ_scores as organ_scores
    from scoring.packed import content_digest as content_digest
    from scoring.per_class import (
        ClassResult as ClassResult,
        Confusion as Confusion,
        class_results as class_results,
        confusions as confusions,
    )
    from scoring.problems import (
        InvalidRun as InvalidRun,
        Problem as Problem,
        UnknownMetric as UnknownMetric,
    )
    from scoring.report import RunReport as RunReport
    from scoring.run_file import check_run as check_run
    from scoring.run_rules import RunRules as RunRules
    from scoring.run_writer import CannotWrite as CannotWrite
    from scoring.sample import sample_run as sample_run
    from scoring.scores import (
        Score as Score,
        average as average,
        score as score,
        score_all as score_all,
    )
    from scoring.synthetic import (
        SYNTHETIC_RECIPES as SYNTHETIC_RECIPES,
        Skill as Skill,
        SyntheticSize as SyntheticSize,
        write_synthetic_run as write_synthetic_run,
        write_synthetic_tables as write_synthetic_tables,
    )
    from scoring.tables import (
        InvalidTable as InvalidTable,
        Table as Table,
        TableProblem as TableProblem,
    )
    from scoring.trace import Trace as Trace, WrongTrace as WrongTrace
    from scoring.tracing import trace_run as trace_run
    from scoring.truth_rules import check_truth as check_truth
    from scoring.uncertainty import intervals as intervals

_HOMES = {
    "Average": "averages",
    "Breakdown": "breakdowns",
    "CannotFuse": "fusing",
    "CannotWrite": "run_writer",
    "ClassResult": "per_class",
    "Confusion": "per_class",
    "Difference": "differences",
    "Explanation": "explanation",
    "Fusion": "fusing",
    "GroundTruth": "ground_truth",
    "Grouping": "groupings",
    "InvalidRun": "problems",
    "InvalidTable": "tables",
    "METHOD_SCHEMA": "method",
    "METHOD_TAGS": "method",
    "METRICS": "metrics",
    "Metric": "metrics",
    "NoSuchImages": "image_selection",
    "OrganScore": "organ_scores",
    "Problem": "problems",
    "RunEvaluation": "evaluation",
    "RunReport": "report",
    "RunRules": "run_rules",
    "SYNTHETIC_RECIPES": "synthetic",
    "Score": "scores",
    "Selection": "image_selection",
    "Skill": "synthetic",
    "SyntheticSize": "synthetic",
    "Table": "tables",
    "TableProblem": "tables",
    "TestSet": "ground_truth",
    "Trace": "trace",
    "UnknownMetric": "problems",
    "UnknownQuery": "explanation",
    "WrongGrouping": "groupings",
    "WrongTrace": "trace",
    "against_first": "differences",
    "all_pairs": "differences",
    "average": "scores",
    "breakdown": "breakdowns",
    "broader_tags": "method",
    "canonical_tag": "method",
    "check_method_description": "method",
    "check_run": "run_file",
    "check_truth": "truth_rules",
    "class_results": "per_class",
    "compare": "differences",
    "confusions": "per_class",
    "content_digest": "packed",
    "evaluate_run": "evaluation",
    "explain_query": "explanation",
    "fuse_images": "fusion",
    "fuse_runs": "fusion",
    "holm": "differences",
    "intervals": "uncertainty",
    "layout_of": "layouts",
    "near_chance": "evaluation",
    "organ_scores": "organ_scores",
    "parse_groupings": "groupings",
    "parse_metric": "metrics",
    "read_ground_truth": "ground_truth",
    "read_test_set": "ground_truth",
    "read_truth_file": "ground_truth",
    "sample_run": "sample",
    "score": "scores",
    "score_all": "scores",
    "trace_run": "tracing",
    "without_author": "evaluation",
    "write_synthetic_run": "synthetic",
    "write_synthetic_tables": "synthetic",
}

__all__ = ["SCORER_VERSION", *_HOMES]  # noqa: PLE0604  # the keys are the names


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'scoring' has no name '{name}'")
    value = getattr(import_module(f"scoring.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
