"""The method description: one schema, checked in words; one vocabulary."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from clefboard.task_folder import read_task_folder
from scoring.method import (
    METHOD_SCHEMA,
    METHOD_TAGS,
    broader_tags,
    canonical_tag,
    check_method_description,
)

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
VALIDATOR = Draft202012Validator(METHOD_SCHEMA)
LEAVES = json.loads((FIXTURES / "practice/leaves-practice.runs/expected.json").read_text())
TASKS = sorted(path.parent for path in FIXTURES.glob("*/*/task.yaml"))


# ---------------------------------------------------------------- the schema
def test_the_schema_is_one():
    Draft202012Validator.check_schema(dict(METHOD_SCHEMA))


@pytest.mark.parametrize("name", METHOD_SCHEMA["properties"])
def test_every_field_explains_itself_by_an_example(name: str):
    field = METHOD_SCHEMA["properties"][name]

    assert field["title"]
    assert field["description"].endswith(".")
    for example in field["examples"]:
        assert check_method_description({name: example}) == []
        assert VALIDATOR.is_valid({name: example})


@pytest.mark.parametrize("run", LEAVES)
def test_the_true_runs_are_described_rightly(run: str):
    assert check_method_description(LEAVES[run]["description"]) == []


@pytest.mark.parametrize("folder", TASKS, ids=lambda folder: folder.name)
def test_what_the_tasks_require_exists(folder: Path):
    assert set(read_task_folder(folder).required_description) <= METHOD_SCHEMA["properties"].keys()


def test_nothing_is_required():
    assert check_method_description({}) == []


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ([], "A method description is an object"),
        (None, "A method description is an object"),
        ({"architecture": ["x"]}, "no field 'architecture'; did you mean 'architectures'?"),
        ({"zzz": 1}, "no field 'zzz'; there are training_data, architectures,"),
        (
            {"training_data": ["clean"]},
            "a list of trusted, noisy, filtered, external or validation",
        ),
        ({"training_data": []}, "at least one (leave the field out otherwise)"),
        ({"training_data": "trusted"}, "a list of trusted"),
        ({"architectures": ["ResNet", "ResNet"]}, "none twice"),
        ({"architectures": [["ResNet"]]}, "a list of short texts"),
        ({"n_networks": 0}, "'n_networks' is 0; right is a whole number from 1"),
        ({"n_networks": 1.5}, "'n_networks' is 1.5; right is a whole number"),
        ({"n_networks": True}, "'n_networks' is true; right is a whole number"),
        ({"n_networks": "3"}, "'n_networks' is \"3\"; right is a whole number"),
        ({"training_hours": -1}, "right is a number from 0"),
        ({"training_hours": float("nan")}, "'training_hours' is NaN"),
        ({"training_hours": float("inf")}, "'training_hours' is Infinity"),
        ({"frozen": 1}, "'frozen' is 1; right is true or false"),
        ({"automatic": None}, "'automatic' is null; right is true or false"),
        ({"hardware": ""}, "text of at most 200 characters in one line"),
        ({"hardware": "x" * 201}, "text of at most 200 characters in one line"),
        ({"hardware": "a\u0000b"}, "text of at most 200 characters in one line"),
        ({"hardware": "\ud800"}, "text of at most 200 characters in one line"),
        ({"paper": "javascript:alert(1)"}, "a link that starts with https:// or http://"),
        ({"paper": "https://example.org/\n"}, "a link that starts with https:// or http://"),
    ],
)
def test_a_wrong_description_is_told_what_is_right(description: object, words: str):
    (sentence,) = check_method_description(description)

    assert words in sentence
    sentence.encode()  # whatever was sent, the answer can be


def test_all_is_said_at_once():
    assert len(check_method_description({"n_networks": 0, "frozen": 0, "x": 0})) == 3


def test_a_flood_of_keys_gets_a_short_answer():
    assert len(check_method_description({f"k{i}": 0 for i in range(10_000)})) == 50


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
near_right = st.sampled_from(
    [example for field in METHOD_SCHEMA["properties"].values() for example in field["examples"]]
    + [["trusted"], ["trusted", "trusted"], 1, 0, -1, 0.5, 2.0, 1e13, "x", "x" * 201, "https://x"]
)


@settings(deadline=None)  # a busy machine is no fault
@given(
    st.dictionaries(
        st.sampled_from([*METHOD_SCHEMA["properties"], "other"]), near_right | json_values
    )
)
def test_the_sentences_and_the_schema_judge_alike(description: dict[str, Any]):
    wrong = {
        error.absolute_path[0] if error.absolute_path else "other"
        for error in VALIDATOR.iter_errors(description)
    }

    sentences = check_method_description(description)

    assert {re.findall("'(.*?)'", sentence)[0] for sentence in sentences} == wrong


# ---------------------------------------------------------------- the vocabulary
def test_no_name_means_two_tags():
    names: dict[str, str] = {}
    for tags in METHOD_TAGS.values():
        for tag, entry in tags.items():
            for name in (tag, *entry.get("synonyms", ())):
                key = re.sub(r"[\W_]", "", name.casefold())
                assert names.setdefault(key, tag) == tag, name


def test_every_broader_tag_exists_and_none_is_its_own():
    for tags in METHOD_TAGS.values():
        for tag in tags:
            assert set(broader_tags(tag)) <= tags.keys() - {tag}


def test_the_fields_with_a_vocabulary_name_it():
    named = {field.get("x-vocabulary") for field in METHOD_SCHEMA["properties"].values()}

    assert named - {None} == METHOD_TAGS.keys()


def test_training_data_is_the_same_in_schema_and_vocabulary():
    words = METHOD_SCHEMA["properties"]["training_data"]["items"]["enum"]

    assert words == list(METHOD_TAGS["training_data"])


def test_an_unknown_tag_stays_as_it_is():
    assert canonical_tag("  Our  own (best) ") == "Our own (best)"


def rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "history" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def lineage(text: str) -> set[str]:
    return {canonical_tag(text), *broader_tags(text)}


def test_the_fields_own_terms_are_known():
    known = {tag for tags in METHOD_TAGS.values() for tag in tags}
    terms = {row["method"] for row in rows("method_use.csv")}
    for row in rows("plantclef2017_teams.csv"):
        terms |= {*row["architectures"].split(";"), *row["training_sets"].split(";")}

    assert {term for term in terms if canonical_tag(term) not in known} == set()


@pytest.mark.parametrize(
    "row",
    [r for r in rows("method_use.csv") if (r["year"], r["task"]) == ("2017", "PlantCLEF")],
    ids=lambda row: row["method"],
)
def test_the_teams_of_2017_count_as_the_sources_count_them(row: dict[str, str]):
    teams = rows("plantclef2017_teams.csv")

    using = [
        team["team"]
        for team in teams
        if canonical_tag(row["method"])
        in set().union(
            *map(lineage, team["architectures"].split(";") + team["training_sets"].split(";"))
        )
    ]

    assert len(using) == int(row["n_using"]), using
