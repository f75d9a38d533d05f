"""What a task asks for: the public tables of its folder, and the rules of its runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from scoring import RunRules, TestSet, read_test_set
from scoring.run_rules import Kind, Shape

NAME = "task.yaml"
SEGMENT = re.compile(r"(.+)/(\d\d):(\d\d):(\d\d)-(\d\d):(\d\d):(\d\d)", re.ASCII)
"""A segment of a soundscape, by its medium and its times."""

_SHAPES = ("ranked", "segment")
_UNITS = {"B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}


class InvalidTask(ValueError):
    """A task that baselines cannot answer; the text says what would be right."""


@dataclass(frozen=True)
class Task:
    """The public side of a task.

    Attributes
    ----------
    test_set, rules
        What runs answer, and what they must keep to.
    """

    test_set: TestSet
    rules: RunRules

    @property
    def kind(self) -> Kind:
        """What networks answer: images of the queries, or queries that are images themselves."""
        return "run" if self.test_set.media is None else "image_run"

    @property
    def names(self) -> list[str]:
        """The ids of what networks answer, in the order of the task."""
        return self.test_set.answerable(self.kind)

    @property
    def asked(self) -> Mapping[str, str]:
        """The query of each of these; a query that is an image itself is its own."""
        of_media = self.test_set.query_of_media
        return of_media or {name: name for name in self.names}

    @property
    def takes_image_runs(self) -> bool:
        """Whether an image run may come beside a run."""
        return self.kind == "image_run" and self.rules.image_runs


def read_task(folder: Path) -> Task:
    """Return the task of a folder; its ground truth is not looked at.

    Raises
    ------
    InvalidTask
        When its task.yaml cannot be read, or asks for runs of another shape.
    InvalidTable
        When one of its tables is wrong.
    """
    if not folder.is_dir():
        raise InvalidTask(f"{folder}: there is no such folder; right is a task folder")
    test_set = read_test_set(folder)
    path = folder / NAME
    if path.is_file():
        return Task(test_set, _read_rules(path))
    queries = test_set.answerable("run")
    shape: Shape = "segment" if all(SEGMENT.fullmatch(own) for own in queries) else "ranked"
    return Task(test_set, RunRules(shape, image_runs=True))


def _read_rules(path: Path) -> RunRules:
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise InvalidTask(f"{path}: {error}") from error
    block = document.get("run") or {} if isinstance(document, Mapping) else None
    if not isinstance(block, Mapping):
        raise InvalidTask(f"{path}: right is a task.yaml with the keys shape and run")
    shape = document.get("shape")
    if shape not in _SHAPES:
        raise InvalidTask(f"{path}: shape: {shape!r}; baselines answer {' and '.join(_SHAPES)}")
    most = block.get("max_predictions_per_query")
    if most is not None and type(most) is not int:
        raise InvalidTask(f"{path}: run.max_predictions_per_query: {most!r}; right is e.g. 100")
    return RunRules.from_json({**block, "shape": shape, **_size(path, block)})


def _size(path: Path, block: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the largest upload as `RunRules` has it, where a task says it."""
    if "max_upload" not in block:
        return {}
    number, _, unit = str(block["max_upload"]).partition(" ")
    if not number.isascii() or not number.isdigit() or unit not in _UNITS:
        raise InvalidTask(f"{path}: run.max_upload: {block['max_upload']!r}; right is e.g. 500 MB")
    return {"max_upload_bytes": int(number) * _UNITS[unit]}
