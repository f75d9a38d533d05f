"""Inviting by mail on the team's page."""

import pytest
from django.core import mail
from django.urls import reverse

from campaign.models import Invitation
from campaign.services.mails import send_mails
from tests.campaign.factories import make_team, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("set_clock")]


@pytest.fixture
def team(client):
    ada = make_user("ada")
    client.force_login(ada)
    return make_team("Flora", ada)


def post(client, name, *args, **form):
    answer = client.post(reverse(name, args=args), form, follow=True)
    send_mails()
    return answer


def link():
    (found,) = [one for one in mail.outbox[-1].body.splitlines() if one.startswith("http")]
    return found.removeprefix("http://testserver")


def test_who_is_invited_by_mail_joins_by_its_link(client, team):
    page = post(client, "team-invite-by-mail", team.slug, email="bo@example.org")
    assert "A link is on its way to bo@example.org." in text_of(main_of(page))
    bo = make_user("bo")
    client.force_login(bo)
    assert "Join Flora" in client.get(link()).content.decode()
    client.post(link())
    assert bo in team.members.all()


def test_the_secret_shows_on_no_page(client, team):
    page = post(client, "team-invite-by-mail", team.slug, email="bo@example.org")
    assert link().split("/")[2] not in page.content.decode()


def test_an_invitation_is_sent_again(client, team):
    post(client, "team-invite-by-mail", team.slug, email="bo@example.org")
    first = link()
    post(client, "invitation-resend", team.slug, Invitation.objects.get().pk)
    assert [sent.to for sent in mail.outbox] == [["bo@example.org"]] * 2
    client.force_login(make_user())
    assert client.get(first).status_code == 400
    assert client.get(link()).status_code == 200


def test_what_is_no_address_is_said_beside_the_field(client, team):
    page = post(client, "team-invite-by-mail", team.slug, email="bo")
    assert page.status_code == 422
    assert "valid email address" in page.content.decode()
    assert mail.outbox == []
