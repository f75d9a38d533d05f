"""The profile, and tokens: shown once, listed without their secret, revoked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from campaign.clock import now
from campaign.models import ApiToken
from campaign.services.accounts import use_token
from tests.campaign.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    user = make_user()
    client.force_login(user)
    return user


def make_token(client, **fields):
    return client.post(reverse("token-new"), {"name": "laptop", "days": "90"} | fields)


def secret_in(page):
    (secret,) = re.findall(r"clef_[\w-]+", page.content.decode())
    return secret


def test_what_is_said_about_oneself_is_kept(client, person):
    about = {"first_name": "Carl", "last_name": "von Linné", "affiliation": "Uppsala", "orcid": ""}
    assert client.post(reverse("profile"), about).url == reverse("profile")
    person.refresh_from_db()
    assert (person.last_name, person.affiliation) == ("von Linné", "Uppsala")


@pytest.mark.parametrize(
    "text", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "0000000218250097"]
)
def test_an_orcid_is_kept_as_its_number(client, person, text):
    client.post(reverse("profile"), {"orcid": text})
    person.refresh_from_db()
    assert person.orcid == "0000-0002-1825-0097"


def test_the_last_character_of_an_orcid_may_be_an_x(client, person):
    client.post(reverse("profile"), {"orcid": "0000-0002-1694-233x"})
    person.refresh_from_db()
    assert person.orcid == "0000-0002-1694-233X"


@pytest.mark.parametrize("text", ["0000-0002-1825-0098", "1825-0097", "me"])
def test_a_mistyped_orcid_is_refused_with_what_one_looks_like(client, person, text):
    page = client.post(reverse("profile"), {"orcid": text}).content.decode()
    assert "is no ORCID: one looks like" in page
    assert f'value="{text}"' in page
    person.refresh_from_db()
    assert person.orcid == ""


def test_the_profile_is_for_people_who_are_logged_in(client):
    assert client.get(reverse("profile")).url == "/accounts/login/?next=/profile/"


def test_a_token_is_shown_once_and_works(client, person):
    page = make_token(client)
    secret = secret_in(page)
    assert page.status_code == 201
    assert "no-store" in page["Cache-Control"]
    token = use_token(secret=secret, now=now())
    assert token
    assert (token.user, token.name) == (person, "laptop")
    assert token.expires_at
    assert token.expires_at - token.created_at > timedelta(days=89)
    listed = client.get(reverse("profile")).content.decode()
    assert secret not in listed
    assert f"…{token.hint}" in listed


def test_a_token_may_last_for_ever_if_one_says_so(client, person):
    make_token(client, days="0")
    assert ApiToken.objects.get().expires_at is None


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 101}, {"days": "12"}])
def test_a_token_that_is_asked_for_wrongly_is_not_made(client, person, fields):
    page = make_token(client, **fields)
    assert page.status_code == 422
    assert "errorlist" in page.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_is_dead_and_stays_in_the_list(client, person):
    secret = secret_in(make_token(client))
    client.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
    assert use_token(secret=secret, now=now()) is None
    assert "revoked" in client.get(reverse("profile")).content.decode()


def test_nobody_revokes_another_persons_token(client, person):
    secret = secret_in(make_token(client))
    client.force_login(make_user())
    answer = client.post(reverse("token-revoke", args=[ApiToken.objects.get().pk]))
    assert answer.status_code == 404
    assert use_token(secret=secret, now=now())


@pytest.mark.parametrize("name", ["token-new", "token-revoke"])
def test_no_get_changes_a_token(client, person, name):
    make_token(client)
    args = [ApiToken.objects.get().pk] if name == "token-revoke" else []
    assert client.get(reverse(name, args=args)).status_code == 405
    assert ApiToken.objects.get().revoked_at is None
