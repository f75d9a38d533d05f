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
    paths = sorted(folder.rglob("*"))
    named, beside = set[Path](), set[Path]()
    for path in paths:
        if path.suffix.lower() == ".xml":
            beside.add(path.with_suffix(""))
            described = _described(path, kind, suffixes, findings)
            if described is None:
                continue
            if described.file in named:
                findings.add(f"{kind} that two XML files name, the second left out", path.name)
                continue
            named.add(described.file)
            yield described
    for path in paths:
        is_bare = path not in named and path.with_suffix("") not in beside
        if path.suffix.lower() in suffixes and is_bare:
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
    root = _root(path)
    if root is None:
        findings.add("XML file that cannot be read, left out", path.name)
        return None
    return {child.tag: (child.text or "").strip() for child in root}


def _root(path: Path) -> ET.Element | None:
    try:
        text = path.read_bytes()
        # None of these files has a document type, and its entities can fill the memory. The NULs of
        # UTF-16 must not hide one.
        if b"<!DOCTYPE" in text.replace(b"\0", b""):
            return None
        return ET.fromstring(text)  # noqa: S314  # without a document type there are no entities
    except (ET.ParseError, OSError, LookupError, ValueError):  # encodings that nobody knows, too
        return None


def _file(path: Path, name: str, suffixes: AbstractSet[str]) -> Path | None:
    """Return the file of an XML file: the one it names, or else the one named like itself."""
    names = [name] if name and Path(name).name == name else []
    names += [path.stem + suffix for suffix in sorted(suffixes)]
    return next((own for n in names if _is_file(own := path.with_name(n))), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that no file can have
        return False
