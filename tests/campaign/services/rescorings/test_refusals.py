"""What a re-scoring refuses, and what it leaves on record."""

import pytest

from campaign import storage
from campaign.models import CampaignRole, Rescoring
from campaign.services.rescorings import (
    discard_rescoring,
    queue_failed_again,
    start_rescoring,
    switch_truth,
)
from campaign.services.results import queue_again
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_truth,
    make_user,
    score_run,
    sender,
)
from tests.campaign.services.rescorings.steps import (
    OTHER_LABELS,
    refused,
    shown,
    start,
    state_of,
    work,
)

pytestmark = pytest.mark.django_db


def test_runs_that_failed_want_a_reason_or_another_try(task, runs, organiser):
    with storage.open_stored(runs[0].file_key) as file:
        content = file.read()
    storage.delete(runs[0].file_key)
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    assert state_of(rescoring) == "ready"
    assert refused(switch_truth, rescoring=rescoring, by=organiser) == ("rescoring_failed")
    assert shown(task) == [("first", 1.0), ("second", 5 / 8)]

    assert queue_failed_again(rescoring=rescoring, by=organiser, now=NOW) == 1
    assert state_of(rescoring) == "running"
    work()
    switch_truth(
        rescoring=rescoring, by=organiser, now=NOW, despite_failed="the file is lost for now"
    )
    assert shown(task) == [("second", 1.0)]

    path = storage._path_here(runs[0].file_key)
    assert path is not None
    path.write_bytes(content)
    queue_again(evaluation=runs[0].evaluations.get(is_current=True), now=NOW)
    work()
    assert shown(task) == [("second", 1.0), ("first", 5 / 8)]


def test_one_at_a_time_and_only_another_version(task, runs, organiser):
    rescoring = start(task, organiser)
    code = refused(start_rescoring, truth=rescoring.truth_version, by=organiser, reason="r")
    assert code == "rescoring_open"
    discard_rescoring(rescoring=rescoring, by=organiser, now=NOW)
    code = refused(start_rescoring, truth=task.current_truth, by=organiser, reason="r")
    assert code == "in_force"
    for end in (switch_truth, discard_rescoring):
        assert refused(end, rescoring=rescoring, by=organiser) == "rescoring_ended"


def test_only_who_acts_for_the_campaign_may(task, runs, organiser):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    version = make_truth(task, ["mrr"], {})
    for other in (viewer, sender(runs[0])):
        assert refused(start_rescoring, truth=version, by=other, reason="r") == "not_organiser"
    rescoring = start_rescoring(truth=version, by=organiser, reason="r", now=NOW)
    work()
    for end in (switch_truth, discard_rescoring, queue_failed_again):
        assert refused(end, rescoring=rescoring, by=viewer) == "not_organiser"


def test_no_reason_no_rescoring(task, runs, organiser):
    version = make_truth(task, ["mrr"], {})
    code = refused(start_rescoring, truth=version, by=organiser, reason=" ")
    assert code == "no_reason"
    assert not Rescoring.objects.exists()


def split_truth(public: int) -> str:
    lines = (f"q{i};c{i % 6};{'public' if i < public else 'private'}\n" for i in range(8))
    return "QueryId;ClassId;Usage\n" + "".join(lines)


def test_no_query_changes_sides(organiser, tmp_path):
    task = make_task(
        campaign=make_campaign(organiser=organiser),
        split={"column": "Usage", "final": "private"},
        files={"ground_truth.csv": split_truth(4)},
        phases={"results": (DEADLINE, None)},
    )
    score_run(make_run(make_registration(task), tmp_path))
    moved = make_truth(task, ["mrr"], {"ground_truth.csv": split_truth(5)}, split_column="Usage")
    assert refused(start_rescoring, truth=moved, by=organiser, reason="r") == "split_moved"
    start(task, organiser, ground_truth=split_truth(4).replace("q0;c0", "q0;c1"))


def test_who_did_it_and_why_is_on_record(task, runs, organiser):
    rescoring = start(task, organiser)
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW)
    event = task.events.order_by("-pgh_id").first()
    assert event.current_truth_id == rescoring.truth_version_id
    assert event.pgh_context.metadata["user"] == organiser.pk
    assert event.pgh_context.metadata["reason"] == "labels were wrong"
