"""The record: all that is changed stands in it, whoever changes it, and nothing hidden does."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client

from campaign.celery import job
from campaign.clock import now
from campaign.models import CampaignRole, DataFile, DataSet, Phase, Run, Task, TruthVersion
from campaign.reads.record import NOBODY, Wanted, all_changes, as_json, changes, people_of
from campaign.reads.record_kinds import KINDS
from campaign.services.accounts import issue_token
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.moderation import disqualify_run
from campaign.services.teams import invite
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)
from tests.clefboard.task_folder.folders import make_folder

pytestmark = pytest.mark.django_db
# Within one transaction, what is written last still goes by the context of what was before it.
apart = pytest.mark.django_db(transaction=True)

WHY = "Two accounts sent the same answers."

# Models without a kind of their own in the record, and why nobody misses them there.
NOT_TRACKED = {
    "Analysis": "made by the platform from the runs of a board, again whenever that changes",
    "AnalysisRound": "says when analyses are made",
    "RunSet": "made by the platform from runs that somebody chose, or that an analysis wants",
    "Breakdown": "made by the platform from a trace, never changed",
    "Comparison": "made by the platform from two traces",
    "ComparisonFamily": "made by the platform from the ranks",
    "Edition": "of files under version control, by `load_history`",
    "Invitation": "a captain's own",
    "LeaderboardRow": "made by the platform from the scores",
    "Mail": "gone when the mail server has it; what it tells of is on record",
    "MergeProposal": "the captains' own",
    "MethodUse": "of files under version control, by `load_history`",
    "Participation": "of files under version control, by `load_history`",
    "PhaseChange": "a record itself, which everybody may read",
    "PrintedRow": "of files under version control, by `load_history`",
    "RankSnapshot": "made by the platform, a record itself",
    "Species": "made by the platform from a truth version, never changed",
    "Score": "made by the platform from a trace, never changed",
    "Trace": "made by the platform from a run file, never changed",
}
# Of these only some changes are somebody's act; the rest is the platform's or one's own.
ONLY_SOME = {
    "Evaluation": {"queued again"},
    "User": {"insert", "update"},
    "ApiToken": {"update"},
}


@pytest.fixture
def organiser():
    return make_user("ada")


@pytest.fixture
def staff():
    return make_user("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def task(organiser):
    return make_task("plants", campaign=make_campaign("lab", organiser=organiser))


@pytest.fixture
def run(task, tmp_path):
    return score_run(make_run(make_registration(task, make_team("Sedges")), tmp_path))


def newest(task, viewer, **wanted):
    return changes(task=task, viewer=viewer, wanted=Wanted(**wanted)).rows[0]


def changed(entry):
    return {change.field: (change.before, change.after) for change in entry.changes}


# ---------------------------------------------------------------- nothing is left out
def test_every_model_has_a_kind_in_the_record_or_a_reason_why_not():
    tracked = {kind.model for kind in KINDS}
    models = {model.__name__ for model in apps.get_app_config("campaign").get_models()}
    own = {name for name in models if not name.endswith("Event") and "_" not in name}
    assert own - tracked - set(NOT_TRACKED) == set()
    assert tracked & set(NOT_TRACKED) == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.word)
def test_the_database_itself_writes_what_is_made_changed_and_deleted(kind):
    """By triggers that are installed, not only declared."""
    table = apps.get_model("campaign", kind.model)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [table],
        )
        functions = " ".join(row[0] for row in cursor.fetchall())
    labels = ONLY_SOME.get(kind.model, {"insert", "update", "delete"})
    assert [label for label in labels if f"'{label}'" not in functions] == []


# ---------------------------------------------------------------- who, by which way
@apart
def test_an_organiser_s_act_has_who_what_before_after_and_why(task, organiser, run):
    client = Client()
    client.force_login(organiser)
    client.post(f"/tasks/plants/organise/runs/{run.pk}/", {"action": "disqualify", "reason": WHY})

    entry = newest(task, organiser)
    assert (entry.who, entry.way, entry.act, entry.reason) == ("ada", "page", "update", WHY)
    assert entry.what == "Run 1 of Sedges"
    assert changed(entry) == {
        "standing": ("active", "disqualified"),
        "standing_reason": ("", WHY),
    }


@apart
def test_plain_sql_stands_in_the_record_too(task, organiser):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE campaign_phase SET closes_at = '2018-01-01 00:00:00+00'")
    entry = newest(task, organiser, kind="phase")
    assert (entry.who, entry.way) == ("somebody outside the platform", "SQL")
    assert changed(entry) == {"closes_at": ("2017-05-08 22:00:00 UTC", "2018-01-01 00:00:00 UTC")}


@apart
def test_what_plain_sql_deletes_is_missed(task, organiser):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaign_phase")
    entry = newest(task, organiser, kind="phase")
    assert (entry.act, entry.way, entry.what) == ("delete", "SQL", "submission")
    assert changed(entry)["closes_at"] == ("2017-05-08 22:00:00 UTC", "")


@apart
def test_what_a_deleted_row_held_stays_with_its_task(task, organiser):
    data_set = DataSet.objects.create(task=task, slug="train", title="T", role="test")
    DataFile.objects.create(
        data_set=data_set, name="a.csv", size=1, sha256="0" * 64, url="http://x"
    )
    data_set.delete()
    words = {
        row.kind.word: row.act
        for row in changes(task=task, viewer=organiser, wanted=Wanted()).rows[:2]
    }
    assert words == {"data-set": "delete", "data-file": "delete"}


def test_what_staff_does_in_the_admin_stands_there(task, organiser, staff):
    team = make_team("Rushes")
    make_registration(task, team)
    client = Client()
    client.force_login(staff)
    client.post(
        f"/admin/campaign/team/{team.pk}/change/",
        {"name": "Rushes", "slug": team.slug, "affiliation": "Kew", "created_at_0": "2017-05-01"}
        | {
            "created_at_1": "12:00:00",
            "memberships-TOTAL_FORMS": 0,
            "memberships-INITIAL_FORMS": 0,
        },
    )
    entry = newest(task, organiser, kind="team")
    assert (entry.who, entry.way, entry.what) == ("boss", "admin", "Rushes")
    assert changed(entry) == {"affiliation": ("", "Kew")}


@apart
def test_a_token_of_the_api_names_its_owner(task, organiser, run):
    member = run.registration.team.members.get()
    _token, secret = issue_token(user=member, name="t", expires_at=None, now=NOW)
    Client(headers={"Authorization": f"Bearer {secret}"}).post(
        f"/api/v1/runs/{run.pk}/withdrawal/", {"reason": "wrong"}, content_type="application/json"
    )
    entry = newest(task, organiser, everybody=True)
    assert (entry.who, entry.way) == (member.username, "API")
    assert changed(entry)["standing"] == ("active", "withdrawn")


def test_a_command_names_who_is_at_the_shell(tmp_path, organiser, monkeypatch, capsys):
    make_campaign("lab-2017", organiser=organiser)
    monkeypatch.setattr("getpass.getuser", lambda: "grace")
    call_command("load_task", make_folder(tmp_path))
    entry = newest(Task.objects.get(), organiser, kind="truth")
    assert (entry.who, entry.way) == ("grace", "command load_task")


def test_a_command_without_a_shell_user_is_the_command_line(
    tmp_path, organiser, monkeypatch, capsys
):
    def nobody() -> str:
        raise OSError

    make_campaign("lab-2017", organiser=organiser)
    monkeypatch.setattr("getpass.getuser", nobody)
    call_command("load_task", make_folder(tmp_path))
    assert newest(Task.objects.get(), organiser, kind="truth").who == "the command line"


@apart
def test_a_job_is_the_platform(task, organiser):
    @job
    def move() -> None:
        Phase.objects.update(closes_at=NOW)

    move.run()
    entry = newest(task, organiser, kind="phase")
    assert (entry.who, entry.way) == ("the platform", "job move")


# ---------------------------------------------------------------- which
@apart
def test_what_teams_do_with_their_own_shows_when_asked_for(task, organiser, run):
    member = run.registration.team.members.get()
    client = Client()
    client.force_login(member)
    client.post(f"/runs/{run.pk}/withdraw/", {"reason": "x"})
    runs = [row.who for row in changes(task=task, viewer=organiser, wanted=Wanted(kind="run")).rows]
    everybody = Wanted(kind="run", everybody=True)
    all_runs = [row.who for row in changes(task=task, viewer=organiser, wanted=everybody).rows]
    assert member.username not in runs
    assert all_runs[0] == member.username


@apart
def test_filters_by_person_and_by_time(task, organiser, run):
    disqualify_run(run=run, by=organiser, reason=WHY, now=NOW)
    today = now().date()

    def n(**wanted):
        return len(list(all_changes(task=task, viewer=organiser, wanted=Wanted(**wanted))))

    assert people_of(task=task, viewer=organiser) == [(str(organiser.pk), "ada")]
    assert n(person=str(organiser.pk)) == 1
    assert n() == n(person=NOBODY) + 1
    assert n(since=today + timedelta(days=1)) == 0
    assert n(until=today - timedelta(days=1)) == 0
    assert n(since=today - timedelta(days=1), until=today + timedelta(days=1)) == n()


def test_a_task_s_record_holds_nothing_of_others(task, organiser, tmp_path):
    other = make_task("other", campaign=make_campaign("elsewhere"))
    score_run(make_run(make_registration(other, make_team("Strangers")), tmp_path))
    text = "".join(
        as_json(entry)
        for entry in all_changes(task=task, viewer=organiser, wanted=Wanted(everybody=True))
    )
    assert "plants" in text
    assert "Strangers" not in text
    assert "elsewhere" not in text


def test_accounts_and_tokens_are_for_staff(task, organiser, staff):
    make_user("new", is_staff=True)
    assert newest(task, staff, kind="account").what == "new"
    assert not changes(task=task, viewer=organiser, wanted=Wanted(kind="account")).rows


def test_a_sign_up_or_a_log_in_is_nobody_s_business(task, staff):
    before = len(changes(task=task, viewer=staff, wanted=Wanted(kind="account")).rows)
    user = make_user("new")
    Client().force_login(user)
    user.affiliation = "Kew"
    user.save()
    assert len(changes(task=task, viewer=staff, wanted=Wanted(kind="account")).rows) == before


# ---------------------------------------------------------------- hidden
def exports(user, slug="plants"):
    client = Client()
    client.force_login(user)
    pages = [f"/tasks/{slug}/organise/record{form}?everybody=on" for form in ("/", ".csv", ".json")]
    return [client.get(page).getvalue().decode() for page in pages]


def test_neither_places_of_files_nor_digests_nor_scores_are_in_it(task, organiser, run, tmp_path):
    truth = TruthVersion.objects.get()
    data_set = DataSet.objects.create(task=task, slug="train", title="T", role="test")
    DataFile.objects.create(data_set=data_set, name="a", size=1, sha256="0" * 64, key="data/x/a")
    invitation, _secret = invite(
        team=run.registration.team, by=run.registration.team.members.get(), now=NOW
    )
    hidden = {
        run.file_key,
        truth.folder,
        truth.digest,
        truth.files_digest,
        "data/x/a",
        invitation.digest,
        organiser.password,
        *(f"{score.value:.3f}" for score in run.evaluations.get().scores.filter(value__lt=1)),
    }
    for text in exports(organiser):
        assert "Sedges" in text
        assert [word for word in hidden if word in text] == []


@pytest.mark.parametrize(("role", "sees"), [("owner", 3), ("organiser", 0), ("viewer", 0)])
def test_whom_owners_invited_is_for_owners_to_read(task, role, sees):
    owner = make_user("owner")
    CampaignRole.objects.create(campaign=task.campaign, user=owner, name="owner")
    invite_organiser(
        campaign=task.campaign, email="bo@example.org", role="viewer", by=owner, now=NOW
    )
    reader = make_user("reader")
    CampaignRole.objects.create(campaign=task.campaign, user=reader, name=role)
    assert sum("bo@example.org" in text for text in exports(reader)) == sees


def test_the_secret_of_a_link_is_kept_nowhere(task, run):
    """Not even as the address by which somebody joined."""
    team = run.registration.team
    _invitation, secret = invite(team=team, by=team.members.get(), now=now())
    client = Client()
    client.force_login(make_user("new"))
    assert client.post(f"/join/{secret}/").status_code == 302
    context = apps.get_model("pghistory", "Context").objects.all()
    metadata = [json.dumps(one.metadata) for one in context]
    assert "join/<str:secret>/" in "".join(metadata)
    assert secret not in "".join(metadata)


# ---------------------------------------------------------------- as files
@apart
@pytest.mark.parametrize("formula", ["=cmd()", "\uff1dcmd()"])
def test_both_files_hold_every_change_and_no_formula(task, organiser, run, formula):
    disqualify_run(run=run, by=organiser, reason=formula, now=NOW)
    _page, table, document = exports(organiser)
    rows = list(csv.DictReader(io.StringIO(table), delimiter=";"))
    entries = json.loads(document)
    assert sum(max(1, len(entry["changes"])) for entry in entries) == len(rows)
    assert rows[0]["reason"] == f"'{formula}"
    assert entries[0]["reason"] == formula
    assert {"field": "standing", "before": "active", "after": "disqualified"} in entries[0][
        "changes"
    ]


def test_a_page_costs_the_same_however_long_the_record_is(
    task, organiser, run, django_assert_max_num_queries
):
    wanted = Wanted(everybody=True)
    for number in range(60):
        Run.objects.filter(pk=run.pk).update(name=f"name {number}")
        Phase.objects.filter(task=task).update(closes_at=NOW + timedelta(days=number + 1))
    with django_assert_max_num_queries(50):
        page = changes(task=task, viewer=organiser, wanted=wanted)
    assert len(page.rows) == 50
    assert page.page.paginator.count > 120
    assert len(changes(task=task, viewer=organiser, wanted=wanted, page=3).rows) > 20
