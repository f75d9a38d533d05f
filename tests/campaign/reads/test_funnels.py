"""The funnel from registrations to runs: whom it counts, and that it is the same wherever it stands."""

import csv
import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from campaign.models import Registration, Run
from campaign.reads.funnels import Funnel, funnel, funnels
from campaign.services.mergers import accept_merge, propose_merge
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
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make_task("plants", campaign=make_campaign("lab", organiser=make_user("olga")))


@pytest.fixture
def send(task, tmp_path):
    """Return what registers a team that sends a scored run."""

    def register_and_send(name, *, lines=None, **registration):
        row = make_registration(task, make_team(name), **registration)
        score_run(make_run(row, tmp_path, ranked_lines(salt=name) if lines is None else lines))
        return row

    return register_and_send


def merge(ending, staying):
    proposal = propose_merge(ending=ending, staying=staying, by=ending.members.get(), now=NOW)
    accept_merge(proposal=proposal, by=staying.members.get(), now=NOW)


# ---------------------------------------------------------------- whom it counts
def test_a_task_without_anybody_has_an_empty_one(task):
    assert funnel(task) == Funnel()


def test_teams_that_wait_are_registered_and_refused_ones_are_not(task):
    make_registration(task)
    make_registration(task, state="pending")
    make_registration(task, state="refused", state_reason="no")
    assert funnel(task) == Funnel(registered=2, waiting=1, refused=1)


def test_a_team_counts_once_however_many_runs_it_has(task, send, tmp_path):
    row = send("Fern")
    score_run(make_run(row, tmp_path, ranked_lines(5)))
    send("Moss")
    assert funnel(task) == Funnel(registered=2, submitted=2, runs=3)


def test_runs_that_are_not_accepted_do_not_count(task, send, tmp_path):
    rejected = send("Fern", lines="q0;nothing;1\n")
    make_run(rejected, tmp_path)  # queued
    send("Moss").runs.update(standing=Run.Standing.WITHDRAWN)
    out = send("Elm")
    out.runs.update(standing=Run.Standing.DISQUALIFIED, standing_reason="no")
    assert funnel(task) == Funnel(registered=3)


def test_an_image_run_is_no_run_of_its_own(task, tmp_path):
    row = make_registration(task)
    score_run(make_run(row, tmp_path, image_content="m0;c0;0.5\n"))
    assert funnel(task).runs == 1


def test_baselines_are_no_participants(task, tmp_path):
    own = make_registration(task, make_team(organisers=True))
    score_run(make_run(own, tmp_path))
    assert funnel(task) == Funnel()


def test_the_runs_of_a_refused_team_do_not_count_either(task, send):
    send("Fern")
    refused = send("Moss")
    Registration.objects.filter(pk=refused.pk).update(state="refused", state_reason="no")
    assert funnel(task) == Funnel(registered=1, refused=1, submitted=1, runs=1)


@pytest.mark.parametrize("then", ["approved", "refused"])
def test_two_merged_teams_are_one_and_stand_as_the_one_that_stays(task, send, then):
    ending, staying = send("Moss"), send("Fern")
    merge(ending.team, staying.team)
    if then == "approved":
        assert funnel(task) == Funnel(registered=1, submitted=1, runs=2)
        return
    Registration.objects.filter(pk=staying.pk).update(state="refused", state_reason="no")
    assert funnel(task) == Funnel(refused=1)


# ---------------------------------------------------------------- wherever it stands
def test_many_tasks_cost_as_many_questions_as_one(task, send, django_assert_num_queries):
    send("Fern")
    other = make_task("birds", campaign=task.campaign)
    make_registration(other, Registration.objects.get().team)
    with django_assert_num_queries(2):
        found = funnels([task, other])
    assert found[task.pk] == Funnel(registered=1, submitted=1, runs=1)
    assert found[other.pk] == Funnel(registered=1)


def test_every_page_and_file_has_the_same_numbers(task, send, tmp_path, settings):
    settings.CLOCK_OFFSET = NOW - datetime.now(UTC)  # submission is open
    merge(send("Moss").team, send("Fern").team)
    send("Elm")
    make_registration(task, state="pending")
    Registration.objects.filter(pk=send("Oak").pk).update(state="refused", state_reason="no")
    score_run(make_run(make_registration(task, make_team(organisers=True)), tmp_path))
    assert funnel(task) == Funnel(registered=3, waiting=1, refused=1, submitted=2, runs=3)

    anybody, organiser = Client(), Client()
    organiser.force_login(task.campaign.roles.get().user)
    card = text_of(main_of(anybody.get("/")))
    assert "Teams 3 Runs 3" in card
    public = text_of(main_of(anybody.get("/tasks/plants/")))
    assert "Teams registered 3 Teams with a scored run 2 Their runs 3" in public
    listed = text_of(main_of(organiser.get("/tasks/plants/organise/registrations/")))
    assert "3 registered (1 waiting) 2 with a scored run 3 scored runs" in listed
    (said,) = json.loads(anybody.get("/api/v1/tasks/").content)
    assert (said["n_teams"], said["n_runs"]) == (3, 3)
    file = organiser.get("/tasks/plants/organise/exports/funnel.csv").content.decode("utf-8-sig")
    rows = dict(list(csv.reader(file.splitlines(), delimiter=";"))[1:])
    assert rows == {
        "registered": "3",
        "waiting": "1",
        "refused": "1",
        "submitted": "2",
        "runs": "3",
    }
