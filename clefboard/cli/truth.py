"""What runs are held against: a task of the platform, a task folder, or a truth of one's own."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from clefboard.cli.ending import CommandError, api_errors
from clefboard.cli.output import say
from scoring.records import dataclass, replace

if TYPE_CHECKING:
    from clefboard.task_folder import TaskFolder
    from scoring import GroundTruth, Problem, RunRules, TestSet

SHAPES = ("ranked", "segment", "set", "label")
QUERIES_OF_A_FILE = (
    "the queries of a truth file are all there are; where runs answer more than are judged, give a"
    " folder with ground_truth.csv, queries.csv and classes.csv"
)
_SEGMENT = re.compile(r"/[0-9]{2}:[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}:[0-9]{2}$")


@dataclass(frozen=True)
class Yardstick:
    """What runs are held against.

    Attributes
    ----------
    test_set, rules
        The public side.
    kind
        ``run``, or ``image_run`` for files that answer images.
    truth
        None where only the platform has it.
    metrics
        Those of the task, the first one ranks; empty where nobody chose any.
    shape_is_guessed
        Whether nothing but the ids of the queries told the shape.
    is_file
        Whether the truth is one file, whose queries are all there are.
    """

    test_set: "TestSet"
    rules: "RunRules"
    kind: Literal["run", "image_run"] = "run"
    truth: "GroundTruth | None" = None
    metrics: tuple[str, ...] = ()
    shape_is_guessed: bool = False
    is_file: bool = False

    @property
    def shape(self) -> str:
        """Return how the lines of the files look; an image run's are ranked."""
        return "ranked" if self.kind == "image_run" else self.rules.shape

    @property
    def needed_truth(self) -> "GroundTruth":
        """Return the truth of a command that takes nothing without one."""
        assert self.truth is not None, "only a task of the platform has none"
        return self.truth


def add_truth_options(parser: argparse.ArgumentParser, *, hidden_too: bool) -> None:
    """Add the options that say what runs are held against.

    Parameters
    ----------
    hidden_too
        Whether the public side is enough, so that it may be a task of the platform.
    """
    against = parser.add_mutually_exclusive_group(required=True)
    against.add_argument(
        "--task",
        metavar="SLUG|DIR" if hidden_too else "DIR",
        help="a task of the platform (its public tables are fetched once), or a task folder"
        if hidden_too
        else "a task folder",
    )
    against.add_argument(
        "--truth",
        type=Path,
        metavar="FILE|DIR",
        help="a truth of your own: a file with the lines QueryId;ClassId[;Background][;more],"
        " below a header, or a folder with ground_truth.csv, queries.csv and classes.csv",
    )
    _add_own_options(parser.add_argument_group("a truth of your own"))
    parser.add_argument("--image-run", action="store_true", help="the files are image runs")
    parser.set_defaults(hidden_too=hidden_too)
    if hidden_too:
        from clefboard.cli.settings import add_options

        add_options(parser)


def _add_own_options(own: "argparse._ArgumentGroup") -> None:
    own.add_argument(
        "--classes",
        type=Path,
        metavar="FILE",
        help="the classes a run may name, in a column ClassId; without it any class is accepted",
    )
    own.add_argument(
        "--media",
        type=Path,
        metavar="FILE",
        help="the images of the queries, in columns MediaId and QueryId, and perhaps others",
    )
    own.add_argument(
        "--shape",
        choices=SHAPES,
        help="how the lines of a run look (default: segment where all queries are segments, else"
        " ranked)",
    )
    own.add_argument(
        "--scores",
        choices=("probability", "any"),
        help="probability: from 0 to 1 (default); any: any finite number",
    )
    own.add_argument(
        "--group-by", metavar="COLUMN", help="within what the F1 of sets is nested, e.g. transect"
    )


def read_yardstick(args: argparse.Namespace) -> Yardstick:
    """Return what the options of `add_truth_options` name, or end the command."""
    from scoring import InvalidTable

    try:
        found = _find(args)
    except InvalidTable as error:
        raise CommandError("\n  ".join(str(problem) for problem in error.problems)) from error
    rules = {name: value for name, value in _asked_rules(args).items() if value is not None}
    shape = rules.get("shape", found.rules.shape)
    if args.group_by is not None and (args.image_run or shape != "set"):
        runs = "image" if args.image_run else shape
        raise CommandError(
            f"--group-by nests the F1 of set runs, and these are {runs} runs; right is --shape set"
        )
    return replace(
        found,
        rules=replace(found.rules, **rules),
        kind="image_run" if args.image_run else "run",
        metrics=found.metrics if shape == found.rules.shape else (),
    )


def note_causes(yardstick: Yardstick, problems: Sequence["Problem"]) -> None:
    """Say what of the yardstick may be what is wrong with a file: a guessed shape, a truth too short."""
    kinds = {problem.kind for problem in problems}
    if yardstick.shape_is_guessed and "columns" in kinds:
        shape = yardstick.rules.shape
        say(f"note: read as a {shape} run; if it is another: --shape {'|'.join(SHAPES)}")
    if yardstick.is_file and "unknown_query" in kinds:
        say(f"note: {QUERIES_OF_A_FILE}")


def _asked_rules(args: argparse.Namespace) -> dict[str, Any]:
    return {"shape": args.shape, "scores": args.scores, "group_by": args.group_by}


def _find(args: argparse.Namespace) -> Yardstick:
    if args.truth is not None and not args.truth.is_dir():
        return _of_file(args)
    for name in ("classes", "media"):
        if getattr(args, name) is not None:
            raise CommandError(f"--{name} goes with --truth FILE: a folder has its {name}.csv")
    if args.truth is not None:
        return _of_folder(args.truth, args.shape)
    if Path(args.task).is_dir() or "/" in args.task:
        return _of_task_folder(Path(args.task))
    if not args.hidden_too:
        raise CommandError(
            f"there is no folder {args.task}; where it is a task of a platform, its truth is there:"
            " give --truth FILE"
        )
    return _of_platform(args)


def _of_file(args: argparse.Namespace) -> Yardstick:
    from clefboard.cli.files import need_files
    from scoring import read_truth_file

    if args.image_run and args.media is None:
        raise CommandError("--image-run needs the images of the queries: give --media FILE too")
    need_files(args.truth, args.classes, args.media)
    truth = read_truth_file(args.truth, args.classes, args.media)
    return replace(_of_truth(truth, args.shape), is_file=True)


def _of_folder(path: Path, shape: str | None) -> Yardstick:
    from scoring import read_ground_truth

    if (path / "task.yaml").is_file():
        return _of_task_folder(path)
    return _of_truth(read_ground_truth(path), shape)


def _of_truth(truth: "GroundTruth", shape: str | None) -> Yardstick:
    """Return a truth with rules that forbid nothing; ids of queries tell segments from others."""
    from scoring import RunRules

    segments = all(map(_SEGMENT.search, truth.test_set.queries.columns["QueryId"]))
    rules = RunRules(
        shape="segment" if segments else "ranked",
        unknown_class=shape == "label",
        image_runs=truth.test_set.media is not None,
        max_upload_bytes=sys.maxsize,
    )
    return Yardstick(truth.test_set, rules, truth=truth, shape_is_guessed=shape is None)


def _of_task_folder(path: Path) -> Yardstick:
    from clefboard.task_folder import InvalidTaskFolder, read_task_folder
    from scoring import read_ground_truth

    try:
        task = read_task_folder(path)
    except InvalidTaskFolder as error:
        raise CommandError(f"{path} is not right: {error}") from error
    with _with_tables(task) as folder:
        truth = read_ground_truth(folder)
    return Yardstick(truth.test_set, task.run_rules, truth=truth, metrics=task.metrics)


@contextmanager
def _with_tables(task: "TaskFolder") -> Iterator[Path]:
    """Give a folder that holds the task's tables, made from its recipe where it has one."""
    from tempfile import TemporaryDirectory

    from clefboard.task_folder import materialise

    if task.generate is None:
        yield task.folder
        return
    with TemporaryDirectory(prefix="clefboard-") as folder:
        yield materialise(task, Path(folder) / "task").folder


def _of_platform(args: argparse.Namespace) -> Yardstick:
    """Return the public tables of a task, fetched again only where they have changed."""
    from urllib.parse import quote, urlsplit

    from clefboard.cli.settings import cache_folder, need_url, read_settings
    from clefboard.client import Client
    from scoring import RunRules, read_test_set

    slug, settings = args.task, read_settings(args)
    url = need_url(settings)
    folder = cache_folder() / quote(urlsplit(url).netloc, safe="") / quote(slug, safe="")
    folder.mkdir(parents=True, exist_ok=True)
    with api_errors(), Client(url, settings.token) as client:
        rules = RunRules.from_json(client.read_task(slug)["run_rules"])
        for table in ("classes", "queries", "media"):
            there = client.download_table(slug, table, folder / f"{table}.csv")
            if not there and table != "media":
                raise CommandError(f"the {table} of {slug} are not public yet")
    return Yardstick(read_test_set(folder), rules)
