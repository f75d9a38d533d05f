"""Moving phases: on record, announced, and fair to whoever was uploading meanwhile."""

from datetime import timedelta

import pytest
from django.apps import apps

from campaign.models import Announcement, PhaseChange
from campaign.reads.phases import in_words, phase_in_force, phase_moves
from campaign.refusals import Invalid, NotAllowed
from campaign.services.phases import Span, move_phase
from campaign.services.runs import Submission, submit_run
from campaign.services.tasks import load_task
from clefboard.task_folder import read_task_folder
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_task,
    make_user,
    ranked_lines,
    upload,
)
from tests.clefboard.task_folder.folders import edit, make_folder

pytestmark = pytest.mark.django_db

WHY = "The server was down on Saturday."
OPENED = NOW - timedelta(days=30)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def organiser():
    return make_user("ada")


@pytest.fixture
def task(organiser):
    return make_task(
        "plants",
        campaign=make_campaign("lab", organiser=organiser),
        phases={"post_campaign": (DEADLINE, None), "results": (DEADLINE + 2 * WEEK, None)},
    )


def move(task, organiser, closes_at, *, kind="submission", opens_at=OPENED, now=NOW, reason=WHY):
    to = Span(opens_at, closes_at)
    return move_phase(task=task, kind=kind, to=to, by=organiser, reason=reason, now=now)


def test_an_extension_is_in_force_on_record_and_announced(task, organiser):
    move(task, organiser, DEADLINE + WEEK)

    phase = task.phases.get(kind="submission")
    assert (phase.opens_at, phase.closes_at) == (OPENED, DEADLINE + WEEK)
    events = apps.get_model("campaign", "PhaseEvent").objects
    event = events.filter(pgh_obj=phase.pk).latest("pgh_id")
    assert event.pgh_context.metadata["user"] == organiser.pk
    assert event.pgh_context.metadata["reason"] == WHY
    news = Announcement.objects.get()
    said = "Submission was extended from 8 May 2017, 22:00 UTC to 15 May 2017, 22:00 UTC"
    assert (news.subject, news.text) == (said, f"{said}.\n\n{WHY}")
    assert (news.author, news.created_at, news.mailed_at) == (organiser, NOW, None)


def test_late_runs_are_taken_from_the_new_deadline_on(task, organiser):
    move(task, organiser, DEADLINE + WEEK)
    assert task.phases.get(kind="post_campaign").opens_at == DEADLINE + WEEK
    assert [in_words(move) for move in phase_moves(task)] == [
        "Submission was extended from 8 May 2017, 22:00 UTC to 15 May 2017, 22:00 UTC",
        "Post-campaign: its opening was moved from 8 May 2017, 22:00 UTC to 15 May 2017, 22:00 UTC",
    ]


def test_a_late_phase_with_a_time_of_its_own_stays_where_it_is(task, organiser):
    own = DEADLINE + timedelta(days=1)
    task.phases.filter(kind="post_campaign").update(opens_at=own)
    move(task, organiser, DEADLINE + WEEK)
    assert task.phases.get(kind="post_campaign").opens_at == own


def test_without_a_deadline_no_run_is_late_before_submission_opens(organiser, tmp_path):
    task = make_task(
        campaign=make_campaign(organiser=organiser), phases={"post_campaign": (DEADLINE, None)}
    )
    move(task, organiser, None, opens_at=NOW + WEEK)
    with pytest.raises(NotAllowed, match="Submission opens on"):
        submit(task, tmp_path, began_at=NOW + MINUTE, now=NOW + MINUTE)


def test_a_phase_that_does_not_take_place_can_be_set(organiser):
    task = make_task(campaign=make_campaign(organiser=organiser))
    change = move(task, organiser, None, kind="results", opens_at=DEADLINE)
    assert (change.was_never, change.never) == (True, False)
    assert [in_words(move) for move in phase_moves(task)] == [
        "Results takes place, from 8 May 2017, 22:00 UTC on"
    ]
    assert task.phases.get(kind="results").has_opened(DEADLINE)


# ---------------------------------------------------------------- what is refused
@pytest.mark.parametrize(
    ("closes_at", "said"),
    [
        (OPENED, "before it opens"),
        (DEADLINE, "nothing would change"),
        (NOW - MINUTE, "is past"),
        (DEADLINE + 3 * WEEK, "Move the results first"),
        (None, "Move the results first"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(task, organiser, closes_at, said):
    with pytest.raises(Invalid, match=said):
        move(task, organiser, closes_at)
    assert not PhaseChange.objects.exists()
    assert not Announcement.objects.exists()


def test_results_do_not_open_while_runs_are_taken(task, organiser):
    with pytest.raises(Invalid, match="while runs are still taken"):
        move(task, organiser, None, kind="results", opens_at=DEADLINE - MINUTE)
    move(task, organiser, None, kind="results", opens_at=DEADLINE)


def test_without_a_reason_or_a_role_nothing_moves(task, organiser):
    with pytest.raises(Invalid, match="reason"):
        move(task, organiser, DEADLINE + WEEK, reason=" ")
    with pytest.raises(NotAllowed):
        move(task, make_user(), DEADLINE + WEEK)
    assert task.phases.get(kind="submission").closes_at == DEADLINE


# ---------------------------------------------------------------- the deadline in force when an upload began
def submit(task, tmp_path, *, began_at, now):
    """Submit as the door does: the upload took from `began_at` until `now`."""
    registration = make_registration(task)
    return submit_run(
        registration=registration,
        submission=Submission(upload=upload(tmp_path, ranked_lines())),
        by=registration.team.members.get(),
        began_at=began_at,
        now=now,
    )


def test_an_upload_that_began_in_time_is_in_time_when_the_deadline_is_drawn_in_meanwhile(
    task, organiser, tmp_path
):
    """Began at 10:00, closed at 10:05 as from 10:05 on, arrived at 10:10."""
    move(task, organiser, NOW + 5 * MINUTE, now=NOW + 5 * MINUTE)
    assert not submit(task, tmp_path, began_at=NOW, now=NOW + 10 * MINUTE).late
    assert submit(task, tmp_path, began_at=NOW + 6 * MINUTE, now=NOW + 10 * MINUTE).late


def test_a_deadline_moved_into_the_past_by_whatever_way_makes_nothing_late_that_was_in_time(
    task, organiser, tmp_path
):
    """Services refuse it; a folder that is loaded anew may do it."""
    began = DEADLINE - timedelta(hours=2)
    moved = DEADLINE - timedelta(hours=1)
    PhaseChange.objects.create(
        task=task,
        kind="submission",
        opened_at=OPENED,
        closed_at=DEADLINE,
        opens_at=OPENED,
        closes_at=began - timedelta(hours=1),
        reason=WHY,
        changed_at=moved,
    )
    task.phases.filter(kind="submission").update(closes_at=began - timedelta(hours=1))
    task.phases.filter(kind="post_campaign").update(opens_at=began - timedelta(hours=1))
    assert not submit(task, tmp_path, began_at=began, now=moved + MINUTE).late
    assert submit(task, tmp_path, began_at=moved, now=moved + MINUTE).late


def test_an_upload_that_began_after_the_deadline_stays_late_when_it_is_extended_meanwhile(
    task, organiser, tmp_path
):
    began, moved = DEADLINE + MINUTE, DEADLINE + 2 * MINUTE
    move(task, organiser, DEADLINE + WEEK, now=moved)
    assert submit(task, tmp_path, began_at=began, now=moved + MINUTE).late
    assert not submit(task, tmp_path, began_at=moved, now=moved + MINUTE).late


def test_without_a_late_phase_such_an_upload_is_refused_and_may_be_sent_again(organiser, tmp_path):
    task = make_task(campaign=make_campaign(organiser=organiser))
    began, moved = DEADLINE + MINUTE, DEADLINE + 2 * MINUTE
    move(task, organiser, DEADLINE + WEEK, now=moved)
    with pytest.raises(NotAllowed, match="Submission closed on 8 May 2017, 22:00 UTC"):
        submit(task, tmp_path, began_at=began, now=moved + MINUTE)
    assert not submit(task, tmp_path, began_at=moved, now=moved + MINUTE).late


def test_of_several_moves_the_one_in_force_at_the_moment_counts(task, organiser):
    days = [timedelta(days=n) for n in range(4)]
    for day in days[1:]:
        move(task, organiser, DEADLINE + day, now=NOW + day)
    for day in days:
        assert phase_in_force(task, "submission", NOW + day).closes_at == DEADLINE + day
    assert phase_in_force(task, "submission", NOW - days[1]).closes_at == DEADLINE


# ---------------------------------------------------------------- by the folder
PHASES = "phases:\n  submission: {opens: 2017-03-15T00:00:00Z, closes: 2017-05-08T22:00:00Z}\n"


def test_a_folder_that_moves_a_deadline_is_on_record_once_teams_go_by_it(tmp_path):
    make_campaign("lab-2017")
    folder = make_folder(tmp_path, PHASES)
    task = load_task(folder=read_task_folder(folder), campaign=None, now=NOW).task
    edit(folder, "closes: 2017-05-08", "closes: 2017-05-10")
    load_task(folder=read_task_folder(folder), campaign=None, now=NOW)
    assert not PhaseChange.objects.exists()  # nobody knew of the first

    make_registration(task)
    edit(folder, "closes: 2017-05-10", "closes: 2017-05-12")
    load_task(folder=read_task_folder(folder), campaign=None, now=NOW)
    edit(folder, "phases:\n", "phases:\n  post_campaign: {opens: 2017-05-12T22:00:00Z}\n")
    load_task(folder=read_task_folder(folder), campaign=None, now=NOW)
    assert [in_words(move) for move in phase_moves(task)] == [
        "Post-campaign takes place, from 12 May 2017, 22:00 UTC on",
        "Submission was extended from 10 May 2017, 22:00 UTC to 12 May 2017, 22:00 UTC",
    ]
