"""The record of a baseline as people read it."""

from typing import Any

import pytest

from campaign.templatetags.records import Section, baseline_record

SHA = "0123456789abcdef" * 4
# As `python -m baselines official` writes it.
OFFICIAL: dict[str, Any] = {
    "config": {"name": "first", "seed": 1},
    "code": {"version": "0.1", "sha256": SHA},
    "data": {"sha256": SHA, "images": 17886, "observations": 800, "classes": 40},
    "networks": [
        {
            "file": "network_1/model.safetensors",
            "sha256": SHA,
            "weights": {"source": "scratch", "sha256": ""},
            "images": 720,
            "kept_apart": 80,
        },
        {
            "file": "network_2/model.safetensors",
            "sha256": SHA,
            "weights": {"source": "scratch", "sha256": ""},
            "images": 730,
            "kept_apart": 70,
        },
    ],
    "runs": {"run.csv.gz": SHA, "run.images.csv.gz": SHA},
    "versions": {"python": "3.11.7", "torch": "2.14.1"},
    "hardware": {"device": "NVIDIA H100 80 GiB", "gpus": 2, "threads": 8, "ranks": 2},
    "phases": {
        "training": {"seconds": 5400.25, "joules": {"gpu": 1234567.0}},
        "answering": {"seconds": 61.52, "joules": {}},
    },
    "energy": {"gpu": 1234567.0},
    "findings": ["3 files cannot be read: a.jpg, b.jpg, c.jpg", "1 class is unknown: c99"],
}


def sections(record: dict[str, Any]) -> dict[str, Section]:
    return {one.title: one for one in baseline_record(record)["sections"]}


def facts(section: Section) -> dict[str, str]:
    return {label: value.text for label, value in section.facts}


def test_an_official_record_is_read_section_by_section():
    found = sections(OFFICIAL)
    assert list(found) == [
        *("Hardware", "Time and energy", "Data", "Networks", "Run files", "Code", "Versions"),
    ]
    assert facts(found["Hardware"]) == {
        "Device": "NVIDIA H100 80 GiB",
        "GPUs": "2",
        "Threads": "8",
        "Ranks": "2",
    }
    assert facts(found["Time and energy"]) == {
        "Training · seconds": "5\u202f400",
        "Training · joules · gpu": "1\u202f234\u202f567",
        "Answering · seconds": "61.5",
        "Energy in joules · gpu": "1\u202f234\u202f567",
    }
    assert facts(found["Data"]) == {
        "SHA-256": SHA,
        "Images": "17\u202f886",
        "Observations": "800",
        "Classes": "40",
        "Findings": "3 files cannot be read: a.jpg, b.jpg, c.jpg\n1 class is unknown: c99",
    }
    assert facts(found["Run files"]) == {"run.csv.gz": SHA, "run.images.csv.gz": SHA}
    assert facts(found["Versions"]) == {"python": "3.11.7", "torch": "2.14.1"}


def test_networks_are_a_table_without_what_none_of_them_says():
    (table,) = sections(OFFICIAL)["Networks"].tables
    assert table.columns == ["File", "SHA-256", "Weights · source", "Images", "Kept apart"]
    assert [[value.text for value in row][3:] for row in table.rows] == [
        ["720", "80"],
        ["730", "70"],
    ]
    assert [value.is_digest for value in table.rows[0]] == [False, True, False, False, False]


def test_energy_that_was_not_measured_is_said_so():
    found = sections({"energy": "not measured"})
    assert facts(found["Time and energy"]) == {"Energy in joules": "not measured"}


def test_a_record_of_experiments_is_read_too():
    record = {
        "experiment": {"name": "bagged", "lessons": [{"draw": 1, "side": ""}], "asked": ""},
        "learning": {"seconds": 69.1578, "cpu_seconds": 25.38},
        "machine": {"processor": "Xeon", "cores": 2},
        "load_before": 9.53,
        "data_sha256": SHA,
    }
    found = sections(record)
    assert facts(found["Hardware"]) == {
        "Processor": "Xeon",
        "Cores": "2",
        "Load of the machine before": "9.53",
    }
    assert facts(found["Time and energy"]) == {
        "Learning · seconds": "69.2",
        "Learning · processor seconds": "25.4",
    }
    assert facts(found["Experiment"]) == {"Name": "bagged"}
    (lessons,) = found["Experiment"].tables
    assert lessons.columns == ["Draw"]
    assert facts(found["Data"]) == {"SHA-256": SHA}


@pytest.mark.parametrize(
    ("record", "shown"),
    [
        ({"mood": "good"}, {"Mood": "good"}),
        ({"a": {"b": {"c": {"d": {"e": 1}}}}}, {"A · b · c · d": "{'e': 1}"}),
        ({"hardware": "a laptop"}, {"Hardware": "a laptop"}),
        (
            {"views": ["whole", "turned"], "is_frozen": True},
            {"Views": "whole, turned", "Is frozen": "yes"},
        ),
        ({"networks": 7}, {"Networks": "7"}),
        ({"nothing": [], "empty": "", "none": None}, {}),
    ],
)
def test_whatever_is_written_down_is_shown_under_its_own_name(record, shown):
    found = {label: text for one in sections(record).values() for label, text in facts(one).items()}
    assert found == shown


def test_a_record_of_thousands_of_lines_makes_a_page_of_hundreds():
    found = sections({"runs": {str(n): n for n in range(9_999)}, "networks": [{"n": 1}] * 9_999})
    assert len(found["Run files"].facts) == len(found["Networks"].tables[0].rows) == 200
