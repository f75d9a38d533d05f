"""Drawing a public/private split once, into the hidden table."""

import csv
from pathlib import Path
from secrets import SystemRandom

from clefboard.task_folder.task import Split


def draw_split(split: Split, source: Path, target: Path) -> None:
    """Write a ground truth with the column of its split.

    The public queries are a random sample of the wanted share; all lines of a query fall on the
    same side. The source of chance is the operating system's and keeps no seed: a seed and public
    ids would give the split away.

    Parameters
    ----------
    split
        A split with a `share`.
    source
        A ground_truth.csv without the column.
    target
        Where the ground truth with the column goes.
    """
    assert split.share is not None
    with source.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    query = header.index("QueryId")
    queries = sorted({row[query] for row in rows})
    public = set(SystemRandom().sample(queries, round(split.share * len(queries))))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow([*header, split.column])
        writer.writerows([*row, "public" if row[query] in public else "private"] for row in rows)
