"""Load, export, load is the identity."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from campaign.models import DataSet, Task
from campaign.reads.folder_exports import folder_export, write_folder, zipped
from campaign.refusals import NotThere, Refusal
from clefboard.task_folder import (
    find_task_folders,
    materialise,
    read_task_folder,
    write_start,
)
from tests.campaign.factories import (
    make_task,
)
from tests.campaign.folders import EVERYTHING, add_data_set, invent, load, make_lab, send

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parents[3] / "fixtures"
SHIPPED = [folder for campaign in FIXTURES.iterdir() for folder in find_task_folders(campaign)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


def export(task: Task, target: Path) -> Path:
    write_folder(folder_export(Task.objects.get(pk=task.pk)), target)
    return target


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
