"""The method description of a run: its schema, and one vocabulary of method tags.

The schema is plain JSON Schema, so that forms, the API and other people's programs can read it. It is
checked here without `jsonschema`: the few keywords it uses take less code than turning that library's
errors into sentences, and `scoring` stays light. A test holds the two to the same judgement.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

_MOST_PROBLEMS = 50  # what is sent may have a million keys
_HERE = Path(__file__).parent


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_HERE / name).read_text(encoding="utf-8"))
    return content


METHOD_SCHEMA: Mapping[str, Any] = _read("method.schema.json")
METHOD_TAGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = _read("method_tags.json")


# ---------------------------------------------------------------- checking
def check_method_description(description: object) -> list[str]:
    """Return what is wrong with a method description, a sentence each; nothing when it is right.

    Examples
    --------
    >>> check_method_description({})
    []
    >>> check_method_description({"n_network": 3})
    ["There is no field 'n_network'; did you mean 'n_networks'?"]
    >>> check_method_description({"n_networks": 0})
    ["'n_networks' is 0; right is a whole number from 1 to 1,000,000."]
    """
    if not isinstance(description, dict):
        return [
            f'A method description is an object such as {{"n_networks": 3}}, not {_shown(description)}.'
        ]
    return list(islice(_problems(description), _MOST_PROBLEMS))


def _problems(description: Mapping[Any, Any]) -> Iterator[str]:
    fields = METHOD_SCHEMA["properties"]
    for name, value in description.items():
        if name not in fields:
            yield _unknown(str(name), list(fields))
            continue
        schema = _resolved(fields[name])
        if not _CHECKS[schema["type"]](value, schema):
            yield f"'{name}' is {_shown(value)}; right is {_in_words(schema)}."


def _unknown(name: str, known: list[str]) -> str:
    nearest = get_close_matches(name[:60], known, n=1, cutoff=0.5)
    hint = f"did you mean '{nearest[0]}'?" if nearest else f"there are {', '.join(known)}."
    return f"There is no field '{_printable(name)}'; {hint}"


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with the shared part that it refers to."""
    return METHOD_SCHEMA["$defs"]["text"] | schema if "$ref" in schema else schema


def _is_text(value: object, schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, str):
        return False
    if "enum" in schema:
        return value in schema["enum"]
    return len(value) <= schema["maxLength"] and re.search(schema["pattern"], value) is not None


def _is_list(value: object, schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, list):
        return False
    longest = schema.get("maxItems", math.inf)
    right_length = schema["minItems"] <= len(value) <= longest
    items = _resolved(schema["items"])
    return (
        right_length
        and all(_is_text(item, items) for item in value)
        and len(set(value)) == len(value)
    )


def _is_number(value: Any, schema: Mapping[str, Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # Infinity and NaN, which JSON readers may let through, fall outside every range.
    return bool(schema["minimum"] <= value <= schema["maximum"])


def _is_whole(value: Any, schema: Mapping[str, Any]) -> bool:
    return _is_number(value, schema) and value == int(value)


def _is_boolean(value: object, _: Mapping[str, Any]) -> bool:
    return isinstance(value, bool)


_CHECKS: Mapping[str, Callable[[object, Mapping[str, Any]], bool]] = {
    "string": _is_text,
    "array": _is_list,
    "number": _is_number,
    "integer": _is_whole,
    "boolean": _is_boolean,
}


def _in_words(schema: Mapping[str, Any]) -> str:
    """Return what the schema takes, for people."""
    kind = schema["type"]
    if kind == "boolean":
        return "true or false"
    if kind == "array":
        words = schema["items"].get("enum")
        what = " or ".join((", ".join(words[:-1]), words[-1])) if words else "short texts"
        return f"a list of {what}, none twice, at least one (leave the field out otherwise)"
    if kind == "string":
        is_link = schema["pattern"].startswith("^http")
        what = "a link that starts with https:// or http://," if is_link else "text"
        return f"{what} of at most {schema['maxLength']} characters in one line"
    number = "a whole number" if kind == "integer" else "a number"
    return f"{number} from {schema['minimum']} to {schema['maximum']:,}"


def _shown(value: object) -> str:
    return _printable(json.dumps(value, ensure_ascii=False, default=str))


def _printable(text: str) -> str:
    """Return a text short, and fit for every encoding: what was sent may hold anything."""
    short = text if len(text) <= 60 else f"{text[:57]}..."
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in short
    )


# ---------------------------------------------------------------- vocabulary
def canonical_tag(text: str) -> str:
    """Return the one name of a method tag; what the vocabulary does not know stays as it is.

    Case, blanks and punctuation do not matter, nor does a remark in brackets at the end.

    Examples
    --------
    >>> canonical_tag("inception v1"), canonical_tag("ResNet50 (modified)"), canonical_tag(" MyNet ")
    ('GoogLeNet', 'ResNet-50', 'MyNet')
    """
    plain = " ".join(text.split())
    without_remark = re.sub(r"\s*\([^()]*\)$", "", plain)
    return _NAMES.get(_key(plain)) or _NAMES.get(_key(without_remark)) or plain


def broader_tags(text: str) -> list[str]:
    """Return what a tag is a kind of, the nearest first.

    Examples
    --------
    >>> broader_tags("ResNet-50")
    ['ResNet', 'convolutional neural network', 'deep neural network']
    """
    found = []
    tag = _BROADER.get(canonical_tag(text))
    while tag:
        found.append(tag)
        tag = _BROADER.get(tag)
    return found


def _key(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _named(tags: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for tag, entry in tags.items():
        for name in (tag, *entry.get("synonyms", ())):
            yield _key(name), tag


_NAMES = {key: tag for tags in METHOD_TAGS.values() for key, tag in _named(tags)}
_BROADER = {
    tag: entry["broader"]
    for tags in METHOD_TAGS.values()
    for tag, entry in tags.items()
    if "broader" in entry
}
