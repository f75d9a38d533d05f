"""How a campaign runs: uploads, the deadline, its extension, late runs."""

from playwright.sync_api import expect

from tests.e2e.season import results
from tests.e2e.season.folder import run_lines
from tests.e2e.season.world import (
    DAY,
    HOUR,
    ORGANISERS,
    SLUG,
    TASK,
    Season,
    hold_against_command,
    laptop_of,
)


# ---------------------------------------------------------------- runs
def a_broken_run_is_told_what_is_wrong_with_it(season: Season) -> None:
    ada = season.ada
    broken = season.file("broken.csv", run_lines(12, 12).replace("q7;moth-7;", "q7;bat-7;"))
    ada.visits(TASK)
    ada.follows("Upload a run")
    ada.chooses(broken)
    ada.presses_here("Check the file")
    ada.reads("broken.csv would be rejected.", "bat-7")
    ada.looks_around("with a check")
    ada.uploads(broken, "Light trap")
    ada.waits_until("Rejected")
    ada.reads("bat-7", "It costs nothing of your quota")


def a_good_one_is_scored_and_described(season: Season) -> None:
    ada = season.ada
    ada.follows("Upload it again")
    sent = season.file("sedges.csv", run_lines(12, 14))
    ada.chooses(sent)
    ada.presses_here("Check the file")
    ada.reads("sedges.csv is right.")
    ada.uploads(sent, "Light trap")
    ada.waits_until("Scored")
    ada.reads("On the public part of the test.")
    ada.visits(TASK, "My runs")
    ada.reads("description incomplete", "So far 0, by the runs' descriptions.")
    ada.describes(data="trusted", architecture="ResNet-50")
    ada.visits(TASK, "My runs")
    ada.reads("Done.", "3 of 4")
    ada.reads_nothing_of("description incomplete")


def the_other_team_sends_one_from_its_laptop(season: Season) -> None:
    laptop = laptop_of(season, season.carl)
    run_file = season.file("hawkers.csv", run_lines(15, 11))
    assert laptop.run("check", run_file, "--task", SLUG).returncode == 0
    description = '{"training_data": ["trusted"], "architectures": ["ViT-B/16"], "automatic": true}'
    sent = laptop.run("submit", run_file, "--task", SLUG, "--description", description)
    assert sent.returncode == 0, sent.stderr
    assert laptop.run("watch", sent.stdout.strip()).returncode == 0


def everybody_sees_the_public_part_only(season: Season) -> None:
    season.visitor.visits(TASK, "Leaderboard")
    season.visitor.reads("These scores are on the public part of the test.")
    shown = results.on_page(season.visitor.page)
    assert [(line.rank, line.team) for line in shown] == [
        ("1", "Hawkers"),
        ("2", "Sedges"),
        ("", ORGANISERS),
    ]
    hold_against_command(
        season, shown, "public", {("Hawkers", 1): "hawkers.csv", ("Sedges", 2): "sedges.csv"}
    )


# ---------------------------------------------------------------- the deadline
def the_deadline_has_passed(season: Season) -> None:
    season.carl.visits(TASK, "My runs")
    season.carl.goes_to(f"/tasks/{SLUG}/submit/")
    season.carl.reads("Submission closed on")
    late = laptop_of(season, season.carl).run(
        "submit", season.file("hawkers-2.csv", run_lines(16, 12)), "--task", SLUG
    )
    assert (late.returncode, late.stdout) == (2, "")
    assert "Submission closed on" in late.stderr


def the_organiser_extends_it_with_a_reason(season: Season) -> None:
    ines = season.ines
    ines.organises(TASK, "Calendar")
    closes = season.edge("submission", "closes")
    ines.moves("submission", Closes=closes + 2 * DAY, reason="The server was down on Saturday.")
    ines.follows("Record")
    ines.reads("ines (page)", "The server was down on Saturday.")


def everybody_is_told(season: Season) -> None:
    closes = season.edge("submission", "closes") + 2 * DAY
    season.visitor.visits(TASK)
    season.visitor.reads(
        "Submission was extended from",
        "The server was down on Saturday.",
        f"{closes:%-d %B %Y, %H:%M} UTC",
    )
    in_tokyo = f"{closes + 9 * HOUR:%-d %b %Y, %H:%M}"
    expect(season.visitor.page.locator(".local-time").first).to_be_visible()
    season.visitor.reads(in_tokyo)
    for member in (season.ada, season.bo, season.carl):
        assert "The server was down on Saturday." in member.mail("Submission was extended")


def a_run_is_in_time_again(season: Season) -> None:
    carl = season.carl
    carl.visits(TASK)
    carl.follows("Upload a run")
    carl.uploads(season.desk / "hawkers-2.csv", "After the storm")
    carl.waits_until("Scored")
    carl.describes(data="trusted", architecture="ViT-B/16")


def she_lets_late_runs_be_taken(season: Season) -> None:
    season.carl.goes_to(f"/tasks/{SLUG}/submit/")
    season.carl.reads("Submission closed on")
    season.ines.organises(TASK, "Calendar")
    closed = season.edge("submission", "closes") + 2 * DAY
    season.ines.moves("post-campaign", Opens=closed, reason="Late runs are welcome, apart.")


def a_late_run_stands_apart(season: Season) -> None:
    ada = season.ada
    ada.visits(TASK)
    ada.follows("Upload a run")
    ada.reads("The deadline has passed. A run sent now is late")
    ada.uploads(season.file("sedges-2.csv", run_lines(18, 15)), "Too late")
    ada.waits_until("Shown apart")
    ada.describes(data="trusted", architecture="ResNet-50")
    ada.visits(TASK, "Leaderboard")
    assert [line.rank for line in results.on_page(ada.page)] == ["1", "2", "3", "", ""]
    ada.reads("Late: uploaded after the deadline, not ranked")


def she_accepts_it_as_in_time(season: Season) -> None:
    season.ines.organises(TASK, "Runs")
    season.ines.judges("Sedges", "Too late", "Accept as in time", "Their power was cut.")
    season.ines.reads("The run is ranked as if it had come in time")
    season.ada.visits(TASK, "Leaderboard")
    season.ada.reads("accepted as in time")
    first = results.on_page(season.ada.page)[0]
    assert (first.rank, first.team, first.run) == ("1", "Sedges", 3)
    told = season.bo.mail("is accepted as in time")
    season.bo.opens_link_of(told, "/runs/")
    season.bo.reads("Too late", "Their power was cut.")


def she_disqualifies_a_run_and_reinstates_it(season: Season) -> None:
    ines, visitor = season.ines, season.visitor
    ines.organises(TASK, "Runs")
    ines.judges("Hawkers", "After the storm", "Disqualify", "It looks made by hand.")
    visitor.visits(TASK, "Leaderboard")
    visitor.reads("disqualified")
    visitor.reads_nothing_of("It looks made by hand.")
    assert "It looks made by hand." in season.carl.mail("was disqualified")
    ines.organises(TASK, "Runs")
    ines.judges("Hawkers", "After the storm", "Reinstate", "It is not.")
    visitor.visits(TASK, "Leaderboard")
    assert "It is not." in season.carl.mail("counts again")
    assert [line.rank for line in results.on_page(visitor.page)] == ["1", "2", "3", "4", ""]
