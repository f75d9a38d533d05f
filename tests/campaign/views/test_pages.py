"""Every public page answers, says its title once, and obeys its own policy."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.campaign.factories import make_task

pytestmark = pytest.mark.django_db


def test_public_pages_answer(client: Client):
    task = make_task()
    for name, args in (
        ("home", []),
        ("campaign", [task.campaign.slug]),
        ("task", [task.slug]),
        ("task-rules", [task.slug]),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        assert answer.content.count(b"<h1") == 1, name
