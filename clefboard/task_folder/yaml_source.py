"""Safe YAML that remembers its lines.

Only plain data is read, as YAML 1.2 means it: `no` and `on` are words, and a moment stays the text
that was written (a YAML reader would make it naive); tags and anchors are refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from clefboard.task_folder.problems import InvalidTaskFolder, Problem

MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class YamlSource:
    """The data of one YAML file, and the line of everything in it."""

    name: str
    data: Any
    lines: dict[tuple[str | int, ...], int]

    def problem(self, place: tuple[str | int, ...], message: str) -> Problem:
        """Return a problem at a place such as ``("phases", "results")`` or its nearest parent."""
        while place not in self.lines:
            place = place[:-1]
        return Problem(self.name, self.lines[place], message)


_PREFIX = "tag:yaml.org,2002:"
_SCALARS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "timestamp": str,  # read by `times`, which keeps the zone and asks for one
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": int,
    "float": float,
}


def read_yaml(path: Path, name: str) -> YamlSource:
    """Read one YAML file.

    Parameters
    ----------
    path
        The file.
    name
        How problems call it: its path inside the folder.

    Raises
    ------
    InvalidTaskFolder
        When the file is missing, too large, not UTF-8, or not plain YAML.
    """
    text = _read_text(path, name)
    try:
        root = YAML(typ="safe", pure=True).compose(text)
        source = YamlSource(name, None, {(): 1})
        data = None if root is None else _build(root, (), source)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise InvalidTaskFolder([Problem(name, line, f"not YAML: {error.problem}")]) from error
    except ReaderError as error:
        line = text[: error.position].count("\n") + 1
        what = f"not YAML: U+{error.character:04X} is no letter of a text; leave it out"
        raise InvalidTaskFolder([Problem(name, line, what)]) from error
    except YAMLError as error:
        what = " ".join(str(error).split())
        raise InvalidTaskFolder([Problem(name, None, f"not YAML: {what}")]) from error
    except RecursionError as error:
        raise InvalidTaskFolder([Problem(name, None, "nested too deeply to be read")]) from error
    return YamlSource(name, data, source.lines)


def read_text(path: Path, name: str) -> str:
    """Return a text file as UTF-8, with or without BOM; raise InvalidTaskFolder where it is not."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InvalidTaskFolder([Problem(name, None, "there is no such file")]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InvalidTaskFolder([Problem(name, line, "not UTF-8: save it as UTF-8")]) from error


def has_no_letter(text: str) -> bool:
    """Tell whether a text holds what no page can show and no database keeps: NUL, half a letter."""
    return "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _read_text(path: Path, name: str) -> str:
    if path.is_file() and path.stat().st_size > MAX_BYTES:
        raise InvalidTaskFolder(
            [Problem(name, None, "larger than 1 MB, too large for a description")]
        )
    return read_text(path, name)


def _build(node: Node, place: tuple[str | int, ...], source: YamlSource) -> Any:
    source.lines.setdefault(place, node.start_mark.line + 1)
    if node.anchor:
        raise MarkedYAMLError(
            problem="anchors and aliases (&name, *name) are not read here: write the value out",
            problem_mark=node.start_mark,
        )
    if isinstance(node, MappingNode):
        return _build_mapping(node, place, source)
    if isinstance(node, SequenceNode):
        return [_build(child, (*place, i), source) for i, child in enumerate(node.value)]
    return _build_scalar(node)


def _build_scalar(node: Node) -> Any:
    if has_no_letter(node.value):
        raise MarkedYAMLError(
            problem="the text holds NUL or half a letter (\\0, \\ud800): leave it out",
            problem_mark=node.start_mark,
        )
    build = _SCALARS.get(str(node.tag).removeprefix(_PREFIX))
    try:
        if build is not None:
            return build(node.value)
    except ValueError:
        pass  # e.g. !!int abc
    raise MarkedYAMLError(
        problem=f"a value of the kind {node.tag} is not read here: put it in quotes",
        problem_mark=node.start_mark,
    )


def _build_mapping(
    node: MappingNode, place: tuple[str | int, ...], source: YamlSource
) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        mark = key_node.start_mark
        if not isinstance(key_node, ScalarNode):
            raise MarkedYAMLError(problem="a key must be a word", problem_mark=mark)
        key = key_node.value
        if key in mapping:
            raise MarkedYAMLError(problem=f"'{key}' stands here twice", problem_mark=mark)
        source.lines[*place, key] = mark.line + 1
        mapping[key] = _build(value_node, (*place, key), source)
    return mapping
