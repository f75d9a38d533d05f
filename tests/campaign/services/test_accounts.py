"""Tokens: shown once, stored hashed, revocable, expiring."""

from datetime import timedelta

import pytest

from campaign.models import ApiToken
from campaign.services.accounts import issue_token, revoke_token, use_token
from tests.campaign.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_the_secret_is_not_in_the_database():
    token, secret = issue_token(user=make_user(), name="laptop", expires_at=None, now=NOW)
    stored = " ".join(str(value) for value in ApiToken.objects.values_list().get())
    assert secret not in stored
    assert token.hint == secret[-4:]


def test_a_token_works_until_it_expires():
    end = NOW + timedelta(days=1)
    token, secret = issue_token(user=make_user(), name="laptop", expires_at=end, now=NOW)
    assert use_token(secret=secret, now=NOW) == token
    assert use_token(secret=secret, now=end) is None


def test_a_revoked_token_is_dead():
    token, secret = issue_token(user=make_user(), name="laptop", expires_at=None, now=NOW)
    revoke_token(token=token, now=NOW)
    assert use_token(secret=secret, now=NOW) is None


def test_a_token_dies_with_its_account():
    user = make_user()
    _, secret = issue_token(user=user, name="laptop", expires_at=None, now=NOW)
    user.is_active = False
    user.save()
    assert use_token(secret=secret, now=NOW) is None


def test_use_is_noted_once_a_minute():
    token, secret = issue_token(user=make_user(), name="laptop", expires_at=None, now=NOW)
    for seconds in (0, 30, 90):
        use_token(secret=secret, now=NOW + timedelta(seconds=seconds))
        token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(seconds=90)
