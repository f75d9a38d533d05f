"""Deciding about registrations, extra runs, and newer rules."""

from datetime import timedelta

import pytest
from django.core import mail

from campaign.models import CampaignRole, Registration, RulesVersion
from campaign.reads.runs import quota_left
from campaign.refusals import Invalid, NotAllowed, Refusal
from campaign.services.mails import send_mails
from campaign.services.registrations import (
    MOST_EXTRA_RUNS,
    accept_rules,
    decide_registrations,
    give_extra_run,
    set_extra_runs,
)
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return make_user("olga")


@pytest.fixture
def task(organiser):
    return make_task("plants", campaign=make_campaign(organiser=organiser), approval=True)


def waiting(task, name=""):
    return make_registration(task, make_team(name), state="pending")


def decide(task, chosen, state="approved", *, by, reason=""):
    ids = [row.pk for row in chosen]
    changed = decide_registrations(task=task, chosen=ids, state=state, reason=reason, by=by)
    send_mails()
    return changed


def states(*rows):
    return [Registration.objects.get(pk=row.pk).state for row in rows]


def last_record(row):
    return row.events.order_by("pgh_id").last().pgh_context.metadata


# ---------------------------------------------------------------- deciding
def test_several_are_approved_at_once_and_their_captains_told(task, organiser, settings):
    rows = [waiting(task), waiting(task)]
    other = waiting(task)
    assert decide(task, rows, by=organiser) == rows
    assert states(*rows, other) == ["approved", "approved", "pending"]
    assert {sent.to[0] for sent in mail.outbox} == {row.team.members.get().email for row in rows}
    assert f"{settings.PUBLIC_URL}/tasks/plants/register/" in mail.outbox[0].body


def test_a_refusal_needs_a_reason_which_the_team_reads(task, organiser):
    row = waiting(task, "Flora")
    with pytest.raises(Invalid, match="Give a reason"):
        decide(task, [row], "refused", by=organiser, reason="  ")
    decide(task, [row], "refused", by=organiser, reason="no such institute")
    row.refresh_from_db()
    assert (row.state, row.state_reason) == ("refused", "no such institute")
    (sent,) = mail.outbox
    assert sent.subject == "The registration of Flora for Task plants was refused"
    assert "no such institute" in sent.body


def test_who_decided_and_why_is_on_record(task, organiser):
    row = waiting(task)
    decide(task, [row], by=organiser, reason="known to us")
    assert last_record(row) == {"user": organiser.pk, "reason": "known to us"}


def test_what_is_so_already_changes_nothing_and_mails_nobody(task, organiser):
    row = make_registration(task)
    assert decide(task, [row], by=organiser) == []
    assert mail.outbox == []


def test_a_decision_may_be_taken_anew(task, organiser):
    row = waiting(task)
    decide(task, [row], "refused", by=organiser, reason="who are you?")
    decide(task, [row], by=organiser)
    row.refresh_from_db()
    assert (row.state, row.state_reason) == ("approved", "")


def test_only_captains_are_mailed(task, organiser):
    row = waiting(task)
    row.team.memberships.create(user=make_user("bo"), joined_at=NOW)
    decide(task, [row], by=organiser)
    assert len(mail.outbox) == 1


def test_other_tasks_and_the_organisers_own_team_are_passed_over(task, organiser):
    elsewhere = waiting(make_task(campaign=task.campaign))
    own = make_registration(task, make_team(organisers=True))
    assert decide(task, [elsewhere, own], "refused", by=organiser, reason="no") == []
    assert states(elsewhere, own) == ["pending", "approved"]


def test_viewers_and_strangers_decide_nothing(task):
    row = waiting(task)
    viewer = make_user()
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    for person in (viewer, make_user(), row.team.members.get()):
        with pytest.raises(NotAllowed, match="organiser"):
            decide(task, [row], by=person)
    assert states(row) == ["pending"]


# ---------------------------------------------------------------- extra runs
def give(row, n, *, by, reason="your disk failed"):
    set_extra_runs(registration=row, extra_runs=n, reason=reason, by=by)
    send_mails()


def test_extra_runs_are_given_with_a_reason(task, organiser):
    row = make_registration(task)
    give(row, 2, by=organiser)
    row.refresh_from_db()
    assert row.extra_runs == 2
    assert last_record(row)["reason"] == "your disk failed"
    (sent,) = mail.outbox
    assert "may send 6 runs" in sent.body
    assert "your disk failed" in sent.body


@pytest.mark.parametrize(("n", "reason", "said"), [(1, "", "reason"), (-1, "x", "from 0")])
def test_extra_runs_without_a_reason_or_fewer_than_none_are_refused(
    task, organiser, n, reason, said
):
    row = make_registration(task)
    with pytest.raises(Invalid, match=said):
        give(row, n, by=organiser, reason=reason)
    assert mail.outbox == []


def test_a_run_given_back_is_one_more(task, organiser):
    row = make_registration(task, extra_runs=2)
    given = give_extra_run(registration=row, by=organiser, reason="your disk failed")
    assert (given.extra_runs, quota_left(given, NOW).left) == (3, 7)


def test_a_run_given_back_goes_to_the_team_that_a_merged_one_goes_on_in(task, organiser):
    ended, staying = make_registration(task), make_registration(task)
    Registration.objects.filter(pk=ended.pk).update(merged_into=staying)
    ended.refresh_from_db()
    assert give_extra_run(registration=ended, by=organiser, reason="lost").pk == staying.pk


def test_all_of_the_team_are_told(task, organiser):
    row = make_registration(task)
    row.team.memberships.create(user=make_user("bo"), joined_at=NOW)
    give(row, 1, by=organiser)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("do", [set_extra_runs, give_extra_run])
def test_participants_and_viewers_give_no_extra_runs(task, do):
    row = make_registration(task)
    viewer = make_user()
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    number = {"extra_runs": 1} if do is set_extra_runs else {}
    for person in (row.team.members.get(), viewer):
        with pytest.raises(NotAllowed, match="organiser"):
            do(registration=row, by=person, reason="for us", **number)


def test_extra_runs_have_an_end(task, organiser):
    row = make_registration(task, extra_runs=MOST_EXTRA_RUNS)
    with pytest.raises(Invalid, match="from 0 to"):
        give_extra_run(registration=row, by=organiser, reason="more")


def test_where_nothing_is_limited_nothing_extra_is_given(task, organiser):
    row = make_registration(make_task(campaign=task.campaign, runs_per_team=None))
    with pytest.raises(NotAllowed, match="in no way"):
        give(row, 1, by=organiser)


# ---------------------------------------------------------------- newer rules
@pytest.fixture
def newer(task):
    row = make_registration(task)
    rules = RulesVersion.objects.create(task=task, number=2, text="New.", created_at=NOW)
    return row, rules


def test_newer_rules_are_accepted_and_the_older_acceptance_stays_on_record(newer):
    row, rules = newer
    captain, later = row.team.members.get(), NOW + timedelta(days=3)
    accept_rules(registration=row, rules=rules, by=captain, now=later)
    row.refresh_from_db()
    assert (row.rules_version, row.accepted_by, row.accepted_at) == (rules, captain, later)
    events = row.events.order_by("pgh_id")
    assert list(events.values_list("accepted_at", flat=True)) == [NOW, later]
    assert last_record(row)["user"] == captain.pk


def test_the_first_acceptance_of_a_version_stands(newer):
    row, rules = newer
    captain = row.team.members.get()
    for days in (1, 2):
        accept_rules(registration=row, rules=rules, by=captain, now=NOW + timedelta(days=days))
    row.refresh_from_db()
    assert row.accepted_at == NOW + timedelta(days=1)


def test_only_a_captain_accepts_and_only_what_is_in_force(newer):
    row, rules = newer
    member = make_user()
    row.team.memberships.create(user=member, joined_at=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        accept_rules(registration=row, rules=rules, by=member, now=NOW)
    with pytest.raises(Refusal, match="changed while you read"):
        accept_rules(
            registration=row, rules=row.rules_version, by=row.team.members.first(), now=NOW
        )
