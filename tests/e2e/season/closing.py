"""How a campaign ends: results, a corrected truth, what is taken along."""

import hashlib
import re
import subprocess
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import expect

from tests.e2e.season import results
from tests.e2e.season.folder import correct_labels, pack
from tests.e2e.season.world import ORGANISERS, SLUG, TASK, Season, command, hold_against_command

# ---------------------------------------------------------------- results
ACCEPTED = {
    ("Sedges", 2): "sedges.csv",
    ("Sedges", 3): "sedges-2.csv",
    ("Hawkers", 1): "hawkers.csv",
    ("Hawkers", 2): "hawkers-2.csv",
}


def everybody_sees_the_private_part(season: Season) -> None:
    season.visitor.visits(TASK, "Leaderboard")
    season.visitor.reads_nothing_of("on the public part")
    shown = results.on_page(season.visitor.page)
    assert [line.team for line in shown] == [*["Sedges"] * 2, *["Hawkers"] * 2, ORGANISERS]
    hold_against_command(season, shown, "private", ACCEPTED)


def she_loads_a_corrected_truth(season: Season) -> None:
    ines = season.ines
    ines.organises(TASK, "Folder")
    fetched = ines.saves(ines.main.get_by_role("link", name="Fetch the folder"), season.desk)
    with ZipFile(fetched) as archive:
        archive.extractall(season.desk / "corrected")
    correct_labels(season.corrected, 12, 15)
    assert command(season, "task", "check", season.corrected).returncode == 0
    ines.sends_folder(pack(season.corrected), "Three moths were named wrongly.")
    ines.reads("This would change", "Truth version 2 waits")
    ines.agrees_to_it()


def all_runs_are_scored_again(season: Season) -> None:
    ines = season.ines
    ines.follows("Ground truth")
    ines.follows("What it would change (version 2)")
    relabelled = ines.page.get_by_role("region", name="Labels changed").get_by_role("row")
    expect(relabelled).to_have_count(1 + 3)
    ines.begins_rescoring("Three moths were named wrongly.")
    ines.reads(re.compile("5 of 5 runs are finished"))
    ines.looks_around("ready")


def she_compares_while_others_see_the_old_numbers(season: Season) -> None:
    season.ines.reads("Only organisers see these numbers.")
    expect(season.ines.compared("Hawkers · Run 2")).to_contain_text("↑")
    season.visitor.visits(TASK, "Leaderboard")
    hold_against_command(season, results.on_page(season.visitor.page), "private", ACCEPTED)


def she_puts_it_in_force(season: Season) -> None:
    season.ines.presses("Put version 2 in force")
    season.ines.reads("Truth version 2 is in force")
    season.visitor.visits(TASK, "Leaderboard")
    shown = results.on_page(season.visitor.page)
    assert [line.team for line in shown] == [*["Hawkers"] * 2, *["Sedges"] * 2, ORGANISERS]
    hold_against_command(season, shown, "private", ACCEPTED, folder=season.corrected)


# ---------------------------------------------------------------- taken along
def the_files_say_what_the_page_says(season: Season) -> None:
    shown = results.on_page(season.visitor.page)
    for name, read in results.READERS.items():
        lines = read(_taken_along(season, name))
        assert [line.place for line in lines] == [line.place for line in shown]
        hold_against_command(season, lines, "private", ACCEPTED, folder=season.corrected, digits=4)
    intervals = results.intervals_in_csv(_taken_along(season, "CSV"))
    for run, name in ACCEPTED.items():
        scores = results.by_command(season.desk / name, season.corrected, "private")
        assert intervals[run] == results.intervals(scores)
    assert re.findall(r"@misc\{(.+),", _taken_along(season, "BibTeX")) == [
        *("moths-overview", "moths:hawkers", "moths:sedges"),
        "moths:organisers-of-moth-season",
    ]


def _taken_along(season: Season, name: str) -> str:
    """Return the file that a link below the leaderboard leads everybody to."""
    link = season.visitor.main.get_by_role("link", name=name, exact=True)
    return season.visitor.saves(link, season.desk).read_text()


def the_final_package_is_whole(season: Season) -> None:
    ines = season.ines
    ines.organises(TASK, "Exports")
    ines.presses("Make the package")
    archive = ines.saves(ines.waits_for_the_package(), season.desk)
    assert hashlib.sha256(archive.read_bytes()).hexdigest() in ines.main.inner_text()
    with ZipFile(archive) as packed:
        packed.extractall(season.desk / "package")
    (package,) = (season.desk / "package").iterdir()
    sums = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    subprocess.run(sums, cwd=package, check=True, capture_output=True)
    _package_scores_as_the_page(season, package)


def _package_scores_as_the_page(season: Season, package: Path) -> None:
    shown = results.on_page(season.visitor.page)
    for team, number in ACCEPTED:
        (run_file,) = (
            path
            for path in (package / "runs" / team.lower()).glob(f"run-{number}.*")
            if path.suffix not in {".json", ".npz"}
        )
        scores = results.by_command(run_file, package / SLUG, "private")
        assert results.scores_of(shown, team, number) == results.rounded(scores, digits=3)
