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
_OTHER_ROUNDS = 7
_RECORDS = "measured.jsonl"
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


def clean(folder: Path) -> None:
    """Remove what was written, and the folder where nothing else is in it."""
    for world in WORLDS.values():
        shutil.rmtree(folder_of(world, folder), ignore_errors=True)
    (folder / _RECORDS).unlink(missing_ok=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()


def _tell(start: Start) -> None:
    counted = f"round {start.round}" if start.round else "trial"
    _say(f"  {counted:9} {start.seconds:8.3f} s  {start.contender} {start.problem}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
