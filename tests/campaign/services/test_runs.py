"""Submitting: phases, quota, duplicates, and that nothing is left of what was refused."""

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from campaign import storage
from campaign.models import Evaluation, Registration, Run, Task
from campaign.reads.runs import quota_left
from campaign.refusals import AlreadyThere, Invalid, LimitReached, NotAllowed
from campaign.services.runs import Submission, describe_run, submit_run, withdraw_run
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
    sender,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration() -> Registration:
    return make_registration(make_task())


def stored_files(private: Path) -> list[Path]:
    return [path for path in (private / "runs").glob("**/*") if path.is_file()]


def test_a_run_its_evaluation_and_its_file_come_together(registration, tmp_path):
    run = make_run(
        registration, tmp_path, name="First", description={"architectures": ["ResNet-50"]}
    )

    evaluation = run.evaluations.get()
    assert (run.number, run.late, run.standing) == (1, False, "active")
    assert (evaluation.state, evaluation.is_current) == ("queued", True)
    assert evaluation.truth_version == registration.task.current_truth
    with storage.open_as_uploaded(run.file_key) as file:
        assert file.read().decode() == ranked_lines()
        file.close = file.close  # type: ignore[method-assign]  # as Django does where a server sends files


def test_an_uploaded_gzip_is_given_back_byte_for_byte(registration, tmp_path):
    packed = gzip.compress(ranked_lines().encode())
    run = make_run(registration, tmp_path, packed)
    with storage.open_as_uploaded(run.file_key) as file:
        assert file.read() == packed


def test_the_same_content_in_another_packing_is_the_same_run(registration, tmp_path):
    first = make_run(registration, tmp_path)
    with pytest.raises(AlreadyThere) as refusal:
        make_run(registration, tmp_path, gzip.compress(ranked_lines().encode()))
    assert refusal.value.details["run_id"] == first.pk


def test_two_teams_may_send_the_same_content(registration, tmp_path):
    make_run(registration, tmp_path)
    other = make_run(make_registration(registration.task), tmp_path)
    assert other.number == 1


def test_a_withdrawn_run_may_be_sent_again_under_a_new_number(registration, tmp_path):
    first = make_run(registration, tmp_path)
    withdraw_run(run=first, by=sender(first), reason="wrong file", now=NOW)
    assert make_run(registration, tmp_path).number == 2


def test_a_failed_run_may_be_sent_again(registration, tmp_path):
    first = make_run(registration, tmp_path)
    first.evaluations.update(state=Evaluation.State.FAILED, finished_at=NOW)
    assert make_run(registration, tmp_path).number == 2


def make_old_evaluation(run, state):
    """Leave an evaluation by an older scorer, which does not count any more."""
    Evaluation.objects.create(
        run=run,
        truth_version=run.evaluations.get().truth_version,
        scorer_version="0",
        is_current=False,
        state=state,
        queued_at=NOW,
        sent_at=NOW,
        finished_at=NOW,
    )


def test_an_old_failure_does_not_open_the_door_to_the_same_file(registration, tmp_path):
    make_old_evaluation(make_run(registration, tmp_path), state="failed")
    with pytest.raises(AlreadyThere):
        make_run(registration, tmp_path)


def test_the_limit_counts_what_is_queued(registration, tmp_path, private_files):
    for salt in ("", "+", "++", "+++"):
        make_run(registration, tmp_path, ranked_lines(salt=salt))
    before = stored_files(private_files)
    with pytest.raises(LimitReached, match="allows 4 runs"):
        make_run(registration, tmp_path, ranked_lines(salt="++++"))
    assert stored_files(private_files) == before


def test_a_rejected_run_costs_an_upload_and_no_run(registration, tmp_path):
    score_run(make_run(registration, tmp_path, "q1;c1\n"))
    quota = quota_left(registration, NOW)
    assert (quota.left, quota.uploads_today) == (4, 1)


def test_withdrawn_after_its_score_showed_still_counts(registration, tmp_path):
    run = score_run(make_run(registration, tmp_path))
    withdraw_run(run=run, by=sender(run), reason="", now=NOW)
    assert quota_left(registration, NOW).left == 3


def test_withdrawn_before_its_score_showed_gives_its_place_back(tmp_path):
    registration = make_registration(make_task(visibility=Task.Visibility.NEVER))
    run = score_run(make_run(registration, tmp_path))
    withdraw_run(run=run, by=sender(run), reason="", now=NOW)
    assert quota_left(registration, NOW).left == 4


def test_withdrawn_while_it_waits_gives_its_place_back_even_where_scores_are_live(
    registration, tmp_path
):
    run = make_run(registration, tmp_path)
    withdraw_run(run=run, by=sender(run), reason="", now=NOW)
    assert quota_left(registration, NOW).left == 4


def test_a_place_that_came_back_is_used_once(tmp_path):
    registration = make_registration(make_task(runs_per_team=1))
    run = make_run(registration, tmp_path)
    withdraw_run(run=run, by=sender(run), reason="", now=NOW)
    assert make_run(registration, tmp_path, ranked_lines(7)).number == 2
    with pytest.raises(LimitReached):
        make_run(registration, tmp_path, ranked_lines(6))


def test_a_disqualified_run_counts(registration, tmp_path):
    run = make_run(registration, tmp_path)
    Run.objects.filter(pk=run.pk).update(standing="disqualified", standing_reason="hand-made")
    assert quota_left(registration, NOW).left == 3


def test_a_disqualified_run_that_was_scored_twice_counts_once(registration, tmp_path):
    run = score_run(make_run(registration, tmp_path))
    make_old_evaluation(run, state="scored")
    Run.objects.filter(pk=run.pk).update(standing="disqualified", standing_reason="hand-made")
    assert quota_left(registration, NOW).used == 1


def test_an_extra_run_is_one_more(registration):
    registration.extra_runs = 1
    assert quota_left(registration, NOW).left == 5


def test_fifty_uploads_a_day_are_the_most_whatever_became_of_them(registration, tmp_path, settings):
    settings.UPLOADS_PER_TEAM_PER_DAY = 2
    for salt in ("", "+"):
        score_run(make_run(registration, tmp_path, "q1;c1\n" + "\n" * len(salt)))
    with pytest.raises(LimitReached, match="today"):
        make_run(registration, tmp_path)
    assert make_run(registration, tmp_path, at=NOW + timedelta(days=1)).number == 3


def test_runs_per_day_are_counted_in_utc_days(tmp_path):
    registration = make_registration(make_task(runs_per_day=1))
    make_run(registration, tmp_path)
    with pytest.raises(LimitReached, match="for today"):
        make_run(registration, tmp_path, ranked_lines(salt="+"))
    make_run(registration, tmp_path, ranked_lines(salt="+"), at=NOW + timedelta(hours=12))


def test_the_deadline_is_judged_by_the_first_byte(tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    registration = make_registration(task)
    in_time = make_run(registration, tmp_path, at=DEADLINE - timedelta(microseconds=1))
    late = make_run(registration, tmp_path, ranked_lines(salt="+"), at=DEADLINE)
    assert (in_time.late, late.late) == (False, True)


def test_an_extended_deadline_is_the_one_in_force(tmp_path):
    """What was late before the extension stays late, until an organiser accepts it."""
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    registration = make_registration(task)
    before = make_run(registration, tmp_path, at=DEADLINE)
    task.phases.filter(kind="submission").update(closes_at=DEADLINE + timedelta(days=1))
    after = make_run(registration, tmp_path, ranked_lines(salt="+"), at=DEADLINE)
    assert (before.late, after.late) == (True, False)


def test_an_upload_repeated_after_the_deadline_is_still_answered_with_its_run(
    registration, tmp_path
):
    """The first answer was lost; whoever asks again must not think that the run was, too."""
    first = make_run(registration, tmp_path, at=DEADLINE - timedelta(seconds=1))
    with pytest.raises(AlreadyThere) as refusal:
        make_run(registration, tmp_path, at=DEADLINE)
    assert refusal.value.details["run_id"] == first.pk


def test_a_repeated_upload_is_answered_with_its_run_when_no_place_is_left(tmp_path):
    registration = make_registration(make_task(runs_per_team=1))
    make_run(registration, tmp_path)
    with pytest.raises(AlreadyThere):
        make_run(registration, tmp_path)


def test_late_runs_have_a_limit_of_their_own(tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)}, runs_per_team=1)
    registration = make_registration(task)
    make_run(registration, tmp_path)
    make_run(registration, tmp_path, ranked_lines(salt="+"), at=DEADLINE)
    with pytest.raises(LimitReached):
        make_run(registration, tmp_path, ranked_lines(salt="++"), at=DEADLINE)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        (DEADLINE, "Submission closed on 8 May 2017, 22:00 UTC"),
        (NOW - timedelta(days=31), "Submission opens on 1 April 2017, 12:00 UTC"),
    ],
)
def test_outside_its_phase_a_task_takes_nothing(registration, tmp_path, private_files, at, message):
    with pytest.raises(NotAllowed, match=message):
        make_run(registration, tmp_path, at=at)
    assert not Run.objects.exists()
    assert not stored_files(private_files)


def test_organisers_submit_baselines_at_any_time_and_without_limit(tmp_path):
    task = make_task(runs_per_team=1)
    registration = make_registration(task, make_team(organisers=True))
    runs = [
        make_run(registration, tmp_path, ranked_lines(salt=salt), at=DEADLINE) for salt in ("", "+")
    ]
    assert not any(run.late for run in runs)


def test_a_registration_that_waits_for_approval_cannot_submit(registration, tmp_path):
    registration.state = Registration.State.PENDING
    registration.save()
    with pytest.raises(NotAllowed, match="waiting for approval"):
        make_run(registration, tmp_path)


def test_a_rolled_back_submission_leaves_no_file(
    registration, tmp_path, private_files, monkeypatch
):
    class Fault(Exception):
        pass

    def fail(*args, **kwargs):
        raise Fault

    monkeypatch.setattr("campaign.services.runs.send_on_commit", fail)
    with pytest.raises(Fault):
        make_run(registration, tmp_path)
    assert not Run.objects.exists()
    assert not stored_files(private_files)


def test_an_unreadable_file_is_refused_at_once_with_its_problem(
    registration, tmp_path, private_files
):
    with pytest.raises(Invalid) as refusal:
        make_run(registration, tmp_path, gzip.compress(b"x" * 10_000)[:-20])
    assert refusal.value.details["problems"]
    assert not Run.objects.exists()
    assert not stored_files(private_files)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\run.csv", "run.csv"),
        ("/var/lib/private/runs/0", "0"),
        ("a\nb\0c.csv", "abc.csv"),
        ("x" * 400 + ".csv", "x" * 251 + ".csv"),
    ],
)
def test_a_file_s_name_is_a_name_and_no_path(registration, tmp_path, private_files, sent, kept):
    submission = Submission(upload=replace(upload(tmp_path, ranked_lines()), name=sent))
    run = submit_run(
        registration=registration, submission=submission, by=None, began_at=NOW, now=NOW
    )
    assert run.file_name == kept
    assert stored_files(private_files) == [private_files / run.file_key]


@pytest.mark.parametrize("name", ["x" * 81, "two\nlines", "nul\0"])
def test_a_name_that_is_none_is_refused(registration, tmp_path, private_files, name):
    with pytest.raises(Invalid, match="one line of at most 80 characters"):
        make_run(registration, tmp_path, name=name)
    assert not stored_files(private_files)


@pytest.mark.parametrize("text", ["nul \0", "lone \ud800"])
def test_a_description_that_no_database_can_hold_is_refused(registration, tmp_path, text):
    with pytest.raises(Invalid):
        make_run(registration, tmp_path, description={"hardware": text})


def test_an_unknown_key_of_the_description_is_refused_by_name(registration, tmp_path):
    with pytest.raises(Invalid, match="favourite_colour"):
        make_run(registration, tmp_path, description={"favourite_colour": "green"})


def test_an_image_run_stands_beside_its_run_and_costs_nothing(registration, tmp_path):
    run = make_run(registration, tmp_path, image_content="m0;c1;0.5\n")
    assert run.image_run.number == run.number
    assert run.image_run.evaluations.get().state == "queued"
    assert quota_left(registration, NOW).left == 3


def test_a_description_changes_until_the_deadline(registration, tmp_path):
    run = make_run(registration, tmp_path)
    describe_run(run=run, description={"n_networks": 3}, by=sender(run), now=NOW)
    run.refresh_from_db()
    assert run.description == {"n_networks": 3}
    with pytest.raises(NotAllowed, match="deadline"):
        describe_run(run=run, description={}, by=sender(run), now=DEADLINE)


def test_only_the_own_team_withdraws(registration, tmp_path):
    run = make_run(registration, tmp_path)
    with transaction.atomic(), pytest.raises(NotAllowed, match="own team"):
        withdraw_run(run=run, by=make_user(), reason="", now=NOW)
