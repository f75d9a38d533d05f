"""Teams, invitations and registrations."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from campaign.models import RulesVersion, Team
from campaign.refusals import NotAllowed, Refusal
from campaign.services.teams import (
    INVITATION_LASTS,
    appoint_captain,
    change_affiliation,
    create_team,
    hand_over,
    invite,
    join_team,
    leave_team,
    register_new_team,
    register_team,
    remove_member,
    revoke_invitation,
)
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db


def test_a_new_team_has_its_maker_as_captain():
    captain = make_user()
    team = create_team(name="Flora", captain=captain, now=NOW)
    membership = team.memberships.get()
    assert (membership.user, membership.role, team.slug) == (captain, "captain", "flora")


def test_a_name_is_used_once_whatever_its_case():
    create_team(name="Flora", captain=make_user(), now=NOW)
    with pytest.raises(ValidationError, match="already has this name"):
        create_team(name="FLORA", captain=make_user(), now=NOW)


@pytest.mark.parametrize("name", ["Flora\nBcc: x@y.z", "Flo\u202era", "\x00"])
def test_a_name_is_one_line(name):
    with pytest.raises(ValidationError, match="one line"):
        create_team(name=name, captain=make_user(), now=NOW)
    assert not Team.objects.exists()


@pytest.mark.parametrize("name", ["organisers of Lab", "Organisers-of: lab"])
def test_no_team_takes_the_name_of_the_organisers_own(name):
    """It would keep the campaign from being loaded."""
    with pytest.raises(ValidationError, match="organisers themselves"):
        create_team(name=name, captain=make_user(), now=NOW)


@pytest.mark.parametrize("name", ["植物", "<b>🌿 Ünï</b>", "Flora!"])
def test_any_name_gets_an_address_of_its_own(name):
    create_team(name="Flora", captain=make_user(), now=NOW)
    team = create_team(name=name, captain=make_user(), now=NOW)
    assert team.slug != "flora"
    assert team.get_absolute_url()


def test_people_join_by_the_link_and_twice_is_once():
    team = make_team()
    _, secret = invite(team=team, by=team.members.get(), now=NOW)
    guest = make_user()
    for _ in range(2):
        assert join_team(secret=secret, user=guest, now=NOW) == team
    assert team.memberships.filter(user=guest).count() == 1


def test_a_link_ends_with_its_time_or_when_revoked():
    team = make_team()
    captain = team.members.get()
    invitation, secret = invite(team=team, by=captain, now=NOW)
    with pytest.raises(Refusal, match="no longer valid"):
        join_team(secret=secret, user=make_user(), now=NOW + INVITATION_LASTS)
    revoke_invitation(invitation=invitation, by=captain, now=NOW)
    with pytest.raises(Refusal, match="no longer valid"):
        join_team(secret=secret, user=make_user(), now=NOW)


def test_only_captains_invite_and_register():
    task = make_task()
    team = make_team()
    _, secret = invite(team=team, by=team.members.get(), now=NOW)
    member = make_user()
    join_team(secret=secret, user=member, now=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        invite(team=team, by=member, now=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        register_team(team=team, task=task, rules=task.rules_versions.get(), by=member, now=NOW)


def test_a_registration_says_who_accepted_which_rules_and_when():
    task, team = make_task(), make_team()
    captain, rules = team.members.get(), task.rules_versions.get()
    registration = register_team(team=team, task=task, rules=rules, by=captain, now=NOW)
    assert registration.state == "approved"
    assert (registration.accepted_by, registration.rules_version, registration.accepted_at) == (
        captain,
        rules,
        NOW,
    )


def test_a_task_with_approval_lets_the_organisers_decide():
    task, team = make_task(approval=True), make_team()
    registration = register_team(
        team=team, task=task, rules=task.rules_versions.get(), by=team.members.get(), now=NOW
    )
    assert registration.state == "pending"


def test_rules_that_changed_meanwhile_must_be_read_again():
    task, team = make_task(), make_team()
    old = task.rules_versions.get()
    RulesVersion.objects.create(task=task, number=2, text="New.", created_at=NOW)
    with pytest.raises(Refusal, match="changed"):
        register_team(team=team, task=task, rules=old, by=team.members.get(), now=NOW)


def test_registration_closes():
    task = make_task(phases={"registration": (None, NOW)})
    team = make_team()
    with pytest.raises(NotAllowed, match="closed on 1 May 2017, 12:00 UTC"):
        register_team(
            team=team, task=task, rules=task.rules_versions.get(), by=team.members.get(), now=NOW
        )


def test_one_person_takes_part_in_a_task_with_one_team():
    task = make_task()
    person = make_user()
    make_registration(task, make_team(captain=person))
    second = make_team(captain=person)
    with pytest.raises(NotAllowed, match="one team each"):
        register_team(
            team=second,
            task=task,
            rules=task.rules_versions.get(),
            by=person,
            now=NOW + timedelta(days=1),
        )
    third = make_registration(task).team
    _, secret = invite(team=third, by=third.members.get(), now=NOW)
    with pytest.raises(NotAllowed, match="one team each"):
        join_team(secret=secret, user=person, now=NOW)


def join(team: Team):
    member = make_user()
    _, secret = invite(team=team, by=team.members.get(), now=NOW)
    join_team(secret=secret, user=member, now=NOW)
    return member


def test_a_member_leaves_and_a_captain_only_when_another_stays():
    team = make_team()
    captain = team.members.get()
    member = join(team)
    with pytest.raises(NotAllowed, match="make another member captain"):
        leave_team(team=team, user=captain)
    appoint_captain(team=team, user=member, by=captain)
    leave_team(team=team, user=captain)
    assert list(team.members.all()) == [member]


def test_only_a_captain_removes_members_or_makes_them_captains():
    team = make_team()
    captain = team.members.get()
    member = join(team)
    with pytest.raises(NotAllowed, match="captain"):
        remove_member(team=team, user=captain, by=member, now=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        appoint_captain(team=team, user=member, by=member)
    remove_member(team=team, user=member, by=captain, now=NOW)
    assert list(team.members.all()) == [captain]


def test_who_was_taken_out_does_not_come_back_by_a_link():
    """Neither by the one they joined by, nor by one they mailed to themselves as a captain."""
    team = make_team()
    captain, outcast, guest = team.members.get(), make_user(), make_user()
    _, shared = invite(team=team, by=captain, now=NOW)
    _, mailed = invite(team=team, by=captain, now=NOW, email="guest@example.org")
    join_team(secret=shared, user=outcast, now=NOW)
    appoint_captain(team=team, user=outcast, by=captain)
    _, own = invite(team=team, by=outcast, now=NOW, email="other@example.org")
    remove_member(team=team, user=outcast, by=captain, now=NOW)
    for secret in (shared, own):
        with pytest.raises(Refusal, match="no longer valid"):
            join_team(secret=secret, user=outcast, now=NOW)
    assert join_team(secret=mailed, user=guest, now=NOW) == team


def test_an_outsider_does_not_become_captain():
    team = make_team()
    stranger = make_user()
    appoint_captain(team=team, user=stranger, by=team.members.get())
    assert stranger not in team.members.all()


def test_who_submitted_for_a_team_takes_part_with_it_even_after_leaving(tmp_path):
    task = make_task()
    first = make_team()
    person = first.members.get()
    make_run(make_registration(task, first), tmp_path)
    first.memberships.all().delete()
    with pytest.raises(NotAllowed, match="one team each"):
        register_team(
            team=make_team(captain=person),
            task=task,
            rules=task.rules_versions.get(),
            by=person,
            now=NOW,
        )


def test_a_new_team_whose_registration_is_refused_does_not_stay():
    task = make_task(phases={"registration": (None, NOW)})
    with pytest.raises(NotAllowed, match="closed"):
        register_new_team(
            name="Flora", task=task, rules=task.rules_versions.get(), by=make_user(), now=NOW
        )
    assert not Team.objects.exists()


def test_handing_over_leaves_one_captain_and_nobody_out():
    team = make_team()
    captain = team.members.get()
    member = join(team)
    with pytest.raises(NotAllowed, match="captain"):
        hand_over(team=team, user=member, by=member)
    hand_over(team=team, user=member, by=captain)
    roles = dict(team.memberships.values_list("user", "role"))
    assert roles == {captain.pk: "member", member.pk: "captain"}


def test_handing_over_to_a_stranger_or_to_oneself_leaves_the_team_its_captain():
    team = make_team()
    captain = team.members.get()
    for user in (make_user(), captain):
        hand_over(team=team, user=user, by=captain)
        assert team.memberships.get().role == "captain"


def test_a_captain_changes_the_affiliation():
    team = make_team()
    with pytest.raises(NotAllowed, match="captain"):
        change_affiliation(team=team, affiliation="Uppsala", by=join(team))
    change_affiliation(
        team=team, affiliation="Uppsala", by=team.members.get(memberships__role="captain")
    )
    assert Team.objects.get().affiliation == "Uppsala"
