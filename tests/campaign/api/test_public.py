"""What the public pages say, a program reads without a token."""

import pytest

from campaign.models import Campaign
from campaign.services.announcements import announce
from campaign.services.history import record_published_results
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db


def test_a_campaign_has_its_calendar_and_who_takes_part(client, tmp_path):
    campaign = make_campaign("lab")
    Campaign.objects.update(timeline=[{"date": "2017-05-08", "event": {"en": "End", "fr": "Fin"}}])
    team = make_team()
    for slug in ("plants", "birds"):
        task = make_task(slug, campaign=campaign)
        score_run(make_run(make_registration(task, team), tmp_path))
    said = client.get("/api/v1/campaigns/lab/", headers={"accept-language": "fr"}).json()
    assert said["timeline"] == [{"date": "2017-05-08", "event": "Fin"}]
    assert said["participation"] == {"registered": 1, "submitted": 1, "runs": 2}
    assert set(said["tasks"]) == {"plants", "birds"}
    assert client.get("/api/v1/campaigns/nothing/").json()["code"] == "no_campaign"


def test_a_list_of_tasks_has_the_score_that_everybody_sees(client, tmp_path):
    hidden = make_task("hidden", visibility="never")
    shown = make_task("shown")
    for task in (hidden, shown):
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    said = {one["slug"]: one for one in client.get("/api/v1/tasks/").json()}
    assert said["shown"]["best"] == {"value": 0.75, "baseline": False, "generated": False}
    assert said["hidden"]["best"] is None
    assert said["shown"]["state"] == "open"
    task = client.get("/api/v1/tasks/shown/").json()
    assert task["participation"] == {"registered": 1, "submitted": 1, "runs": 1}


def test_announcements_and_published_results_of_a_task(client):
    organiser = make_user("olga")
    task = make_task("plants", campaign=make_campaign("lab", organiser=organiser))
    announce(
        task=task, by=organiser, now=NOW, audience="registered", subject="New", text="**Look**"
    )
    (news,) = client.get("/api/v1/tasks/plants/announcements/").json()
    assert (news["subject"], news["text"]) == ("New", "**Look**")
    assert "olga" not in str(news)
    none = client.get("/api/v1/tasks/plants/published-results/").json()
    assert none == {"metrics": [], "sources": [], "rows": []}
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853}
    record_published_results(task=task, figures=[figure], source="a talk")
    said = client.get("/api/v1/tasks/plants/published-results/").json()
    assert (said["metrics"], said["sources"]) == (["mrr"], ["a talk"])
    assert said["rows"][0]["values"] == [0.853]
