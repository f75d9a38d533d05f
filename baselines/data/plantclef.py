"""PlantCLEF's folders: beside each image an XML file of the same name says what it is."""

from collections.abc import Iterator
from pathlib import Path

from baselines.data.described import read_described
from baselines.data.items import Findings, Item

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def read_plantclef(folder: Path, findings: Findings) -> Iterator[Item]:
    """Yield the items of a folder and of those inside it, in the order of their names.

    An image without a class is an item all the same: those of a test have none. What PlantCLEF
    itself set apart for a test, by ``LearnTag``, is left out.
    """
    for description, image, fields in read_described(folder, "image", IMAGES, findings):
        for key in ("MediaId", "ObservationId", "ClassId", "Content", "Author"):
            if not fields.get(key):
                findings.add(f"empty {key}", description.name)
        if fields.get("LearnTag", "").lower() == "test":
            findings.add("of the test, as its LearnTag says, left out", description.name)
            continue
        media_id = fields.get("MediaId") or description.stem
        yield Item(
            image,
            media_id,
            fields.get("ObservationId") or media_id,
            fields.get("ClassId", ""),
            fields.get("Content", "").lower(),
            fields.get("Author", ""),
        )
