"""A folder as it is sent: by whom, looked at first, and back again unchanged."""

import warnings
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from campaign import storage
from campaign.models import Campaign, CampaignRole, DataSet, Phase, Task, TruthVersion
from campaign.reads.edits import edits_of
from campaign.reads.folder_exports import folder_export, write_folder, zipped
from campaign.refusals import Invalid, NotAllowed, NotThere, Refusal
from campaign.services.folders import (
    Place,
    Report,
    drop_kept,
    keep_archive,
    load_archive,
    load_folder,
    load_kept,
)
from campaign.services.roles import on_record
from campaign.services.tasks import Terms
from clefboard.task_folder import (
    find_task_folders,
    materialise,
    read_task_folder,
    write_start,
)
from tests.campaign.factories import (
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
)
from tests.campaign.folders import EVERYTHING, add_data_set, invent, load, make_lab, packed
from tests.clefboard.task_folder.folders import edit

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parents[3] / "fixtures"
SHIPPED = [folder for campaign in FIXTURES.iterdir() for folder in find_task_folders(campaign)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


def files_of(private: Path) -> list[Path]:
    return sorted(path for path in private.rglob("*") if path.is_file())


def n_events() -> int:
    models = [model for model in apps.get_models() if model.__name__.endswith("Event")]
    return sum(model._default_manager.count() for model in models)


def send(folder: Path, archive: bytes | None = None, place: Place | None = None, **terms):
    path = storage.incoming() / "sent.zip"
    path.write_bytes(packed(folder) if archive is None else archive)
    try:
        return load_archive(
            archive=path, now=NOW, terms=Terms(**terms), place=place or Place("tiny-2017")
        )
    finally:
        path.unlink()


def export(task: Task, target: Path) -> Path:
    write_folder(folder_export(Task.objects.get(pk=task.pk)), target)
    return target


# ---------------------------------------------------------------- load, export, load
def comes_back(folder: Path, tmp_path: Path) -> None:
    """Load, export, load: what is written is what was read, and nothing changes; twice."""
    first = load(folder)
    out = export(first.task, tmp_path / "out")
    said = read_task_folder(folder)
    if said.generate:
        said = materialise(said, tmp_path / "made")
    assert read_task_folder(out) == said

    again = load(out, alone=True)

    assert (again.changes, again.undone, again.waiting) == ([], [], None)
    again_out = export(again.task, tmp_path / "again")
    names = sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file())
    assert names == sorted(p.relative_to(again_out) for p in again_out.rglob("*") if p.is_file())
    assert all((out / name).read_bytes() == (again_out / name).read_bytes() for name in names)


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_folder_comes_back(shipped, tmp_path):
    comes_back(shipped, tmp_path)


@pytest.mark.parametrize("shape", ["ranked", "segment", "set", "label"])
def test_every_new_folder_comes_back(shape, tmp_path):
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/campaign.yaml").write_text("campaign: c\ntitle: {en: C}\ndescription: D\n")
    write_start(tmp_path / "lab" / shape, shape=shape, year=2030)
    comes_back(tmp_path / "lab" / shape, tmp_path)


@pytest.mark.parametrize("seed", range(12))
def test_invented_folders_come_back(seed, tmp_path):
    (tmp_path / "lab").mkdir()
    comes_back(invent(tmp_path / "lab", seed), tmp_path)


def test_every_key_comes_back(tmp_path):
    (tmp_path / "lab").mkdir()
    folder = make_lab(tmp_path / "lab", EVERYTHING)
    add_data_set(folder)
    (folder / "overview.md").write_text("# Über\n\n  é\n\n", "utf-8")
    comes_back(folder, tmp_path)


def test_a_drawn_split_comes_back_as_it_was_drawn(folder, tmp_path):
    text = (folder / "task.yaml").read_text()
    (folder / "task.yaml").write_text(f"{text}split: {{column: Part, share: 0.34}}\n")
    task = load(folder).task

    out = read_task_folder(export(task, tmp_path / "out"))

    assert out.split is not None
    assert (out.split.column, out.split.share) == ("Part", None)
    assert load(tmp_path / "out", alone=True).changes == []
    assert load(folder).changes == [], "the folder that asks for a draw draws no other one"


def test_an_archive_that_was_fetched_can_be_sent_back(folder):
    add_data_set(folder)
    task = load(folder).task
    with zipped(folder_export(task)) as stream:
        archive = stream.read()
    with zipped(folder_export(task)) as stream:
        assert stream.read() == archive, "the same task is the same archive"

    report = send(folder, archive)

    assert (report.loaded.new, report.loaded.changes) == (False, [])
    names = zipfile.ZipFile(BytesIO(archive)).namelist()
    assert "tiny-2017/data/training/images.csv" in names
    assert "tiny-2017/data/training/more.zip" not in names


def test_a_folder_too_large_for_an_archive_is_written_by_the_operator(folder, settings):
    settings.MAX_FOLDER_BYTES = 10
    with pytest.raises(Refusal, match=r"manage\.py export_task"):
        zipped(folder_export(load(folder).task))


def test_a_task_without_a_truth_has_no_folder():
    task = make_task()
    task.current_truth = None
    task.save()
    with pytest.raises(NotThere, match="no ground truth"):
        folder_export(task)


def test_of_a_data_set_the_newest_version_is_given_back(folder, tmp_path):
    add_data_set(folder)
    load(folder)
    path = folder / "data/training/data.yaml"
    path.write_text(path.read_text() + 'version: "2"\n')
    task = load(folder).task
    assert DataSet.objects.count() == 2

    (data_set,) = read_task_folder(export(task, tmp_path / "out")).data_sets

    assert data_set.version == "2"


# ---------------------------------------------------------------- the difference first
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


# ---------------------------------------------------------------- an older folder over newer edits
def edit_task(task: Task, reason: str, **fields: object) -> None:
    """Change a task as an organiser's page would."""
    with on_record(by=make_user(f"alice-{reason}"), reason=reason):
        for name, value in fields.items():
            setattr(task, name, value)
        task.save()


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


# ---------------------------------------------------------------- the commands
def command(name: str, *args: object, **options: object) -> str:
    out = StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


def test_the_command_can_only_look(folder, private_files):
    said = command("load_task", folder, dry_run=True)

    assert "task tiny-2017 is new" in said
    assert "nothing was loaded" in said
    assert not Task.objects.exists()
    assert files_of(private_files) == []


def test_the_command_asks_before_it_changes_back_what_others_changed(folder):
    command("load_task", folder)
    edit_task(Task.objects.get(), "let them see", visibility="live")

    with pytest.raises(CommandError, match=r"visibility, changed by .*\n.*--yes"):
        command("load_task", folder)
    assert Task.objects.get().visibility == "live"

    assert "changes back: visibility" in command("load_task", folder, yes=True)
    assert Task.objects.get().visibility == "never"


@pytest.mark.parametrize(("answer", "text"), [("y", "New.\n"), ("", "About the task.\n")])
def test_at_a_terminal_the_difference_is_shown_first(folder, monkeypatch, answer, text):
    command("load_task", folder)
    (folder / "overview.md").write_text("New.\n")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)

    try:
        said = command("load_task", folder)
    except CommandError as error:
        said = str(error)

    assert Task.objects.get().overview == text
    assert ("Nothing was loaded." in said) == (answer == "")


def test_a_task_is_written_by_the_command(folder, tmp_path):
    load(folder)

    said = command("export_task", "tiny-2017", tmp_path / "out")

    assert "ground_truth.csv" in said
    assert read_task_folder(tmp_path / "out") == read_task_folder(folder)
    for target, words in ((tmp_path / "out", "is not empty"), (folder / "rules.md", "is a file")):
        with pytest.raises(CommandError, match=words):
            command("export_task", "tiny-2017", target)
    with pytest.raises(CommandError, match="there are: tiny-2017"):
        command("export_task", "tiny", tmp_path / "other")


def test_a_folder_is_loaded_by_one_service_from_every_door(folder):
    by_folder = load_folder(path=folder, now=NOW, terms=Terms(dry_run=True))
    by_archive = send(folder, packed(folder, beside=True), dry_run=True)
    assert by_folder.loaded.changes == by_archive.loaded.changes
    assert by_folder.loaded.digest == by_archive.loaded.digest
