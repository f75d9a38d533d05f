"""docs/method-description.md says what the schema and the vocabulary say."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scoring import METHOD_SCHEMA, METHOD_TAGS

PAGE = (Path(__file__).parents[2] / "docs" / "method-description.md").read_text()


def field_rows() -> Iterator[str]:
    for name, field in METHOD_SCHEMA["properties"].items():
        kind = {"array": "list of texts", "integer": "whole number", "boolean": "true or false"}
        what = kind.get(field.get("type", "string"), field.get("type", "string")).replace(
            "string", "text"
        )
        example = json.dumps(field["examples"][0])
        yield f"| `{name}` | {what} | {field.get('x-unit', '')} | {field['description']} | `{example}` |"


def tag_rows(tags: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for tag, entry in tags.items():
        yield f"| {tag} | {entry.get('broader', '')} | {', '.join(entry.get('synonyms', []))} |"


def lines_below(heading: str) -> list[str]:
    section = PAGE.split(f"\n{heading}\n", 1)[1].split("\n#", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| ")][1:]


def test_the_table_of_fields_is_the_schema():
    assert lines_below("## Fields") == list(field_rows())


def test_the_tables_of_tags_are_the_vocabulary():
    for kind, tags in METHOD_TAGS.items():
        assert lines_below(f"### `{kind}`") == list(tag_rows(tags))
