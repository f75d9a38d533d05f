"""What a leaderboard shows before results open, and what stands apart from its runs."""

from datetime import timedelta
from typing import Any

import pytest

from campaign.models import LeaderboardRow
from campaign.services.history import record_published_results
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_parted_task,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.leaderboard.tables import DASH, board
from tests.campaign.views.pages import text_of

pytestmark = pytest.mark.django_db


def test_hidden_scores_are_explained_and_not_there(client, tmp_path, clock):
    owner = make_user()
    task = make_task(
        visibility="never",
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    registration = make_registration(task, make_team("Flora"))
    score_run(make_run(registration, tmp_path, ranked_lines(6)))
    client.force_login(registration.team.members.get())
    page = board(client, task)
    assert "Scores are hidden for now." in page
    assert "8 May 2017, 22:00 UTC" in page
    assert "0.750" not in page
    assert "Flora Run" not in text_of(page)

    client.force_login(owner)
    assert "You see this as an organiser." in board(client, task)
    assert "0.750" in board(client, task)

    client.logout()
    clock(DEADLINE + timedelta(seconds=1))
    page = board(client, task)
    assert "0.750" in page
    assert "hidden" not in text_of(page)


def test_of_a_split_test_the_final_part_shows_with_the_results(client, tmp_path, clock):
    organiser = make_user()
    task = make_parted_task(campaign=make_campaign(organiser=organiser))
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    page = board(client, task)
    assert "on the public part of the test" in page
    assert "1.000" in page
    assert "0.000" not in page
    client.force_login(organiser)
    assert "Others see the scores of the public part." in board(client, task)
    client.logout()
    clock(DEADLINE + timedelta(seconds=1))
    page = board(client, task)
    assert "0.000" in page
    assert "1.000" not in page


# ---------------------------------------------------------------- published results
def test_published_results_stand_apart_with_their_source(client, task, scored):
    scored(make_team("Alba"), 6)
    figures: list[dict[str, Any]] = [
        {"team": "KDE TUT", "metric": "mrr", "value": 0.853, "architectures": ["ResNet-50"]},
        {"team": "CMP", "metric": "mrr", "value": None},
    ]
    record_published_results(task=task, figures=figures, source="A talk, 20 October 2017")
    page = board(client, task)
    runs, _heading, published = page.partition("Published results</h2>")
    assert "KDE TUT" not in runs
    assert "Alba" not in published
    assert f"KDE TUT 0.853 {DASH} ResNet-50 {DASH}" in text_of(published)
    assert f"CMP — {DASH} {DASH} {DASH}" in text_of(published)
    assert "Source: A talk, 20 October 2017" in published
    assert not LeaderboardRow.objects.filter(run__registration__team__name="KDE TUT").exists()


def test_published_results_show_while_scores_are_hidden(client):
    task = make_task(visibility="never")
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853, "note": "as printed"}
    record_published_results(task=task, figures=[figure], source="A talk")
    page = board(client, task)
    assert "Scores are hidden for now." in page
    assert "0.853" in page
    assert "as printed" in page
