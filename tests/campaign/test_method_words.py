"""The words of method descriptions are those of the scorer's schema and vocabulary."""

from campaign.method_words import _TAGS, QUESTIONS, UNITS
from scoring import METHOD_SCHEMA, METHOD_TAGS, canonical_tag


def test_what_the_fields_ask_for_are_messages():
    fields = METHOD_SCHEMA["properties"].values()

    assert {field["description"] for field in fields} == QUESTIONS


def test_the_units_that_stand_beside_a_title_are_messages():
    fields = METHOD_SCHEMA["properties"].values()
    units = {field.get("x-unit", "") for field in fields if "x-unit" in field}
    titles = " ".join(field["title"].lower() for field in fields)

    assert {unit for unit in units if unit.lower() not in titles} == UNITS


def test_only_tags_of_the_vocabulary_have_words():
    known = {tag for tags in METHOD_TAGS.values() for tag in tags}

    assert {canonical_tag(tag) for tag in _TAGS} <= known
