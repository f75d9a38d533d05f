"""A campaign from an empty platform to its final package, lived by its people under a moving clock.

Olga has the platform's first account and begins the campaign; Ines, whom she invites, organises it
with no more rights than that gives. Ada and Bo are the team Sedges, Carl is the team Hawkers. What
they do, they do on pages and by the command `clefboard`; what they are told, they read there and in
mails. Nobody touches the database. The chapters are in `tests.e2e.season`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.season import closing, opening, running
from tests.e2e.season.captain import Captain
from tests.e2e.season.organiser import Organiser
from tests.e2e.season.people import Looks
from tests.e2e.season.world import DAY, HOUR, Season
from tests.live_platform import LivePlatform

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(900)]


@pytest.fixture
def season(
    platform: LivePlatform, open_page: Callable[..., Page], tmp_path: Path
) -> Iterator[Season]:
    looks = Looks()
    yield Season(
        platform=platform,
        looks=looks,
        desk=tmp_path,
        olga=Organiser("olga", open_page("Europe/Paris"), platform, looks),
        ines=Organiser("ines", open_page("Europe/Paris"), platform, looks),
        ada=Captain("ada", open_page("Europe/Paris"), platform, looks),
        bo=Captain("bo", open_page("UTC"), platform, looks),
        carl=Captain("carl", open_page("America/New_York"), platform, looks),
        visitor=Captain("visitor", open_page("Asia/Tokyo"), platform, looks),
    )
    platform.let_it_be(None)


def test_from_an_empty_platform_to_the_final_package(season: Season):
    opening.the_first_account_is_made_where_the_platform_runs(season)
    opening.the_organiser_writes_a_folder_and_checks_it(season)
    opening.she_loads_it_when_she_has_seen_what_it_makes(season)
    opening.she_sends_the_sample_run_herself(season)
    opening.she_invites_somebody_to_organise_with_her(season)

    opening.nobody_registers_before_it_opens(season)
    season.it_is(DAY, "registration", "opens")
    opening.a_team_is_made_and_a_member_joins_by_mail(season)
    opening.two_teams_ask_to_take_part(season)
    opening.the_organiser_approves_one_and_refuses_the_other(season)
    opening.she_changes_her_mind_with_a_reason(season)
    opening.both_download_the_data(season)

    season.it_is(5 * DAY, "submission", "opens")
    running.a_broken_run_is_told_what_is_wrong_with_it(season)
    running.a_good_one_is_scored_and_described(season)
    running.the_other_team_sends_one_from_its_laptop(season)
    running.everybody_sees_the_public_part_only(season)

    season.it_is(HOUR, "submission", "closes")
    running.the_deadline_has_passed(season)
    running.the_organiser_extends_it_with_a_reason(season)
    running.everybody_is_told(season)
    running.a_run_is_in_time_again(season)

    season.it_is(3 * DAY, "submission", "closes")
    running.she_lets_late_runs_be_taken(season)
    running.a_late_run_stands_apart(season)
    running.she_accepts_it_as_in_time(season)
    running.she_disqualifies_a_run_and_reinstates_it(season)

    season.it_is(HOUR, "results", "opens")
    closing.everybody_sees_the_private_part(season)
    closing.she_loads_a_corrected_truth(season)
    closing.all_runs_are_scored_again(season)
    closing.she_compares_while_others_see_the_old_numbers(season)
    closing.she_puts_it_in_force(season)
    closing.the_files_say_what_the_page_says(season)
    closing.the_final_package_is_whole(season)

    season.looks.found_nothing()
