"""The scorer: run files against ground truth, on laptop and platform alike.

Names are loaded when first used: import time decides small runs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    from scoring.analyses.answers import Answers as Answers, answers_of as answers_of
    from scoring.analyses.bands import log_bands as log_bands
    from scoring.analyses.common_confusions import (
        CommonConfusion as CommonConfusion,
        common_confusions as common_confusions,
    )
    from scoring.analyses.contrasts import (
        Contrast as Contrast,
        MethodRun as MethodRun,
        contrast as contrast,
        deviations as deviations,
    )
    from scoring.analyses.costs import pareto_front as pareto_front
    from scoring.analyses.difficulty import Difficulty as Difficulty, difficulty as difficulty
    from scoring.analyses.estimates import (
        Estimate as Estimate,
        average_of as average_of,
        estimate as estimate,
        gap as gap,
        mean_average as mean_average,
    )
    from scoring.analyses.likeness import (
        Likeness as Likeness,
        alike_order as alike_order,
        likeness as likeness,
    )
    from scoring.analyses.power import (
        detectable_difference as detectable_difference,
        difference_between as difference_between,
        n_units as n_units,
    )
    from scoring.analyses.queries import metric_of_queries as metric_of_queries
    from scoring.analyses.spreads import (
        Histogram as Histogram,
        Spread as Spread,
        group_histogram as group_histogram,
        group_spread as group_spread,
    )
    from scoring.analyses.suspects import (
        Suspect as Suspect,
        SuspectedClass as SuspectedClass,
        suspected_classes as suspected_classes,
        suspects as suspects,
    )
    from scoring.fusion.combinations import (
        Combination as Combination,
        combinations_of as combinations_of,
        score_combinations as score_combinations,
    )
    from scoring.fusion.image_selection import NoSuchImages as NoSuchImages, Selection as Selection
    from scoring.fusion.job import CannotFuse as CannotFuse, Fusion as Fusion
    from scoring.fusion.methods import fuse_images as fuse_images, fuse_runs as fuse_runs
    from scoring.fusion.organ_scores import OrganScore as OrganScore, organ_scores as organ_scores
    from scoring.kernel import reading_in_words as reading_in_words, slow_reading as slow_reading
    from scoring.method import (
        METHOD_SCHEMA as METHOD_SCHEMA,
        METHOD_TAGS as METHOD_TAGS,
        broader_tags as broader_tags,
        canonical_tag as canonical_tag,
        check_method_description as check_method_description,
    )
    from scoring.metrics.averages import Average as Average
    from scoring.metrics.metric import Metric as Metric, parse_metric as parse_metric
    from scoring.metrics.table import METRICS as METRICS
    from scoring.problems import (
        InvalidRun as InvalidRun,
        Problem as Problem,
        UnknownMetric as UnknownMetric,
    )
    from scoring.results.breakdowns import Breakdown as Breakdown, breakdown as breakdown
    from scoring.results.comparisons import (
        Pair as Pair,
        PairedCell as PairedCell,
        compare_cells as compare_cells,
        compare_scores as compare_scores,
    )
    from scoring.results.evaluation import (
        RunEvaluation as RunEvaluation,
        evaluate_run as evaluate_run,
        near_chance as near_chance,
        without_author as without_author,
    )
    from scoring.results.explanation import (
        Explanation as Explanation,
        UnknownQuery as UnknownQuery,
        explain_query as explain_query,
    )
    from scoring.results.per_class import (
        ClassResult as ClassResult,
        Confusion as Confusion,
        class_results as class_results,
        confusions as confusions,
    )
    from scoring.results.scores import (
        Score as Score,
        average as average,
        score as score,
        score_all as score_all,
    )
    from scoring.run_files.layouts import layout_of as layout_of
    from scoring.run_files.packed import content_digest as content_digest
    from scoring.run_files.reader import check_run as check_run
    from scoring.run_files.report import RunReport as RunReport
    from scoring.run_files.sample import sample_run as sample_run
    from scoring.run_files.writer import CannotWrite as CannotWrite
    from scoring.run_rules import RunRules as RunRules
    from scoring.synthetic import (
        SYNTHETIC_RECIPES as SYNTHETIC_RECIPES,
        Skill as Skill,
        SyntheticSize as SyntheticSize,
        write_synthetic_run as write_synthetic_run,
        write_synthetic_tables as write_synthetic_tables,
    )
    from scoring.traces.chance import chance_places as chance_places
    from scoring.traces.reuse import can_be_scored as can_be_scored
    from scoring.traces.trace import Trace as Trace, WrongTrace as WrongTrace
    from scoring.traces.tracing import trace_run as trace_run
    from scoring.truth.fitness import check_truth as check_truth
    from scoring.truth.ground_truth import (
        GroundTruth as GroundTruth,
        TestSet as TestSet,
        read_ground_truth as read_ground_truth,
        read_test_set as read_test_set,
        read_truth_file as read_truth_file,
    )
    from scoring.truth.groupings import (
        Grouping as Grouping,
        WrongGrouping as WrongGrouping,
        parse_groupings as parse_groupings,
    )
    from scoring.truth.tables import (
        InvalidTable as InvalidTable,
        Table as Table,
        TableProblem as TableProblem,
    )
    from scoring.uncertainty.bootstrap import intervals as intervals
    from scoring.uncertainty.differences import (
        Difference as Difference,
        against_first as against_first,
        all_pairs as all_pairs,
        compare as compare,
        compare_each as compare_each,
        holm as holm,
    )

_HOMES = {
    "Answers": "analyses.answers",
    "Average": "metrics.averages",
    "Breakdown": "results.breakdowns",
    "CannotFuse": "fusion.job",
    "CannotWrite": "run_files.writer",
    "ClassResult": "results.per_class",
    "Combination": "fusion.combinations",
    "CommonConfusion": "analyses.common_confusions",
    "Confusion": "results.per_class",
    "Contrast": "analyses.contrasts",
    "Difference": "uncertainty.differences",
    "Difficulty": "analyses.difficulty",
    "Estimate": "analyses.estimates",
    "Explanation": "results.explanation",
    "Fusion": "fusion.job",
    "GroundTruth": "truth.ground_truth",
    "Grouping": "truth.groupings",
    "Histogram": "analyses.spreads",
    "InvalidRun": "problems",
    "InvalidTable": "truth.tables",
    "Likeness": "analyses.likeness",
    "METHOD_SCHEMA": "method",
    "METHOD_TAGS": "method",
    "METRICS": "metrics.table",
    "MethodRun": "analyses.contrasts",
    "Metric": "metrics.metric",
    "NoSuchImages": "fusion.image_selection",
    "OrganScore": "fusion.organ_scores",
    "Pair": "results.comparisons",
    "PairedCell": "results.comparisons",
    "Problem": "problems",
    "RunEvaluation": "results.evaluation",
    "RunReport": "run_files.report",
    "RunRules": "run_rules",
    "SYNTHETIC_RECIPES": "synthetic",
    "Score": "results.scores",
    "Selection": "fusion.image_selection",
    "Skill": "synthetic",
    "Spread": "analyses.spreads",
    "Suspect": "analyses.suspects",
    "SuspectedClass": "analyses.suspects",
    "SyntheticSize": "synthetic",
    "Table": "truth.tables",
    "TableProblem": "truth.tables",
    "TestSet": "truth.ground_truth",
    "Trace": "traces.trace",
    "UnknownMetric": "problems",
    "UnknownQuery": "results.explanation",
    "WrongGrouping": "truth.groupings",
    "WrongTrace": "traces.trace",
    "against_first": "uncertainty.differences",
    "alike_order": "analyses.likeness",
    "all_pairs": "uncertainty.differences",
    "answers_of": "analyses.answers",
    "average": "results.scores",
    "average_of": "analyses.estimates",
    "breakdown": "results.breakdowns",
    "broader_tags": "method",
    "can_be_scored": "traces.reuse",
    "canonical_tag": "method",
    "chance_places": "traces.chance",
    "check_method_description": "method",
    "check_run": "run_files.reader",
    "check_truth": "truth.fitness",
    "class_results": "results.per_class",
    "combinations_of": "fusion.combinations",
    "common_confusions": "analyses.common_confusions",
    "compare": "uncertainty.differences",
    "compare_cells": "results.comparisons",
    "compare_each": "uncertainty.differences",
    "compare_scores": "results.comparisons",
    "confusions": "results.per_class",
    "content_digest": "run_files.packed",
    "contrast": "analyses.contrasts",
    "detectable_difference": "analyses.power",
    "deviations": "analyses.contrasts",
    "difference_between": "analyses.power",
    "difficulty": "analyses.difficulty",
    "estimate": "analyses.estimates",
    "evaluate_run": "results.evaluation",
    "explain_query": "results.explanation",
    "fuse_images": "fusion.methods",
    "fuse_runs": "fusion.methods",
    "gap": "analyses.estimates",
    "group_histogram": "analyses.spreads",
    "group_spread": "analyses.spreads",
    "holm": "uncertainty.differences",
    "intervals": "uncertainty.bootstrap",
    "layout_of": "run_files.layouts",
    "likeness": "analyses.likeness",
    "log_bands": "analyses.bands",
    "mean_average": "analyses.estimates",
    "metric_of_queries": "analyses.queries",
    "n_units": "analyses.power",
    "near_chance": "results.evaluation",
    "organ_scores": "fusion.organ_scores",
    "pareto_front": "analyses.costs",
    "parse_groupings": "truth.groupings",
    "parse_metric": "metrics.metric",
    "read_ground_truth": "truth.ground_truth",
    "read_test_set": "truth.ground_truth",
    "read_truth_file": "truth.ground_truth",
    "reading_in_words": "kernel",
    "sample_run": "run_files.sample",
    "score": "results.scores",
    "score_all": "results.scores",
    "score_combinations": "fusion.combinations",
    "slow_reading": "kernel",
    "suspected_classes": "analyses.suspects",
    "suspects": "analyses.suspects",
    "trace_run": "traces.tracing",
    "without_author": "results.evaluation",
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
