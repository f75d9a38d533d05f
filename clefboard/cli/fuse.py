"""`clefboard fuse`: several runs into one, or the images of each observation into its answer."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, INVALID, CommandError
from clefboard.cli.files import need_files
from clefboard.cli.lists import split_list
from clefboard.cli.metrics import add_metrics_option, read_metrics
from clefboard.cli.output import counted, print_findings
from clefboard.cli.steps import shown_steps
from clefboard.cli.tables import Cell, number, print_table
from clefboard.cli.truth import Yardstick, add_truth_options, note_causes, read_yardstick

if TYPE_CHECKING:
    from scoring import Fusion, GroundTruth, Metric, Score, Selection
    from scoring.run_rules import Kind


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("files", type=Path, nargs="+", metavar="RUN", help="the runs to fuse")
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="the run to write; compressed where its name ends in .gz or .zst",
    )
    parser.add_argument(
        "--top",
        type=int,
        metavar="N",
        help="keep the best N predictions of a query (default: as many as the task allows)",
    )
    runs = parser.add_argument_group("several runs")
    runs.add_argument(
        "--method",
        choices=("mean", "rrf"),
        help="mean of the probabilities (default), or reciprocal rank fusion",
    )
    runs.add_argument("--weights", metavar="W,W,...", help="one number for each run, e.g. 2,1,1")
    runs.add_argument("--k", type=int, help="of rrf: the higher, the more runs agree (default 60)")
    images = parser.add_argument_group("one image run")
    images.add_argument(
        "--images",
        choices=("mean", "max"),
        help="fuse the images of each observation, by the mean of their probabilities or the highest",
    )
    which = images.add_mutually_exclusive_group()
    which.add_argument(
        "--organs", metavar="A,B,...", help="only images whose Organ is one of these"
    )
    which.add_argument(
        "--only",
        metavar="COLUMN=A,B,...",
        help="only images with one of these values in a column of media.csv",
    )
    add_metrics_option(parser)
    parser.add_argument("--ci", action="store_true", help="print intervals beside the scores")
    add_truth_options(parser, hidden_too=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the fused run, and print what it is worth where a truth is known."""
    from scoring import CannotFuse, CannotWrite, NoSuchImages

    _check_usage(args)
    need_files(*args.files)
    yardstick = read_yardstick(args)
    metrics = _metrics(args, yardstick)
    only = _selection(args)
    try:
        fusion = _fuse(args, yardstick, only)
    except (CannotFuse, CannotWrite, NoSuchImages) as error:
        raise CommandError(str(error)) from error
    for file, report in zip(args.files, fusion.reports, strict=True):
        print_findings(str(file), report.problems, report.warnings)
        note_causes(yardstick, report.problems)
    if not fusion.valid:
        print(f"{args.out}: not written")
        return INVALID
    _print_written(args.out, fusion)
    if metrics:
        _print_worth(args, yardstick, metrics, only)
    return FINE


# ---------------------------------------------------------------- what is asked
def _check_usage(args: argparse.Namespace) -> None:
    """End the command where options contradict each other."""
    if args.out.exists() and any(f.exists() and f.samefile(args.out) for f in args.files):
        raise CommandError(f"--out {args.out} is one of the runs; give another name")
    of_runs = {"--method": args.method, "--weights": args.weights, "--k": args.k}
    if args.images:
        wrong = [name for name, value in of_runs.items() if value is not None]
        if wrong:
            raise CommandError(f"{wrong[0]} is for several runs, and --images for one image run")
        if args.image_run or len(args.files) > 1:
            raise CommandError(
                "--images makes one image run a run; fuse image runs first, with --image-run"
            )
    elif args.organs is not None or args.only is not None:
        raise CommandError("--organs and --only choose images: add --images mean or --images max")
    if args.k is not None and args.method != "rrf":
        raise CommandError("--k is for --method rrf")


def _metrics(args: argparse.Namespace, yardstick: Yardstick) -> "Sequence[Metric]":
    if yardstick.truth is not None:
        metrics = read_metrics(args.metrics, yardstick, args.level)
        _need_columns(metrics, yardstick.truth, yardstick.kind)
        return metrics
    if args.metrics is not None or args.ci:
        raise CommandError(
            "--metrics and --ci need a truth: only its platform has that of this task"
        )
    return ()


def _need_columns(metrics: "Sequence[Metric]", truth: "GroundTruth", kind: "Kind") -> None:
    """End the command where a metric is of a column that there is not, before anything is written."""
    from scoring import UnknownMetric
    from scoring.truth.subsets import values_of

    try:
        for metric in metrics:
            if metric.column is not None:
                values_of(truth, kind, metric.column)
    except UnknownMetric as error:
        raise CommandError(str(error)) from error


def _selection(args: argparse.Namespace) -> "Selection | None":
    """Return the images that were chosen, None for all."""
    from scoring import Selection

    text = args.only if args.organs is None else f"Organ={args.organs}"
    if text is None:
        return None
    column, equals, values = text.partition("=")
    names = tuple(dict.fromkeys(split_list(values, "--only" if args.only else "--organs")))
    if not (equals and column and names):
        raise CommandError(f"'{text}' chooses no images; right is e.g. Organ=leaf,flower")
    return Selection(column, names)


def _weights(text: str | None) -> Sequence[float] | None:
    if text is None:
        return None
    try:
        return [float(weight) for weight in text.split(",")]
    except ValueError:
        raise CommandError(f"--weights is '{text}'; right are numbers, e.g. 2,1,1") from None


def _fuse(args: argparse.Namespace, yardstick: Yardstick, only: "Selection | None") -> "Fusion":
    from scoring import fuse_images, fuse_runs

    test_set, rules = yardstick.test_set, yardstick.rules
    with shown_steps(f"fusing into {args.out.name}") as progress:
        if args.images:
            return fuse_images(
                args.files[0],
                args.out,
                test_set,
                rules,
                method=args.images,
                only=only,
                most=args.top,
                progress=progress,
            )
        return fuse_runs(
            args.files,
            args.out,
            test_set,
            rules,
            kind=yardstick.kind,
            method=args.method or "mean",
            weights=_weights(args.weights),
            k=60 if args.k is None else args.k,
            most=args.top,
            progress=progress,
        )


# ---------------------------------------------------------------- what is printed
def _print_written(out: Path, fusion: "Fusion") -> None:
    queries = counted(fusion.n_queries, "query", "queries")
    said = [f"{counted(fusion.n_predictions, 'prediction')} for {queries}"]
    if fusion.n_cut:
        said.append(f"{fusion.n_cut:,} weaker ones left out")
    if fusion.n_unanswered:
        said.append(f"{counted(fusion.n_unanswered, 'query', 'queries')} without a line")
    print(f"{out}: {', '.join(said)}")


def _print_worth(
    args: argparse.Namespace,
    yardstick: Yardstick,
    metrics: "Sequence[Metric]",
    only: "Selection | None",
) -> None:
    from scoring import organ_scores, score_all, trace_run

    truth, rules = yardstick.needed_truth, yardstick.rules
    if only is not None:
        _, both = organ_scores(args.out, truth, rules, metrics, only, intervals=args.ci)
        columns = {
            "without such an image 0": [own.counted for own in both],
            "left out": [own.left_out for own in both],
        }
    else:
        kind = yardstick.kind
        _, trace = trace_run(args.out, truth, rules, kind=kind, metrics=metrics, chance=False)
        assert trace is not None  # what was written is valid
        columns = {"value": score_all(trace, truth, metrics, intervals=args.ci)}
    _print_scores(columns)


def _print_scores(columns: "dict[str, list[Score]]") -> None:
    """Print scores by what they are over, each with its number of units."""
    print()
    rows = []
    for scores in zip(*columns.values(), strict=True):
        cells = [Cell(scores[0].metric)]
        for own in scores:
            cells += [Cell(_with_interval(own)), Cell(f"{own.n:,}")]
        rows.append(cells)
    header = ["metric"]
    for name in columns:
        header += [name, "n"]
    print_table(header, rows)
    for own in (own for scores in columns.values() for own in scores if own.value is None):
        print(f"{own.metric} is undefined: {own.reason}")


def _with_interval(own: "Score") -> str:
    interval = "" if own.low is None else f" [{own.low:.4f}, {own.high:.4f}]"
    return f"{number(own.value)}{interval}"
