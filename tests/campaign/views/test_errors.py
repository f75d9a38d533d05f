"""What is shown when something went wrong, and what it needs to be shown."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.defaults import bad_request, server_error

from tests.campaign.factories import make_user
from tests.campaign.views.pages import main_of


@pytest.mark.django_db
def test_what_is_not_there_is_a_page_of_the_site(client):
    answer = client.get("/tasks/nothing/")
    assert answer.status_code == 404
    page = main_of(answer)
    assert "There is nothing here" in page
    assert f"{reverse('account_login')}?next=/tasks/nothing/" in page


@pytest.mark.django_db
def test_whoever_is_logged_in_is_not_told_to_log_in(client):
    client.force_login(make_user())
    page = main_of(client.get("/tasks/nothing/"))
    assert "Log in" not in page


@pytest.mark.django_db
def test_the_address_that_was_asked_for_is_text(client):
    page = client.get("/tasks/%22%3E%3Cscript%3Ealert(1)%3C/script%3E/").content.decode()
    assert "<script>alert" not in page


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post(reverse("set_language"), {"language": "fr"})
    assert answer.status_code == 403
    assert "This form is too old" in main_of(answer)


@pytest.mark.django_db
def test_the_administration_sends_people_without_rights_away(client):
    client.force_login(make_user())
    assert client.get(reverse("admin:index")).status_code == 302


# No mark: these pages must come without a database.
def test_a_fault_of_ours_needs_no_database():
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "it is our fault" in page
    assert "campaign/css/tokens" in page
    assert "<script" not in page
    assert page.count("<h1") == 1


def test_a_request_that_makes_no_sense_needs_no_database():
    answer = bad_request(RequestFactory().get("/"), ValueError())
    assert answer.status_code == 400
    assert "makes no sense to us" in answer.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused(client):
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "makes no sense to us" in answer.content.decode()
