"""What a config's images come to: read, split, numbered."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from baselines.config import Baseline
from baselines.data.audible import audible
from baselines.data.birdclef import read_birdclef
from baselines.data.items import Findings, Item, Vocabulary
from baselines.data.media import read_media
from baselines.data.metadata_csv import CannotRead, read_metadata_csv
from baselines.data.plantclef import read_plantclef
from baselines.data.splits import Split, split_by_observation

_LAYOUTS: Mapping[str, Callable[[Path, Findings], Iterator[Item]]] = {
    "birdclef": read_birdclef,
    "metadata_csv": read_metadata_csv,
    "plantclef": read_plantclef,
}


@dataclass(frozen=True)
class Material:
    """What is learnt from.

    Attributes
    ----------
    classes, organs
        What the network learns to name; no organs where the config wants none.
    split
        Which items are learnt from, and which are kept apart.
    findings
        What was wrong with the data, and is found wrong while they are used.
    """

    classes: Vocabulary
    organs: Vocabulary
    split: Split
    findings: Findings


def read_material(config: Baseline) -> Material:
    """Return what a config learns from.

    Raises
    ------
    CannotRead
        When the folder is not laid out as the config says, or nothing in it has a class.
    """
    data, findings = config.data, Findings()
    folder = Path(data.folder)
    tested = (
        {folder / name for name in read_media(Path(data.without)).values()}
        if data.without
        else set()
    )
    items = [
        item
        for item in _LAYOUTS[data.layout](folder, findings)
        if item.class_id and item.path not in tested
    ]
    if config.sound:
        items = list(audible(items, findings))
    if not items:
        raise CannotRead(f"{folder}: nothing in it has a class to learn")
    return Material(
        Vocabulary.of(item.class_id for item in items),
        Vocabulary.of(item.organ for item in items if data.organs),
        split_by_observation(items, data.validation, config.seed),
        findings,
    )
