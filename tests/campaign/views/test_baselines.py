"""Organisers send runs as their campaign's own team, through the doors that everybody uses."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaign.models import CampaignRole, Registration, Run, User
from campaign.services.organisers_team import register_organisers
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def baselines() -> Registration:
    """Return the place of the organisers' team in a task that takes one run a team."""
    campaign = make_campaign("lab")
    task = make_task("plants", campaign=campaign, runs_per_team=1)
    register_organisers(campaign=campaign, task=task, now=NOW)
    return task.registrations.get()


def person(baselines: Registration, role: str) -> User:
    """Return somebody with a role in the campaign; `staff` and `stranger` have none."""
    user = make_user(role, is_staff=role == "staff")
    if role in CampaignRole.Name.values:
        CampaignRole.objects.create(campaign=baselines.task.campaign, user=user, name=role)
    return user


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, lines: str) -> Any:
    file = SimpleUploadedFile("run.csv", lines.encode())
    return client.post(reverse("task-submit", args=["plants"]), {"file": file})


@pytest.mark.parametrize("role", ["owner", "organiser", "staff"])
def test_organisers_upload_and_describe_baselines_without_a_limit(
    baselines, role, set_clock, tmp_path
):
    client = logged_in(person(baselines, role))
    for salt in ("", "+"):
        send(client, ranked_lines(salt=salt))
    assert set(baselines.runs.values_list("number", flat=True)) == {1, 2}

    run = baselines.runs.get(number=1)
    client.post(reverse("run-describe", args=[run.pk]), {"n_networks": "3"})
    run.refresh_from_db()
    assert run.description == {"n_networks": 3}
    page = client.get(reverse("task-runs", args=["plants"])).content.decode()
    assert "Runs of Organisers of Lab" in page
    assert "Run 2" in page


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_nobody_else_speaks_for_the_organisers(baselines, role, set_clock, tmp_path):
    client = logged_in(person(baselines, role))
    run = make_run(baselines, tmp_path, name="Easy")
    assert send(client, ranked_lines(3))["Location"] == reverse("task-register", args=["plants"])
    assert client.post(reverse("run-withdraw", args=[run.pk])).status_code == 404
    assert "Easy" not in client.get(reverse("task-runs", args=["plants"])).content.decode()
    assert list(Run.objects.all()) == [run]


def test_organisers_of_another_campaign_do_not_either(baselines, tmp_path):
    ada = make_user("ada")
    other = make_campaign("other", organiser=ada)
    register_organisers(campaign=other, task=make_task("birds", campaign=other), now=NOW)
    make_run(baselines, tmp_path)
    assert not Run.objects.of_teams_of(ada).exists()


def test_who_takes_part_with_a_team_sends_its_runs(baselines, set_clock):
    """An organiser ought not to; one who does sends no baselines by mistake."""
    ada = person(baselines, "organiser")
    own = make_registration(baselines.task, make_team("Flora", ada))
    send(logged_in(ada), ranked_lines())
    assert Run.objects.get().registration == own


def test_the_pages_say_for_whom_organisers_send(baselines, set_clock):
    client = logged_in(person(baselines, "organiser"))
    page = client.get(reverse("task-submit", args=["plants"])).content.decode()
    assert "You send for Organisers of Lab: a baseline" in page
    page = client.get(reverse("task-register", args=["plants"])).content.decode()
    assert "You organise this task, so you take part with no team." in page


def test_the_team_of_a_campaign_with_a_long_title_is_called_by_its_slug():
    task = make_task(campaign=make_campaign("rhine-2026"))
    task.campaign.titles = {
        "en": "The plants, birds and fungi of the upper Rhine valley: an evaluation"
    }
    register_organisers(campaign=task.campaign, task=task, now=NOW)
    assert task.registrations.get().team.name == "Organisers of rhine-2026"
