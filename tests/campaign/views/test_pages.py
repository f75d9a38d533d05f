"""What every public page has: one title, a description, a language, and nothing its policy forbids."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.campaign.factories import make_registration, make_run, make_task, score_run

pytestmark = pytest.mark.django_db


@pytest.fixture
def addresses(tmp_path) -> list[str]:
    task = make_task()
    run = score_run(make_run(make_registration(task), tmp_path))
    tabs = ("task", "task-data", "task-rules", "task-leaderboard")
    return [
        reverse("home"),
        reverse("campaign", args=[task.campaign.slug]),
        *(reverse(tab, args=[task.slug]) for tab in tabs),
        run.get_absolute_url(),
        "/nothing/",
    ]


def test_public_pages_say_what_they_are(client: Client, addresses: list[str]):
    titles = set()
    for address in addresses:
        page = client.get(address).content.decode()
        assert page.count("<h1") == 1, address
        assert '<html lang="en">' in page, address
        assert re.search(r'<meta name="description" content="[^"]{10,}">', page), address
        titles.update(re.findall(r"<title>\s*(\S.*?) · Clefboard</title>", page, re.DOTALL))
    assert len(titles) == len(addresses)


def test_public_pages_obey_their_policy(client: Client, addresses: list[str]):
    for address in addresses:
        answer = client.get(address)
        page = answer.content.decode()
        assert "default-src 'none'" in answer["Content-Security-Policy"], address
        assert not re.search(r"<style|\sstyle=|<script(?! src=\"/)|\son\w+=", page), address
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page), address


def test_pages_come_in_french_where_it_is_asked_for(client: Client, addresses: list[str]):
    for address in addresses:
        page = client.get(address, headers={"accept-language": "fr"}).content.decode()
        assert '<html lang="fr">' in page, address
