"""The organisers' first page: what waits, what comes next, and the list on the campaign's page."""

import ast
import inspect

import pytest
from django.urls import reverse

from campaign.models import CampaignRole
from campaign.reads import attention, checklist
from campaign.views import organise_words
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def campaign(client):
    organiser = make_user("ada")
    client.force_login(organiser)
    return make_campaign("lab", organiser=organiser)


def page_of(client, task):
    return main_of(client.get(reverse("organise", args=[task.slug])))


def test_with_nothing_to_do_it_says_so_in_one_sentence(client, campaign):
    later = {"submission": (NOW, None)}
    page = text_of(page_of(client, make_task(campaign=campaign, phases=later)))
    assert "Nothing waits for you: the task takes care of itself." in page
    assert "No run of this task waits to be scored." in page


def test_it_says_what_waits_and_what_to_do(client, campaign, tmp_path):
    task = make_task(campaign=campaign)
    run = make_run(make_registration(task), tmp_path)
    run.evaluations.update(state="failed", finished_at=NOW, failure="KeyError: the label of q7")
    make_registration(task, state="pending")
    make_run(make_registration(task), tmp_path)
    page = text_of(page_of(client, task))
    assert "1 run failed by a fault of ours since 1 May 2017, 12:00 UTC" in page
    assert "then queue them again" in page
    assert "1 team waits for approval" in page
    assert "1 run of this task waits to be scored, the oldest since 1 May 2017, 12:00 UTC" in page
    assert "Nothing waits" not in page
    assert "label of q7" not in page


def test_a_deadline_is_said_with_what_is_left(client, campaign, clock):
    task = make_task(campaign=campaign)
    clock(DEADLINE.replace(day=5, hour=21))
    page = text_of(page_of(client, task))
    assert "Submission closes soon 8 May 2017, 22:00 UTC (in 3 days)" in page


def test_without_a_worker_it_says_who_must_know(client, campaign):
    page = text_of(page_of(client, make_task(campaign=campaign)))
    assert "No worker answers: runs are accepted and wait until one is started." in page
    assert "Workers answer." not in page


def test_the_checklist_says_what_comes_next(client, campaign):
    page = page_of(client, make_task(campaign=campaign))
    text = text_of(page)
    assert "Done: Ground truth in force Done: Rules there Next: Data sets there Describe" in text
    assert text.count("Next:") == page.count('aria-current="step"') == 1
    assert "To come: Final package made" in text


def test_each_kind_of_concern_and_step_leads_to_a_page():
    for kind in (*organise_words._CONCERNS.values(), *organise_words._STEPS.values()):
        assert reverse(kind.route, args=["birds"]).startswith("/tasks/birds/")


def test_each_kind_of_concern_and_step_has_its_words(client, campaign):
    """What a read finds and no page can say would be an error on the page of all others."""
    tree = ast.parse(inspect.getsource(attention))
    called = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [call for call in called if ast.unparse(call.func) == "Concern"]
    kinds = {ast.literal_eval(call.args[0]) for call in made}
    assert kinds == set(organise_words._CONCERNS)
    steps = checklist.checklist(make_task(campaign=campaign), NOW)
    assert [step.kind for step in steps] == list(organise_words._STEPS)


# ---------------------------------------------------------------- on the campaign's page
def campaign_page(client, campaign):
    return text_of(main_of(client.get(reverse("campaign", args=[campaign.slug]))))


def test_organisers_see_how_much_waits_in_each_task(client, campaign):
    far = {"submission": (NOW, None)}
    make_registration(make_task("birds", campaign=campaign, phases=far), state="pending")
    make_task("plants", campaign=campaign, phases=far)
    page = campaign_page(client, campaign)
    assert "Organise Task birds · 1 thing waits" in page
    assert "Organise Task plants · nothing waits" in page


@pytest.mark.parametrize("person", ["anonymous", "stranger", "organiser elsewhere"])
def test_others_see_nothing_of_it(client, campaign, person):
    make_registration(make_task(campaign=campaign), state="pending")
    client.logout()
    if person != "anonymous":
        user = make_user()
        client.force_login(user)
        if person != "stranger":
            CampaignRole.objects.create(campaign=make_campaign(), user=user)
    page = campaign_page(client, campaign)
    assert "thing waits" not in page
    assert "For its organisers" not in page


@pytest.mark.parametrize("staff", [False, True])
def test_viewers_and_staff_see_it(client, campaign, staff):
    make_task("birds", campaign=campaign)
    user = make_user(is_staff=staff)
    if not staff:
        CampaignRole.objects.create(campaign=campaign, user=user, name="viewer")
    client.force_login(user)
    assert "Organise Task birds" in campaign_page(client, campaign)
    assert client.get(reverse("organise", args=["birds"])).status_code == 200
