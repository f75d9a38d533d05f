"""Two teams become one on their pages."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaign.models import MergeProposal
from campaign.services.mails import send_mails
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("set_clock")]


@pytest.fixture
def fern():
    return make_team("Fern", make_user("fay"))


@pytest.fixture
def moss():
    return make_team("Moss", make_user("mo"))


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def captain(team):
    return browser(team.memberships.get(role="captain").user)


def propose(ending, name):
    where = reverse("team-merge", args=[ending.slug])
    answer = captain(ending).post(where, {"staying": name}, follow=True)
    send_mails()
    return answer


def answer(team, word):
    proposal = MergeProposal.objects.get()
    where = reverse(f"proposal-{word}", args=[team.slug, proposal.pk])
    return captain(team).post(where, follow=True)


def page_of(team, client):
    return text_of(main_of(client.get(team.get_absolute_url(), follow=True)))


def test_one_proposes_the_other_sees_what_it_means_and_accepts(fern, moss, tmp_path):
    task = make_task("plants")
    score_run(make_run(make_registration(task, fern), tmp_path))
    score_run(make_run(make_registration(task, moss), tmp_path, ranked_lines(5)))
    member = browser(moss.members.get())
    assert "asked by mail" in propose(moss, "fern").content.decode()
    assert mail.outbox[0].to == ["fay@example.org"]
    asked = page_of(fern, captain(fern))
    assert "mo proposes that the team Moss ends and goes on in Fern." in asked
    assert "It takes part in: Task plants." in asked
    assert "Moss is merged into Fern." in answer(fern, "accept").content.decode()
    assert member.get(moss.get_absolute_url()).url == fern.get_absolute_url()
    assert "With it goes on: Moss" in page_of(fern, Client())
    runs = text_of(main_of(member.get(reverse("task-runs", args=["plants"]))))
    assert "Runs of Fern" in runs
    assert "Moss Run 1" in runs
    board = text_of(main_of(Client().get(reverse("task-leaderboard", args=["plants"]))))
    assert "Moss now Fern Run 1" in board


def test_a_proposal_is_declined_or_taken_back(fern, moss):
    for team in (fern, moss):
        propose(moss, "Fern")
        assert "nothing was merged" in answer(team, "close").content.decode()
        MergeProposal.objects.all().delete()
    assert moss.members.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Nobody", "No team is called “Nobody”."), ("Moss", "into itself"), ("", "required")],
)
def test_a_team_that_cannot_be_is_said_beside_the_form(moss, name, sentence):
    page = propose(moss, name)
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_a_second_proposal_waits_for_the_first(fern, moss):
    make_team("Oak")
    propose(moss, "Fern")
    assert "another proposal that is not answered" in propose(moss, "Oak").content.decode()


def test_members_see_no_proposal_and_strangers_no_form(fern, moss):
    propose(moss, "Fern")
    member = make_user()
    fern.memberships.create(user=member, joined_at=MergeProposal.objects.get().proposed_at)
    for client in (browser(member), Client()):
        assert "Merge with another team" not in page_of(fern, client)
    assert "Merge with another team" not in page_of(fern, captain(moss))


def test_another_teams_proposal_is_not_there(fern, moss):
    propose(moss, "Fern")
    oak = make_team("Oak")
    assert answer(oak, "accept").status_code == 404
    assert answer(oak, "close").status_code == 404
    assert answer(moss, "accept").status_code == 404  # one does not accept one's own
