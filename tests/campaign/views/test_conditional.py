"""Answers that a browser has already: told so by 304, and never one that was another's."""

import pytest
from django.test import Client

from tests.campaign.factories import make_task, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


def again(client, path, etag):
    return client.get(path, headers={"if-none-match": etag})


@pytest.mark.parametrize(
    "path",
    ["/", "/tasks/plants/", "/method-tags/", "/news.atom", "/api/v1/tasks/", "/sitemap.xml"],
)
def test_whoever_has_an_answer_is_told_that_it_is_still_right(client, path):
    make_task("plants")
    client.get(path)  # makes the cookie that forms are good for
    first = client.get(path)
    assert first["Cache-Control"] == "private, no-cache"
    same = again(client, path, first["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    make_task("birds")
    changed = again(client, path, first["ETag"])
    assert changed.status_code == (200 if path not in {"/tasks/plants/", "/method-tags/"} else 304)


def test_a_page_is_another_one_for_another_person_and_after_signing_in():
    make_task("plants")
    client = Client()
    client.get("/")
    etag = client.get("/")["ETag"]
    client.force_login(make_user("ada"))
    assert again(client, "/", etag).status_code == 200
    other = Client()
    other.force_login(make_user("bo"))
    assert again(other, "/", client.get("/")["ETag"]).status_code == 200


def test_a_kept_page_is_old_once_its_forms_are_good_for_nothing():
    client = Client()
    client.get("/")
    etag = client.get("/")["ETag"]
    assert again(client, "/", etag).status_code == 304
    del client.cookies["csrftoken"]
    assert again(client, "/", etag).status_code == 200


def test_what_is_not_to_be_kept_has_no_etag_nor_has_a_refusal(client):
    client.force_login(make_user())
    assert not client.get("/tasks/nothing/").has_header("ETag")
    assert not client.post("/teams/new/", {"name": ""}).has_header("ETag")
    assert not client.get("/api/v1/tasks/nothing/").has_header("ETag")
