"""`clefboard check`: a run file judged on the laptop, by the code that judges it on the platform."""

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from clefboard.cli.ending import FINE, INVALID, CommandError, api_errors
from clefboard.cli.output import print_findings
from clefboard.cli.settings import (
    Settings,
    add_options,
    cache_folder,
    need_url,
    read_settings,
)

if TYPE_CHECKING:
    from clefboard.task_folder import TaskFolder
    from scoring import RunReport, RunRules, TestSet

_SEGMENT = re.compile(r"/\d\d:\d\d:\d\d-\d\d:\d\d:\d\d$")


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    parser.add_argument("file", type=Path, metavar="RUN", help="the run file, plain or compressed")
    against = parser.add_mutually_exclusive_group(required=True)
    against.add_argument(
        "--task",
        metavar="SLUG|DIR",
        help="a task of the platform (its public tables are fetched once), or a task folder",
    )
    against.add_argument(
        "--truth",
        type=Path,
        metavar="FILE",
        help="a ground_truth.csv of your own, with classes.csv and queries.csv beside it",
    )
    parser.add_argument("--image-run", action="store_true", help="RUN is an image run")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check the file and print every problem with its lines."""
    from scoring import InvalidTable, check_run

    if not args.file.is_file():
        raise CommandError(f"there is no file {args.file}")
    try:
        test_set, rules = _test_set(args)
    except InvalidTable as error:
        raise CommandError("; ".join(str(problem) for problem in error.problems)) from error
    report = check_run(args.file, test_set, rules, kind="image_run" if args.image_run else "run")
    _print_report(args.file, report)
    return INVALID if report.problems else FINE


def _test_set(args: argparse.Namespace) -> "tuple[TestSet, RunRules]":
    if args.truth is not None:
        return _of_truth(args.truth)
    if Path(args.task).is_dir() or "/" in args.task:
        return _of_folder(Path(args.task))
    return _of_platform(args.task, read_settings(args))


def _of_truth(path: Path) -> "tuple[TestSet, RunRules]":
    """Return the test set beside a ground truth of one's own.

    Without a task.yaml the ids of its queries tell the shape: segments look like segments.
    """
    from clefboard.task_folder import read_run_rules
    from scoring import read_ground_truth

    if not path.is_file():
        raise CommandError(f"there is no file {path}")
    if (path.parent / "task.yaml").is_file():
        return _of_folder(path.parent)
    test_set = read_ground_truth(path).test_set
    segments = all(_SEGMENT.search(query) for query in test_set.queries.columns["QueryId"])
    rules = {"image_runs": test_set.media is not None}
    return test_set, read_run_rules("segment" if segments else "ranked", rules)


def _of_folder(path: Path) -> "tuple[TestSet, RunRules]":
    from clefboard.task_folder import InvalidTaskFolder, read_task_folder
    from scoring import read_test_set

    try:
        task = read_task_folder(path)
    except InvalidTaskFolder as error:
        raise CommandError(f"{path} is not right: {error}") from error
    with _with_tables(task) as folder:
        return read_test_set(folder), task.run_rules


@contextmanager
def _with_tables(task: "TaskFolder") -> Iterator[Path]:
    """Give a folder that holds the task's tables, made from its recipe where it has one."""
    from clefboard.task_folder import materialise

    if task.generate is None:
        yield task.folder
        return
    with TemporaryDirectory(prefix="clefboard-") as folder:
        yield materialise(task, Path(folder) / "task").folder


def _of_platform(slug: str, settings: Settings) -> "tuple[TestSet, RunRules]":
    """Return the public tables of a task, fetched again only where they have changed."""
    from clefboard.client import Client
    from scoring import RunRules, read_test_set

    url = need_url(settings)
    folder = cache_folder() / quote(urlsplit(url).netloc, safe="") / quote(slug, safe="")
    folder.mkdir(parents=True, exist_ok=True)
    with api_errors(), Client(url, settings.token) as client:
        rules = RunRules.from_json(client.read_task(slug)["run_rules"])
        for table in ("classes", "queries", "media"):
            there = client.download_table(slug, table, folder / f"{table}.csv")
            if not there and table != "media":
                raise CommandError(f"the {table} of {slug} are not public yet")
    return read_test_set(folder), rules


def _print_report(file: Path, report: "RunReport") -> None:
    from clefboard.findings import Finding

    problems = [Finding(p.kind, p.message, tuple(p.lines), p.count) for p in report.problems]
    warnings = [Finding(w.kind, w.message, tuple(w.lines), w.count) for w in report.warnings]
    print_findings(str(file), problems, warnings)
    size = f"{report.n_lines:,} lines, {report.n_queries:,} queries"
    if problems:
        print(f"{file}: invalid ({size} read)")
    else:
        print(f"{file}: valid ({size}, coverage {report.coverage:.1%})")
