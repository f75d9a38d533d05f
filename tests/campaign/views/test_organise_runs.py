"""The organisers' list of runs, and the page of one: what shows, and what its buttons do."""

from datetime import timedelta

import pytest
from django.test import Client

from campaign.models import CampaignRole
from campaign.services.moderation import accept_in_time, disqualify_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
    sender,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

LONG = "<b>🌿 Ünï" + "x" * 70
WHY = "Two accounts sent the same answers."
AFTER = DEADLINE + timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def organiser():
    return make_user("ada")


@pytest.fixture
def task(organiser):
    late = {"post_campaign": (DEADLINE, None)}
    return make_task("plants", campaign=make_campaign("lab", organiser=organiser), phases=late)


@pytest.fixture
def run(task, tmp_path):
    return score_run(make_run(make_registration(task, make_team("Sedges")), tmp_path, name="First"))


def login(user):
    client = Client()
    client.force_login(user)
    return client


def listed(organiser, **query):
    answer = login(organiser).get("/tasks/plants/organise/runs/", query)
    assert answer.status_code == 200
    return text_of(main_of(answer))


def act(user, run, action, **fields):
    place = f"/tasks/plants/organise/runs/{run.pk}/"
    return login(user).post(place, {"action": action, **fields})


# ---------------------------------------------------------------- the list
def test_without_runs_the_page_says_what_will_stand_there(task, organiser):
    assert "No run yet" in listed(organiser)


def test_long_and_odd_names_are_shown_as_they_are(task, organiser, tmp_path):
    make_run(make_registration(task, make_team(LONG)), tmp_path)
    assert LONG in listed(organiser)


def test_filters_choose_by_state_standing_time_and_name(task, organiser, run, tmp_path):
    wild = make_run(make_registration(task, make_team("Rushes")), tmp_path, ranked_lines(3))
    late = make_run(make_registration(task, make_team("Mosses")), tmp_path, at=AFTER)
    accepted = make_run(make_registration(task, make_team("Ferns")), tmp_path, at=AFTER)
    accept_in_time(run=accepted, by=organiser, reason=WHY, now=NOW)
    disqualify_run(run=wild, by=organiser, reason=WHY, now=NOW)
    late.evaluations.update(state="failed", failure="Killed.", finished_at=NOW)

    def teams(**query):
        page = listed(organiser, **query)
        return {name for name in ("Sedges", "Rushes", "Mosses", "Ferns") if name in page}

    assert teams() == {"Sedges", "Rushes", "Mosses", "Ferns"}
    assert teams(state="failed") == {"Mosses"}
    assert teams(state="scored") == {"Sedges"}
    assert teams(standing="disqualified") == {"Rushes"}
    assert teams(timing="late") == {"Mosses"}
    assert teams(timing="accepted") == {"Ferns"}
    assert teams(timing="in_time") == {"Sedges", "Rushes"}
    assert teams(q="first") == {"Sedges"}
    assert teams(q="MOSS") == {"Mosses"}
    assert teams(state="nonsense", page="-3") == {"Sedges", "Rushes", "Mosses", "Ferns"}
    assert "No run is like that" in listed(organiser, q="nobody")


def test_runs_near_chance_are_marked_and_found(task, organiser, run):
    assert "Sedges" not in listed(organiser, near_chance="on")
    with_warning = run.evaluations.get().scores.first()
    with_warning.pk = None
    with_warning.metric = "another"
    with_warning.warnings = [{"kind": "near_chance", "message": "near chance"}]
    with_warning.save()
    page = listed(organiser, near_chance="on")
    assert "Sedges" in page
    assert "near chance" in page


def test_the_list_has_pages(task, organiser, run, tmp_path, monkeypatch):
    monkeypatch.setattr("campaign.reads.moderation.PAGE_SIZE", 2)
    for name in ("Rushes", "Mosses"):
        make_run(make_registration(task, make_team(name)), tmp_path, at=NOW + timedelta(hours=1))
    assert "Sedges" not in listed(organiser)
    assert "Sedges" in listed(organiser, page=2)


def test_a_failure_shows_to_organisers_and_waits_for_one(task, organiser, run, tmp_path):
    failed = make_run(make_registration(task, make_team("Rushes")), tmp_path)
    failed.evaluations.update(state="failed", failure="q1 is c3", finished_at=NOW)
    page = listed(organiser)
    assert "1 run failed by our fault" in page
    assert "q1 is c3" in page

    answer = login(organiser).post("/tasks/plants/organise/runs/queue-failed/", {"reason": WHY})

    assert answer["Location"] == "/tasks/plants/organise/runs/"
    assert failed.evaluations.get().state == "queued"
    assert "failed by our fault" not in listed(organiser)


# ---------------------------------------------------------------- one run
def test_the_page_of_a_run_offers_what_fits_it(task, organiser, run, tmp_path):
    late = make_run(make_registration(task), tmp_path, at=AFTER)

    def offered(which):
        answer = login(organiser).get(f"/tasks/plants/organise/runs/{which.pk}/")
        text = main_of(answer)
        return {
            word
            for word in ("queue", "accept", "unaccept", "disqualify", "reinstate")
            if f'value="{word}"' in text
        }

    assert offered(run) == {"disqualify"}
    assert offered(late) == {"accept", "disqualify"}
    disqualify_run(run=run, by=organiser, reason=WHY, now=NOW)
    accept_in_time(run=late, by=organiser, reason=WHY, now=NOW)
    assert offered(run) == {"reinstate"}
    assert offered(late) == {"unaccept", "disqualify"}


@pytest.mark.parametrize(
    ("action", "fields", "field", "value"),
    [
        ("disqualify", {}, "standing", "disqualified"),
        ("rename-run", {"name": "Calm"}, "name", "Calm"),
        ("rename-run", {"name": ""}, "name", ""),
    ],
)
def test_a_button_does_what_it_says_and_the_record_shows_it(
    organiser, run, action, fields, field, value
):
    answer = act(organiser, run, action, reason=WHY, **fields)
    assert answer.status_code == 302
    run.refresh_from_db()
    assert getattr(run, field) == value
    page = text_of(main_of(login(organiser).get(answer["Location"])))
    assert f"Reason: {WHY}" in page


def test_giving_a_run_back_and_renaming_the_team(organiser, run):
    act(organiser, run, "give-run", reason=WHY)
    act(organiser, run, "rename-team", reason=WHY, name="Meadow grass")
    run.refresh_from_db()
    registration = run.registration
    assert (registration.extra_runs, registration.team.name) == (1, "Meadow grass")


def test_a_missing_reason_is_asked_for_in_its_place(organiser, run):
    answer = act(organiser, run, "disqualify", reason=" ")
    assert answer.status_code == 422
    assert "Give a reason" in text_of(main_of(answer))
    run.refresh_from_db()
    assert run.standing == "active"


def test_a_viewer_looks_on_and_may_do_nothing(task, run):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    page = main_of(login(viewer).get(f"/tasks/plants/organise/runs/{run.pk}/"))
    assert "<form" not in page.split("</nav>")[-1]
    assert act(viewer, run, "disqualify", reason=WHY).status_code == 403
    answer = login(viewer).post("/tasks/plants/organise/runs/queue-failed/", {"reason": WHY})
    assert answer.status_code == 403


def test_a_run_of_another_task_is_not_here(organiser, task, tmp_path):
    other = make_run(make_registration(make_task()), tmp_path)
    place = f"/tasks/plants/organise/runs/{other.pk}/"
    assert login(organiser).get(place).status_code == 404
    assert act(organiser, other, "disqualify", reason=WHY).status_code == 404


# ---------------------------------------------------------------- what others see
def test_the_team_reads_why_others_only_that(organiser, run, client):
    disqualify_run(run=run, by=organiser, reason=WHY, now=NOW)
    own = text_of(main_of(login(sender(run)).get(f"/runs/{run.pk}/")))
    others = text_of(main_of(client.get(f"/runs/{run.pk}/")))
    assert WHY in own
    assert "disqualified" in others
    assert WHY not in others


def test_an_accepted_run_is_marked_for_all_and_its_reason_is_the_team_s(
    task, organiser, tmp_path, client
):
    late = score_run(make_run(make_registration(task), tmp_path, at=AFTER))
    accept_in_time(run=late, by=organiser, reason=WHY, now=NOW)
    own = text_of(main_of(login(sender(late)).get(f"/runs/{late.pk}/")))
    for place in (f"/runs/{late.pk}/", "/tasks/plants/leaderboard/"):
        others = text_of(main_of(client.get(place)))
        assert "accepted as in time" in others
        assert WHY not in others
    assert WHY in own
