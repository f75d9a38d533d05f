"""Inviting by mail: a link for one person, sent again, bounded."""

from datetime import timedelta

import pytest
from django.core import mail

from campaign.models import Invitation
from campaign.refusals import LimitReached, NotAllowed, Refusal
from campaign.services.invitations import MAILS_A_DAY, invite_by_mail, resend_invitation
from campaign.services.mails import send_mails
from campaign.services.teams import invite, join_team
from tests.campaign.factories import NOW, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team("Flora", captain=make_user("ada"))


def send(team, email="bo@example.org", *, at=NOW):
    """Invite somebody and return the secret of the link they got."""
    invite_by_mail(team=team, email=email, by=team.members.get(username="ada"), now=at)
    return last_secret()


def last_secret():
    send_mails()
    (link,) = [line for line in mail.outbox[-1].body.splitlines() if line.startswith("http")]
    return link.split("/")[-2]


def test_the_mail_says_who_invites_where_to_and_until_when(team):
    send(team)
    (sent,) = mail.outbox
    assert sent.to == ["bo@example.org"]
    assert sent.subject == "ada invites you into the team Flora"
    assert "until 15 May 2017, 12:00 UTC" in sent.body
    assert "bo@example.org" not in sent.body


def test_a_mailed_link_lets_one_person_in(team):
    secret = send(team)
    guest = make_user()
    assert join_team(secret=secret, user=guest, now=NOW) == team
    with pytest.raises(Refusal, match="no longer valid"):
        join_team(secret=secret, user=make_user(), now=NOW)


def test_nothing_is_mailed_where_nothing_was_written(team):
    member = make_user()
    team.memberships.create(user=member, joined_at=NOW)
    with pytest.raises(NotAllowed):
        invite_by_mail(team=team, email="x@example.org", by=member, now=NOW)
    send_mails()
    assert mail.outbox == []


def test_resending_mails_a_new_link_and_ends_the_old(team):
    old = send(team)
    resend_invitation(
        invitation=Invitation.objects.get(), by=team.members.get(), now=NOW + timedelta(days=10)
    )
    with pytest.raises(Refusal, match="no longer valid"):
        join_team(secret=old, user=make_user(), now=NOW)
    late = NOW + timedelta(days=20)  # the old one would have ended
    assert join_team(secret=last_secret(), user=make_user(), now=late) == team


def test_a_link_that_was_not_mailed_is_not_resent(team):
    invitation, _ = invite(team=team, by=team.members.get(), now=NOW)
    with pytest.raises(Refusal, match="make a new link"):
        resend_invitation(invitation=invitation, by=team.members.get(), now=NOW)


def test_a_team_mails_so_many_a_day_and_no_more(team):
    for n in range(MAILS_A_DAY):
        send(team, f"guest{n}@example.org")
    with pytest.raises(LimitReached, match="20 invitations within a day"):
        send(team)
    send(team, at=NOW + timedelta(days=1))


def test_a_name_with_a_line_break_adds_no_header(team):
    type(team).objects.update(name="Flora\nBcc: all@example.org")
    team.refresh_from_db()
    send(team)
    assert mail.outbox[-1].subject == "ada invites you into the team Flora Bcc: all@example.org"
