"""PlantCLEF's folders: beside each image an XML file of the same name says what it is."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from baselines.data.items import Findings, Item

IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def read_plantclef(folder: Path, findings: Findings) -> Iterator[Item]:
    """Yield the items of a folder and of those inside it, in the order of their names.

    An image without a class is an item all the same: those of a test have none.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".xml":
            item = _item(path, findings)
            if item is not None:
                yield item
        elif path.suffix.lower() in IMAGES and not path.with_suffix(".xml").is_file():
            findings.add("image without an XML file, left out", path.name)


def _item(path: Path, findings: Findings) -> Item | None:
    fields = _fields(path, findings)
    if fields is None:
        return None
    image = _image(path, fields.get("FileName", ""))
    if image is None:
        findings.add("XML file without its image, left out", path.name)
        return None
    for key in ("ObservationId", "ClassId", "Content"):
        if not fields.get(key):
            findings.add(f"empty {key}", path.name)
    media_id = fields.get("MediaId") or path.stem
    return Item(
        image,
        media_id,
        fields.get("ObservationId") or media_id,
        fields.get("ClassId", ""),
        fields.get("Content", "").lower(),
        fields.get("Author", ""),
    )


def _fields(path: Path, findings: Findings) -> dict[str, str] | None:
    """Return the texts of an XML file, None where it is none."""
    root = _root(path.read_bytes())
    if root is None:
        findings.add("XML file that cannot be read, left out", path.name)
        return None
    return {child.tag: (child.text or "").strip() for child in root}


def _root(text: bytes) -> ET.Element | None:
    if b"<!DOCTYPE" in text:  # none of these files has one, and its entities can fill the memory
        return None
    try:
        return ET.fromstring(text)  # noqa: S314  # without a document type there are no entities
    except ET.ParseError:
        return None


def _image(path: Path, name: str) -> Path | None:
    """Return the image of an XML file: the one it names, or else the one named like itself."""
    names = [name] if name and Path(name).name == name else []
    names += [path.stem + suffix for suffix in sorted(IMAGES)]
    return next((own for n in names if (own := path.with_name(n)).is_file()), None)
