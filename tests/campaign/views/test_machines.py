"""What programs read of the pages: feeds, the sitemap, robots.txt, linked data."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.core.management import call_command

from campaign.models import Campaign
from campaign.services.announcements import announce
from tests.campaign.boards import analyse_all
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


# ---------------------------------------------------------------- feeds
def entries(client, path="/news.atom"):
    answer = client.get(path)
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)  # noqa: S314  # our own
    return [
        tuple(entry.findtext(f"a:{name}", namespaces=ATOM) for name in ("title", "id", "summary"))
        for entry in feed.iterfind("a:entry", ATOM)
    ]


def test_a_feed_has_announcements_and_what_opened_the_newest_first(client, clock):
    organiser = make_user("olga")
    task = make_task(
        "plants",
        campaign=make_campaign("lab", organiser=organiser),
        phases={"results": (DEADLINE, None)},
    )
    announce(
        task=task,
        by=organiser,
        now=NOW,
        audience="registered",
        subject="<b>New</b>",
        text="**a** <script>x",
    )
    (said, opened) = entries(client)
    assert said[0] == "Task plants: <b>New</b>"
    assert "<strong>a</strong>" in said[2]
    assert "<script" not in said[2]
    assert opened[:2] == ("Task plants: submission is open", f"urn:clefboard:submission-{task.pk}")
    clock(DEADLINE)
    assert entries(client)[0][0] == "Task plants: the results are out"


def test_a_campaign_has_a_feed_of_its_own(client):
    campaign = make_campaign("lab")
    make_task("plants", campaign=campaign)
    make_task("birds")
    assert len(entries(client)) == 2
    assert [one[0] for one in entries(client, "/campaigns/lab/news.atom")] == [
        "Task plants: submission is open"
    ]
    assert client.get("/campaigns/nothing/news.atom").status_code == 404
    assert 'href="/campaigns/lab/news.atom"' in client.get("/campaigns/lab/").content.decode()


# ---------------------------------------------------------------- sitemap
def test_the_sitemap_has_public_pages_and_no_team_before_its_run_shows(client, tmp_path, clock):
    task = make_task("plants", visibility="never", phases={"results": (DEADLINE, None)})
    score_run(make_run(make_registration(task, make_team("Moss")), tmp_path))
    pages = client.get("/sitemap.xml").content.decode()
    for path in ("/", "/tasks/plants/leaderboard/", f"/campaigns/{task.campaign.slug}/"):
        assert f"<loc>http://testserver{path}</loc>" in pages
    assert "moss" not in pages
    assert "/analyses/submissions/" not in pages
    clock(DEADLINE)
    analyse_all()
    call_command("load_history", verbosity=0)
    listed = re.findall(
        r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").content.decode()
    )
    there = ("/teams/moss/", "/history/methods/", "/history/boards/birdclef-2014/")
    assert set(there) <= set(listed)
    assert "/tasks/plants/analyses/submissions/" in listed
    assert [path for path in listed if client.get(path).status_code != 200] == []


def test_robots_are_told_of_the_sitemap(client):
    said = client.get("/robots.txt").content.decode()
    assert "Disallow: /tasks/*/organise/" in said
    assert "Sitemap: http://testserver/sitemap.xml" in said


# ---------------------------------------------------------------- linked data
def linked(answer):
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', answer.content.decode()
    )
    return json.loads(text)


def test_a_campaign_is_an_event_with_its_tasks(client):
    campaign = make_campaign("lab")
    make_task("plants", campaign=campaign)
    assert "ld+json" not in client.get("/campaigns/lab/").content.decode()
    Campaign.objects.update(
        titles={"en": "</script><b>Lab & co"},
        timeline=[
            {"date": "2017-05-08", "event": {"en": "b"}},
            {"date": "2017-03-15", "event": {"en": "a"}},
        ],
    )
    said = linked(client.get("/campaigns/lab/"))
    assert (said["@type"], said["name"]) == ("Event", "</script><b>Lab & co")
    assert (said["startDate"], said["endDate"]) == ("2017-03-15", "2017-05-08")
    (task,) = said["subEvent"]
    assert task["url"] == "http://testserver/tasks/plants/"
    assert task["startDate"] == (NOW - timedelta(days=30)).isoformat()


def test_the_data_page_describes_its_data_sets_as_their_own_address_does(client):
    task = make_task("plants")
    assert "ld+json" not in client.get("/tasks/plants/data/").content.decode()
    task.data_sets.create(
        slug="photos", title="Photos", role="training_trusted", access="public", licence="CC0"
    )
    (said,) = linked(client.get("/tasks/plants/data/"))
    assert said == client.get("/tasks/plants/croissant/photos/1.json").json()
    assert said["license"] == "CC0"
