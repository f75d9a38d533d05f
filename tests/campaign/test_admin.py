"""Django's admin: what staff may see and do there, and what never shows."""

from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from campaign.models import (
    Announcement,
    ApiToken,
    BaselineTraining,
    Campaign,
    CampaignRole,
    DataFile,
    DataSet,
    Evaluation,
    HardwarePrice,
    Invitation,
    LeaderboardRow,
    PublishedResult,
    RankSnapshot,
    Registration,
    Run,
    Score,
    Task,
    Team,
    Trace,
    TruthVersion,
    User,
)
from campaign.services.accounts import issue_token
from campaign.services.teams import invite
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

LISTED = (
    Announcement,
    ApiToken,
    BaselineTraining,
    Campaign,
    DataSet,
    Evaluation,
    HardwarePrice,
    Invitation,
    PublishedResult,
    Registration,
    Run,
    Task,
    Team,
    TruthVersion,
    User,
)
KEPT = (Evaluation, Registration, Run, Task, Team, TruthVersion, Campaign)


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def world(tmp_path: Path) -> Task:
    """Make at least one row of everything that the admin lists."""
    user = make_user("ada")
    campaign = make_campaign(organiser=user)
    task = make_task("tiny", campaign=campaign)
    team = make_team("Sedges", captain=user)
    issue_token(user=user, name="laptop", expires_at=None, now=NOW)
    invite(team=team, by=user, now=NOW)
    score_run(make_run(make_registration(task, team), tmp_path, name="First"))
    Announcement.objects.create(task=task, subject="Hello", text="All", author=user, created_at=NOW)
    data_set = DataSet.objects.create(task=task, slug="train", title="Training", role="test")
    DataFile.objects.create(data_set=data_set, name="a", size=1, sha256="0" * 64, key="data/x/a")
    BaselineTraining.objects.create(
        task=task, name="first", reason="a first", asked_at=NOW, sent_at=NOW
    )
    HardwarePrice.objects.create(campaign=campaign, name="H100", eur_per_hour=3)
    PublishedResult.objects.create(
        task=task, team="Somebody", metric="mrr", value=0.5, source="A talk"
    )
    return task


def add_more(task: Task, tmp_path: Path) -> None:
    for number in range(3):
        run = make_run(
            make_registration(task), tmp_path, ranked_lines(salt="x" * (number + 1)), name="More"
        )
        run.evaluations.update(is_current=True)


def changelist(model: type) -> str:
    return reverse(f"admin:campaign_{model.__name__.lower()}_changelist")


def change(row: object) -> str:
    name = type(row).__name__.lower()
    return reverse(f"admin:campaign_{name}_change", args=[row.pk])  # type: ignore[attr-defined]  # any model


@pytest.mark.parametrize("model", LISTED)
def test_staff_reads_every_list_and_every_row(staff, world, model):
    assert staff.get(changelist(model)).status_code == 200
    assert staff.get(changelist(model), {"q": "x"}).status_code == 200
    assert staff.get(change(model.objects.first())).status_code == 200


@pytest.mark.parametrize("model", LISTED)
def test_nothing_hidden_shows(staff, world, model):
    """Neither where files lie, nor what is stored of secrets, nor scores, nor ground truth."""
    run = Run.objects.get()
    truth = TruthVersion.objects.get()
    hidden = {
        run.file_key,
        truth.folder,
        truth.digest,
        truth.files_digest,
        ApiToken.objects.get().digest,
        Invitation.objects.get().digest,
        DataFile.objects.get().key,
    }
    scores = {str(score.value) for score in Score.objects.filter(value__lt=1)}

    shown = staff.get(changelist(model)).content.decode()
    shown += staff.get(change(model.objects.first())).content.decode()

    assert not [secret for secret in hidden | scores if secret in shown]


def test_scores_traces_and_ranks_have_no_page():
    for model in (Score, Trace, LeaderboardRow, RankSnapshot):
        assert not admin.site.is_registered(model)


@pytest.mark.parametrize("model", KEPT)
def test_what_history_hangs_on_cannot_be_deleted(staff, world, model):
    row = model.objects.first()
    delete = reverse(f"admin:campaign_{model.__name__.lower()}_delete", args=[row.pk])

    assert staff.post(delete, {"post": "yes"}).status_code == 403
    staff.post(changelist(model), {"action": "delete_selected", "_selected_action": [row.pk]})
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", [Run, Evaluation, TruthVersion, ApiToken])
def test_what_the_platform_writes_cannot_be_changed_by_hand(staff, world, model):
    assert staff.post(change(model.objects.first()), {"name": "Mine"}).status_code == 403


@pytest.mark.parametrize("model", LISTED)
def test_a_list_costs_the_same_queries_however_long_it_is(
    staff, world, model, tmp_path, django_assert_num_queries, django_assert_max_num_queries
):
    staff.get(changelist(model))  # content types are read once
    with django_assert_max_num_queries(40) as before:
        staff.get(changelist(model))
    add_more(world, tmp_path)
    with django_assert_num_queries(len(before)):
        staff.get(changelist(model))


def test_a_failed_evaluation_is_queued_again(staff, world):
    run = Run.objects.get()
    done = run.evaluations.get()
    failed = make_failed(run)

    staff.post(
        changelist(Evaluation),
        {"action": "queue_failed_again", "_selected_action": [done.pk, failed.pk]},
    )

    failed.refresh_from_db()
    done.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)
    assert done.state == "scored"


def make_failed(run: Run) -> Evaluation:
    truth = run.registration.task.current_truth
    assert truth
    return Evaluation.objects.create(
        run=run,
        truth_version=truth,
        scorer_version="0",
        is_current=False,
        state="failed",
        attempts=3,
        failure="Out of memory.",
        queued_at=NOW,
        sent_at=NOW,
        finished_at=NOW,
    )


def test_staff_without_the_right_cannot_queue_again(client, world):
    client.force_login(make_user("helper", is_staff=True))
    failed = make_failed(Run.objects.get())

    answer = client.post(
        changelist(Evaluation), {"action": "queue_failed_again", "_selected_action": [failed.pk]}
    )

    assert answer.status_code == 403
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_a_token_is_revoked_by_staff(staff, world):
    token = ApiToken.objects.get()

    staff.post(changelist(ApiToken), {"action": "revoke", "_selected_action": [token.pk]})

    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_registration_is_only_read_and_leads_to_where_it_is_decided(staff, world):
    """There a reason goes with it; here one would be left out."""
    registration = make_registration(world, state="pending")
    assert staff.post(change(registration), {"state": "approved"}).status_code == 403
    registration.refresh_from_db()
    assert registration.state == "pending"
    place = reverse("organise-registration", args=[world.slug, registration.pk])
    assert place in staff.get(change(registration)).content.decode()
    assert staff.get(place).status_code == 200


def test_a_deadline_is_looked_at_here_and_moved_where_a_reason_is_asked_for(staff, world):
    page = staff.get(change(world)).content.decode()
    assert "May 8, 2017, 10 p.m." in page
    assert 'name="phases-0-closes_at_0"' not in page


def test_an_organisers_role_is_given_here(staff, world):
    other = make_user("grace")
    campaign = Campaign.objects.get()
    role = CampaignRole.objects.get()
    fields = {
        "roles-TOTAL_FORMS": "2",
        "roles-INITIAL_FORMS": "1",
        "roles-0-id": role.pk,
        "roles-0-campaign": campaign.pk,
        "roles-0-user": role.user_id,
        "roles-0-name": "organiser",
        "roles-1-campaign": campaign.pk,
        "roles-1-user": other.pk,
        "roles-1-name": "viewer",
        "position": "0",
    }

    staff.post(change(campaign), fields)

    assert campaign.roles.get(user=other).name == "viewer"


@pytest.mark.parametrize("model", LISTED)
def test_the_admin_is_for_staff_only(client, world, model):
    client.force_login(User.objects.get(username="ada"))
    answer = client.get(changelist(model))
    assert answer.status_code == 302
    assert "/login/" in answer.url
