"""Scores in three places: on a page, in the files that are taken along, and by the command."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.clefboard.cli.command import clefboard

METRICS = ("mrr", "top_1", "top_5")


@dataclass(frozen=True)
class Line:
    """A line of a leaderboard: who, with which rank, and the scores with so many digits."""

    rank: str
    team: str
    run: int
    scores: tuple[str, ...]

    @property
    def place(self) -> tuple[str, str, int]:
        return self.rank, self.team, self.run


def on_page(page: Page) -> list[Line]:
    """Return the leaderboard as somebody reads it, with three digits."""
    rows = page.locator("table.leaderboard tbody tr:not(.section, .parts)")
    return [
        Line(
            row.locator(".rank").inner_text().strip("\u2013 "),
            row.locator(".team").inner_text(),
            int(_found(r"Run (\d+)", row.locator(".who").inner_text())),
            tuple(score.inner_text().split()[0] for score in row.locator(".num .score").all()),
        )
        for row in rows.all()
    ]


def in_csv(text: str) -> list[Line]:
    return [
        Line(row["rank"], row["team"], int(row["run"]), tuple(row[name] for name in METRICS))
        for row in csv.DictReader(io.StringIO(text), delimiter=";")
    ]


def in_json(text: str) -> list[Line]:
    return [
        Line(
            str(entry["rank"] or ""),
            entry["team"],
            entry["run"],
            tuple(f"{entry['scores'][name]:.4f}" for name in METRICS),
        )
        for entry in json.loads(text)["entries"]
    ]


def in_tex(text: str) -> list[Line]:
    rows = re.findall(r"^(\d+|--) & (.*?) & Run (\d+).*? & (.*) \\\\$", text, re.MULTILINE)
    return [
        Line(rank.replace("--", ""), team, int(run), tuple(re.findall(r"\d\.\d{4}", cells)))
        for rank, team, run, cells in rows
    ]


READERS: Mapping[str, Callable[[str], list[Line]]] = {
    "CSV": in_csv,
    "JSON": in_json,
    "LaTeX": in_tex,
}


def intervals_in_csv(text: str) -> dict[tuple[str, int], list[str]]:
    """Return for each run the ends of its intervals."""
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    ends = [f"{name} {end}" for name in METRICS for end in ("low", "high")]
    return {(row["team"], int(row["run"])): [row[end] for end in ends] for row in rows}


@cache  # no file of a season changes
def by_command(run_file: Path, folder: Path, part: str) -> dict[str, dict[str, float]]:
    """Return what `clefboard score` says of a run by the truth of a folder, on one part of it."""
    words = ("score", run_file, "--task", folder, "--by", "Usage", "--ci", "--json")
    said = clefboard(*words, home=folder.parent)
    assert said.returncode == 0, said.stderr
    scores = json.loads(said.stdout)["by"]["Usage"][part]
    return {name: scores[name] for name in METRICS}


def rounded(scores: Mapping[str, Mapping[str, float]], digits: int) -> tuple[str, ...]:
    return tuple(f"{scores[name]['value']:.{digits}f}" for name in METRICS)


def intervals(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    return [f"{scores[name][end]:.4f}" for name in METRICS for end in ("low", "high")]


def scores_of(lines: Iterable[Line], team: str, run: int) -> tuple[str, ...]:
    """Return the scores of one run."""
    (found,) = (line for line in lines if (line.team, line.run) == (team, run))
    return found.scores


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[1]
