"""A team's own runs: the list, describing a method, taking a run back."""

import pytest
from django.urls import reverse

from campaign.clock import now
from campaign.models import Evaluation, Run
from campaign.services.runs import describe_run
from scoring import METHOD_SCHEMA
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make_task(
        "plants",
        phases={"submission": (NOW, None)},
        required_description=["training_data", "automatic"],
        required_runs=[{"at_least": 1, "training_data": ["trusted"]}],
    )


@pytest.fixture
def registration(client, task):
    team = make_team("Flora")
    client.force_login(team.members.get())
    return make_registration(task, team)


@pytest.fixture
def run(registration, tmp_path):
    return make_run(registration, tmp_path, at=now(), name="First")


def listed(client, task):
    return client.get(reverse("task-runs", args=[task.slug])).content.decode()


def description_of(run):
    return reverse("run-describe", args=[run.pk])


# ---------------------------------------------------------------- the list
def test_the_list_is_for_people_who_are_logged_in(client, task):
    place = reverse("task-runs", args=[task.slug])
    assert client.get(place).url == f"/accounts/login/?next={place}"


def test_without_a_run_the_page_says_what_to_do(client, registration, task):
    page = listed(client, task)
    assert "No run yet" in page
    assert "4 of 4 runs left" in page


def test_without_a_team_the_page_says_so(client, task):
    client.force_login(make_user())
    assert "None of your teams is registered" in listed(client, task)


def test_each_run_shows_where_it_stands_and_what_is_missing(client, run, task):
    page = listed(client, task)
    assert "Run 1 · First" in page
    assert '<span class="mark queued">queued</span>' in page
    assert "3 of 4 runs left" in page
    assert "description incomplete" in page
    assert "Training data, Automatic." in page
    assert reverse("run-describe", args=[run.pk]) in page
    assert "So far 0, by the runs" in page


def test_a_described_run_ticks_what_the_task_requires(client, run, task):
    describe_run(
        run=run,
        description={"training_data": ["trusted"], "automatic": True},
        by=run.submitted_by,
        now=now(),
    )
    page = listed(client, task)
    assert "description incomplete" not in page
    assert "Done." in page


def test_a_late_run_ticks_nothing(client, registration, task, tmp_path):
    """It is never official, so it is not what the task requires."""
    task.phases.update(closes_at=DEADLINE)
    task.phases.create(kind="post_campaign", opens_at=DEADLINE)
    description = {"training_data": ["trusted"], "automatic": True}
    late = make_run(registration, tmp_path, at=now(), description=description)
    assert late.late
    assert "Done." not in listed(client, task)


def test_a_rejected_run_ticks_nothing(client, registration, task, tmp_path):
    """It is no run of the team's: what the task requires is still to be sent."""
    description = {"training_data": ["trusted"], "automatic": True}
    wrong = make_run(registration, tmp_path, "q0;nobody;0.5\n", at=now(), description=description)
    score_run(wrong)
    page = listed(client, task)
    assert wrong.evaluations.get().state == Evaluation.State.REJECTED
    assert "Done." not in page


def test_a_rejected_run_says_how_many_problems_its_file_has(client, run, task):
    problems = [{"kind": "unknown_class", "message": "x", "lines": [1], "count": 1234}]
    run.evaluations.update(
        state=Evaluation.State.SCORING, lease_token="0" * 32, lease_until=now(), attempts=1
    )
    run.evaluations.update(
        state=Evaluation.State.REJECTED,
        lease_token=None,
        lease_until=None,
        finished_at=now(),
        problems=problems,
    )
    assert "1\u202f234 problems in the file" in listed(client, task)


def test_other_teams_runs_are_not_in_the_list(client, run, task, tmp_path):
    other = make_registration(task, make_team("Fauna"))
    make_run(other, tmp_path, ranked_lines(salt="+"), at=now(), name="Theirs")
    assert "Theirs" not in listed(client, task)


def test_scores_show_in_the_list_only_when_they_may(client, run, task):
    score_run(run)
    assert "1.000" in listed(client, task)
    type(task).objects.update(visibility="never")
    assert "1.000" not in listed(client, task)


# ---------------------------------------------------------------- withdrawing
def test_a_run_is_withdrawn_with_a_reason_and_gives_its_place_back(client, run, task):
    answer = client.post(reverse("run-withdraw", args=[run.pk]), {"reason": "wrong file"})
    assert answer.url == reverse("task-runs", args=[task.slug])
    run.refresh_from_db()
    assert (run.standing, run.standing_reason) == ("withdrawn", "wrong file")
    page = listed(client, task)
    assert "its place is free again" in page
    assert "4 of 4 runs left" in page


def test_withdrawing_twice_is_said_to_be_no_use(client, run):
    client.post(reverse("run-withdraw", args=[run.pk]))
    page = client.post(reverse("run-withdraw", args=[run.pk]))
    assert page.status_code == 409
    assert "This run is withdrawn." in page.content.decode()


def test_a_reason_is_a_sentence_not_a_book(client, run):
    page = client.post(reverse("run-withdraw", args=[run.pk]), {"reason": "x" * 501}, follow=True)
    assert "at most 500 characters" in page.content.decode()
    run.refresh_from_db()
    assert run.standing == "active"


@pytest.mark.parametrize("name", ["run-withdraw", "run-describe"])
def test_nobody_acts_on_another_teams_run(client, run, name):
    for stranger in (make_user(), make_user(is_staff=True)):
        client.force_login(stranger)
        assert client.post(reverse(name, args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert (run.standing, run.description) == ("active", {})


def test_no_get_withdraws(client, run):
    assert client.get(reverse("run-withdraw", args=[run.pk])).status_code == 405


# ---------------------------------------------------------------- describing
def test_every_field_of_the_schema_is_in_the_form_and_the_required_ones_first(client, run):
    page = client.get(description_of(run)).content.decode()
    places = [page.index(f'name="{name}"') for name in METHOD_SCHEMA["properties"]]
    required = [page.index(f'name="{name}"') for name in ("training_data", "automatic")]
    assert sorted(places)[:2] == sorted(required)
    assert page.count("required by the task") == 2
    assert '<option value="ResNet-50">' in page


def test_what_is_filled_in_is_kept_and_shown_again(client, run):
    sent = {
        "training_data": ["trusted", "noisy"],
        "architectures": ["ResNet-50", "", "my own network"],
        "n_networks": "12",
        "frozen": "false",
        "training_hours": "9.5",
        "paper": "https://ceur-ws.org/Vol-1866/",
        "hardware": "",
    }
    assert client.post(description_of(run), sent).url == run.get_absolute_url()
    run.refresh_from_db()
    assert run.description == {
        "training_data": ["trusted", "noisy"],
        "architectures": ["ResNet-50", "my own network"],
        "n_networks": 12,
        "frozen": False,
        "training_hours": 9.5,
        "paper": "https://ceur-ws.org/Vol-1866/",
    }
    page = client.get(description_of(run)).content.decode()
    assert 'value="my own network"' in page
    assert '<option value="false" selected>' in page


def test_a_description_can_be_emptied(client, run):
    client.post(description_of(run), {"n_networks": "12"})
    client.post(description_of(run), {"n_networks": ""})
    run.refresh_from_db()
    assert run.description == {}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("n_networks", "0", "greater than or equal to 1"),
        ("training_hours", "a lot", "Enter a number."),
        ("training_data", "magic", "Select a valid choice"),
        ("paper", "ceur-ws.org", "a link that starts with https:// or http://"),
        ("architectures", "x" * 201, "a list of short texts"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    client, run, field, value, words
):
    page = client.post(description_of(run), {field: value, "hardware": "GPU"})
    assert page.status_code == 422
    assert words in page.content.decode().replace("&#x27;", "'")
    run.refresh_from_db()
    assert run.description == {}


def test_after_the_deadline_a_description_stays_as_it_is(client, tmp_path):
    registration = make_registration(make_task())
    client.force_login(registration.team.members.get())
    run = make_run(registration, tmp_path)
    assert now() > DEADLINE
    assert "the deadline, which has passed" in client.get(description_of(run)).content.decode()
    page = client.post(description_of(run), {"n_networks": "3"})
    assert page.status_code == 403
    assert Run.objects.get().description == {}


def test_the_page_of_a_run_asks_its_team_and_nobody_else_how_it_was_made(client, run, task):
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Until you say it, the run is scored but not official." in page
    assert description_of(run) in page
    client.force_login(make_user(is_staff=True))
    assert description_of(run) not in client.get(run.get_absolute_url()).content.decode()
