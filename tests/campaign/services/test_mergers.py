"""Merging two teams: what goes over, what stays as it was, what is refused."""

from datetime import timedelta

import pytest

from campaign.models import CampaignRole, LeaderboardRow, MergeProposal, Registration, Run, Team
from campaign.reads.own_runs import own_runs
from campaign.reads.runs import quota_left
from campaign.refusals import AlreadyThere, Invalid, LimitReached, NotAllowed
from campaign.services.leaderboards import rank_task
from campaign.services.mergers import (
    PROPOSALS_A_DAY,
    accept_merge,
    close_proposal,
    merge_teams,
    propose_merge,
)
from campaign.services.teams import invite, join_team, register_team
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
    sender,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fern():
    return make_team("Fern")


@pytest.fixture
def moss():
    return make_team("Moss")


def captain_of(team):
    return team.memberships.filter(role="captain").first().user


def propose(ending, staying):
    return propose_merge(ending=ending, staying=staying, by=captain_of(ending), now=NOW)


def merge(ending, staying):
    return accept_merge(proposal=propose(ending, staying), by=captain_of(staying), now=NOW)


def numbers(task):
    runs = Run.objects.filter(registration__task=task)
    return sorted(runs.values_list("registration__team__name", "number"))


# ---------------------------------------------------------------- what goes over
def test_members_invitations_and_registrations_go_over(fern, moss):
    task = make_task()
    registration = make_registration(task, moss)
    people = {captain_of(fern), captain_of(moss)}
    _, secret = invite(team=moss, by=captain_of(moss), now=NOW)
    assert merge(moss, fern) == fern
    assert set(fern.members.all()) == people
    assert not moss.members.exists()
    assert Team.objects.get(pk=moss.pk).merged_into == fern
    registration.refresh_from_db()
    assert (registration.team, registration.merged_into) == (fern, None)
    assert join_team(secret=secret, user=make_user(), now=NOW) == fern


def test_captains_of_both_are_captains_and_who_is_in_both_is_in_once(fern, moss):
    both = make_user()
    fern.memberships.create(user=both, role="member", joined_at=NOW)
    moss.memberships.create(user=both, role="captain", joined_at=NOW)
    captain = captain_of(moss)
    merge(moss, fern)
    assert fern.memberships.get(user=both).role == "captain"
    assert fern.memberships.get(user=captain).role == "captain"
    assert fern.memberships.count() == 3


def test_where_both_take_part_runs_keep_the_name_and_number_they_were_sent_with(
    fern, moss, tmp_path
):
    task = make_task()
    ours, theirs = make_registration(task, fern), make_registration(task, moss)
    make_run(ours, tmp_path)
    for salt in ("a", "ab"):
        make_run(theirs, tmp_path, ranked_lines(salt=salt))
    before = list(Run.objects.order_by("pk").values())
    merge(moss, fern)
    assert list(Run.objects.order_by("pk").values()) == before
    assert numbers(task) == [("Fern", 1), ("Moss", 1), ("Moss", 2)]
    assert quota_left(ours, NOW).used == 3
    after = make_run(ours, tmp_path, ranked_lines(salt="abc"))
    assert (after.registration.team, after.number) == (fern, 3)


def test_every_member_of_the_merged_team_has_the_runs_of_both(fern, moss, tmp_path):
    task = make_task()
    make_run(make_registration(task, fern), tmp_path)
    make_run(make_registration(task, moss), tmp_path, ranked_lines(salt="a"))
    people = [captain_of(fern), captain_of(moss)]
    merge(moss, fern)
    for person in people:
        assert len(own_runs(task=task, viewer=person, now=NOW)) == 2
        assert Run.objects.with_files_for(person).count() == 2
    assert not Run.objects.with_files_for(make_user()).exists()


def test_the_closed_registration_takes_no_run_and_says_who_does(fern, moss, tmp_path):
    task = make_task()
    make_registration(task, fern)
    theirs = make_registration(task, moss)
    person = captain_of(moss)
    merge(moss, fern)
    with pytest.raises(NotAllowed, match="merged into Fern"):
        make_run(theirs, tmp_path)
    assert person in fern.members.all()


def test_what_the_other_sent_is_sent_already(fern, moss, tmp_path):
    task = make_task()
    ours, theirs = make_registration(task, fern), make_registration(task, moss)
    make_run(theirs, tmp_path)
    merge(moss, fern)
    with pytest.raises(AlreadyThere):
        make_run(ours, tmp_path)


def test_two_merged_teams_have_one_best_run(fern, moss, tmp_path):
    task = make_task()
    score_run(make_run(make_registration(task, fern), tmp_path, ranked_lines(5)))
    best = score_run(make_run(make_registration(task, moss), tmp_path, ranked_lines(8)))
    assert LeaderboardRow.objects.filter(best_of_team=True).count() == 2
    merge(moss, fern)
    assert LeaderboardRow.objects.get(best_of_team=True).run == best
    rank_task(task_id=task.pk, now=NOW)
    assert LeaderboardRow.objects.get(best_of_team=True).run == best


def test_a_chain_of_mergers_ends_in_one_team(fern, moss, tmp_path):
    task = make_task(runs_per_team=9)
    oak = make_team("Oak")
    ours = make_registration(task, oak)
    for team, salt in ((fern, ""), (moss, "a")):
        make_run(make_registration(task, team), tmp_path, ranked_lines(salt=salt))
    merge(moss, fern)
    merge(fern, oak)
    assert {team.merged_into for team in Team.objects.filter(name__in=["Fern", "Moss"])} == {oak}
    assert quota_left(ours, NOW).used == 2
    assert oak.members.count() == 3
    assert len(own_runs(task=task, viewer=captain_of(oak), now=NOW)) == 2


# ---------------------------------------------------------------- what is refused
def test_the_runs_of_both_must_fit_the_limit(fern, moss, tmp_path):
    task = make_task(runs_per_team=1)
    ours, theirs = make_registration(task, fern), make_registration(task, moss)
    make_run(ours, tmp_path)
    make_run(theirs, tmp_path, ranked_lines(salt="a"))
    proposal = propose(moss, fern)
    with pytest.raises(LimitReached, match=r"Together the teams have 2 runs in .* may have 1"):
        accept_merge(proposal=proposal, by=captain_of(fern), now=NOW)
    assert Team.objects.get(pk=moss.pk).merged_into is None
    assert MergeProposal.objects.get().answered_at is None  # the whole of it is undone
    Registration.objects.filter(pk=ours.pk).update(extra_runs=1)
    accept_merge(proposal=proposal, by=captain_of(fern), now=NOW)
    assert Team.objects.get(pk=moss.pk).merged_into == fern


def test_the_runs_of_both_must_fit_on_every_day(fern, moss, tmp_path):
    task = make_task(runs_per_day=1)
    ours, theirs = make_registration(task, fern), make_registration(task, moss)
    yesterday = NOW - timedelta(days=1)
    make_run(ours, tmp_path, at=yesterday)
    make_run(theirs, tmp_path, ranked_lines(salt="a"), at=yesterday)
    with pytest.raises(LimitReached, match=r"On 30 April 2017 .* 2 runs .* 1 a day"):
        merge(moss, fern)


def test_a_merger_gets_nobody_past_an_approval(fern, moss):
    task = make_task(approval=True)
    make_registration(task, fern)
    make_registration(task, moss, state="pending")
    with pytest.raises(NotAllowed, match="Moss is waiting for approval, that of Fern approved"):
        merge(moss, fern)


def test_a_member_in_a_third_team_of_a_task_forbids_it(fern, moss):
    task = make_task()
    make_registration(task, moss)
    make_registration(task, make_team("Third", captain=captain_of(fern)))
    with pytest.raises(NotAllowed, match="with the team Third; one team each"):
        merge(moss, fern)


def test_who_sent_a_run_for_the_ended_team_takes_part_with_the_one_that_stayed(
    fern, moss, tmp_path
):
    task = make_task()
    make_registration(task, fern)
    run = make_run(make_registration(task, moss), tmp_path)
    merge(moss, fern)
    person = sender(run)
    fern.memberships.filter(user=person).delete()
    with pytest.raises(NotAllowed, match="with the team Fern; one team each"):
        register_team(
            team=make_team(captain=person),
            task=task,
            rules=task.rules_versions.get(),
            by=person,
            now=NOW,
        )
    _, secret = invite(team=fern, by=captain_of(fern), now=NOW)
    assert join_team(secret=secret, user=person, now=NOW) == fern  # back, where their runs are


@pytest.mark.parametrize("kind", ["organisers", "generated"])
def test_only_teams_of_participants_merge(fern, kind):
    other = make_team("Other")
    Team.objects.filter(pk=other.pk).update(**{kind: True})
    other.refresh_from_db()
    with pytest.raises(NotAllowed, match="no team of participants"):
        propose(fern, other)


# ---------------------------------------------------------------- who may
def test_only_captains_propose_and_answer(fern, moss):
    member = make_user()
    for team in (fern, moss):
        team.memberships.create(user=member, joined_at=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        propose_merge(ending=moss, staying=fern, by=member, now=NOW)
    proposal = propose(moss, fern)
    for person in (member, captain_of(moss)):
        with pytest.raises(NotAllowed, match="captain"):
            accept_merge(proposal=proposal, by=person, now=NOW)
    with pytest.raises(NotAllowed, match="captain"):
        close_proposal(proposal=proposal, by=member, now=NOW)


def test_a_proposal_is_answered_once(fern, moss):
    proposal = propose(moss, fern)
    close_proposal(proposal=proposal, by=captain_of(moss), now=NOW)
    with pytest.raises(NotAllowed, match="answered already"):
        accept_merge(proposal=proposal, by=captain_of(fern), now=NOW)
    assert moss.members.exists()


def test_a_team_proposes_so_often_a_day_and_no_more(fern, moss):
    for _ in range(PROPOSALS_A_DAY):
        close_proposal(proposal=propose(moss, fern), by=captain_of(fern), now=NOW)
    with pytest.raises(LimitReached, match="5 proposals within a day"):
        propose(moss, fern)


def test_a_captain_who_is_none_any_more_has_proposed_nothing(fern, moss):
    proposal = propose(moss, fern)
    moss.memberships.update(role="member")
    with pytest.raises(NotAllowed, match="captain"):
        accept_merge(proposal=proposal, by=captain_of(fern), now=NOW)


def organise(ending, staying, by, reason="asked by both"):
    return merge_teams(ending=ending, staying=staying, by=by, reason=reason, now=NOW)


def test_an_organiser_merges_teams_of_their_own_tasks_with_a_reason(fern, moss):
    organiser = make_user()
    campaign = make_campaign(organiser=organiser)
    for team in (fern, moss):
        make_registration(make_task(campaign=campaign), team)
    with pytest.raises(Invalid, match="reason"):
        organise(moss, fern, organiser, reason=" ")
    assert organise(moss, fern, organiser) == fern


def test_an_organiser_does_not_reach_into_other_campaigns_and_a_viewer_nowhere(fern, moss):
    organiser, viewer = make_user(), make_user()
    campaign = make_campaign(organiser=organiser)
    CampaignRole.objects.create(campaign=campaign, user=viewer, name="viewer")
    make_registration(make_task(campaign=campaign), fern)
    with pytest.raises(NotAllowed, match="organiser"):
        organise(moss, fern, viewer)
    make_registration(make_task(), moss)
    with pytest.raises(NotAllowed, match="organiser"):
        organise(moss, fern, organiser)
    assert organise(moss, fern, make_user(is_staff=True)) == fern


def test_teams_without_a_task_are_nobodys_to_merge_but_staffs(fern, moss):
    with pytest.raises(NotAllowed, match="organiser"):
        organise(moss, fern, make_user())
    assert organise(moss, fern, make_user(is_staff=True)) == fern
