"""A task folder into values."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clefboard.task_folder.campaign import campaign_problems
from clefboard.task_folder.check import find_notes, find_problems
from clefboard.task_folder.contents import Contents, read_contents
from clefboard.task_folder.problems import InvalidTaskFolder, Problem
from clefboard.task_folder.sizes import parse_size
from clefboard.task_folder.task import (
    OPEN_UNLESS_WRITTEN,
    PHASES,
    DataFile,
    DataSet,
    Limits,
    Phase,
    Recipe,
    RequiredRuns,
    Split,
    Subset,
    Table,
    TaskFolder,
)
from clefboard.task_folder.times import parse_moment
from scoring import RunRules


@dataclass(frozen=True)
class FolderCheck:
    """The judgement on a folder.

    Attributes
    ----------
    task
        What the folder says; None where there are problems.
    problems
        All that has to be put right.
    notes
        What is right and worth a look, e.g. a date that was read as midnight.
    """

    task: TaskFolder | None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def check_task_folder(path: Path) -> FolderCheck:
    """Judge a folder; never raises for what its files say."""
    try:
        contents = read_contents(path)
    except InvalidTaskFolder as error:
        return FolderCheck(None, tuple(error.problems))
    found = [*find_problems(contents), *campaign_problems(path)]
    problems = InvalidTaskFolder(found).problems
    if problems or contents.task is None:
        return FolderCheck(None, tuple(problems))
    notes = tuple(find_notes(contents, contents.task))
    return FolderCheck(_build(contents, contents.task.data), (), notes)


def read_task_folder(path: Path) -> TaskFolder:
    """Read a folder.

    Parameters
    ----------
    path
        The folder that holds task.yaml.

    Raises
    ------
    InvalidTaskFolder
        With all problems at once, each with file, line and what would be right.
    """
    check = check_task_folder(path)
    if check.task is None:
        raise InvalidTaskFolder(check.problems)
    return check.task


def _build(contents: Contents, data: Mapping[str, Any]) -> TaskFolder:
    generate = data.get("generate")
    return TaskFolder(
        folder=contents.folder,
        slug=data["task"],
        campaign=data["campaign"],
        title=data["title"],
        question=data["question"],
        run_rules=read_run_rules(data["shape"], data.get("run", {})),
        metrics=tuple(data["metrics"]),
        overview=contents.texts["overview.md"],
        rules=contents.texts["rules.md"],
        generated=data.get("generated", False),
        generate=Recipe(**generate) if generate else None,
        subsets=tuple(_subset(entry) for entry in data.get("subsets", [])),
        limits=Limits(**data.get("limits", {})),
        visibility=data.get("visibility", "never"),
        truth=data.get("truth", "hidden"),
        split=Split(**data["split"]) if data.get("split") else None,
        phases={kind: _phase(kind, data.get("phases", {})) for kind in PHASES},
        approval=data.get("registration", {}).get("approval", False),
        required_description=tuple(data.get("method_description", {}).get("required", [])),
        required_runs=tuple(_required_runs(entry) for entry in data.get("required_runs", [])),
        data_sets=tuple(_data_set(slug, s.data) for slug, s in contents.data_sets.items()),
        tables={name: Table.at(path) for name, path in contents.tables.items()},
    )


def read_run_rules(shape: str, block: Mapping[str, Any]) -> RunRules:
    """Return the rules of a `run:` block; what it leaves out has the documented default."""
    rules = {name: value for name, value in block.items() if name != "max_upload"}
    if "max_upload" in block:
        rules["max_upload_bytes"] = parse_size(block["max_upload"])
    return RunRules.from_json({"shape": shape, **rules})


def _subset(entry: str | Mapping[str, Any]) -> Subset:
    return (
        Subset(entry) if isinstance(entry, str) else Subset(entry["column"], tuple(entry["bands"]))
    )


def _phase(kind: str, blocks: Mapping[str, Any]) -> Phase | None:
    block = blocks.get(kind, {} if kind in OPEN_UNLESS_WRITTEN else "never")
    if block == "never":
        return None
    return Phase(**{edge: parse_moment(text) for edge, text in block.items()})


def _required_runs(entry: Mapping[str, Any]) -> RequiredRuns:
    return RequiredRuns(entry["at_least"], tuple(entry["training_data"]))


def _data_set(slug: str, data: Mapping[str, Any]) -> DataSet:
    files = sorted((DataFile(**entry) for entry in data.get("files", [])), key=lambda f: f.name)
    return DataSet(**{**data, "slug": slug, "files": tuple(files)})
