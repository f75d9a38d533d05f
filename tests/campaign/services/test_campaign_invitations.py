"""Invitations to help with a campaign: for one address, once, while who invited may do so."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress

from campaign.models import CampaignInvitation, Mail
from campaign.reads.roles import campaign_people
from campaign.refusals import AlreadyThere, LimitReached, NotAllowed, Refusal
from campaign.services import campaign_invitations
from campaign.services.campaign_invitations import (
    INVITATION_LASTS,
    accept_campaign_invitation,
    find_campaign_invitation,
    invite_organiser,
    revoke_campaign_invitation,
    send_invitation_again,
)
from campaign.services.mails import send_mails
from tests.campaign.factories import NOW, make_campaign, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign("lab")


@pytest.fixture
def owner(campaign):
    user = make_user("olga")
    campaign.roles.create(user=user, name="owner")
    return user


def invite(campaign, owner, email="guest@example.org", role="organiser", now=NOW):
    made = invite_organiser(campaign=campaign, email=email, role=role, by=owner, now=now)
    send_mails()
    return made


def send_again(invitation, owner, now=NOW):
    send_invitation_again(invitation=invitation, by=owner, now=now)
    send_mails()


def secret_in(mail) -> str:
    (secret,) = re.findall(r"/co-organise/([\w-]+)/", mail.body)
    return str(secret)


def accept(mail, user, now=NOW):
    return accept_campaign_invitation(secret=secret_in(mail), user=user, now=now)


def test_whoever_has_the_address_accepts_by_the_link_of_the_mail(campaign, owner, mailoutbox):
    invitation = invite(campaign, owner)
    (mail,) = mailoutbox
    assert mail.recipients() == ["guest@example.org"]
    assert "olga invites you to help with Lab" in mail.subject
    assert owner.email not in mail.message().as_string()

    guest = make_user("guest")
    role = accept(mail, guest)
    assert (role.user, role.campaign, role.name) == (guest, campaign, "organiser")
    invitation.refresh_from_db()
    assert invitation.accepted_at == NOW
    labels = [event.pgh_label for event in invitation.events.order_by("pgh_id")]
    assert labels == ["insert", "update"]
    assert role.events.get().pgh_context.metadata["user"] == guest.pk


def test_the_secret_is_kept_nowhere(campaign, owner, mailoutbox):
    invitation = invite(campaign, owner)
    rows = CampaignInvitation.objects.values_list()
    stored = [*rows, *invitation.events.values_list(), *Mail.objects.values_list()]
    assert secret_in(mailoutbox[0]) not in str(stored)


def test_another_person_with_the_link_is_refused_and_reads_no_address(campaign, owner, mailoutbox):
    invite(campaign, owner)
    with pytest.raises(NotAllowed, match="for another mail address") as refusal:
        accept(mailoutbox[0], make_user("thief"))
    assert "guest@" not in refusal.value.message
    assert campaign.roles.count() == 1


def test_an_address_that_is_not_confirmed_does_not_count(campaign, owner, mailoutbox):
    invite(campaign, owner)
    thief = make_user("thief")
    claimed = EmailAddress.objects.create(user=thief, email="Guest@Example.org", verified=False)
    with pytest.raises(NotAllowed):
        accept(mailoutbox[0], thief)
    claimed.verified = True
    claimed.save()
    assert accept(mailoutbox[0], thief).user == thief


def test_it_is_good_once_and_for_a_fortnight(campaign, owner, mailoutbox):
    guest = make_user("guest")
    invite(campaign, owner)
    with pytest.raises(Refusal, match="no longer valid"):
        accept(mailoutbox[0], guest, now=NOW + INVITATION_LASTS)
    accept(mailoutbox[0], guest, now=NOW + INVITATION_LASTS - timedelta(seconds=1))
    campaign.roles.filter(user=guest).delete()
    with pytest.raises(Refusal, match="no longer valid"):
        accept(mailoutbox[0], guest)


def test_a_revoked_one_opens_nothing(campaign, owner, mailoutbox):
    revoke_campaign_invitation(invitation=invite(campaign, owner), by=owner, now=NOW)
    with pytest.raises(Refusal, match="no longer valid"):
        accept(mailoutbox[0], make_user("guest"))


def test_sent_again_it_has_a_new_link_and_the_old_one_is_dead(campaign, owner, mailoutbox):
    invitation = invite(campaign, owner)
    later = NOW + timedelta(days=20)  # it had run out
    send_again(invitation, owner, now=later)
    old, new = mailoutbox
    guest = make_user("guest")
    with pytest.raises(Refusal, match="no longer valid"):
        accept(old, guest, now=later)
    assert accept(new, guest, now=later + timedelta(days=13)).name == "organiser"
    with pytest.raises(Refusal, match="accepted or revoked"):
        send_invitation_again(invitation=invitation, by=owner, now=later)


def test_it_ends_with_the_rights_of_who_made_it(campaign, owner, mailoutbox):
    invite(campaign, owner, role="owner")
    campaign.roles.filter(user=owner).update(name="viewer")
    with pytest.raises(Refusal, match="no longer valid"):
        find_campaign_invitation(secret=secret_in(mailoutbox[0]), user=make_user("guest"), now=NOW)


@pytest.mark.parametrize(
    ("has", "invited", "gets"),
    [("viewer", "owner", "owner"), ("owner", "viewer", "owner"), ("viewer", "viewer", "viewer")],
)
def test_a_higher_role_is_kept(campaign, owner, mailoutbox, has, invited, gets):
    guest = make_user("guest")
    invite(campaign, owner, role=invited)
    campaign.roles.create(user=guest, name=has)  # given meanwhile
    assert accept(mailoutbox[0], guest).name == gets
    assert campaign.roles.get(user=guest).name == gets


@pytest.mark.parametrize("name", ["organiser", "viewer"])
def test_only_owners_invite_send_and_revoke(campaign, owner, name):
    invitation = invite(campaign, owner)
    other = make_user()
    campaign.roles.create(user=other, name=name)
    with pytest.raises(NotAllowed):
        invite(campaign, other, email="x@example.org")
    with pytest.raises(NotAllowed):
        send_invitation_again(invitation=invitation, by=other, now=NOW)
    with pytest.raises(NotAllowed):
        revoke_campaign_invitation(invitation=invitation, by=other, now=NOW)


def test_nobody_is_invited_twice_or_for_nothing(campaign, owner, monkeypatch):
    invite(campaign, owner)
    with pytest.raises(AlreadyThere, match="open invitation"):
        invite(campaign, owner, email="GUEST@example.org")
    with pytest.raises(AlreadyThere, match="a role already"):
        invite(campaign, owner, email=owner.email)
    monkeypatch.setattr(campaign_invitations, "OPEN_AT_ONCE", 1)
    with pytest.raises(LimitReached):
        invite(campaign, owner, email="another@example.org")


def test_a_new_invitation_ends_the_one_that_ran_out(campaign, owner):
    first = invite(campaign, owner)
    other = invite(campaign, owner, email="other@example.org")
    later = NOW + INVITATION_LASTS + timedelta(seconds=1)

    second = invite(campaign, owner, email="Guest@example.org", now=later)

    people = campaign_people(campaign=campaign, viewer=owner)
    assert people is not None
    assert {one.pk for one in people.invitations} == {other.pk, second.pk}
    first.refresh_from_db()
    assert first.revoked_at == later
