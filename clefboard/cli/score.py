"""`clefboard score`: runs scored on the laptop, as the platform would."""

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from clefboard.cli.ending import FINE, INVALID, CommandError
from clefboard.cli.files import need_files
from clefboard.cli.metrics import add_metrics_option, read_metrics
from clefboard.cli.output import counted, print_findings
from clefboard.cli.reading import shown_reading
from clefboard.cli.runs import names_of, print_invalid
from clefboard.cli.tables import Cell, best_first, number, print_table
from clefboard.cli.truth import Yardstick, add_truth_options, read_yardstick
from scoring.records import dataclass

if TYPE_CHECKING:
    from scoring import Metric, RunEvaluation, Score


_MOST_REASONS = 5


@dataclass(frozen=True)
class ScoredRun:
    """A run, and all that is said of it."""

    file: Path
    name: str
    found: "RunEvaluation"


class _Row(NamedTuple):
    """A row of a table for each run: the values it is of, its queries, and the scores of each run."""

    values: Sequence[str]
    n_queries: int
    scores: Sequence[Sequence["Score"]]


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("files", type=Path, nargs="+", metavar="RUN", help="run files")
    add_metrics_option(parser)
    parser.add_argument(
        "--by",
        action="append",
        default=[],
        metavar="COLUMN",
        help="score each value of a column too: Organ, bands of numbers TrainImages=10,50,200, or"
        " both crossed Organ+TrainImages=10,50,200; may be given again",
    )
    parser.add_argument(
        "--ci", action="store_true", help="say how sure scores are: 95 %% intervals"
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    add_truth_options(parser, hidden_too=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score the runs, and print what is wrong with invalid ones."""
    from scoring import UnknownMetric, WrongGrouping

    need_files(*args.files)
    yardstick = read_yardstick(args)
    metrics = read_metrics(args.metrics, yardstick, args.level)
    try:
        runs = list(_score(args, yardstick, metrics))
    except (UnknownMetric, WrongGrouping) as error:
        raise CommandError(str(error)) from error
    if args.json:
        import json

        print(json.dumps(_to_json(runs), indent=2, ensure_ascii=False))
    else:
        _print(runs, yardstick, metrics, intervals=args.ci)
    return FINE if all(own.found.valid for own in runs) else INVALID


def _score(
    args: argparse.Namespace, yardstick: Yardstick, metrics: Sequence["Metric"]
) -> Iterator[ScoredRun]:
    from scoring import evaluate_run

    for file, name in zip(args.files, names_of(args.files), strict=True):
        with shown_reading(file) as path:
            found = evaluate_run(
                path,
                yardstick.needed_truth,
                yardstick.rules,
                metrics,
                kind=yardstick.kind,
                by=args.by,
                intervals=args.ci,
            )
        yield ScoredRun(file, name, found)


def _to_json(runs: Sequence[ScoredRun]) -> dict[str, Any]:
    """Return what the one run got, or a list of what all of them got."""
    if len(runs) == 1:
        return runs[0].found.to_json()
    return {"runs": [{"file": str(own.file), **own.found.to_json()} for own in runs]}


# ---------------------------------------------------------------- what is printed
def _print(
    runs: Sequence[ScoredRun],
    yardstick: Yardstick,
    metrics: Sequence["Metric"],
    *,
    intervals: bool,
) -> None:
    valid = [own for own in runs if own.found.valid]
    for own in runs:
        if not own.found.valid:
            print_invalid(own.file, own.found.report, yardstick)
    if len(valid) == 1:
        _print_one(valid[0])
    elif valid:
        print(f"{_size(valid[0])}; * is the best run\n")
        whole = _Row((), valid[0].found.n_queries, [own.found.scores for own in valid])
        _print_rows(("run",), [whole], valid, metrics)
    for place, table in enumerate(valid[0].found.by if valid else ()):
        print()
        cells = [
            _Row(
                cell.values,
                cell.n_queries,
                [own.found.by[place].cells[at].scores for own in valid],
            )
            for at, cell in enumerate(table.cells)
        ]
        columns = [grouping.column for grouping in table.groupings]
        _print_rows([*columns, *["run"] * (len(valid) > 1)], cells, valid, metrics)
        _print_reasons(cells, valid)
    _print_notes(valid, intervals=intervals)


def _print_one(own: ScoredRun) -> None:
    """Print the scores of a run that has no other beside it."""
    found = own.found
    print(f"{own.file}: {_size(own)}, coverage {found.coverage or 0:.1%}\n")
    columns: dict[str, Callable[[Score], str]] = {
        "metric": lambda score: score.metric,
        "value": lambda score: number(score.value),
        "95 % interval": _interval,
        "n": lambda score: f"{score.n:,}",
        "left out": lambda score: f"{score.n_left_out:,}",
    }
    if not any(map(_interval, found.scores)):
        del columns["95 % interval"]
    if not any(score.n_left_out for score in found.scores):
        del columns["left out"]
    rows = [[text(score) for text in columns.values()] for score in found.scores]
    print_table(tuple(columns), rows)


def _size(own: ScoredRun) -> str:
    if own.found.report.kind == "image_run":
        return counted(own.found.n_queries, "image")
    return counted(own.found.n_queries, "query", "queries")


def _print_rows(
    labels: Sequence[str],
    cells: Sequence[_Row],
    runs: Sequence[ScoredRun],
    metrics: Sequence["Metric"],
) -> None:
    """Print the scores of every run in every cell, each cell with the number of its queries."""
    rows: list[list[str | Cell]] = []
    for values, n_queries, scores in cells:
        best = [
            _best(metric, own)
            for metric, own in zip(metrics, zip(*scores, strict=True), strict=True)
        ]
        for run, own in zip(runs, scores, strict=True):
            start = [*(value or "(none)" for value in values), *[run.name] * (len(runs) > 1)]
            rows.append([*start, f"{n_queries:,}", *map(_score_cell, own, best)])
    print_table([*labels, "n", *map(str, metrics)], rows, left=len(labels))


def _best(metric: "Metric", scores: Sequence["Score"]) -> float | None:
    """Return the best value of several runs; None where it is no merit to have it."""
    best = min((score.value for score in scores), key=lambda own: best_first(metric.direction, own))
    return best if any(score.value != best for score in scores) else None


def _score_cell(score: "Score", best: float | None) -> Cell:
    text = f"{number(score.value)} {_interval(score)}".strip()
    if score.value is None:
        return Cell(text, "dim")
    return Cell(f"*{text}", "bold green") if score.value == best else Cell(text)


def _interval(score: "Score") -> str:
    return "" if score.low is None else f"[{score.low:.4f}, {score.high:.4f}]"


def _print_reasons(rows: Sequence[_Row], runs: Sequence[ScoredRun]) -> None:
    """Print why scores of a table are undefined; that there is no query, and what is so of all is seen."""
    of_all = {(score.metric, score.reason) for own in runs for score in own.found.scores}
    metrics_by_reason: dict[str, dict[str, None]] = {}
    for score in (score for row in rows if row.n_queries for own in row.scores for score in own):
        if score.reason and (score.metric, score.reason) not in of_all:
            metrics_by_reason.setdefault(score.reason, {})[score.metric] = None
    reasons = list(metrics_by_reason.items())
    for reason, metrics in reasons[:_MOST_REASONS]:
        print(f"undefined: {reason} ({', '.join(metrics)})")
    if len(reasons) > _MOST_REASONS:
        print(f"undefined: {counted(len(reasons) - _MOST_REASONS, 'other reason')}")


def _print_notes(runs: Sequence[ScoredRun], *, intervals: bool) -> None:
    """Print why scores are undefined or have no interval, and the warnings."""
    scores = [score for own in runs for score in own.found.scores]
    notes = {f"{s.metric} is undefined: {s.reason}": None for s in scores if s.value is None}
    if intervals and (few := _few_units(runs)):
        notes[few] = None
    warned = [own for own in runs if own.found.warnings]
    if notes or warned:
        print()
    for note in notes:
        print(note)
    for own in warned:
        print_findings(str(own.file), (), own.found.warnings)


def _few_units(runs: Sequence[ScoredRun]) -> str:
    """Return which scores have no interval as they are over too few; empty where none is."""
    from scoring.uncertainty.bootstrap import LEAST_UNITS

    cells = (cell.scores for own in runs for table in own.found.by for cell in table.cells)
    scores = [score for own in (*(own.found.scores for own in runs), *cells) for score in own]
    few = (own.metric for own in scores if own.value is not None and own.n < LEAST_UNITS)
    names = ", ".join(dict.fromkeys(few))
    return f"no interval over fewer than {LEAST_UNITS} units: {names}" if names else ""
