"""Items of several folders, trusted and noisy, without those that nobody may learn from."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from baselines.config import DataConfig, SourceConfig
from baselines.data.birdclef import read_birdclef
from baselines.data.contents import Contents
from baselines.data.items import Findings, Item
from baselines.data.media import read_media
from baselines.data.metadata_csv import read_metadata_csv
from baselines.data.plantclef import read_plantclef
from baselines.data.tables import CannotRead, read_table

_LAYOUTS: Mapping[str, Callable[[Path, Findings], Iterator[Item]]] = {
    "birdclef": read_birdclef,
    "metadata_csv": read_metadata_csv,
    "plantclef": read_plantclef,
}


def read_sources(
    data: DataConfig, roles: Collection[str], findings: Findings
) -> Mapping[str, tuple[Item, ...]]:
    """Return the items of the folders of some roles that have a class, and are none of the test's.

    Raises
    ------
    CannotRead
        When a folder is not laid out as the config says.
    """
    items: dict[str, list[Item]] = {role: [] for role in roles}
    for number, source in enumerate(data.sources, 1):
        if source.role in items:
            items[source.role] += _items_of(source, number, findings)
    tested = Contents(_files_of_the_test(data, findings))
    classes = _classes(data)
    return {
        role: tested.without(_known(own, classes, findings), "of the test", findings)
        for role, own in items.items()
    }


def _items_of(source: SourceConfig, number: int, findings: Findings) -> Iterator[Item]:
    folder = Path(source.folder)
    if not folder.is_dir():
        raise CannotRead(f"data.sources: {folder}: there is no such folder")
    for item in _LAYOUTS[source.layout](folder, findings):
        if number == 1:
            yield item
        else:  # what two folders call an observation is never the same one
            yield replace(item, observation=f"{number}/{item.observation}")


def _classes(data: DataConfig) -> set[str] | None:
    if not data.classes:
        return None
    return {row["ClassId"] for row in read_table(Path(data.classes), "ClassId")}


def _known(items: Sequence[Item], classes: set[str] | None, findings: Findings) -> Sequence[Item]:
    """Leave out items without a class, or of one that the task does not have."""
    labelled = [item for item in items if item.class_id]
    if classes is None:
        return labelled
    for item in labelled:
        if item.class_id not in classes:
            what = "of a class that is not in the table of classes, left out"
            findings.add(what, f"{item.path.name}: {item.class_id}")
    return [item for item in labelled if item.class_id in classes]


def _files_of_the_test(data: DataConfig, findings: Findings) -> Iterator[Path]:
    if not data.without:
        return
    folder = Path(data.without_in or data.sources[0].folder)
    for name in read_media(Path(data.without)).values():
        path = folder / name
        if path.is_file():
            yield path
        else:
            findings.add("a file of the test that is not there", name)
