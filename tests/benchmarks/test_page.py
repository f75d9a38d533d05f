"""The page: floors, tables and picture say what was measured, and what was not."""

import re
from dataclasses import replace

import pytest

from tests.bench import page
from tests.bench.scoring.contenders import CONTENDERS, CSV, ONE_THREAD, PANDAS, TWIN
from tests.bench.scoring.floors import floors
from tests.bench.scoring.measuring import Records, Start
from tests.bench.scoring.section import PICTURE, section

# Seconds and kilobytes, so that every floor just holds.
_JUST = {
    ("S", ONE_THREAD): (0.15, 20_000),
    ("S", PANDAS): (1.8, 200_000),
    ("S", CSV): (2.4, 300_000),
    ("S", "pytrec_eval"): (2.25, 300_000),
    ("S", "ir_measures"): (4.5, 300_000),
    ("S", "ranx"): (15.0, 900_000),
    ("S", "duckdb"): (0.6, 200_000),
    ("S", "polars, streaming"): (0.6, 200_000),
    ("S", "bare Python start"): (0.0375, 11_000),
    ("S", TWIN): (3.0, 30_000),
    ("M", ONE_THREAD): (1.3, 100_000),
    ("M", PANDAS): (30.0, 1_000_000),
    ("M", "cat"): (0.1, 9_000),
    ("L", ONE_THREAD): (6.5, 200_000),
    ("L", "clefboard score, 2 threads"): (4.5, 200_000),
    ("L", "cat"): (0.5, 9_000),
    ("S shuffled", ONE_THREAD): (0.6, 60_000),
    ("S longer", ONE_THREAD): (0.5, 22_000),
}


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "measured.jsonl", [])


@pytest.fixture
def full(records):
    for (world, name), (seconds, peak_kb) in _JUST.items():
        records.starts.append(Start(world, name, 1, seconds, 2 * seconds, peak_kb, busy=0.1))
    return records


# ---------------------------------------------------------------- floors
def test_every_floor_of_the_design_is_there_and_holds_at_its_edge(full):
    found = list(floors(full))

    assert [floor.verdict for floor in found] == ["held"] * 16
    assert {floor.wanted for floor in found if floor.what.startswith("L: ")} == {
        "at most 13 ×",
        "at most 9 ×",
    }


@pytest.mark.parametrize("measured", [key for key in _JUST if key[1] == ONE_THREAD], ids=str)
def test_a_floor_that_does_not_hold_says_so(full, measured):
    full.starts = [
        replace(own, seconds=2 * own.seconds, peak_kb=2 * own.peak_kb)
        if (own.world, own.contender) == measured
        else own
        for own in full.starts
    ]

    assert "not held" in {floor.verdict for floor in floors(full)}
    assert "**not held**" in "\n".join(section(full))


def test_nothing_measured_is_no_promise_kept(records):
    assert {floor.verdict for floor in floors(records)} == {"not measured"}


# ---------------------------------------------------------------- tables
def test_tables_say_who_was_measured_and_how_it_compares(full):
    text = "\n".join(section(full))

    assert "### S: 1,788,600 lines, 17,886 queries, 10,000 classes" in text
    assert "| naive pandas | 1.80 s | 1.80 s to 1.80 s | 12 | 3.60 s | 205 MB | no |" in text
    assert (
        "| **clefboard score, 1 thread** | 150 ms | 150 ms to 150 ms | 1.00 | 300 ms | 20 MB | yes |"
        in text
    )
    assert "| naive pandas | - | 1.80 s, 205 MB | 30.0 s, 1,024 MB | - |" in text


def test_tables_are_tables(full):
    rows = [line for line in section(full) if line.startswith("|")]
    widths = [row.count("|") for row in rows]

    for before, row, width in zip(widths, rows[1:], widths[1:], strict=False):
        if not re.match(r"\| (floor|) ?\|", row):
            assert width == before, row


def test_who_is_out_is_named_with_the_reason(full):
    full.starts.append(
        Start("M", CSV, 0, 1.0, 1.0, 1, 0.0, problem="naive csv ended with 1: no memory")
    )
    text = "\n".join(section(full))

    assert "- M: naive csv ended with 1: no memory" in text
    for missing in (own for own in CONTENDERS.values() if own.missing):
        assert f"- {missing.name}: {missing.missing}" in text


# ---------------------------------------------------------------- the picture
def test_the_picture_is_the_same_for_the_same_figures_and_has_both_lights(full, tmp_path):
    pytest.importorskip("matplotlib", reason="the extra bench draws")
    from tests.bench.scoring.picture import draw  # noqa: PLC0415  # wants matplotlib

    for name in ("one.svg", "other.svg"):
        draw(full, tmp_path / name)
    text = (tmp_path / "one.svg").read_text()
    words = re.findall(r"<text[^>]*>([^<]+)</text>", text)

    assert text == (tmp_path / "other.svg").read_text()
    assert "prefers-color-scheme: dark" in text
    assert {ONE_THREAD, TWIN, PANDAS, "seconds", "peak memory, MB", "lines"} <= set(words)


# ---------------------------------------------------------------- sections
def test_a_section_is_renewed_and_others_stay():
    text = ""
    for heading in reversed(page.HEADINGS):
        text = page.renew(text, heading, f"first\n\n### of {heading}\n\n| a |")
    again = page.renew(text, page.HEADINGS[1], "second")

    assert re.findall(r"^## (.+)$", again, re.MULTILINE) == [*page.HEADINGS]
    assert "### of Scoring a run" in again
    assert f"### of {page.HEADINGS[1]}" not in again
    assert page.renew(again, page.HEADINGS[1], "second") == again


def test_the_page_that_is_there_has_its_sections_and_its_picture():
    text = page.PAGE.read_text()
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)

    assert headings == [name for name in page.HEADINGS if name in headings]
    assert "The platform" in headings
    assert (page.PAGE.parent / PICTURE).exists() == ("Scoring a run" in headings)
