"""A folder as it is sent: by whom, looked at first, loaded whole or not at all."""

import warnings
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps

from campaign import storage
from campaign.models import Campaign, CampaignRole, Task, TruthVersion
from campaign.refusals import Invalid, NotAllowed, NotThere, Refusal
from campaign.services.folders import (
    Place,
    Report,
    drop_kept,
    keep_archive,
    load_archive,
    load_kept,
)
from campaign.services.loadings import Terms
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_user,
)
from tests.campaign.folders import (
    add_data_set,
    edit_task,
    files_of,
    load,
    make_lab,
    packed,
    send,
)
from tests.clefboard.task_folder.folders import edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


def n_events() -> int:
    models = [model for model in apps.get_models() if model.__name__.endswith("Event")]
    return sum(model._default_manager.count() for model in models)


def test_a_dry_run_says_all_and_leaves_nothing(folder, private_files):
    add_data_set(folder)

    report = send(folder, packed(folder, beside=True), dry_run=True)

    assert report.loaded.new
    assert "task tiny-2017 is new" in report.loaded.changes
    assert "truth version 1 is in force" in report.loaded.changes
    assert not Campaign.objects.exists()
    assert not TruthVersion.objects.exists()
    assert files_of(private_files) == []
    assert list((private_files / "incoming").iterdir()) == []


def test_a_dry_run_of_a_known_task_changes_nothing(folder, private_files):
    add_data_set(folder)
    load(folder)
    before = files_of(private_files)
    events = n_events()
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")
    add_data_set(folder, b"ImageId\n1\n2\n")
    (folder / "rules.md").write_text("Be fairer.\n")

    report = send(folder, dry_run=True)

    assert report.loaded.changes == [
        "rules version 2 is in force",
        "truth version 2 is stored",
        "truth version 2 is in force",
        "data set training 1: files",
    ]
    assert files_of(private_files) == before
    assert n_events() == events
    assert Task.objects.get().truth_versions.count() == 1
    assert send(folder, seen=report.loaded.digest).loaded.changes == report.loaded.changes


def test_the_difference_says_what_was_and_what_will_be(folder):
    load(folder)
    text = (folder / "task.yaml").read_text()
    (folder / "task.yaml").write_text(f"{text}visibility: live\nlimits: {{runs_per_team: 4}}\n")
    (folder / "overview.md").write_text("About it.\nMore.\n")

    (change,) = send(folder, dry_run=True).loaded.changes

    assert change == (
        "task tiny-2017: overview (lines new: 2, gone: 1), runs_per_team: null -> 4,"
        ' visibility: "never" -> "live"'
    )


def test_another_difference_than_was_seen_is_not_loaded(folder):
    task = load(folder).task
    (folder / "overview.md").write_text("New.\n")
    seen = send(folder, dry_run=True).loaded.digest
    edit_task(task, "moved", visibility="live")

    with pytest.raises(Refusal) as raised:
        send(folder, seen=seen)

    assert raised.value.code == "another_difference"
    task.refresh_from_db()
    assert task.overview == "About the task.\n"


# ---------------------------------------------------------------- who may
@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("organiser", True), ("viewer", False), ("", False)]
)
def test_owners_and_organisers_may_load(folder, role, may):
    load(folder)
    user = make_user()
    if role:
        CampaignRole.objects.create(campaign=Campaign.objects.get(), user=user, name=role)
    (folder / "overview.md").write_text("New.\n")

    if may:
        assert send(folder, by=user).loaded.changes
    else:
        with pytest.raises(NotAllowed, match="Only an organiser of the campaign lab-2017"):
            send(folder, by=user)
        assert Task.objects.get().overview == "About the task.\n"


def test_an_organiser_of_another_campaign_takes_nothing_over(folder):
    load(folder)
    sly = make_user()
    make_campaign("other", organiser=sly)
    edit(folder, "campaign: lab-2017", "campaign: other")
    (folder.parent / "campaign.yaml").unlink()

    with pytest.raises(Refusal, match="belongs to the campaign lab-2017"):
        send(folder, by=sly)


def test_a_new_campaign_is_for_staff(folder):
    make_campaign("other", organiser=(organiser := make_user()))
    archive = packed(folder, beside=True)

    with pytest.raises(NotAllowed, match="only staff may make one"):
        send(folder, archive, by=organiser)
    assert not Campaign.objects.filter(slug="lab-2017").exists()

    send(folder, archive, by=make_user(is_staff=True))
    assert Campaign.objects.filter(slug="lab-2017").exists()


def test_who_loaded_and_why_is_on_record(folder):
    staff = make_user("staff", is_staff=True)
    send(folder, packed(folder, beside=True), by=staff, reason="The campaign begins.")

    event = apps.get_model("campaign", "TaskEvent").objects.order_by("pgh_id").first()

    assert event.pgh_context.metadata["user"] == staff.pk
    assert event.pgh_context.metadata["reason"] == "The campaign begins."


# ---------------------------------------------------------------- where it was sent to
@pytest.mark.parametrize(
    ("place", "words"),
    [
        (Place(task="other"), "'task' is tiny-2017; right is other"),
        (Place(campaign="other"), "'campaign' is lab-2017; right is other"),
    ],
)
def test_a_folder_goes_where_it_says(folder, place, words):
    with pytest.raises(Invalid) as raised:
        send(folder, packed(folder, beside=True), place, by=make_user(is_staff=True))

    assert words in raised.value.details["problems"][0]["message"]
    assert not Campaign.objects.exists()


# ---------------------------------------------------------------- what is wrong
def test_every_problem_comes_at_once_and_nothing_stays(folder, private_files):
    edit(folder, "metrics: [mrr, top_1]", "metrics: [mrrr]")
    edit(folder, "2;b;private", "9;b;private", "ground_truth.csv")
    (folder.parent / "campaign.yaml").write_text("campaign: lab-2017\n")

    with pytest.raises(Invalid) as raised:
        send(folder, packed(folder, beside=True))

    problems = raised.value.details["problems"]
    assert [(one["file"], one["lines"]) for one in problems][:2] == [
        ("../campaign.yaml", [1]),
        ("../campaign.yaml", [1]),
    ]
    assert {("ground_truth.csv", 3), ("task.yaml", 6)} <= {
        (one["file"], one["lines"][0]) for one in problems
    }
    assert files_of(private_files) == []


def test_of_a_thousand_problems_the_first_are_shown(folder):
    rows = "".join(f"x{number};a;public\n" for number in range(1000))
    (folder / "ground_truth.csv").write_text(f"QueryId;ClassId;Usage\n{rows}")

    with pytest.raises(Invalid) as raised:
        send(folder)

    assert len(raised.value.details["problems"]) <= 200


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip"])
def test_what_is_no_archive_leaves_nothing(folder, private_files, content):
    with pytest.raises(Invalid):
        send(folder, content)
    assert files_of(private_files) == []


def test_a_link_out_of_the_archive_leaves_nothing(folder, private_files):
    stream = BytesIO(packed(folder))
    with zipfile.ZipFile(stream, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entry = zipfile.ZipInfo("tiny-2017/data")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/")

    with pytest.raises(Invalid, match="has a problem"):
        send(folder, stream.getvalue())
    assert files_of(private_files) == []
    assert list((private_files / "incoming").iterdir()) == []


def test_nothing_is_left_when_the_disk_is_full(folder, private_files, monkeypatch):
    load(folder)
    before = files_of(private_files)
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")

    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", full)
    with pytest.raises(OSError, match="No space left"):
        send(folder)

    assert files_of(private_files) == before
    assert Task.objects.get().truth_versions.count() == 1


def test_files_stay_where_a_commit_was_lost_on_its_way(folder, private_files, monkeypatch):
    """A database that goes away while it commits may have committed: the rows say whose files are."""
    loaded = load(folder)
    kept = files_of(private_files)
    monkeypatch.setattr("campaign.services.tasks.rank_task", lambda **_: 1 / 0)
    edit(folder, "1;a;public", "1;b;public", "ground_truth.csv")
    with pytest.raises(ZeroDivisionError):
        send(folder)
    assert files_of(private_files) == kept
    assert loaded.task.current_truth is not None


# ---------------------------------------------------------------- between question and answer
def kept_archive(folder: Path, by) -> str:
    place = Place("tiny-2017")
    path = storage.incoming() / "upload"
    path.write_bytes(packed(folder))
    seen = load_archive(
        archive=path, now=NOW, terms=Terms(by=by, dry_run=True), place=place
    ).loaded.digest
    return keep_archive(archive=path, by=by, place=place, seen=seen)


def test_what_was_seen_is_loaded_and_then_gone(folder, private_files):
    load(folder)
    (folder / "overview.md").write_text("New.\n")
    staff = make_user(is_staff=True)
    token = kept_archive(folder, staff)

    def answer() -> Report:
        return load_kept(token=token, now=NOW, by=staff, place=Place("tiny-2017"), reason="")

    assert answer().loaded.changes

    assert Task.objects.get().overview == "New.\n"
    assert list((private_files / "incoming").iterdir()) == []
    with pytest.raises(NotThere, match="no longer kept"):
        answer()


def test_what_was_kept_is_one_persons_for_one_task(folder):
    load(folder)
    (folder / "overview.md").write_text("New.\n")
    staff = make_user(is_staff=True)
    token = kept_archive(folder, staff)
    for by, place, claim in (
        (make_user(is_staff=True), Place("tiny-2017"), token),
        (staff, Place("other"), token),
        (staff, Place(campaign="lab-2017"), token),
        (staff, Place("tiny-2017"), token[:-1]),
    ):
        with pytest.raises(NotThere, match="no longer kept"):
            load_kept(token=claim, now=NOW, by=by, place=place, reason="")

    drop_kept(token=token, by=staff, place=Place("tiny-2017"))
    assert list(storage.incoming().iterdir()) == []
    assert Task.objects.get().overview == "About the task.\n"
