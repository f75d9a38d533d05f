"""`clefboard convert`: TREC run files and Parquet into run files and back."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, INVALID, CommandError
from clefboard.cli.files import need_files
from clefboard.cli.output import counted, print_findings
from clefboard.cli.reading import shown_reading

if TYPE_CHECKING:
    from clefboard.formats import Conversion

_FORMATS = ("run", "trec", "parquet")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("source", type=Path, metavar="IN", help="the file to read")
    parser.add_argument(
        "target", type=Path, metavar="OUT", help="the file to write; .gz and .zst compress it"
    )
    parser.add_argument(
        "--to",
        choices=_FORMATS,
        help="what to write (default by the name of OUT: .csv, .trec or .parquet)",
    )
    parser.add_argument(
        "--from", choices=_FORMATS, dest="of", help="what IN is (default by its content)"
    )
    parser.add_argument(
        "--layout",
        choices=("ranked", "segment", "image_run"),
        help="the lines of a run (default: segment where all queries are segments, else ranked)",
    )
    parser.add_argument("--scale", action="store_true", help="put all scores linearly into [0, 1]")
    parser.add_argument(
        "--tag", default="clefboard", help="the last column of a TREC file (default clefboard)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Convert the file, and say what is worth a look."""
    from clefboard.formats import CannotConvert, format_by_name
    from scoring import CannotWrite

    need_files(args.source)
    if args.target.exists() and args.target.samefile(args.source):
        raise CommandError("OUT is IN; give another name")
    to = args.to or format_by_name(args.target)
    if to is None:
        raise CommandError(
            f"what is {args.target.name} to be? give --to run, --to trec or --to parquet"
        )
    try:
        conversion = _convert(args, to)
    except (CannotConvert, CannotWrite) as error:
        raise CommandError(str(error)) from error
    print_findings(str(args.source), conversion.problems, conversion.warnings)
    if conversion.problems:
        print(f"{args.target}: not written")
        return INVALID
    queries = counted(conversion.n_queries, "query", "queries")
    print(f"{args.target}: {counted(conversion.n_predictions, 'prediction')} for {queries}")
    return FINE


def _convert(args: argparse.Namespace, to: str) -> "Conversion":
    from clefboard.formats import convert_run

    with shown_reading(args.source) as source:
        return convert_run(
            source,
            args.target,
            to=to,
            of=args.of,
            layout=args.layout,
            scale=args.scale,
            tag=args.tag,
        )
