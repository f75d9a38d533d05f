"""`clefboard explain`: why a run got what it got for one query."""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clefboard.cli.ending import FINE, INVALID, CommandError
from clefboard.cli.files import need_files
from clefboard.cli.metrics import add_metrics_option, read_metrics
from clefboard.cli.output import counted
from clefboard.cli.reading import shown_reading
from clefboard.cli.runs import print_invalid
from clefboard.cli.tables import Cell, print_table
from clefboard.cli.truth import QUERIES_OF_A_FILE, add_truth_options, read_yardstick

if TYPE_CHECKING:
    from scoring import Explanation, RunReport
    from scoring.results.explanation import ExplainedLine, QueryScore, RelevantClass

_STYLES = {"foreground": "bold green", "background": "green", "wrong": ""}
_WORDS = {"foreground": "right", "background": "background", "wrong": ""}


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("file", type=Path, metavar="RUN", help="the run file, plain or compressed")
    parser.add_argument(
        "query", metavar="QUERY", help="its id; of a segment MediaId/hh:mm:ss-hh:mm:ss"
    )
    add_metrics_option(parser)
    parser.add_argument(
        "--lines",
        type=int,
        default=20,
        metavar="N",
        help="show the first N lines, and right ones wherever they stand (default 20; 0: all)",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    add_truth_options(parser, hidden_too=False)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Explain one query of a valid run."""
    from scoring import UnknownMetric, UnknownQuery, explain_query

    if args.lines < 0:
        raise CommandError(f"--lines is {args.lines}; right is a number from 1, or 0 for all")
    need_files(args.file)
    yardstick = read_yardstick(args)
    metrics = read_metrics(args.metrics, yardstick, args.level)
    truth, rules, kind = yardstick.needed_truth, yardstick.rules, yardstick.kind
    try:
        with shown_reading(args.file) as path:
            report, found = explain_query(path, truth, rules, args.query, metrics, kind=kind)
    except UnknownMetric as error:
        raise CommandError(str(error)) from error
    except UnknownQuery as error:
        more = f"; {QUERIES_OF_A_FILE}" if yardstick.is_file else ""
        raise CommandError(f"{error}{more}") from error
    if args.json:
        print(json.dumps(_to_json(report, found), indent=2, ensure_ascii=False))
    elif found is None:
        print_invalid(args.file, report, yardstick)
    else:
        _print(args.file, found, args.lines or len(found.lines))
    return INVALID if found is None else FINE


def _to_json(report: "RunReport", found: "Explanation | None") -> dict[str, Any]:
    if found is None:
        return {"problems": [problem.to_json() for problem in report.problems]}
    return found.to_json()


def _print(file: Path, found: "Explanation", most: int) -> None:
    count = len(found.lines)
    what = "image" if found.kind == "image_run" else "query"
    print(f"{file}: {what} {found.query}, {counted(count, 'prediction')}")
    if count:
        print()
        _print_lines(found, most)
    print()
    if not found.is_judged:
        print("The truth does not name this query: no metric reads its answer.")
        return
    _print_relevant(found)
    print()
    print_table(("metric", "value", ""), [_score_row(score) for score in found.scores])


def _score_row(score: "QueryScore") -> Sequence[str]:
    if score.value is None:
        return score.metric, "undefined", score.reason or ""
    return score.metric, f"{score.value:.4f}", ""


def _print_relevant(found: "Explanation") -> None:
    if not found.relevant:
        print("No class is right for this query.")
        return
    rows = [
        (
            Cell(own.name, _STYLES[own.role]),
            _WORDS[own.role],
            "not found" if own.line is None else _place(own),
        )
        for own in found.relevant
    ]
    print_table(("right class", "", "found"), rows, left=3)
    for column, position in found.group_positions.items():
        where = f"position {position}" if position else "none"
        print(f"The first class of a right {column}: {where}")


def _place(own: "RelevantClass") -> str:
    line = f"line {own.line}"
    return line if own.position is None else f"position {own.position}, {line}"


# ---------------------------------------------------------------- lines
def _print_lines(found: "Explanation", most: int) -> None:
    columns = _columns(found.lines)
    rows: list[Sequence[str | Cell]] = []
    hidden = 0
    for place, line in enumerate(found.lines):
        if place >= most and line.role == "wrong":
            hidden += 1
            continue
        if hidden:
            rows.append([f"... {hidden:,} wrong"])
            hidden = 0
        rows.append([Cell(text(line), _STYLES[line.role]) for text in columns.values()])
    if hidden:
        rows.append([f"... {hidden:,} wrong"])
    print_table(tuple(columns), rows, left=2)
    if any(line.tied for line in found.lines):
        print("Equal ones stand against the run: wrong classes before right ones.")


def _columns(lines: Sequence["ExplainedLine"]) -> Mapping[str, Callable[["ExplainedLine"], str]]:
    """Return the columns that say something of these lines, each with what it shows of one."""
    columns: dict[str, Callable[[ExplainedLine], str]] = {
        "class": lambda line: line.name,
        "": lambda line: _WORDS[line.role],
    }
    if lines[0].position is not None:
        columns["position"] = lambda line: f"{line.position}"
        columns["probability"] = lambda line: f"{line.probability!r}"
    if lines[0].rank is not None:
        columns["rank"] = lambda line: f"{line.rank}"
    if any(line.tied for line in lines):
        columns["equal"] = lambda line: "{}-{}".format(*line.tied) if line.tied else ""
    columns["line"] = lambda line: f"{line.line}"
    return columns
