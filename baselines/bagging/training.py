"""The networks of a baseline trained one after the other, each gone on with where it was."""

from collections.abc import Sequence
from pathlib import Path

from baselines.bagging.parts import BAG, Part, write_bag
from baselines.config import FrozenBaseline
from baselines.config_file import as_data
from baselines.frozen.training import train_frozen
from baselines.place import Place
from baselines.training.checkpoints import read_about
from baselines.training.loop import MODEL, Training, must_be_same
from baselines.training.progress import Progress, Within
from scoring.run_files.writer import replaced

FOUND = "findings.txt"
"""What was wrong with the data of a network: kept, since who goes on may not meet it again."""


def train_parts(parts: Sequence[Part], cache: Path, place: Place, progress: Progress) -> list[str]:
    """Train what is not yet trained, and return the lines of a log.

    Parameters
    ----------
    cache
        Where features of frozen networks are kept, those of all parts together.

    Raises
    ------
    CannotGoOn
        When a folder holds another config's network, or a loss is no number any more.
    """
    lines: list[str] = []
    for number, part in enumerate(parts, 1):
        part.folder.mkdir(parents=True, exist_ok=True)
        told = Within(progress, f"network {number} of {len(parts)}") if len(parts) > 1 else progress
        if len(parts) > 1 and place.is_first:
            write_bag(part.material.split, part.folder / BAG)
        lines += _train(part, cache, place, told)
        if place.is_first:
            _keep_found(part)
    return lines


def found_in(part: Part) -> list[str]:
    """Return what was wrong with the data of a part, whenever it was found."""
    path = part.folder / FOUND
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def _keep_found(part: Part) -> None:
    found = dict.fromkeys([*found_in(part), *map(str, part.material.findings.all())])
    with replaced(part.folder / FOUND) as path:
        path.write_text("".join(f"{line}\n" for line in found), "utf-8")


def _train(part: Part, cache: Path, place: Place, progress: Progress) -> list[str]:
    if not isinstance(part.config, FrozenBaseline):
        history = Training(part.config, part.material, part.folder, place, progress).run()
        return [str(line) for line in history.lines]
    if not place.is_first or _is_trained(part):  # a last layer is learnt by one rank
        return []
    outcome = train_frozen(part.config, part.material, part.folder, cache, place, progress)
    progress.say(str(outcome))
    return [str(outcome)]


def _is_trained(part: Part) -> bool:
    path = part.folder / MODEL
    if not path.is_file():
        return False
    own = {
        "config": as_data(part.config),
        "classes": list(part.material.classes.names),
        "items": part.material.split.digest,
    }
    must_be_same(path, read_about(path), own)
    return True
