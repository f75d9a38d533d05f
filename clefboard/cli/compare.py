"""`clefboard compare`: which runs are better than others, and how sure that is."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clefboard.cli.ending import FINE, INVALID, CommandError
from clefboard.cli.files import need_files
from clefboard.cli.metrics import add_metrics_option, read_metrics
from clefboard.cli.output import counted
from clefboard.cli.runs import TracedRun, print_invalid, read_traces
from clefboard.cli.tables import Cell, best_first, number, print_table
from clefboard.cli.truth import Yardstick, add_truth_options, read_yardstick

if TYPE_CHECKING:
    from scoring import Average, Difference, Metric

_SURE = 0.05
_NO_TEST = dict.fromkeys(("value", "low", "high", "p", "adjusted"))


@dataclass(frozen=True)
class Comparison:
    """Runs by one metric, the best first.

    Attributes
    ----------
    metric
        What they are compared by.
    runs, averages
        The valid runs, and what each of them got.
    differences
        By the places of two runs, what the one is better or worse by than the other; None where
        there is no paired test.
    """

    metric: "Metric"
    runs: Sequence[TracedRun]
    averages: Sequence["Average"]
    differences: Mapping[tuple[int, int], "Difference | None"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("files", type=Path, nargs="+", metavar="RUN", help="two run files or more")
    add_metrics_option(parser)
    parser.add_argument(
        "--all-pairs",
        action="store_true",
        help="compare each run with each other (at most 50), not only with the best one",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    add_truth_options(parser, hidden_too=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare the valid ones of some runs."""
    from scoring import UnknownMetric

    if len(args.files) < 2:
        raise CommandError("compare takes two runs or more")
    need_files(*args.files)
    yardstick = read_yardstick(args)
    metrics = read_metrics(args.metrics, yardstick, args.level)
    if args.metrics is None:
        del metrics[1:]  # the one that ranks
    try:
        runs = list(read_traces(args.files, yardstick, metrics))
        found = [_compare(runs, yardstick, metric, args.all_pairs) for metric in metrics]
    except UnknownMetric as error:
        raise CommandError(str(error)) from error
    invalid = [own for own in runs if own.trace is None]
    if args.json:
        _print_json(found, invalid)
    else:
        for own in invalid:
            print_invalid(own.file, own.report, yardstick)
        _print(found)
    return INVALID if invalid else FINE


def _compare(
    runs: Sequence[TracedRun], yardstick: Yardstick, metric: "Metric", every: bool
) -> Comparison:
    from scoring import against_first, all_pairs, average

    truth = yardstick.needed_truth
    averages = [(own, average(own.trace, truth, metric)) for own in runs if own.trace]
    averages.sort(key=lambda own: best_first(metric.direction, own[1].value))
    ordered = [average for _, average in averages]
    if every:
        try:
            pairs = all_pairs(ordered, truth.seed)
        except ValueError as error:  # too many of them
            raise CommandError(str(error)) from error
    else:
        pairs = {(at, 0): own for at, own in enumerate(against_first(ordered, truth.seed), 1)}
    return Comparison(metric, [own for own, _ in averages], ordered, pairs)


# ---------------------------------------------------------------- what is printed
def _print(found: Sequence[Comparison]) -> None:
    for comparison in found:
        if not comparison.runs:
            continue
        if comparison is not found[0]:
            print()
        n = len(comparison.averages[0].units)
        print(f"{comparison.metric}, {comparison.metric.direction} is better, n = {n:,}\n")
        if all(other == 0 for _, other in comparison.differences):
            _print_against_best(comparison)
        else:
            _print_pairs(comparison)
        print(f"\n{_note(comparison)}")


def _print_against_best(comparison: Comparison) -> None:
    header = ("run", str(comparison.metric), "difference", "95 % interval", "p", "")
    rows: list[Sequence[str | Cell]] = []
    for place, (own, average) in enumerate(zip(comparison.runs, comparison.averages, strict=True)):
        start = (own.name, number(average.value))
        if place:
            rows.append((*start, *_cells(comparison, comparison.differences[place, 0])))
        else:
            rows.append((*start, "", "", "", Cell("best", "bold green")))
    print_table(header, rows)


def _print_pairs(comparison: Comparison) -> None:
    names = [own.name for own in comparison.runs]
    values = [number(average.value) for average in comparison.averages]
    print_table(("run", str(comparison.metric)), list(zip(names, values, strict=True)))
    print()
    rows = [
        (names[one], names[other], *_cells(comparison, own))
        for (one, other), own in comparison.differences.items()
    ]
    print_table(("run", "minus", "difference", "95 % interval", "p", ""), rows, left=2)


def _cells(comparison: Comparison, own: "Difference | None") -> tuple[str | Cell, ...]:
    if own is None:
        return "", "", "", ""
    interval = f"[{own.low:+.4f}, {own.high:+.4f}]"
    return f"{own.value:+.4f}", interval, f"{own.adjusted:.4f}", _verdict(comparison.metric, own)


def _verdict(metric: "Metric", own: "Difference") -> Cell:
    if own.adjusted >= _SURE:
        return Cell("not sure", "dim")
    better = (own.value > 0) == (metric.direction == "higher")
    return Cell("better", "green") if better else Cell("worse", "red")


def _note(comparison: Comparison) -> str:
    """Return what the columns mean, or why they are empty."""
    tested = sum(own is not None for own in comparison.differences.values())
    reason = next((own.reason for own in comparison.averages if own.reason), None)
    if tested:
        return (
            f"p: paired test by sign flips, corrected for {counted(tested, 'comparison')}"
            f" (Holm); not sure from {_SURE} on"
        )
    if reason:
        return f"Undefined: {reason}."
    return f"No paired test: {_why_untested(comparison)}."


def _why_untested(comparison: Comparison) -> str:
    """Return why runs that have scores are not compared."""
    from scoring.uncertainty.bootstrap import LEAST_UNITS

    average = comparison.averages[0]
    if not comparison.differences:
        return "there is one valid run only"
    if not average.has_interval:
        return f"{comparison.metric} is no mean of its units"
    if average.weights is not None:
        return f"the units of {comparison.metric} weigh differently in each run"
    return f"{counted(len(average.units), 'unit')}, and it takes {LEAST_UNITS}"


def _print_json(found: Sequence[Comparison], invalid: Sequence[TracedRun]) -> None:
    from scoring import SCORER_VERSION

    data = {
        "scorer": SCORER_VERSION,
        "metrics": {str(own.metric): _to_json(own) for own in found},
        "invalid": [
            {"file": str(own.file), "problems": [p.to_json() for p in own.report.problems]}
            for own in invalid
        ],
    }
    print(json.dumps(data, indent=2, ensure_ascii=False))


def _to_json(comparison: Comparison) -> dict[str, Any]:
    files = [str(own.file) for own in comparison.runs]
    return {
        "direction": comparison.metric.direction,
        "n": len(comparison.averages[0].units) if files else 0,
        "runs": [
            {"file": file, "value": average.value}
            for file, average in zip(files, comparison.averages, strict=True)
        ],
        "differences": [
            {"file": files[one], "minus": files[other], **(own.to_json() if own else _NO_TEST)}
            for (one, other), own in comparison.differences.items()
        ],
    }
