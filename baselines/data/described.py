"""Folders as LifeCLEF lays them out: beside each file an XML file of the same name describes it."""

from collections.abc import Iterator, Mapping, Set as AbstractSet
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from baselines.data.items import Findings


class Described(NamedTuple):
    """A file, and the fields of its description."""

    description: Path
    file: Path
    fields: Mapping[str, str]


def read_described(
    folder: Path, kind: str, suffixes: AbstractSet[str], findings: Findings
) -> Iterator[Described]:
    """Yield the described files of a folder and of those inside it, in the order of their names.

    Parameters
    ----------
    kind
        What they are, in the words of a finding.
    suffixes
        What their names end in, in small letters.
    """
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".xml":
            described = _described(path, kind, suffixes, findings)
            if described is not None:
                yield described
        elif path.suffix.lower() in suffixes and not path.with_suffix(".xml").is_file():
            findings.add(f"{kind} without an XML file, left out", path.name)


def _described(
    path: Path, kind: str, suffixes: AbstractSet[str], findings: Findings
) -> Described | None:
    fields = _fields(path, findings)
    if fields is None:
        return None
    file = _file(path, fields.get("FileName", ""), suffixes)
    if file is None:
        findings.add(f"XML file without its {kind}, left out", path.name)
        return None
    return Described(path, file, fields)


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


def _file(path: Path, name: str, suffixes: AbstractSet[str]) -> Path | None:
    """Return the file of an XML file: the one it names, or else the one named like itself."""
    names = [name] if name and Path(name).name == name else []
    names += [path.stem + suffix for suffix in sorted(suffixes)]
    return next((own for n in names if (own := path.with_name(n)).is_file()), None)
