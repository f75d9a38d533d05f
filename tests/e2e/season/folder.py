"""The organiser's folder: what `clefboard task new` wrote, and what she makes of it."""

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

from tests.clefboard.task_folder.folders import edit

N_QUERIES, N_CLASSES = 40, 8
PARTS = ("public", "private")
PHOTOS = b"PhotoId;ClassId\n" + b"".join(b"p%d;moth-%d\n" % (n, n % 8) for n in range(400))
CAMPAIGN = """campaign: moth-season
title: {en: The moth season}
description: Moths at the light, and who can name them.
"""
_CHANGES = {
    "Which species is this observation?": "Which moth came to the light?",
    "visibility: never ": "visibility: live ",
    "approval: false": "approval: true",
    "-05-08T23:59:59Z\nregistration:": "-05-15T00:00:00Z\nregistration:",  # late runs: after results
    "  share: 0.3\n": "",  # a column of the truth says it
}


def describe_the_task(folder: Path) -> None:
    """Put what is this task's own into a folder that `clefboard task new` has written."""
    _uncomment(folder / "task.yaml", "split", "required_runs")
    for old, new in _CHANGES.items():
        edit(folder, old, new)
    classes = [f"moth-{n};Genus{n // 2} species{n};{5 * 4 ** (n % 4)}" for n in range(N_CLASSES)]
    _write(folder / "classes.csv", ["ClassId;Species;TrainImages", *classes])
    queries = [f"q{n};{('wing', 'antenna')[n // 2 % 2]}" for n in range(N_QUERIES)]
    _write(folder / "queries.csv", ["QueryId;Organ", *queries])
    truth = [f"q{n};moth-{right(n)};{PARTS[n % 2]}" for n in range(N_QUERIES)]
    _write(folder / "ground_truth.csv", ["QueryId;ClassId;Usage", *truth])
    _add_photos(folder / "data" / "photos")


def _uncomment(file: Path, *keys: str) -> None:
    block = re.compile(rf"^# (?:{'|'.join(keys)}):.*\n(?:#   .*\n)+", re.MULTILINE)
    text, n = block.subn(lambda found: re.sub("(?m)^# ", "", found[0]), file.read_text())
    assert n == len(keys)
    file.write_text(text)


def _add_photos(place: Path) -> None:
    place.mkdir(parents=True)
    (place / "photos.csv").write_bytes(PHOTOS)
    (place / "data.yaml").write_text(
        "title: Photos of moths\nrole: training_trusted\nlicence: CC0 1.0\naccess: approved\nfiles:\n"
        f"  - {{name: photos.csv, size: {len(PHOTOS)}, sha256: {hashlib.sha256(PHOTOS).hexdigest()}}}\n"
    )


def _write(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join(lines) + "\n")


def right(query: int) -> int:
    """Return the class of a query, as the organiser first labels it."""
    return query % N_CLASSES


def run_lines(n_public: int, n_private: int) -> str:
    """Return a run that is right in the first so many queries of each part, and else nearly right."""
    lines = []
    for query in range(N_QUERIES):
        found = query // 2 < (n_public, n_private)[query % 2]
        guesses = (right(query), (right(query) + 1) % N_CLASSES)
        first, second = guesses if found else reversed(guesses)
        lines += [f"q{query};moth-{first};0.9", f"q{query};moth-{second};0.1"]
    return "QueryId;ClassId;Probability\n" + "\n".join(lines) + "\n"


def correct_labels(folder: Path, first: int, last: int) -> None:
    """Give some private queries another class: the one that a run guessed which was not right there."""
    for n in range(first, last):
        query = 2 * n + 1
        other = (right(query) + 1) % N_CLASSES
        edit(
            folder, f"q{query};moth-{right(query)};", f"q{query};moth-{other};", "ground_truth.csv"
        )


def pack(folder: Path, *, beside: bool = False) -> Path:
    """Pack a folder as the docs say: under its own name, the campaign.yaml beside it."""
    archive = folder.with_suffix(".zip")
    with ZipFile(archive, "w") as target:
        for path in sorted(folder.rglob("*")):
            target.write(path, path.relative_to(folder.parent))
        if beside:
            target.write(folder.parent / "campaign.yaml", "campaign.yaml")
    return archive


def edge_of(folder: Path, phase: str, edge: str) -> datetime:
    """Return when a phase opens or closes, by the folder's own words."""
    text = (folder / "task.yaml").read_text()
    found = re.search(rf"^  {phase}:.*\n(?:    .*\n)*?    {edge}: (\S+)$", text, re.MULTILINE)
    assert found, f"{phase} has no {edge}"
    return datetime.fromisoformat(found[1]).astimezone(UTC)
