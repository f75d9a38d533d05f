"""The life of a campaign as a checklist: each step done by what does it, and by nothing else."""

import pytest

from campaign.models import FinalPackage, Task
from campaign.reads.checklist import checklist
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    score_run,
)

pytestmark = pytest.mark.django_db

ORDER = [
    "folder",
    "truth",
    "rules",
    "data",
    "scored",
    "registration",
    "baselines",
    "deadline",
    "announcement",
    "results",
    "released",
    "package",
]


def done(task: Task, now=NOW) -> set[str]:
    fresh = Task.objects.select_related("current_truth").prefetch_related("phases").get(pk=task.pk)
    steps = checklist(fresh, now)
    assert [step.kind for step in steps] == ORDER
    not_done = [step.kind for step in steps if not step.done]
    assert [step.kind for step in steps if step.next] == not_done[:1]
    return set(ORDER) - set(not_done)


def test_a_campaign_is_ticked_off_step_by_step(tmp_path):
    task = make_task(phases={"results": (DEADLINE, None)})
    so_far = {"folder", "truth", "rules", "registration", "deadline"}
    assert done(task) == so_far

    task.data_sets.create(slug="train", title="Train", role="training_trusted")
    assert done(task) == (so_far := so_far | {"data"})

    run = make_run(make_registration(task), tmp_path)
    assert done(task) == so_far  # it waits
    score_run(run)
    assert done(task) == (so_far := so_far | {"scored"})

    make_run(make_registration(task, make_team(organisers=True)), tmp_path)
    assert done(task) == (so_far := so_far | {"baselines"})

    task.announcements.create(subject="s", text="t", author=make_user(), created_at=NOW)
    assert done(task) == (so_far := so_far | {"announcement"})

    assert done(task, DEADLINE) == (so_far := so_far | {"results"})

    Task.objects.update(truth_released=True)
    assert done(task, DEADLINE) == (so_far := so_far | {"released"})

    package = FinalPackage.objects.create(task=task, asked_by=make_user(), asked_at=NOW)
    assert done(task, DEADLINE) == so_far
    package.state, package.key, package.made_at = "made", "somewhere", NOW
    package.save()
    assert done(task, DEADLINE) == set(ORDER)


def test_a_task_without_anything_begins_at_its_truth():
    task = make_task(phases={"submission": (None, None), "registration": (DEADLINE, None)})
    Task.objects.update(current_truth=None)
    assert done(task) == {"folder", "rules"}


def test_what_another_task_has_counts_nothing(tmp_path):
    other = make_task()
    score_run(make_run(make_registration(other), tmp_path))
    other.data_sets.create(slug="train", title="Train", role="training_trusted")
    assert not {"data", "scored"} & done(make_task())


def test_it_is_one_question(django_assert_num_queries):
    task = Task.objects.select_related("current_truth").prefetch_related("phases")
    made = make_task()
    found = task.get(pk=made.pk)
    with django_assert_num_queries(1):
        checklist(found, NOW)
