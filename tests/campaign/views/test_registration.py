"""Registering for a task: rules are read and accepted, and every refusal is a sentence."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaign.clock import now
from campaign.models import Membership, Registration, RulesVersion, Team
from tests.campaign.factories import NOW, make_registration, make_task, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def captain(client):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def task():
    return make_task("plants")


def place(task):
    return reverse("task-register", args=[task.slug])


def register(client, task, **fields):
    form = {"rules": task.rules_versions.first().pk, "accept": "on"}
    return client.post(place(task), form | fields)


def shown(client, task):
    return client.get(place(task)).content.decode()


def test_a_visitor_logs_in_first(client, task):
    assert client.get(place(task)).url == f"/accounts/login/?next={place(task)}"


def test_the_rules_are_shown_with_their_version(client, captain, task):
    page = shown(client, task)
    assert "Rules, version 1" in page
    assert "Play fair." in page


def test_a_captain_registers_one_of_their_teams(client, captain, task):
    team = make_team("Flora", captain)
    assert register(client, task, team=team.pk).url == place(task)
    registration = Registration.objects.get()
    assert (registration.team, registration.state) == (team, "approved")
    assert (registration.accepted_by, registration.rules_version.number) == (captain, 1)
    assert "Flora takes part in this task" in shown(client, task)


def test_a_team_is_made_on_the_way(client, captain, task):
    register(client, task, new_team="Flora")
    assert Registration.objects.get().team.memberships.get().user == captain


def test_without_accepting_the_rules_nobody_takes_part(client, captain, task):
    page = register(client, task, new_team="Flora", accept="")
    assert page.status_code == 422
    assert "Accept the rules to take part." in page.content.decode()
    assert not Team.objects.exists()


def test_a_new_team_needs_a_name(client, captain, task):
    page = register(client, task, new_team=" ")
    assert "Give the new team a name." in page.content.decode()


def test_a_name_that_is_taken_is_said_beside_it_and_nothing_is_made(client, captain, task):
    make_team("Flora")
    page = register(client, task, new_team="flora")
    assert page.status_code == 422
    assert "Another team already has this name." in page.content.decode()
    assert not Registration.objects.exists()


def test_rules_that_changed_meanwhile_are_shown_again(client, captain, task):
    old = task.rules_versions.get()
    RulesVersion.objects.create(task=task, number=2, text="Play fairer.", created_at=NOW)
    page = register(client, task, new_team="Flora", rules=old.pk)
    text = page.content.decode()
    assert page.status_code == 400
    assert "The rules changed while you read them." in text
    assert "Play fairer." in text
    assert 'name="accept"' in text
    assert "checked" not in text.split('name="accept"')[1].split(">")[0]
    assert not Team.objects.exists()


def test_rules_of_another_task_are_no_choice(client, captain, task):
    other = make_task("birds").rules_versions.get()
    assert register(client, task, new_team="Flora", rules=other.pk).status_code == 422
    assert not Registration.objects.exists()


def test_only_teams_one_is_captain_of_and_that_are_free_are_offered(client, captain, task):
    free = make_team("Free", captain)
    member_only = make_team("Member only")
    Membership.objects.create(team=member_only, user=captain, joined_at=NOW)
    stranger = make_team("Strangers")
    page = shown(client, task)
    assert f'<option value="{free.pk}"' in page
    for team in (member_only, stranger):
        assert f'<option value="{team.pk}"' not in page
        assert register(client, task, team=team.pk).status_code == 422
    assert "Only a captain registers a team" in page


def test_one_takes_part_with_one_team(client, captain, task):
    team = make_team("Second", captain)
    rival = make_user()
    Membership.objects.create(team=team, user=rival, joined_at=NOW)
    make_registration(task, make_team("First", rival))
    page = register(client, task, team=team.pk)
    assert page.status_code == 403
    assert "already takes part in Task plants with the team First" in page.content.decode()


def test_organisers_may_want_to_approve(client, captain):
    task = make_task(approval=True)
    assert "The organisers approve each registration" in shown(client, task)
    register(client, task, new_team="Flora")
    assert Registration.objects.get().state == "pending"
    assert "waits for the organisers to approve its registration" in shown(client, task)


def test_a_refused_team_is_told_so(client, captain, task):
    make_registration(
        task, make_team("Flora", captain), state="refused", state_reason="no such institute"
    )
    page = shown(client, task)
    assert "refused the registration of Flora" in page
    assert "no such institute" in page


def test_registration_that_is_closed_says_when_it_closed(client, captain):
    task = make_task(phases={"registration": (None, NOW)})
    page = shown(client, task)
    assert "It closed on" in page
    assert "1 May 2017, 12:00 UTC" in page
    assert 'name="accept"' not in page
    late = register(client, task, new_team="Flora")
    assert late.status_code == 403
    assert not Team.objects.exists()


def test_registration_that_has_not_opened_says_when_it_opens(client, captain):
    task = make_task(phases={"registration": (now() + timedelta(days=2), None)})
    assert "Registration opens on" in shown(client, task)


# ---------------------------------------------------------------- newer rules
@pytest.fixture
def newer(captain, task):
    """Return the place of a team that accepted version 1 before version 2 came."""
    registration = make_registration(task, make_team("Flora", captain))
    RulesVersion.objects.create(task=task, number=2, text="Play fairer.", created_at=NOW)
    return registration


def accept(client, task, **form):
    where = reverse("task-rules-accept", args=[task.slug])
    return client.post(where, {"rules": task.rules_versions.first().pk} | form)


@pytest.mark.parametrize("name", ["task-register", "task-rules", "task-runs", "task-submit"])
def test_a_team_that_accepted_older_rules_reads_so_on_its_pages(client, newer, task, name):
    page = client.get(reverse(name, args=[task.slug])).content.decode()
    assert "version 2 is in force, and Flora accepted version 1" in page


def test_the_teams_own_page_says_so_too(client, newer):
    assert "version 2 is in force" in client.get(newer.team.get_absolute_url()).content.decode()


def test_a_captain_accepts_the_newer_rules(client, newer, task):
    assert "Play fairer." in shown(client, task)
    assert accept(client, task).status_code == 422
    assert accept(client, task, accept="on").url == place(task)
    newer.refresh_from_db()
    assert newer.rules_version.number == 2
    page = shown(client, task)
    assert "in force" not in page
    assert "Accept version 2" not in page


def test_a_member_is_told_who_accepts_them(client, newer, task):
    member = make_user()
    Membership.objects.create(team=newer.team, user=member, joined_at=NOW)
    client.force_login(member)
    page = shown(client, task)
    assert "A captain of your team accepts them for all." in page
    assert "Accept version 2" not in page


def test_without_a_registration_there_is_nothing_to_accept_anew(client, captain, task):
    assert accept(client, task, accept="on").status_code == 404
