"""Writing announcements, reading them, and stopping their mails."""

import pytest
from django.test import Client
from django.urls import reverse

from campaign.models import Announcement, User
from campaign.services.announcements import announce, stop_token
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_team,
    make_user,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def organiser(client):
    user = make_user("olga")
    client.force_login(user)
    return user


@pytest.fixture
def task(organiser):
    made = make_task("birds", campaign=make_campaign(organiser=organiser))
    make_registration(made, make_team(captain=make_user("ada")))
    make_registration(made, make_team(captain=make_user("bo")), state="pending")
    return made


NEWS = {"subject": "New <data>", "text": "**Look** at it.", "audience": "approved"}


def post(client, task, **fields):
    return client.post(reverse("organise-announcements", args=[task.slug]), NEWS | fields)


def test_a_preview_comes_first_and_sends_nothing(client, task):
    page = main_of(post(client, task))
    assert "<strong>Look</strong> at it." in page
    assert "New &lt;data&gt;" in page
    assert "Announce, and mail it to 1 person" in page
    assert not Announcement.objects.exists()


def test_it_is_sent_and_listed_with_how_many_have_it(client, task):
    answer = post(client, task, send="1")
    made = Announcement.objects.get()
    assert answer["Location"] == reverse("organise-announcements", args=["birds"])
    assert (made.audience, made.author.username) == ("approved", "olga")
    page = text_of(main_of(client.get(answer["Location"])))
    assert "being mailed 0 people have it (members of approved teams)" in page
    Announcement.objects.update(mailed_at=NOW, n_mailed=12, n_refused=1)
    page = text_of(main_of(client.get(answer["Location"])))
    assert "mailed to 12 people" in page
    assert "1 address was refused by the mail server" in page


def test_what_is_missing_is_said_and_what_is_written_stays(client, task):
    page = post(client, task, subject="", send="1")
    assert page.status_code == 422
    assert "**Look** at it." in main_of(page)
    assert not Announcement.objects.exists()


def test_a_viewer_reads_and_writes_nothing(client, task):
    viewer = make_user()
    task.campaign.roles.create(user=viewer, name="viewer")
    client.force_login(viewer)
    page = client.get(reverse("organise-announcements", args=["birds"]))
    assert "<textarea" not in main_of(page)
    assert post(client, task, send="1").status_code == 403
    assert not Announcement.objects.exists()


def test_everybody_reads_the_news_on_the_tasks_page(client, task, organiser):
    announce(task=task, by=organiser, now=NOW, **NEWS | {"text": "<script>x</script> **Look**"})
    page = main_of(Client().get(reverse("task", args=["birds"])))
    assert "New &lt;data&gt;" in page
    assert "<strong>Look</strong>" in page
    assert "<script>" not in page
    assert "olga" not in page
    assert "News" not in text_of(main_of(Client().get(reverse("task", args=[make_task().slug]))))


# ---------------------------------------------------------------- stopping
@pytest.fixture
def link(task):
    return reverse("announcements-stop", args=[stop_token(User.objects.get(username="ada"))])


def takes() -> list[str]:
    found = User.objects.filter(takes_announcements=True).order_by("username")
    return [user.username for user in found]


def test_the_link_asks_and_only_a_post_stops(link):
    browser = Client()
    page = browser.get(link)
    assert "Mail me no more announcements" in text_of(main_of(page))
    assert "ada" not in page.content.decode()
    assert takes() == ["ada", "bo", "olga"]
    assert "From now on you get none by mail." in text_of(main_of(browser.post(link)))
    assert takes() == ["bo", "olga"]
    assert "You get no announcements by mail." in text_of(main_of(browser.get(link)))


def test_a_mail_program_stops_them_with_one_click(link):
    """As RFC 8058 says: a POST from elsewhere, without a session and without a token of a form."""
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert takes() == ["bo", "olga"]


def test_whoever_is_logged_in_stops_for_the_reader_of_the_mail(client, link):
    client.post(link)
    assert takes() == ["bo", "olga"]


def test_a_broken_link_says_what_to_do(task):
    page = Client().get(reverse("announcements-stop", args=["nothing"]))
    assert page.status_code == 404
    assert "your profile has it too" in page.content.decode()


def test_the_profile_turns_them_off_and_on(client, organiser):
    assert "checked" in main_of(client.get(reverse("profile")))
    client.post(reverse("profile"), {"first_name": "Olga"})
    assert takes() == []
    client.post(reverse("profile"), {"takes_announcements": "on"})
    assert takes() == ["olga"]
