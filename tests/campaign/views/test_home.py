"""The way in: open tasks as rows, the campaigns below, nothing that is hidden."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaign.models import Campaign
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


def home(client):
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    return main_of(answer)


# ---------------------------------------------------------------- nothing there
def test_an_empty_platform_says_what_it_is_for_and_that_nothing_is_open(client):
    page = home(client)
    assert "How well do machines name living beings?" in page
    assert "No task takes runs now" in page
    assert "<h2" in page
    assert "Campaigns" not in page


def test_a_campaign_without_a_task_says_so(client):
    make_campaign("lab-2017")
    assert "no task yet" in home(client)


# ---------------------------------------------------------------- a row
def test_tasks_stand_in_the_order_of_their_campaigns_and_the_organisers(client):
    later, sooner = make_campaign("lab-2017"), make_campaign("practice")
    Campaign.objects.filter(pk=later.pk).update(position=1)
    for campaign, position, slug in (
        (later, 0, "owls"),
        (sooner, 2, "ferns"),
        (sooner, 1, "mosses"),
        (sooner, 1, "birds"),
    ):
        make_task(slug, campaign=campaign, position=position)
    page = home(client)
    shown = [page.index(f"Task {slug}") for slug in ("birds", "mosses", "ferns", "owls")]
    assert shown == sorted(shown)


def test_a_row_says_until_when_and_how_many_take_part(client, tmp_path):
    task = make_task("plants")
    organisers = make_team("Lab", organisers=True)
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    make_registration(task)
    make_registration(task, organisers)
    page = text_of(home(client))
    assert "Task plants" in page
    assert "Which species is this observation?" in page
    assert "8 May 2017, 22:00 UTC in 1 week" in page
    assert "Teams 2 Runs 1 Best MRR 0.750" in page


def test_a_task_without_a_deadline_is_open_without_an_end(client):
    make_task(phases={"submission": (NOW, None)})
    assert "open, without an end" in home(client)


@pytest.mark.parametrize(
    ("phases", "said"),
    [
        ({"submission": (NOW + timedelta(days=2), None)}, "opens 3 May 2017"),
        ({"submission": (None, NOW - timedelta(days=2))}, "closed 29 April 2017"),
        (
            {"submission": (None, NOW - timedelta(days=2)), "post_campaign": (NOW, None)},
            "late runs only",
        ),
    ],
)
def test_what_is_not_open_stands_only_with_its_campaign(client, phases, said):
    make_task("plants", phases=phases)
    page = home(client)
    assert "No task takes runs now" in page
    assert page.count("Task plants") == 1
    assert said in text_of(page)


def test_the_best_score_of_a_baseline_and_of_a_generated_run_says_so(client, tmp_path):
    task = make_task()
    organisers = make_registration(task, make_team("Lab", organisers=True))
    score_run(make_run(organisers, tmp_path, ranked_lines(8), generated=True))
    page = text_of(home(client))
    assert "Best MRR 1.000 baseline generated" in page


# ---------------------------------------------------------------- what may show
def test_a_hidden_score_is_not_on_the_page_until_results_open(client, tmp_path, clock):
    task = make_task(visibility="never", phases={"results": (DEADLINE, None)})
    registration = make_registration(task)
    score_run(make_run(registration, tmp_path, ranked_lines(6)))
    client.force_login(registration.team.members.get())
    page = home(client)
    assert "hidden for now" in page
    assert "0.750" not in page

    clock(DEADLINE - timedelta(seconds=5))
    assert "0.750" not in home(client)
    clock(DEADLINE + timedelta(seconds=1))
    cards = client.get(reverse("campaign", args=[task.campaign.slug]))
    assert "0.750" in main_of(cards)


def test_an_organiser_sees_on_the_way_in_what_everybody_sees(admin_client, tmp_path):
    """The page may be on a projector."""
    task = make_task(visibility="never")
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    assert "0.750" not in home(admin_client)


def test_of_a_split_test_only_the_public_part_counts(client, tmp_path):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)
    )
    task = make_task(
        files={"ground_truth.csv": truth}, split={"column": "Usage", "final": "private"}
    )
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(4)))
    assert "Best MRR 1.000" in text_of(home(client))


def test_names_are_text_and_never_markup(client):
    Campaign.objects.create(slug="x", titles={"en": "<b>🌿 Ünï</b> & <script>alert(1)</script>"})
    page = home(client)
    assert "&lt;b&gt;🌿 Ünï&lt;/b&gt; &amp; &lt;script&gt;" in page
    assert "<script>alert" not in page
