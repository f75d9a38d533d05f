"""The JSON Schemas of a task folder's YAML files, and their errors in words for organisers."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry, Resource

from clefboard.task_folder.problems import Problem, did_you_mean
from clefboard.task_folder.yaml_source import YamlSource

SchemaName = Literal["task", "campaign", "data"]
_SPECIAL = {"uniqueItems": "a list that names nothing twice"}


@cache
def load_schema(name: SchemaName) -> Mapping[str, Any]:
    """Return the JSON Schema of task.yaml, campaign.yaml or data.yaml."""
    text = files("clefboard.task_folder").joinpath(f"{name}.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def schema_problems(source: YamlSource, name: SchemaName) -> Iterator[Problem]:
    """Yield what the schema finds, each thing once, with what would be right."""
    if not isinstance(source.data, dict):
        yield source.problem((), f"'key: value' lines are expected, see `{name}.schema.json`")
        return
    for error in _validator(name).iter_errors(source.data):
        yield from _in_words(error, source)


def broken_keys(source: YamlSource, name: SchemaName) -> set[str]:
    """Return the first-level keys whose values the schema refuses."""
    errors = _validator(name).iter_errors(source.data)
    return {str(error.absolute_path[0]) for error in errors if error.absolute_path}


def _matches_to_its_end(
    _: Validator, pattern: str, instance: object, __: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Read a pattern as JSON Schema means it: Python's own `$` lets a line's end stand behind it."""
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", pattern), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: type[Validator] = extend(  # type: ignore[no-untyped-call]  # untyped there
    Draft202012Validator, {"pattern": _matches_to_its_end}
)


@cache
def _validator(name: SchemaName) -> Validator:
    task: Resource[Any] = Resource.from_contents(load_schema("task"))
    registry = Registry().with_resource(load_schema("task")["$id"], task)
    validator: Validator = _Validator(load_schema(name), registry=registry)
    return validator


def _in_words(error: ValidationError, source: YamlSource) -> Iterator[Problem]:
    place = tuple(error.absolute_path)
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, source)
    elif error.validator == "required":
        missing = error.message.split("'")[1]
        right = schema["properties"][missing].get("description")
        hint = f": {right}" if right else ""
        yield source.problem(place, f"{_dotted((*place, missing))} is missing{hint}")
    elif error.parent is None or error.parent.validator != "anyOf":
        right = _SPECIAL.get(str(error.validator)) or schema.get("description") or error.message
        hint = did_you_mean(error.instance, [str(word) for word in schema.get("enum", ())])
        yield source.problem(place, f"{_dotted(place)}{_shown(error)}; right is {right}{hint}")


def _unknown_keys(error: ValidationError, source: YamlSource) -> Iterator[Problem]:
    assert isinstance(error.schema, dict)
    assert isinstance(error.instance, dict)
    known = list(error.schema["properties"])
    for key in error.instance.keys() - set(known):
        place = (*error.absolute_path, key)
        hint = did_you_mean(key, known) or f": known here are {', '.join(known)}"
        yield source.problem(place, f"unknown key {_dotted(place)}{hint}")


def _dotted(place: tuple[str | int, ...]) -> str:
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return f"'{text}'"


def _shown(error: ValidationError) -> str:
    text = json.dumps(error.instance, ensure_ascii=False)
    verb = (
        " has the key"
        if error.validator == "pattern" and "propertyNames" in error.schema_path
        else " is"
    )
    return f"{verb} {text if len(text) <= 60 else text[:57] + '...'}"
