"""A team's page: its runs on the leaderboards, as everybody may see them."""

from datetime import timedelta

import pytest
from django.test import Client

from campaign.services.mergers import merge_teams
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


def page_of(team, client=None):
    return main_of((client or Client()).get(team.get_absolute_url()))


def test_each_task_has_its_best_rank_and_score_and_links_to_the_runs(tmp_path):
    task = make_task("plants")
    team, rival = make_registration(task), make_registration(task)
    score_run(make_run(rival, tmp_path, ranked_lines(8)))
    runs = [score_run(make_run(team, tmp_path, ranked_lines(n))) for n in (4, 6)]
    page = page_of(team.team)
    assert "Task plants" in page
    assert "2 of 3 MRR 0.750" in text_of(page)
    assert all(f'href="{run.get_absolute_url()}"' in page for run in runs)
    assert "0.500" not in page


def test_a_score_that_is_hidden_from_all_is_hidden_from_the_team_and_staff_too(
    tmp_path, admin_client, clock
):
    """The page may be on a projector; a team sees its own scores on its runs' pages."""
    task = make_task("plants", visibility="never", phases={"results": (DEADLINE, None)})
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(6)))
    member = Client()
    member.force_login(registration.team.members.get())
    for client in (Client(), member, admin_client):
        assert "0.750" not in page_of(registration.team, client)
    assert "No run of this team shows yet" in page_of(registration.team)
    clock(DEADLINE + timedelta(seconds=1))
    assert "0.750" in page_of(registration.team)


def test_of_a_split_test_the_public_part_shows_until_results_open(tmp_path):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)
    )
    task = make_task(
        files={"ground_truth.csv": truth}, split={"column": "Usage", "final": "private"}
    )
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(4)))
    assert "1 of 1 MRR 1.000" in text_of(page_of(registration.team))


def test_runs_of_a_merged_team_stand_with_the_one_it_went_into(tmp_path, admin_user):
    task = make_task("plants")
    ending, staying = make_registration(task, make_team("Moss")), make_registration(task)
    score_run(make_run(ending, tmp_path, ranked_lines(6)))
    merge_teams(ending=ending.team, staying=staying.team, by=admin_user, reason="one lab", now=NOW)
    page = text_of(page_of(staying.team))
    assert "With it goes on: Moss" in page
    assert "Run 1 as Moss" in page
    answer = Client().get(ending.team.get_absolute_url())
    assert answer["Location"] == staying.team.get_absolute_url()


def test_baselines_and_late_runs_have_a_mark_in_place_of_a_rank(tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    organisers = make_registration(task, make_team("Lab", organisers=True))
    late = make_registration(task)
    score_run(make_run(organisers, tmp_path))
    score_run(make_run(late, tmp_path, at=DEADLINE + timedelta(days=1)))
    assert "baseline MRR 1.000" in text_of(page_of(organisers.team))
    assert "late MRR 1.000" in text_of(page_of(late.team))


def test_boards_and_runs_lead_to_the_team(client, tmp_path):
    task = make_task()
    run = score_run(make_run(make_registration(task), tmp_path, name="two views"))
    address = f'href="{run.registration.team.get_absolute_url()}"'
    assert address in client.get(f"/tasks/{task.slug}/leaderboard/").content.decode()
    assert address in client.get(run.get_absolute_url()).content.decode()
