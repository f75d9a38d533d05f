"""Teams: making one, inviting by a link, joining, and what others see."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaign.models import Invitation, Membership, Team
from campaign.services.teams import INVITATION_LASTS, invite
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def captain(client):
    user = make_user("ada")
    client.force_login(user)
    return user


@pytest.fixture
def team(captain):
    return make_team("Flora", captain=captain)


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def member_of(team, name="bo"):
    member = make_user(name)
    Membership.objects.create(team=team, user=member, joined_at=NOW)
    return member


def make_link(client, team):
    page = client.post(reverse("team-invite", args=[team.slug]))
    assert page.status_code == 201
    assert "no-store" in page["Cache-Control"]
    (link,) = re.findall(r"http://testserver(/join/[^<]+)", page.content.decode())
    return link


# ---------------------------------------------------------------- making
def test_whoever_makes_a_team_is_its_captain(client, captain):
    answer = client.post(reverse("team-new"), {"name": "Flora", "affiliation": "Uppsala"})
    made = Team.objects.get()
    assert answer.url == made.get_absolute_url()
    assert made.memberships.get().role == "captain"
    assert "Uppsala" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("FLORA", "already has this name"), ("  ", "required"), ("x" * 81, "at most 80")],
)
def test_a_name_that_cannot_be_is_said_beside_the_form(client, team, name, sentence):
    page = client.post(reverse("team-new"), {"name": name})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert Team.objects.count() == 1


def test_a_name_is_never_markup(client, captain):
    name = "<b>🌿 Ünï</b>" + "x" * 60
    answer = client.post(reverse("team-new"), {"name": name})
    page = client.get(answer.url).content.decode()
    assert "&lt;b&gt;🌿 Ünï" in page
    assert "<b>🌿" not in page


def test_a_team_called_new_has_a_page(client, captain):
    answer = client.post(reverse("team-new"), {"name": "New"})
    assert "Members" in client.get(answer.url).content.decode()


def test_the_list_shows_ones_own_teams(client, team):
    make_team("Fauna")
    page = client.get(reverse("teams")).content.decode()
    assert "Flora" in page
    assert "Fauna" not in page


# ---------------------------------------------------------------- what others see
def test_strangers_see_the_name_and_no_member(client, team):
    make_registration(make_task("secret-plans"), team)
    for stranger in (Client(), logged_in(make_user())):
        page = stranger.get(team.get_absolute_url()).content.decode()
        assert "Flora" in page
        assert "ada" not in page
        assert "secret-plans" not in page


def test_strangers_see_the_tasks_whose_leaderboards_show_the_team(team, tmp_path):
    task = make_task("open-board")
    score_run(make_run(make_registration(task, team), tmp_path))
    assert "open-board" in Client().get(team.get_absolute_url()).content.decode()
    type(task).objects.update(visibility="never")
    assert "open-board" not in Client().get(team.get_absolute_url()).content.decode()


def test_members_see_each_other_and_captains_the_invitations(client, team):
    invite(team=team, by=team.members.get(), now=NOW)
    Invitation.objects.update(expires_at=NOW + timedelta(days=36500))
    member = logged_in(member_of(team))
    assert "Open invitations" in client.get(team.get_absolute_url()).content.decode()
    seen = member.get(team.get_absolute_url()).content.decode()
    assert "ada" in seen
    assert "Open invitations" not in seen
    assert "Invite by a link" not in seen


# ---------------------------------------------------------------- inviting and joining
def test_a_link_shows_what_one_joins_and_only_a_post_joins(client, team):
    make_registration(make_task("plants"), team)
    link = make_link(client, team)
    guest = make_user("bo")
    browser = logged_in(guest)
    page = browser.get(link)
    assert "ada invites you" in page.content.decode()
    assert "Task plants" in page.content.decode()
    assert guest not in team.members.all()
    assert browser.post(link)["Location"] == team.get_absolute_url()
    assert guest in team.members.all()
    assert "You are a member of this team already" in browser.get(link).content.decode()


def test_whoever_is_logged_out_logs_in_and_comes_back(client, team):
    link = make_link(client, team)
    assert Client().get(link)["Location"] == f"/accounts/login/?next={link}"


def test_a_link_is_not_kept_anywhere(client, team):
    link = make_link(client, team)
    secret = link.split("/")[2]
    stored = " ".join(str(value) for value in Invitation.objects.values_list().get())
    assert secret not in stored
    assert secret not in client.get(team.get_absolute_url()).content.decode()


def test_a_revoked_or_expired_link_says_so(client, team):
    link = make_link(client, team)
    client.post(reverse("invitation-revoke", args=[team.slug, Invitation.objects.get().pk]))
    page = logged_in(make_user()).get(link)
    assert page.status_code == 400
    assert "no longer valid. Ask the team" in page.content.decode()

    _, secret = invite(team=team, by=team.members.get(), now=NOW - INVITATION_LASTS)
    expired = logged_in(make_user()).post(reverse("team-join", args=[secret]))
    assert expired.status_code == 400


def test_one_team_each_is_said_in_a_sentence(client, team):
    task = make_task("plants")
    make_registration(task, team)
    rival = make_registration(task).team.members.get()
    page = logged_in(rival).post(make_link(client, team))
    assert page.status_code == 403
    assert "already takes part in Task plants" in page.content.decode()


# ---------------------------------------------------------------- captains and members
@pytest.mark.parametrize("name", ["team-invite", "member-remove", "member-appoint"])
def test_members_who_are_no_captains_are_told_so(team, name):
    browser = logged_in(member_of(team))
    args = [team.slug] if name == "team-invite" else [team.slug, team.memberships.first().pk]
    page = browser.post(reverse(name, args=args))
    assert page.status_code == 403
    assert "Only a captain of the team may do this." in page.content.decode()


@pytest.mark.parametrize("name", ["team-invite", "team-leave"])
def test_other_peoples_teams_are_not_there(team, name):
    assert logged_in(make_user()).post(reverse(name, args=[team.slug])).status_code == 404


def test_a_captain_hands_over_and_leaves(client, captain, team):
    member = member_of(team)
    alone = client.post(reverse("team-leave", args=[team.slug]))
    assert "make another member captain first" in alone.content.decode()
    membership = team.memberships.get(user=member)
    client.post(reverse("member-appoint", args=[team.slug, membership.pk]))
    assert client.post(reverse("team-leave", args=[team.slug])).url == reverse("teams")
    assert list(team.members.all()) == [member]


def test_a_captain_hands_the_role_over_and_stays(client, captain, team):
    membership = team.memberships.get(user=member_of(team))
    page = client.post(
        reverse("member-hand-over", args=[team.slug, membership.pk]), follow=True
    ).content.decode()
    assert "bo is captain in your place" in page
    assert team.memberships.get(user=captain).role == "member"


def test_a_captain_changes_the_affiliation(client, team):
    where = reverse("team-change", args=[team.slug])
    assert client.post(where, {"affiliation": "x" * 201}).status_code == 422
    assert "Lund" in client.post(where, {"affiliation": "Lund"}, follow=True).content.decode()


def test_members_see_each_others_orcid_and_strangers_none(client, team):
    member_of(team)
    team.members.filter(username="bo").update(orcid="0000-0002-1825-0097")
    link = "https://orcid.org/0000-0002-1825-0097"
    assert link in client.get(team.get_absolute_url()).content.decode()
    assert link not in Client().get(team.get_absolute_url()).content.decode()


def test_a_captain_takes_somebody_out(client, team):
    member = member_of(team)
    client.post(reverse("member-remove", args=[team.slug, team.memberships.get(user=member).pk]))
    assert member not in team.members.all()
    assert logged_in(member).get(team.get_absolute_url()).status_code == 200


def test_no_get_changes_a_team(client, team):
    member_of(team)
    for name in ("team-invite", "team-leave"):
        assert client.get(reverse(name, args=[team.slug])).status_code == 405
    for name in ("member-remove", "member-appoint"):
        args = [team.slug, team.memberships.last().pk]
        assert client.get(reverse(name, args=args)).status_code == 405
    assert team.members.count() == 2
