"""Values into a task folder, so that reading it again gives the same values."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML, ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from clefboard.task_folder.sizes import format_size
from clefboard.task_folder.task import DataSet, Phase, Subset, TaskFolder

_STR = "tag:yaml.org,2002:str"


def write_task_folder(task: TaskFolder, target: Path) -> None:
    """Write a folder.

    Parameters
    ----------
    task
        What to write. Its tables and the local files of its data sets are copied from where
        they lie: tables from their paths, data files from ``task.folder``.
    target
        A folder that does not exist yet, or is empty.

    Raises
    ------
    FileExistsError
        When the target holds something already.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty: a task is written into a folder of its own")
    for name, text in folder_texts(task).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_text(text, "utf-8", newline="\n")
    for name, table in task.tables.items():
        shutil.copyfile(table.path, target / name)
    for data_set in task.data_sets:
        for file in data_set.files:
            if not file.url:
                place = f"data/{data_set.slug}/{file.name}"
                shutil.copyfile(task.folder / place, target / place)


def folder_texts(task: TaskFolder) -> dict[str, str]:
    """Return the texts of a folder by their places in it: all but tables and data files."""
    texts = {
        "task.yaml": dump_yaml(task_document(task)),
        "overview.md": task.overview,
        "rules.md": task.rules,
    }
    for data_set in task.data_sets:
        texts[f"data/{data_set.slug}/data.yaml"] = dump_yaml(data_set_document(data_set))
    return texts


def task_document(task: TaskFolder) -> dict[str, Any]:
    """Return what task.yaml says, as plain data in the order of the documentation."""
    document = {
        "task": task.slug,
        "campaign": task.campaign,
        "title": dict(task.title),
        "question": dict(task.question),
        "generated": task.generated,
        "generate": asdict(task.generate) if task.generate else None,
        "shape": task.run_rules.shape,
        "run": _run_block(task),
        "metrics": list(task.metrics),
        "subsets": [_subset(subset) for subset in task.subsets],
        "limits": asdict(task.limits),
        "visibility": task.visibility,
        "truth": task.truth,
        "split": _without_none(asdict(task.split)) if task.split else None,
        "phases": {kind: _phase(phase) for kind, phase in task.phases.items()},
        "registration": {"approval": task.approval},
        "method_description": {"required": list(task.required_description)},
        "required_runs": [
            {"at_least": r.at_least, "training_data": list(r.training_data)}
            for r in task.required_runs
        ],
    }
    return _without_none(document)


class _Representer(RoundTripRepresenter):
    """Texts of several lines as blocks, moments in UTC as they are documented."""

    def represent_text(self, text: str) -> ScalarNode:
        """Return a text as people would write it."""
        return self.represent_scalar(_STR, str(text), style="|" if "\n" in text else None)

    def represent_moment(self, moment: datetime) -> ScalarNode:
        """Return a moment such as 2017-05-08T21:59:59Z."""
        text = moment.isoformat().replace("+00:00", "Z")
        return self.represent_scalar("tag:yaml.org,2002:timestamp", text)

    def represent_nothing(self, _: None) -> ScalarNode:
        """Return null, which says more than a blank."""
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_nothing)
_Representer.add_representer(str, _Representer.represent_text)
_Representer.add_multi_representer(str, _Representer.represent_text)  # a choice of an enumeration
_Representer.add_representer(datetime, _Representer.represent_moment)


def dump_yaml(document: Mapping[str, Any]) -> str:
    """Return a document as YAML that keeps its order and its letters."""
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = 100
    text = StringIO()
    yaml.dump(dict(document), text)
    return text.getvalue()


def _run_block(task: TaskFolder) -> dict[str, Any]:
    rules = task.run_rules
    return {
        "max_predictions_per_query": rules.max_predictions_per_query,
        "missing_queries": rules.missing_queries,
        "scores": rules.scores,
        "unknown_class": rules.unknown_class,
        "image_runs": rules.image_runs,
        "group_by": rules.group_by,
        "max_upload": format_size(rules.max_upload_bytes),
    }


def _subset(subset: Subset) -> str | dict[str, Any]:
    return {"column": subset.column, "bands": list(subset.bands)} if subset.bands else subset.column


def _phase(phase: Phase | None) -> str | dict[str, Any]:
    return "never" if phase is None else _without_none(asdict(phase))


def _without_none(block: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in block.items() if value is not None}


def data_set_document(data_set: DataSet) -> dict[str, Any]:
    """Return what data.yaml says, as plain data."""
    document = asdict(data_set)
    del document["slug"]
    document["files"] = [_without_empty_url(entry) for entry in document["files"]]
    return document


def _without_empty_url(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value != ""}
