"""`clefboard generate`: an invented task with runs of chosen skill, to try things on."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.ending import FINE, CommandError
from clefboard.cli.steps import shown_steps
from clefboard.cli.tables import print_table

if TYPE_CHECKING:
    from scoring import SyntheticSize

_BEST, _WORST = 1.5, -1.5  # log-odds that the right class stands first
_README = """# Generated

Everything in this folder is invented: classes and their names, queries, ground truth and runs.
It was made by `clefboard generate`, recipe {recipe}, seed {seed}; the same options give the same bytes.

{levels}
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command's options."""
    from scoring import SYNTHETIC_RECIPES

    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or an empty folder")
    parser.add_argument(
        "--recipe",
        choices=SYNTHETIC_RECIPES,
        default="plantclef",
        help="what kind of task (default plantclef: observations of several images)",
    )
    for name in ("queries", "classes"):
        sizes = ", ".join(
            f"{recipe} {getattr(s, name):,}" for recipe, s in SYNTHETIC_RECIPES.items()
        )
        parser.add_argument(f"--{name}", type=int, metavar="N", help=f"how many (default: {sizes})")
    parser.add_argument(
        "--seed", type=int, default=1, help="another seed, another task (default 1)"
    )
    runs = parser.add_argument_group("runs")
    runs.add_argument("--runs", type=int, metavar="N", help="how many, good to weak (default 3)")
    runs.add_argument(
        "--levels",
        metavar="L,L,...",
        help="a run for each: log-odds that the right class stands first, 0 is every second time",
    )
    runs.add_argument(
        "--lines-per-query", type=int, default=100, metavar="K", help="predictions (default 100)"
    )
    runs.add_argument(
        "--coverage", type=float, default=1.0, help="share of the queries answered (default 1)"
    )
    runs.add_argument("--image-runs", action="store_true", help="write an image run beside each")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the task and its runs, all or nothing."""
    from scoring.run_files.writer import replaced

    levels = _levels(args)
    size = _size(args)
    _check_folder(args.folder)
    with replaced(args.folder.absolute()) as part, shown_steps("generating") as progress:
        part.mkdir()
        try:
            _write(args, part, size, levels, progress or _silent)
        except ValueError as error:  # a size that the recipe, or a run, cannot be made in
            raise CommandError(str(error)) from error
    _print(args, levels)
    return FINE


# ---------------------------------------------------------------- what is asked
def _levels(args: argparse.Namespace) -> Sequence[float]:
    if args.lines_per_query < 1:
        raise CommandError("--lines-per-query is at least 1")
    if not 0 < args.coverage <= 1:
        raise CommandError("--coverage is a share: more than 0, at most 1")
    if args.seed < 0:
        raise CommandError("--seed is a whole number from 0")
    if args.levels is not None:
        return _chosen_levels(args)
    count = 3 if args.runs is None else args.runs
    if not 0 <= count <= 1000:
        raise CommandError("--runs is a number from 0 to 1000")
    step = (_WORST - _BEST) / max(1, count - 1)
    return [round(_BEST + place * step, 2) for place in range(count)]


def _chosen_levels(args: argparse.Namespace) -> Sequence[float]:
    if args.runs is not None:
        raise CommandError("--levels says how many runs there are; leave --runs out")
    try:
        levels = [float(level) for level in args.levels.split(",")]
    except ValueError:
        levels = []
    if not levels or not all(-20 <= level <= 20 for level in levels):
        raise CommandError(
            f"--levels is '{args.levels}'; right are numbers from -20 to 20, e.g. 2,0"
        )
    return levels


def _size(args: argparse.Namespace) -> "SyntheticSize":
    from scoring import SYNTHETIC_RECIPES

    if args.image_runs and not SYNTHETIC_RECIPES[args.recipe].media:
        raise CommandError(f"--image-runs: a task of the recipe {args.recipe} has no images")
    try:
        return SYNTHETIC_RECIPES[args.recipe].scaled(classes=args.classes, queries=args.queries)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise CommandError(f"{folder} is a file; right is a new or an empty folder")
    if folder.is_dir() and any(folder.iterdir()):
        raise CommandError(f"{folder} is not empty; right is a new or an empty folder")
    if not folder.absolute().parent.is_dir():
        raise CommandError(f"there is no folder {folder.absolute().parent}")


# ---------------------------------------------------------------- what is written
def _write(
    args: argparse.Namespace,
    folder: Path,
    size: "SyntheticSize",
    levels: Sequence[float],
    progress: Callable[[int, int], None],
) -> None:
    from scoring import (
        Skill,
        read_ground_truth,
        write_synthetic_run,
        write_synthetic_tables,
    )

    write_synthetic_tables(args.recipe, folder, seed=args.seed, size=size)
    progress(1, len(levels) + 1)
    truth = read_ground_truth(folder)
    (folder / "runs").mkdir()
    for number, level in enumerate(levels, start=1):
        write_synthetic_run(
            folder / _run_name(number),
            truth,
            Skill(level, coverage=args.coverage),
            seed=args.seed + number,
            shape="segment" if args.recipe == "birdclef_soundscapes" else "ranked",
            predictions=args.lines_per_query,
            image_path=folder / f"runs/run-{number}.images.csv" if args.image_runs else None,
        )
        progress(number + 1, len(levels) + 1)
    lines = [f"- {_run_name(number)}: level {own:g}" for number, own in enumerate(levels, start=1)]
    readme = _README.format(recipe=args.recipe, seed=args.seed, levels="\n".join(lines))
    (folder / "README.md").write_text(readme, "utf-8")


def _run_name(number: int) -> str:
    return f"runs/run-{number}.csv"


def _silent(_done: int, _all: int) -> None:
    pass


# ---------------------------------------------------------------- what is printed
def _print(args: argparse.Namespace, levels: Sequence[float]) -> None:
    print(f"{args.folder}: generated, all of it invented (recipe {args.recipe}, seed {args.seed})")
    print()
    level = {_run_name(number): f"{own:g}" for number, own in enumerate(levels, start=1)}
    rows = []
    for path in sorted(args.folder.rglob("*.csv")):
        name = path.relative_to(args.folder).as_posix()
        rows.append((name, f"{_n_lines(path):,}", level.get(name, "")))
    print_table(("file", "lines", "level"), rows)


def _n_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(1 << 20), b""))
