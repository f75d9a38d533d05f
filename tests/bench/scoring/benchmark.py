"""The benchmark of scoring a run: worlds written, everybody measured, the section and its picture made."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.bench import machine, page
from tests.bench.scoring.contenders import PLAIN, VARIANTS
from tests.bench.scoring.measuring import Records, Start, measure
from tests.bench.scoring.picture import draw
from tests.bench.scoring.section import PICTURE, section
from tests.bench.scoring.worlds import WORLDS, folder_of, written

ROUNDS = {"S": 11, "M": 5, "L": 3}
_OTHER_ROUNDS = 5
_RECORDS = "measured.jsonl"
_BUSY = 0.5
_LINE, _TREC_LINE = 26, 62  # bytes of a line, in its csv file and in both
_PACKAGES = (
    "numpy",
    "pandas",
    "pyarrow",
    "polars",
    "duckdb",
    "pytrec-eval-terrier",
    "ir-measures",
    "ranx",
    "numba",
)


def sizes(*, large: bool) -> tuple[str, ...]:
    """Return the worlds that are measured, small ones first."""
    return (*(name for name in (*PLAIN[:2], *VARIANTS, *PLAIN[2:]) if large or name != "L"),)


def run(folder: Path, worlds: Sequence[str], rounds: int | None) -> Records:
    """Measure what was not measured yet; say how far it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _need_room(folder, worlds)
    if machine.load() > _BUSY:
        _say(
            f"others are busy here (load {machine.load():.1f}): times will be longer than they are"
        )
    records = Records(folder / _RECORDS, [*machine.described(_PACKAGES)])
    for name in worlds:
        _say(f"{name}: {WORLDS[name].n_lines:,} lines")
        files = written(WORLDS[name], folder)
        measure(records, name, files, rounds or ROUNDS.get(name, _OTHER_ROUNDS), _tell)
    return records


def text(records: Records) -> str:
    """Return the section as it is printed."""
    busy = f"other processes had {records.busy():.0%} of the processors meanwhile"
    head = page.measured_on(_PACKAGES, busy)
    return "\n".join([head, "", *section(records)])


def publish(records: Records) -> None:
    """Write the section into the page, and its picture beside it."""
    draw(records, page.PAGE.parent / PICTURE)
    page.write("Scoring a run", text(records))


def forget(folder: Path) -> None:
    """Forget what was measured, so that it is measured anew; the runs stay."""
    (folder / _RECORDS).unlink(missing_ok=True)


def clean(folder: Path) -> None:
    """Remove what was written, and the folder where nothing else is in it."""
    forget(folder)
    for world in WORLDS.values():
        shutil.rmtree(folder_of(world, folder), ignore_errors=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _need_room(folder: Path, worlds: Sequence[str]) -> None:
    """End the benchmark where the files that are not there yet have no room, before it begins."""
    missing = [WORLDS[name] for name in worlds if not folder_of(WORLDS[name], folder).exists()]
    needed = sum(world.n_lines * (_TREC_LINE if world.trec else _LINE) for world in missing)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SystemExit(
            f"{folder} has {free / 1e9:.1f} GB of room, and the runs take {needed / 1e9:.1f} GB;"
            " right is another --folder, or --small to leave L out"
        )


def _tell(start: Start) -> None:
    counted = f"round {start.round}" if start.round else "trial"
    _say(f"  {counted:9} {start.seconds:8.3f} s  {start.contender} {start.problem}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
