"""An older folder over newer edits: they are named, with who made them and why, before they are lost."""

from pathlib import Path

import pytest
from django.apps import apps

from campaign.models import DataSet, Phase, Task
from campaign.reads import edits
from campaign.reads.edits import edits_of
from campaign.refusals import Refusal
from campaign.services import tasks
from campaign.services.roles import on_record
from clefboard.task_folder import read_task_folder
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_user,
)
from tests.campaign.folders import add_data_set, command, edit_task, load, make_lab, send
from tests.clefboard.task_folder.folders import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


def extend(task: Task) -> None:
    with on_record(by=make_user("bob"), reason="The server was down."):
        Phase.objects.filter(task=task, kind="submission").update(closes_at=NOW)


def test_what_was_changed_elsewhere_since_is_not_changed_back_unseen(folder):
    text = (folder / "task.yaml").read_text()
    phases = "phases: {submission: {opens: 2017-03-15T00:00:00Z, closes: 2017-04-01T00:00:00Z}}\n"
    (folder / "task.yaml").write_text(text + phases)
    task = load(folder).task
    extend(task)
    (folder / "overview.md").write_text("New.\n")

    with pytest.raises(Refusal) as raised:
        send(folder)

    assert raised.value.code == "edited_since"
    (undone,) = raised.value.details["undoes"]
    assert undone.startswith("submission, changed by bob on ")
    assert undone.endswith("(The server was down.)")
    assert task.phases.get(kind="submission").closes_at == NOW
    shown = send(folder, dry_run=True).loaded
    assert shown.undone == [undone]
    loaded = send(folder, seen=shown.digest).loaded
    assert loaded.undone == [undone]
    assert edits_of(task) == [], "the folder has the last word now"


def test_an_edit_that_the_folder_agrees_with_is_nothing_to_ask_about(folder):
    task = load(folder).task
    edit_task(task, "let them see", visibility="live")
    text = (folder / "task.yaml").read_text()
    (folder / "task.yaml").write_text(f"{text}visibility: live\n")
    (folder / "overview.md").write_text("New.\n")

    loaded = send(folder).loaded

    assert loaded.undone == []
    assert loaded.changes == ["task tiny-2017: overview (lines new: 1, gone: 1)"]


def test_a_data_set_made_elsewhere_is_not_dropped_unseen(folder):
    task = load(folder).task
    with on_record(by=make_user("carol"), reason="Asked for by all."):
        DataSet.objects.create(task=task, slug="extra", title="Extra", role="test")

    with pytest.raises(Refusal, match="data set extra, changed by carol on"):
        send(folder)

    assert DataSet.objects.filter(slug="extra").exists()


def test_what_the_folder_itself_wrote_is_no_edit(folder):
    add_data_set(folder)
    task = load(folder).task

    assert edits_of(task) == []


def test_a_row_of_before_there_was_a_record_is_no_edit(folder):
    task = load(folder).task
    apps.get_model("campaign", "TaskEvent").objects.all().delete()

    assert edits_of(task) == []


def test_a_change_by_nobody_known_is_an_edit_too():
    """The admin, a shell: whoever made it, the folder knows nothing of it."""
    edits = edits_of(make_task())

    assert any(str(one).startswith("visibility, changed by somebody on") for one in edits)


def test_a_folder_whose_truth_is_not_in_force_says_so(folder, tmp_path):
    """Its tables are known, so nothing changes; and yet the task is not as it says."""
    text = (folder / "task.yaml").read_text()
    (folder / "task.yaml").write_text(f"{text}phases: {{submission: {{}}}}\n")
    load(folder)
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")
    task = load(folder).task
    make_run(make_registration(task), tmp_path, "1;a;0.9\n2;a;0.9\n3;c;0.9\n")
    edit(folder, "1;b;public", "1;a;public", "ground_truth.csv")

    loaded = load(folder)

    assert (loaded.changes, loaded.waiting) == ([], 1)
    assert "Truth version 1 is not in force" in command("load_task", folder)


def test_all_that_a_folder_says_of_a_task_is_looked_after(folder):
    written = tasks._task_fields(read_task_folder(folder))
    assert set(edits._OF_TASK) == set(written) - {"shape"}  # which the rules name, too
