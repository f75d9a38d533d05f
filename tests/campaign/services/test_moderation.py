"""What organisers do about runs: it changes the ranks, stands in the record, and the team is told."""

from datetime import timedelta

import pytest
from django.apps import apps

from campaign.models import CampaignRole, LeaderboardRow, Run
from campaign.reads.runs import quota_left
from campaign.refusals import Invalid, NotAllowed
from campaign.services import moderation
from campaign.services.runs import withdraw_run
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

pytestmark = pytest.mark.django_db

WHY = "Two accounts sent the same answers."


@pytest.fixture
def organiser():
    return make_user("ada")


@pytest.fixture
def task(organiser):
    late = {"post_campaign": (DEADLINE, None)}
    return make_task("plants", campaign=make_campaign("lab", organiser=organiser), phases=late)


@pytest.fixture
def best(task, tmp_path):
    return score_run(make_run(make_registration(task, make_team("Sedges")), tmp_path))


@pytest.fixture
def second(task, tmp_path, best):
    run = make_run(make_registration(task, make_team("Rushes")), tmp_path, ranked_lines(5))
    return score_run(run)


def late_run(task, tmp_path):
    after = DEADLINE + timedelta(hours=1)
    return score_run(make_run(make_registration(task), tmp_path, at=after))


def ranks(task):
    rows = LeaderboardRow.objects.filter(task=task).order_by("position")
    return list(rows.values_list("run_id", "rank"))


def events(model):
    return apps.get_model("campaign", f"{model}Event").objects


def last_reason(run):
    return events("Run").filter(pgh_obj=run.pk).latest("pgh_id").pgh_context.metadata


# ---------------------------------------------------------------- disqualified, and back
def test_a_disqualified_run_loses_its_rank_and_gets_it_back(task, organiser, best, second):
    assert ranks(task) == [(best.pk, 1), (second.pk, 2)]

    moderation.disqualify_run(run=best, by=organiser, reason=WHY, now=NOW)
    assert ranks(task) == [(second.pk, 1), (best.pk, None)]
    moderation.reinstate_run(run=best, by=organiser, reason="It was a mistake.", now=NOW)
    assert ranks(task) == [(best.pk, 1), (second.pk, 2)]

    best.refresh_from_db()
    assert (best.standing, best.standing_reason) == ("active", "")


def test_who_and_why_stand_in_the_record(organiser, best):
    moderation.disqualify_run(run=best, by=organiser, reason=f"  {WHY} ", now=NOW)
    metadata = last_reason(best)
    assert (metadata["user"], metadata["reason"]) == (organiser.pk, WHY)


def test_a_disqualified_run_keeps_its_place_in_the_quota(organiser, best):
    moderation.disqualify_run(run=best, by=organiser, reason=WHY, now=NOW)
    assert quota_left(best.registration, NOW).used == 1


def test_its_team_reads_why_and_nobody_another_s_address(organiser, best, mailed, settings):
    member = make_user("bob")
    best.registration.team.memberships.create(user=member, joined_at=NOW)
    moderation.disqualify_run(run=best, by=organiser, reason=WHY, now=NOW)
    sent = mailed()
    assert [mail.recipients() for mail in sent] == [[sender(best).email], [member.email]]
    for mail in sent:
        assert mail.subject == "Run 1 in Task plants was disqualified"
        assert WHY in mail.body
        assert f"{settings.PUBLIC_URL}/runs/{best.pk}/" in mail.body


def test_only_an_active_run_is_disqualified_and_only_a_disqualified_one_reinstated(
    organiser, best, second
):
    withdraw_run(run=second, by=sender(second), reason="", now=NOW)
    with pytest.raises(NotAllowed, match="withdrawn"):
        moderation.disqualify_run(run=second, by=organiser, reason=WHY, now=NOW)
    with pytest.raises(NotAllowed, match="active"):
        moderation.reinstate_run(run=best, by=organiser, reason=WHY, now=NOW)


@pytest.mark.parametrize("reason", ["", " \n"])
def test_without_a_reason_nothing_is_done(organiser, best, reason):
    with pytest.raises(Invalid, match="reason"):
        moderation.disqualify_run(run=best, by=organiser, reason=reason, now=NOW)
    best.refresh_from_db()
    assert best.standing == "active"


def test_neither_a_viewer_nor_a_stranger_may_moderate(task, best):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    for person in (viewer, make_user("stranger"), sender(best)):
        for refused in (
            lambda by: moderation.disqualify_run(run=best, by=by, reason=WHY, now=NOW),
            lambda by: moderation.rename_run(run=best, name="x", by=by, reason=WHY),
            lambda by: moderation.rename_team(
                registration=best.registration, name="x", by=by, reason=WHY
            ),
            lambda by: moderation.queue_failed_again(task=task, by=by, reason=WHY, now=NOW),
            lambda by: moderation.note_seen(run=best, by=by, reason=WHY),
        ):
            with pytest.raises(NotAllowed, match="organiser"):
                refused(person)


# ---------------------------------------------------------------- late
def test_a_late_run_is_ranked_once_accepted_and_late_again_when_that_is_taken_back(
    task, organiser, best, tmp_path
):
    late = late_run(task, tmp_path)
    assert ranks(task) == [(best.pk, 1), (late.pk, None)]

    moderation.accept_in_time(run=late, by=organiser, reason="Our server was down.", now=NOW)
    assert sorted(ranks(task)) == [(best.pk, 1), (late.pk, 1)]
    late.refresh_from_db()
    assert late.late  # what happened is not rewritten
    assert not late.counts_as_late

    moderation.take_acceptance_back(run=late, by=organiser, reason="It was not.", now=NOW)
    assert ranks(task) == [(best.pk, 1), (late.pk, None)]


def test_an_accepted_run_stays_one_of_the_late_ones_in_the_quota(task, organiser, tmp_path):
    late = late_run(task, tmp_path)
    moderation.accept_in_time(run=late, by=organiser, reason=WHY, now=NOW)
    quota = quota_left(late.registration, NOW)
    assert (quota.used, quota.late_used) == (0, 1)


def test_what_is_not_late_is_not_accepted(task, organiser, best, tmp_path):
    with pytest.raises(NotAllowed, match="late"):
        moderation.accept_in_time(run=best, by=organiser, reason=WHY, now=NOW)
    with pytest.raises(NotAllowed, match="not accepted"):
        moderation.take_acceptance_back(
            run=late_run(task, tmp_path), by=organiser, reason=WHY, now=NOW
        )


# ---------------------------------------------------------------- other names
def test_a_run_and_its_image_run_get_another_name(task, organiser, tmp_path):
    images = "".join(f"m{i};c{i // 2 % 6};0.9\n" for i in range(16))
    run = make_run(make_registration(task), tmp_path, name="Rude", image_content=images)
    moderation.rename_run(run=run, name=" Renamed ", by=organiser, reason=WHY)
    assert set(Run.objects.values_list("name", flat=True)) == {"Renamed"}


@pytest.mark.parametrize("name", ["x" * 81, "two\nlines"])
def test_a_name_of_a_run_is_one_short_line(organiser, best, name):
    with pytest.raises(Invalid, match="one line"):
        moderation.rename_run(run=best, name=name, by=organiser, reason=WHY)


def test_a_renamed_team_leaves_its_old_address_too(organiser, best):
    moderation.rename_team(
        registration=best.registration, name="Meadow grass", by=organiser, reason=WHY
    )
    team = best.registration.team
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Meadow grass", "meadow-grass")


def test_nobody_renames_a_team_in_tasks_of_others(organiser, best):
    elsewhere = make_task("birds")
    make_registration(elsewhere, best.registration.team)
    with pytest.raises(NotAllowed, match="you do not organise Task birds"):
        moderation.rename_team(
            registration=best.registration, name="Meadow grass", by=organiser, reason=WHY
        )
    best.registration.team.refresh_from_db()
    assert best.registration.team.name != "Meadow grass"


def test_a_team_does_not_get_the_name_of_another(organiser, best, second):
    with pytest.raises(Invalid, match="already has this name"):
        moderation.rename_team(
            registration=best.registration, name="rushes", by=organiser, reason=WHY
        )


# ---------------------------------------------------------------- failed by our fault
def fail(run):
    run.evaluations.update(state="failed", attempts=3, failure="Killed.", finished_at=NOW)


def test_a_failed_run_waits_again_and_others_stay_as_they_are(task, organiser, best, tmp_path):
    failed, other = (make_run(make_registration(task), tmp_path) for _ in range(2))
    fail(failed)
    fail(other)

    n = moderation.queue_failed_again(task=task, run=failed, by=organiser, reason=WHY, now=NOW)

    assert n == 1
    states = {run.pk: run.evaluations.get().state for run in (failed, other, best)}
    assert states == {failed.pk: "queued", other.pk: "failed", best.pk: "scored"}
    event = events("Evaluation").get()
    assert event.pgh_context.metadata["reason"] == WHY


def test_all_failed_runs_of_a_task_wait_again_and_those_of_others_do_not(task, organiser, tmp_path):
    failed = [make_run(make_registration(task), tmp_path) for _ in range(3)]
    elsewhere = make_run(make_registration(make_task()), tmp_path)
    for run in (*failed, elsewhere):
        fail(run)
    assert moderation.queue_failed_again(task=task, by=organiser, reason=WHY, now=NOW) == 3
    assert elsewhere.evaluations.get().state == "failed"


def test_where_nothing_failed_nothing_is_queued(task, organiser, best):
    with pytest.raises(NotAllowed, match="failed"):
        moderation.queue_failed_again(task=task, run=best, by=organiser, reason=WHY, now=NOW)
