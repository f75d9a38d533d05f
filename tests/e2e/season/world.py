"""All that is at hand while a campaign lasts, and what several of its chapters do."""

import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.clefboard.cli.command import clefboard
from tests.e2e.season import results
from tests.e2e.season.captain import Captain
from tests.e2e.season.folder import edge_of
from tests.e2e.season.organiser import Organiser
from tests.e2e.season.people import Looks
from tests.e2e.test_command_line import Laptop
from tests.live_platform import LivePlatform

TASK, SLUG = "Moths", "moths"
ORGANISERS = "Organisers of The moth season"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Season:
    """All that is at hand."""

    platform: LivePlatform
    looks: Looks
    desk: Path
    olga: Organiser
    ines: Organiser
    ada: Captain
    bo: Captain
    carl: Captain
    visitor: Captain

    @property
    def folder(self) -> Path:
        return self.desk / "lab" / SLUG

    @property
    def corrected(self) -> Path:
        """The folder as the platform gave it back, with other labels."""
        return self.desk / "corrected" / SLUG

    def edge(self, phase: str, edge: str) -> datetime:
        """Return when a phase opens or closes, as the folder was written at first."""
        return edge_of(self.folder, phase, edge)

    def it_is(self, after: timedelta, phase: str, edge: str) -> None:
        """Let so much time pass since then."""
        self.platform.let_it_be(self.edge(phase, edge) + after)

    def file(self, name: str, text: str) -> Path:
        path = self.desk / name
        path.write_text(text)
        return path


def command(season: Season, *words: str | Path) -> subprocess.CompletedProcess[str]:
    return clefboard(*words, home=season.desk)


def laptop_of(season: Season, owner: Captain) -> Laptop:
    if not owner.token:
        owner.makes_token()
    return Laptop(season.desk, season.platform.url, owner.token)


def hold_against_command(
    season: Season,
    shown: list[results.Line],
    part: str,
    runs: dict[tuple[str, int], str],
    *,
    folder: Path | None = None,
    digits: int = 3,
) -> None:
    """Hold what is shown of runs against `clefboard score`, on a part of the test."""
    for (team, number), name in runs.items():
        scores = results.by_command(season.desk / name, folder or season.folder, part)
        assert results.scores_of(shown, team, number) == results.rounded(scores, digits)
