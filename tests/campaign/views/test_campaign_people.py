"""The page of a campaign's people: what owners do there, and what others may see."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from campaign.models import CampaignInvitation
from campaign.services.mails import send_mails
from tests.campaign.factories import make_campaign, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def campaign(client):
    owner = make_user("olga")
    client.force_login(owner)
    made = make_campaign("lab")
    made.roles.create(user=owner, name="owner")
    return made


def address(name, *args):
    return reverse(name, args=["lab", *args])


def people(client):
    return main_of(client.get(address("campaign-people")))


def invite(client, email="guest@example.org", role="organiser"):
    answer = client.post(
        address("campaign-invite"), {"invite-email": email, "invite-role": role}, follow=True
    )
    send_mails()
    return answer


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_an_owner_gives_changes_and_takes_roles(client, campaign):
    make_user("bo")
    page = client.post(
        address("campaign-role-give"),
        {"give-username": "bo", "give-role": "viewer"},
        follow=True,
    )
    assert "bo is viewer now." in text_of(main_of(page))
    role = campaign.roles.get(user__username="bo")
    client.post(address("campaign-role", role.pk), {"role": "organiser"})
    role.refresh_from_db()
    assert role.name == "organiser"
    client.post(address("campaign-role-take", role.pk))
    assert campaign.roles.count() == 1


def test_an_unknown_name_is_said_beside_the_form(client, campaign):
    page = client.post(
        address("campaign-role-give"), {"give-username": "nobody", "give-role": "viewer"}
    )
    assert page.status_code == 422
    assert "Nobody here is called “nobody”." in main_of(page)


def test_a_role_that_is_none_is_refused(client, campaign):
    role = campaign.roles.get()
    assert client.post(address("campaign-role", role.pk), {"role": "king"}).status_code == 422


def test_the_last_owner_is_told_to_make_another(client, campaign):
    page = client.post(address("campaign-role-take", campaign.roles.get().pk))
    assert page.status_code == 403
    assert "make somebody else an owner first" in page.content.decode()


def test_whoever_lays_down_a_role_is_led_where_they_may_be(client, campaign):
    viewer = make_user()
    role = campaign.roles.create(user=viewer, name="viewer")
    answer = logged_in(viewer).post(address("campaign-role-take", role.pk))
    assert answer["Location"] == campaign.get_absolute_url()


@pytest.mark.parametrize("name", ["organiser", "viewer"])
def test_others_with_a_role_see_who_is_there_and_no_address(client, campaign, name):
    invite(client)
    other = make_user("bo")
    campaign.roles.create(user=other, name=name)
    page = people(logged_in(other))
    assert "olga" in page
    assert "guest@" not in page
    assert "Invite by mail" not in page
    assert "olga@" not in page


def test_an_invitation_travels_by_mail_and_is_accepted(client, campaign, mailoutbox):
    page = text_of(main_of(invite(client)))
    assert "The invitation is on its way to guest@example.org." in page
    assert "guest@example.org · organiser · open until 15 May 2017 · olga" in page
    (link,) = re.findall(r"http://\S+?(/co-organise/\S+)", mailoutbox[0].body)
    assert link.split("/")[2] not in people(client)

    guest = logged_in(make_user("guest"))
    assert "Help with Lab You would be its organiser." in text_of(main_of(guest.get(link)))
    assert not campaign.roles.filter(user__username="guest").exists()  # a look accepts nothing
    accepted = guest.post(link, follow=True)
    assert "You are organiser of Lab now." in text_of(main_of(accepted))
    assert "Not answered yet" not in people(client)


def test_whoever_is_logged_out_logs_in_first(client, campaign, mailoutbox):
    invite(client)
    (link,) = re.findall(r"http://\S+?(/co-organise/\S+)", mailoutbox[0].body)
    assert Client().get(link)["Location"] == f"/accounts/login/?next={link}"


def test_an_owner_sends_again_and_revokes(client, campaign, mailoutbox):
    invite(client)
    invitation = CampaignInvitation.objects.get()
    client.post(address("campaign-invitation-send", invitation.pk))
    send_mails()
    assert len(mailoutbox) == 2
    client.post(address("campaign-invitation-revoke", invitation.pk))
    invitation.refresh_from_db()
    assert invitation.revoked_at
    people(client)  # takes in what was said of the mails
    assert "guest@" not in people(client)


def test_an_invitation_of_another_campaign_is_not_there(client, campaign):
    other = make_campaign("other")
    other.roles.create(user=make_user("oz"), name="owner")
    invite(client)
    browser = logged_in(other.roles.get().user)
    for name in ("campaign-invitation-send", "campaign-invitation-revoke"):
        url = reverse(name, args=["other", CampaignInvitation.objects.get().pk])
        assert browser.post(url).status_code == 404
    url = reverse("campaign-role-take", args=["other", campaign.roles.get().pk])
    assert browser.post(url).status_code == 404


def test_a_campaign_without_anybody_says_so_to_staff(campaign):
    campaign.roles.all().delete()
    page = people(logged_in(make_user(is_staff=True)))
    assert "Nobody has a role yet" in page
    assert "Invite by mail" in page
