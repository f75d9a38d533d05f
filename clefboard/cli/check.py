"""`clefboard check`: a run file judged on the laptop, by the code that judges it on the platform."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, INVALID
from clefboard.cli.files import need_files
from clefboard.cli.output import counted, print_findings
from clefboard.cli.reading import shown_reading
from clefboard.cli.truth import add_truth_options, note_causes, read_yardstick

if TYPE_CHECKING:
    from scoring import RunReport


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("file", type=Path, metavar="RUN", help="the run file, plain or compressed")
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    add_truth_options(parser, hidden_too=True)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the file and print every problem with its lines."""
    from scoring import check_run

    need_files(args.file)
    yardstick = read_yardstick(args)
    with shown_reading(args.file) as path:
        report = check_run(path, yardstick.test_set, yardstick.rules, kind=yardstick.kind)
    if args.json:
        import json

        print(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        _print_report(args.file, report)
        note_causes(yardstick, report.problems)
    return INVALID if report.problems else FINE


def _print_report(file: Path, report: "RunReport") -> None:
    print_findings(str(file), report.problems, report.warnings)
    size = f"{counted(report.n_lines, 'line')}, {counted(report.n_queries, 'query', 'queries')}"
    if report.problems:
        print(f"{file}: invalid ({size} read{_dialect(report)})")
    else:
        print(f"{file}: valid ({size}, coverage {report.coverage:.1%}{_dialect(report)})")


def _dialect(report: "RunReport") -> str:
    """Return how the file was cut into columns, which is what is wrong where nothing fits."""
    from scoring.dialect import SEPARATOR_NAMES
    from scoring.problems import legible

    if report.separator is None:
        return ""
    names = "no header" if report.header is None else f"columns {', '.join(report.header)}"
    return f"; separated by {SEPARATOR_NAMES[report.separator]}s, {legible(names, 200)}"
