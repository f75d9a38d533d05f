"""The command: what is asked for is measured and printed; what was measured whole is written."""

import sys

import pytest

from tests.bench import __main__ as command, page
from tests.bench.figures import Figure

QUICK = Figure("a page", (0.2, 0.1, 0.6), "s", "< 1")
BUSY = Figure("a board", (12.0, 10.0), "ms")


@pytest.fixture
def ask(monkeypatch, tmp_path, capsys):
    """Return a way to give the command words, and get what it printed and wrote."""
    benches = {"quick": lambda _: iter([QUICK]), "busy": lambda _: iter([BUSY])}
    monkeypatch.setattr(command, "SECTIONS", {"The platform": benches})
    monkeypatch.setattr(command, "_SECTIONED", ("peers", "quick", "busy"))
    monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")

    def ask(*words: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "argv", ["bench", *words])
        command.main()
        return capsys.readouterr().out, page.PAGE.read_text() if page.PAGE.exists() else ""

    return ask


def test_a_part_is_printed_and_the_page_stays(ask):
    printed, written = ask("quick")

    assert "| a page | 0.20 s | 0.10 s | 0.60 s | < 1 |" in printed
    assert "a board" not in printed
    assert not written


def test_a_whole_section_is_written_where_that_is_asked_for(ask):
    _, written = ask("quick", "busy", "--write", "--repeats", "3")

    assert "## The platform" in written
    assert "medians of 3; load of the machine at the start" in written
    assert "| a board | 11 ms | 10 ms | 12 ms |  |" in written


def test_half_a_section_is_never_written(ask):
    assert ask("quick", "--write")[1] == ""


@pytest.mark.parametrize("words", [["nothing"], ["peers", "--size", "XL"]], ids=str)
def test_what_is_not_there_is_refused_with_what_is(ask, words, capsys):
    with pytest.raises(SystemExit):
        ask(*words)

    assert "invalid choice" in capsys.readouterr().err
