"""A campaign: its calendar, its tasks, and what organisers wrote, made safe."""

import pytest
from django.urls import reverse

from campaign.models import Campaign
from campaign.services.history import record_published_results
from tests.campaign.factories import (
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

TIMELINE = [
    {"date": "2017-03-15", "event": {"en": "Test data", "fr": "Données de test"}},
    {"date": "2017-05-08", "event": {"en": "Submission closes"}},
]


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def campaign():
    return make_campaign("lab-2017")


def page_of(client, campaign):
    answer = client.get(reverse("campaign", args=[campaign.slug]))
    assert answer.status_code == 200
    return main_of(answer)


def test_without_a_task_it_says_so(client, campaign):
    Campaign.objects.update(description="")
    page = page_of(client, campaign)
    assert "This campaign has no task yet" in page
    assert "Nothing is written about this campaign yet." in page
    assert "timeline" not in page


def test_an_unknown_campaign_is_not_found(client):
    assert client.get(reverse("campaign", args=["nothing"])).status_code == 404


def test_the_calendar_has_today_between_what_was_and_what_comes(client, campaign):
    campaign.timeline = TIMELINE
    campaign.save()
    page = text_of(page_of(client, campaign))
    assert "Test data 15 March 2017 Today 1 May 2017 Submission closes 8 May 2017" in page


def test_its_tasks_stand_as_rows_and_no_others(client, campaign):
    make_task("plants", campaign=campaign)
    make_task("birds")
    page = page_of(client, campaign)
    assert "Task plants" in page
    assert "Task birds" not in page


def test_generated_tasks_and_published_results_are_explained(client, campaign):
    task = make_task(campaign=campaign)
    assert "a program made it" not in page_of(client, campaign)
    task.generated = True
    task.save()
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853}
    record_published_results(task=task, figures=[figure], source="a talk")
    page = page_of(client, campaign)
    assert "a program made it" in page
    assert "never mixed with runs" in page
    assert 'class="mark generated"' in page
    assert "KDE TUT" not in page


def test_a_team_in_two_tasks_takes_part_once_and_other_campaigns_count_apart(
    client, campaign, tmp_path
):
    team, silent = make_team(), make_team()
    for slug in ("plants", "birds"):
        task = make_task(slug, campaign=campaign)
        score_run(make_run(make_registration(task, team), tmp_path))
        make_registration(task, silent)
    make_registration(make_task("elsewhere"))
    page = text_of(page_of(client, campaign))
    assert "Teams registered 2 Teams with a scored run 1 Their runs 2" in page


def test_other_campaigns_stand_below_with_their_tasks(client, campaign):
    assert "Other campaigns" not in page_of(client, campaign)
    other = make_campaign("lab-2016")
    make_task(campaign=other)
    page = page_of(client, campaign)
    assert "Other campaigns Lab-2016 2017 · 1 task" in text_of(page)
    assert f'href="{other.get_absolute_url()}"' in page


@pytest.mark.parametrize(
    ("written", "gone", "kept"),
    [
        ("<script>alert(1)</script> plants", "<script", "plants"),
        ("[here](javascript:alert(1))", 'href="javascript', "here"),
        ('<img src=x onerror="alert(1)"> birds', "<img", "birds"),
        ("# First\n\nand **bold**", "<h1>First", "<h2>First</h2>"),
    ],
)
def test_markdown_of_organisers_is_made_safe(client, campaign, written, gone, kept):
    campaign.description = campaign.organisers = written
    campaign.save()
    page = page_of(client, campaign)
    assert gone not in page
    assert page.count(kept) >= 2


def test_the_page_speaks_the_readers_language(client, campaign):
    campaign.titles = {"en": "Lab", "fr": "Laboratoire"}
    campaign.save()
    answer = client.get(
        reverse("campaign", args=[campaign.slug]), headers={"accept-language": "fr"}
    )
    assert '<html lang="fr">' in answer.content.decode()
    assert "Laboratoire" in main_of(answer)
