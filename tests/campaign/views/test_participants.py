"""The organisers' page of registrations, and what teams see of a decision."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaign.clock import now
from campaign.models import Registration, RulesVersion, Team
from campaign.services.mails import send_mails
from campaign.services.registrations import accept_rules
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

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("set_clock")]


@pytest.fixture
def organiser(client):
    user = make_user("olga")
    client.force_login(user)
    return user


@pytest.fixture
def task(organiser):
    return make_task(
        "plants",
        campaign=make_campaign(organiser=organiser),
        approval=True,
        required_description=["training_data", "automatic"],
        required_runs=[{"at_least": 1, "training_data": ["trusted"]}],
    )


def place(task, name="organise-registrations", *args):
    return reverse(name, args=[task.slug, *args])


def shown(client, task, *args):
    name = "organise-registration" if args else "organise-registrations"
    return text_of(main_of(client.get(place(task, name, *args))))


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def decide(client, task, *rows, decision, reason=""):
    form = {"chosen": [row.pk for row in rows], "decision": decision, "reason": reason}
    answer = client.post(place(task, "organise-decide"), form, follow=True)
    send_mails()
    return answer


# ---------------------------------------------------------------- the list
def test_without_a_team_the_page_says_so(client, task):
    assert "No team has registered yet" in shown(client, task)


def test_those_who_wait_stand_first_and_all_is_said_of_them(client, task):
    ada = make_user("ada")
    make_registration(task, make_team("Fern"))
    row = make_registration(task, make_team("Moss", ada, affiliation="Uppsala"), state="pending")
    Registration.objects.filter(pk=row.pk).update(accepted_by=ada, extra_runs=2)
    page = shown(client, task)
    assert page.index("Moss") < page.index("Fern")
    assert "Uppsala" in page
    assert "version 1, 1 May 2017 by ada" in page
    assert "(+2 extra)" in page
    assert "(1 waiting)" in page


def test_the_funnel_counts_teams_and_runs_without_baselines(client, task, tmp_path):
    for name, salt in (("Fern", ""), ("Moss", "a"), ("Own", "ab")):
        registration = make_registration(task, make_team(name, organisers=name == "Own"))
        score_run(make_run(registration, tmp_path, ranked_lines(salt=salt)))
        if name == "Fern":
            assert "1 with a scored run 1 scored run Each" in shown(client, task)
    make_registration(task, make_team("Oak"), state="pending")
    make_registration(task, make_team("Elm"), state="refused", state_reason="no")
    page = shown(client, task)
    assert "3 registered (1 waiting) 2 with a scored run 2 scored runs" in page
    assert "1 is refused." in page
    public = text_of(main_of(Client().get(reverse("task", args=[task.slug]))))
    assert "Teams registered 3 Teams with a scored run 2 Their runs 2" in public


def test_required_runs_and_incomplete_descriptions_are_marked(client, task, tmp_path):
    registration = make_registration(task, make_team("Fern"))
    run = make_run(registration, tmp_path)
    page = shown(client, task)
    assert "1 incomplete" in page
    assert "a required run is missing" in page
    run.description = {"training_data": ["trusted"], "automatic": True}
    run.save(update_fields=["description"])
    page = shown(client, task)
    assert "incomplete" not in page
    assert "required runs sent" in page


def test_older_rules_are_marked(client, task):
    registration = make_registration(task)
    assert "older version" not in shown(client, task)
    RulesVersion.objects.create(task=task, number=2, text="New.", created_at=NOW)
    assert "older version" in shown(client, task)
    assert "Version 2 is in force." in shown(client, task, registration.pk)


def test_what_was_accepted_before_is_said(client, task):
    registration = make_registration(task)
    rules = RulesVersion.objects.create(task=task, number=2, text="New.", created_at=NOW)
    captain = registration.team.members.get()
    accept_rules(registration=registration, rules=rules, by=captain, now=now())
    page = shown(client, task, registration.pk)
    assert f"Rules, version 2: accepted by {captain}" in page
    assert "Before: version 1, on 1 May 2017, 12:00 UTC" in page


def test_a_name_is_never_markup(client, task):
    registration = make_registration(task, make_team("<b>Fern</b>"))
    for page in (
        client.get(place(task)),
        client.get(place(task, "organise-registration", registration.pk)),
    ):
        assert "<b>Fern" not in page.content.decode()


# ---------------------------------------------------------------- deciding
def test_several_are_approved_at_once(client, task):
    rows = [make_registration(task, state="pending") for _ in range(2)]
    page = text_of(main_of(decide(client, task, *rows, decision="approved")))
    assert "2 registrations are approved. The captains are told by mail." in page
    assert len(mail.outbox) == 2


def test_a_refusal_and_its_reason_show_to_the_team(client, task):
    registration = make_registration(task, make_team("Moss"), state="pending")
    answer = decide(client, task, registration, decision="refused")
    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    decide(client, task, registration, decision="refused", reason="no such institute")
    team = logged_in(registration.team.members.get())
    for name in ("task-register",):
        assert "no such institute" in team.get(place(task, name)).content.decode()
    assert "no such institute" in team.get(registration.team.get_absolute_url()).content.decode()


def test_choosing_nobody_is_said_and_keeps_what_was_written(client, task):
    make_registration(task, state="pending")
    answer = decide(client, task, decision="refused", reason="no such institute")
    assert answer.status_code == 422
    assert "Choose at least one team." in answer.content.decode()
    assert 'value="no such institute"' in answer.content.decode()


# ---------------------------------------------------------------- one team
def test_one_team_has_a_page_with_its_members_and_runs(client, task, tmp_path):
    ada = make_user("ada", first_name="Ada", orcid="0000-0002-1825-0097", affiliation="Lund")
    registration = make_registration(task, make_team("Fern", ada))
    make_run(registration, tmp_path)
    page = shown(client, task, registration.pk)
    for words in ("ada Ada", "Lund", "ORCID 0000-0002-1825-0097", "captain", "Run 1"):
        assert words in page
    assert "At least 1 run must be trained on these data only: trusted." in page


def test_extra_runs_are_given_on_its_page(client, task):
    registration = make_registration(task)
    where = place(task, "organise-extra-runs", registration.pk)
    assert client.post(where, {"extra_runs": "2"}).status_code == 422
    client.post(where, {"extra_runs": "2", "reason": "disk failed"})
    registration.refresh_from_db()
    assert registration.extra_runs == 2


def test_two_teams_are_merged_on_its_page(client, task):
    fern, moss = (make_registration(task, make_team(name)) for name in ("Fern", "Moss"))
    where = place(task, "organise-merge", moss.pk)
    assert client.post(where, {"staying": moss.team.pk, "reason": "x"}).status_code == 422
    assert client.post(where, {"staying": fern.team.pk}).status_code == 422
    page = client.post(where, {"staying": fern.team.pk, "reason": "one lab"}, follow=True)
    assert "Moss is merged into Fern." in page.content.decode()
    assert "with Moss" in shown(client, task)
    assert Team.objects.get(name="Moss").merged_into == fern.team


def test_a_viewer_reads_and_decides_nothing(task):
    registration = make_registration(task, state="pending")
    viewer = make_user()
    task.campaign.roles.create(user=viewer, name="viewer")
    browser = logged_in(viewer)
    assert browser.get(place(task)).status_code == 200
    assert decide(browser, task, registration, decision="approved").status_code == 403
    assert Registration.objects.get().state == "pending"
