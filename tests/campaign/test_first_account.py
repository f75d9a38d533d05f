"""The first account of a platform: made at the shell, and able to log in at once."""

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from campaign.models import User
from campaign.reads.record import Wanted, changes
from tests.campaign.factories import make_task, make_user

pytestmark = pytest.mark.django_db


def make_first(monkeypatch, name="ada"):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long pass phrase")
    address = f"{name.title()}@Lab.example"
    call_command("createsuperuser", "--noinput", username=name, email=address, verbosity=0)
    return User.objects.get(username=name)


def test_it_logs_in_without_a_mail(client, monkeypatch):
    make_first(monkeypatch)
    sent = {"login": "ada", "password": "a long pass phrase"}
    assert client.post("/accounts/login/", sent).url == "/"
    assert client.get("/load/").status_code == 200


def test_only_its_own_address_is_trusted(monkeypatch):
    other = make_user("other", is_superuser=True)
    EmailAddress.objects.all().delete()
    first = make_first(monkeypatch)
    trusted = EmailAddress.objects.filter(verified=True).values_list("user", "email")
    assert other.pk != first.pk
    assert list(trusted) == [(first.pk, "ada@lab.example")]


def test_the_record_says_that_a_command_made_it(monkeypatch):
    first = make_first(monkeypatch)
    found = changes(task=make_task(), viewer=first, wanted=Wanted(kind="account"))
    assert [(one.what, one.way) for one in found.rows] == [("ada", "command createsuperuser")]
