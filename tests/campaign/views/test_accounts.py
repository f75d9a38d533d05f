"""Signing up, confirming the address, logging in, a new password: through the pages."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from campaign.models import User
from tests.campaign.factories import make_user

pytestmark = pytest.mark.django_db

SIGN_UP = {
    "username": "carl",
    "email": "Carl@Uppsala.example",
    "password1": "systema-naturae-1735",
    "password2": "systema-naturae-1735",
}


def link_in(message: str, host: str = "http://testserver") -> str:
    """Return the path of the link a mail brings."""
    paths: list[str] = re.findall(rf"{host}(/\S+)", message)
    return paths[0]


def test_a_new_person_confirms_the_address_and_logs_in(client, mailoutbox):
    answer = client.post(reverse("account_signup"), SIGN_UP)
    assert answer.url == reverse("account_email_verification_sent")
    (mail,) = mailoutbox
    assert (mail.subject, mail.to) == (
        "Clefboard: confirm your mail address",
        ["carl@uppsala.example"],
    )
    assert "carl" in mail.body
    assert "You get this mail because" in mail.body

    log_in = {"login": "carl", "password": SIGN_UP["password1"]}
    assert client.post(reverse("account_login"), log_in).url == reverse(
        "account_email_verification_sent"
    )
    page = client.get(link_in(mail.body))
    assert "Confirm the address" in page.content.decode()
    assert not EmailAddress.objects.get().verified, "opening the link changes nothing"
    client.post(link_in(mail.body))
    assert EmailAddress.objects.get().verified
    assert client.post(reverse("account_login"), log_in).url == "/"


def test_confirmed_in_the_same_browser_one_is_where_one_was_going(client, mailoutbox):
    client.post(reverse("account_signup"), SIGN_UP | {"next": "/join/a-secret/"})
    assert client.post(link_in(mailoutbox[0].body)).url == "/join/a-secret/"
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


@pytest.mark.parametrize("page", ["account_login", "account_signup"])
def test_every_way_to_an_account_leads_on_where_one_was_going(client, page):
    html = client.get(reverse(page), {"next": "/join/a-secret/"}).content.decode()
    for way in ("account_login", "account_signup"):
        links = re.findall(rf'href="({reverse(way)}[^"]*)"', html)
        assert links
        assert set(links) == {f"{reverse(way)}?next=%2Fjoin%2Fa-secret%2F"}


def test_a_link_opened_in_another_browser_confirms_and_lets_nobody_in(client, mailoutbox):
    client.post(reverse("account_signup"), SIGN_UP)
    other = Client()
    assert other.post(link_in(mailoutbox[0].body))["Location"] == reverse("account_login")
    assert EmailAddress.objects.get().verified
    assert "_auth_user_id" not in other.session
    assert "_auth_user_id" not in client.session


def test_one_logs_in_by_mail_address_too(client):
    user = make_user()
    answer = client.post(reverse("account_login"), {"login": user.email, "password": "secret"})
    assert answer.url == "/"


def test_a_wrong_password_is_said_in_a_sentence(client):
    make_user("carl")
    page = client.post(reverse("account_login"), {"login": "carl", "password": "x"})
    assert page.status_code == 200
    assert "The username and/or password you specified are not correct." in page.content.decode()


def test_an_address_that_has_an_account_is_not_given_away(client, mailoutbox):
    make_user("flora")
    answer = client.post(reverse("account_signup"), SIGN_UP | {"email": "flora@example.org"})
    assert answer.url == reverse("account_email_verification_sent")
    assert mailoutbox[0].subject == "Clefboard: you have an account already"
    assert User.objects.count() == 1


@pytest.mark.parametrize("next_page", ["/teams/", "https://elsewhere.example/"])
def test_a_log_in_leads_back_here_and_nowhere_else(client, next_page):
    user = make_user()
    answer = client.post(
        reverse("account_login"),
        {"login": user.username, "password": "secret", "next": next_page},
    )
    assert answer.url == (next_page if next_page.startswith("/") else "/")


def test_a_forgotten_password_is_set_anew_by_mail(client, mailoutbox):
    user = make_user()
    client.post(reverse("account_reset_password"), {"email": user.email})
    (mail,) = mailoutbox
    assert mail.subject == "Clefboard: set a new password"
    assert user.username in mail.body
    page = client.get(link_in(mail.body), follow=True)
    new = {"password1": "species-plantarum-1753", "password2": "species-plantarum-1753"}
    client.post(page.redirect_chain[-1][0], new)
    user.refresh_from_db()
    assert user.check_password("species-plantarum-1753")
    again = Client().get(link_in(mail.body), follow=True)
    assert "expired, or was used already" in again.content.decode()


def test_an_unknown_address_gets_a_mail_and_the_page_says_nothing(client, mailoutbox):
    page = client.post(reverse("account_reset_password"), {"email": "no@example.org"}, follow=True)
    assert "If it belongs to an account" in page.content.decode()
    assert mailoutbox[0].subject == "Clefboard: no account has this address"


def test_no_get_logs_anybody_out(client):
    client.force_login(make_user())
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_an_address_is_added_and_the_first_one_cannot_be_removed(client, mailoutbox):
    user = make_user()
    client.force_login(user)
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    assert mailoutbox[0].to == ["new@example.org"]
    client.post(reverse("account_email"), {"email": user.email, "action_remove": ""})
    assert EmailAddress.objects.filter(user=user).count() == 2


def test_only_what_can_be_done_with_addresses_is_offered(client):
    user = make_user()
    client.force_login(user)
    page = client.get(reverse("account_email")).content.decode()
    assert 'name="action_remove"' in page
    assert 'name="action_primary"' not in page
    assert 'name="action_send"' not in page
    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
    page = client.get(reverse("account_email")).content.decode()
    assert 'name="action_primary"' in page
    assert 'name="action_send"' in page


def test_whoever_keeps_passwords_learns_whose_is_changed(client):
    user = make_user()
    client.force_login(user)
    page = client.get(reverse("account_change_password")).content.decode()
    assert f'autocomplete="username" value="{user.username}" hidden' in page


def test_the_page_says_where_mails_are_only_where_they_are_files(client, settings, tmp_path):
    page = reverse("account_email_verification_sent")
    assert "mails are files" not in client.get(page).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    assert str(tmp_path) in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("account_login", {"login": "username", "password": "current-password"}),
        (
            "account_signup",
            {"username": "username", "email": "email", "password1": "new-password"},
        ),
        ("account_reset_password", {"email": "email"}),
    ],
)
def test_every_field_has_a_label_and_tells_the_browser_what_it_is(client, name, hints):
    html = client.get(reverse(name)).content.decode()
    assert '<html lang="en">' in html
    assert html.count("<main") == 1
    for field, hint in hints.items():
        (tag,) = re.findall(rf'<input[^>]*name="{field}"[^>]*>', html)
        assert f'autocomplete="{hint}"' in tag
        assert "placeholder" not in tag
        assert f'<label for="id_{field}">' in html
