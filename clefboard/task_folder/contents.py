"""What lies in a task folder, read but not yet judged."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from clefboard.task_folder.problems import InvalidTaskFolder, Problem, did_you_mean
from clefboard.task_folder.task import TABLES
from clefboard.task_folder.yaml_source import YamlSource, read_text, read_yaml

T = TypeVar("T")
TEXTS = ("overview.md", "rules.md")
SLUG = re.compile(r"(?=.{1,100}$)[a-z0-9]+(-[a-z0-9]+)*")
_KNOWN = ("task.yaml", *TEXTS, *TABLES, "data")


@dataclass
class Contents:
    """The files of a folder; what could not be read is a problem instead."""

    folder: Path
    task: YamlSource | None = None
    texts: dict[str, str] = field(default_factory=dict)
    data_sets: dict[str, YamlSource] = field(default_factory=dict)
    tables: dict[str, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def attempt(self, read: Callable[[Path, str], T], name: str) -> T | None:
        """Read one file of the folder; keep its problems and return None where it cannot be."""
        try:
            return read(self.folder / name, name)
        except InvalidTaskFolder as error:
            self.problems += error.problems
            return None


def read_contents(folder: Path) -> Contents:
    """Read all that lies in a folder.

    Raises
    ------
    InvalidTaskFolder
        When there is no such folder, or it is no task folder at all.
    """
    if not (folder / "task.yaml").is_file():
        what = "no task.yaml in it: is this a task folder?" if folder.is_dir() else "no such folder"
        raise InvalidTaskFolder([Problem(str(folder), None, what)])
    contents = Contents(folder)
    contents.problems += _strangers(folder)
    contents.task = contents.attempt(read_yaml, "task.yaml")
    for name in TEXTS:
        text = contents.attempt(read_text, name)
        if text is not None:
            contents.texts[name] = text
    for path in sorted(path for path in (folder / "data").glob("[!.]*") if path.is_dir()):
        source = contents.attempt(read_yaml, f"data/{path.name}/data.yaml")
        if source is not None:
            contents.data_sets[path.name] = source
    contents.tables = {name: folder / name for name in TABLES if (folder / name).is_file()}
    return contents


def _strangers(folder: Path) -> Iterator[Problem]:
    for path in sorted(folder.iterdir()):
        if path.name not in _KNOWN and not path.name.startswith("."):
            hint = did_you_mean(path.name, _KNOWN)
            yield Problem(path.name, None, f"no file of a task folder has this name{hint}")
    yield from _strangers_to_data(folder / "data")
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            name = str(path.relative_to(folder))
            yield Problem(name, None, "a link: put the file itself here, links are not followed")


def _strangers_to_data(data: Path) -> Iterator[Problem]:
    """Yield what lies among the data sets and is none."""
    if data.exists() and not data.is_dir():
        yield Problem("data", None, "is a file; right is a folder with a folder for each data set")
        return
    for path in sorted(data.glob("[!.]*")):
        name = f"data/{path.name}"
        if not path.is_dir():
            yield Problem(name, None, "lies in no data set: put it into data/NAME and data.yaml")
        elif not SLUG.fullmatch(path.name):
            right = (
                "small letters, digits and single hyphens, at most 100, e.g. data/training-trusted"
            )
            yield Problem(name, None, f"is no name of a data set, it stands in addresses: {right}")
