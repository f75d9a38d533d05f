"""Loading a task folder: whole or not at all, and again without harm."""

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from campaign import storage
from campaign.models import Campaign, DataFile, Phase, Registration, Task, Team, TruthVersion
from campaign.refusals import Refusal
from campaign.services import tasks
from campaign.services.loadings import Loaded
from campaign.services.runs import Submission, submit_run
from clefboard.task_folder import read_campaign, read_task_folder
from tests.campaign.factories import NOW, make_registration, upload
from tests.clefboard.task_folder.folders import edit, make_folder

pytestmark = pytest.mark.django_db

CAMPAIGN = """campaign: lab-2017
title: {en: Lab 2017, fr: Labo 2017}
description: About the lab.
timeline:
  - {date: 2017-05-08, event: {en: Submission closes}}
"""
PHASES = """phases:
  submission: {opens: 2017-03-15T00:00:00Z, closes: 2017-05-08T00:00:00+02:00}
  results: {opens: 2017-05-12}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "campaign.yaml").write_text(CAMPAIGN)
    return make_folder(tmp_path, PHASES)


def load(folder: Path) -> Loaded:
    file = read_campaign(folder.parent)
    return tasks.load_task(folder=read_task_folder(folder), campaign=file, now=NOW)


def command(folder: Path) -> str:
    out = StringIO()
    call_command("load_task", folder, stdout=out)
    return out.getvalue()


def stored(private: Path) -> list[Path]:
    return sorted(path for path in private.rglob("*") if path.is_file())


def submit(task: Task, tmp_path: Path) -> None:
    registration = make_registration(task)
    lines = upload(tmp_path, "1;a;0.9\n2;a;0.9\n3;c;0.9\n")
    submit_run(
        registration=registration,
        submission=Submission(upload=lines),
        by=None,
        began_at=NOW,
        now=NOW,
    )


def add_data_set(folder: Path, content: bytes) -> None:
    place = folder / "data" / "training"
    place.mkdir(parents=True, exist_ok=True)
    (place / "images.csv").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    (place / "data.yaml").write_text(
        "title: Training\nrole: training_trusted\nlicence: CC0\nfiles:\n"
        f"  - {{name: images.csv, size: {len(content)}, sha256: {sha256}}}\n"
    )


def test_a_folder_becomes_a_task_with_all_that_belongs_to_it(folder):
    task = load(folder).task
    task = Task.objects.get(pk=task.pk)

    assert (task.slug, task.campaign.slug, task.shape) == ("tiny-2017", "lab-2017", "ranked")
    assert task.campaign.timeline == [{"date": "2017-05-08", "event": {"en": "Submission closes"}}]
    assert task.metrics == ["mrr", "top_1"]
    assert task.rules_versions.get().text == "Be fair.\n"
    submission = task.phase(Phase.Kind.SUBMISSION)
    assert submission.closes_at is not None
    assert submission.closes_at.isoformat() == "2017-05-07T22:00:00+00:00"
    assert task.phase(Phase.Kind.POST_CAMPAIGN).never
    assert not task.phase(Phase.Kind.REGISTRATION).never


def test_the_first_truth_is_stored_and_in_force(folder):
    truth = load(folder).task.current_truth

    assert truth is not None
    assert (truth.number, truth.n_queries, truth.n_classes, truth.n_media) == (1, 3, 3, 0)
    kept = storage.local_folder(truth.folder)
    for name in ("classes.csv", "queries.csv", "ground_truth.csv"):
        assert (kept / name).read_bytes() == (folder / name).read_bytes()


def test_the_organisers_team_has_its_place_so_that_baselines_use_the_same_door(folder):
    task = load(folder).task

    registration = task.registrations.get()
    assert registration.team.organisers
    assert registration.team.name == "Organisers of Lab 2017"
    assert registration.state == Registration.State.APPROVED


def test_loading_again_changes_nothing(folder, private_files):
    add_data_set(folder, b"ImageId\n1\n")
    load(folder)
    before = stored(private_files)

    again = load(folder)

    assert again.changes == []
    assert stored(private_files) == before
    assert Team.objects.count() == Campaign.objects.count() == 1


def test_a_new_text_of_the_rules_is_a_new_version(folder):
    load(folder)
    (folder / "rules.md").write_text("Be fairer.\n")

    loaded = load(folder)

    assert loaded.changes == ["rules version 2 is in force"]
    assert [v.number for v in loaded.task.rules_versions.all()] == [2, 1]


def test_a_moved_deadline_is_said_with_its_old_and_new_time(folder):
    load(folder)
    edit(folder, "closes: 2017-05-08T00:00:00+02:00", "closes: 2017-05-10T00:00:00Z")

    assert load(folder).changes == [
        (
            "submission: 2017-03-15 00:00:00 UTC - 2017-05-07 22:00:00 UTC"
            " -> 2017-03-15 00:00:00 UTC - 2017-05-10 00:00:00 UTC"
        )
    ]


def test_a_changed_text_is_named(folder):
    load(folder)
    (folder / "overview.md").write_text("About it.\n")

    loaded = load(folder)

    assert loaded.changes == ["task tiny-2017: overview (lines new: 1, gone: 1)"]
    assert Task.objects.get().overview == "About it.\n"


def test_new_tables_before_the_first_run_are_in_force_at_once(folder):
    load(folder)
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")

    task = load(folder).task

    assert task.current_truth is not None
    assert task.current_truth.number == 2


def test_new_tables_after_the_first_run_wait_until_runs_are_scored_again(folder, tmp_path):
    task = load(folder).task
    submit(task, tmp_path)
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")

    said = command(folder)

    task.refresh_from_db()
    assert task.current_truth is not None
    assert task.current_truth.number == 1
    assert task.truth_versions.count() == 2
    assert "truth version 2 is stored" in said
    assert "Truth version 2 is not in force" in said
    assert "nothing changed" in command(folder)
    assert task.truth_versions.count() == 2


def test_other_metrics_are_another_truth_version(folder):
    load(folder)
    edit(folder, "metrics: [mrr, top_1]", "metrics: [top_1, mrr]")

    task = load(folder).task

    assert task.metrics == ["top_1", "mrr"]
    assert task.truth_versions.count() == 2


def test_a_split_is_drawn_once(folder):
    for name in ("ground_truth.csv",):
        text = (folder / name).read_text()
        lines = [line.rpartition(";")[0] for line in text.splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n")
    text = (folder / "task.yaml").read_text()
    (folder / "task.yaml").write_text(text + "split: {column: Usage, share: 0.34}\n")
    first = load(folder).task.current_truth

    again = load(folder)

    assert first is not None
    drawn = (storage.local_folder(first.folder) / "ground_truth.csv").read_text()
    assert drawn.count(";public") == 1
    assert again.changes == []
    assert (again.task.split_column, again.task.final) == ("Usage", "private")


def test_data_files_are_kept_and_replaced_ones_are_deleted(
    folder, private_files, django_capture_on_commit_callbacks
):
    add_data_set(folder, b"ImageId\n1\n")
    load(folder)
    add_data_set(folder, b"ImageId\n1\n2\n")

    with django_capture_on_commit_callbacks(execute=True):
        loaded = load(folder)

    assert loaded.changes == ["data set training 1: files"]
    file = DataFile.objects.get()
    assert (private_files / file.key).read_bytes() == b"ImageId\n1\n2\n"
    assert [p for p in stored(private_files) if p.name == "images.csv"] == [
        private_files / file.key
    ]


def test_a_data_set_that_the_folder_no_longer_holds_is_gone(folder):
    add_data_set(folder, b"ImageId\n")
    load(folder)
    for path in (folder / "data" / "training").iterdir():
        path.unlink()
    (folder / "data" / "training").rmdir()

    assert load(folder).changes == ["data set training is gone"]
    assert not DataFile.objects.exists()


def test_nothing_is_left_when_loading_fails_at_its_last_step(folder, private_files, monkeypatch):
    """The organisers' team comes last; its name is taken by then."""
    Team.objects.create(name="organisers of LAB 2017", slug="them", created_at=NOW)

    with pytest.raises(Refusal, match="already called Organisers of Lab 2017"):
        load(folder)

    assert not Task.objects.exists()
    assert not Campaign.objects.exists()
    assert stored(private_files) == []


def test_a_team_with_the_organisers_address_does_not_become_theirs(folder):
    theirs = Team.objects.create(name="Sly", slug="organisers-of-lab-2017", created_at=NOW)

    with pytest.raises(Refusal), transaction.atomic():
        load(folder)

    theirs.refresh_from_db()
    assert not theirs.organisers


def test_a_folder_cannot_take_over_another_campaigns_task(folder, tmp_path):
    load(folder)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "campaign.yaml").write_text(CAMPAIGN.replace("lab-2017", "other-2017"))
    other = make_folder(elsewhere)
    edit(other, "campaign: lab-2017", "campaign: other-2017")

    with pytest.raises(Refusal, match="belongs to the campaign lab-2017"):
        load(other)


def test_a_folder_changes_no_campaign_but_its_own(folder):
    load(folder)
    read = read_task_folder(folder)
    (folder.parent / "campaign.yaml").write_text(CAMPAIGN.replace("lab-2017", "other-2017"))
    file = read_campaign(folder.parent)

    with pytest.raises(Refusal, match="right is the same slug in both"):
        tasks.load_task(folder=read, campaign=file, now=NOW)

    assert list(Campaign.objects.values_list("slug", flat=True)) == ["lab-2017"]


def test_a_task_with_runs_keeps_its_shape(folder, tmp_path):
    task = load(folder).task
    submit(task, tmp_path)
    edit(folder, "shape: ranked", "shape: label")
    edit(folder, "metrics: [mrr, top_1]", "metrics: [fungi_1]")

    with pytest.raises(Refusal, match="its shape stays"):
        load(folder)


def test_a_folder_may_travel_alone_once_its_campaign_is_known(folder):
    read = read_task_folder(folder)
    with pytest.raises(Refusal, match=r"no campaign lab-2017"):
        tasks.load_task(folder=read, campaign=None, now=NOW)

    tasks.load_campaign(file=read_campaign(folder.parent))
    assert tasks.load_task(folder=read, campaign=None, now=NOW).task.slug == "tiny-2017"


# ---------------------------------------------------------------- the command
def test_the_command_says_what_it_did_and_then_that_nothing_changed(folder):
    first = command(folder)
    assert "campaign lab-2017 is new" in first
    assert "task tiny-2017 is new" in first
    for term in ("visibility: never", "split: none", "registration.approval: no"):
        assert term in first
    assert "truth version 1 is in force" in first
    assert "2017-05-12 is read as 2017-05-12T00:00:00Z" in first

    assert "nothing changed: tiny-2017 is as its folder says" in command(folder)


def test_every_problem_is_shown_with_file_and_line_and_nothing_is_created(folder):
    edit(folder, "metrics: [mrr, top_1]", "metrics: [mrrr]")
    edit(folder, "2;b;private", "9;b;private", "ground_truth.csv")

    with pytest.raises(CommandError) as error:
        command(folder)

    assert "task.yaml:6: " in str(error.value)
    assert "ground_truth.csv:3: " in str(error.value)
    assert error.value.returncode == 1
    assert not Campaign.objects.exists()
    assert not TruthVersion.objects.exists()


def test_problems_of_campaign_yaml_are_shown_too(folder):
    (folder.parent / "campaign.yaml").write_text("campaign: lab-2017\n")

    with pytest.raises(CommandError, match=r"campaign\.yaml:1"):
        command(folder)


def test_a_folder_that_is_none_is_said_so(tmp_path):
    with pytest.raises(CommandError, match="no such folder"):
        command(tmp_path / "nowhere")
