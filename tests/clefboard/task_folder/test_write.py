"""Load, write, load is the identity."""

from dataclasses import replace
from pathlib import Path

import pytest

from clefboard.task_folder import (
    campaign_text,
    find_task_folders,
    read_campaign,
    read_task_folder,
    write_task_folder,
)
from tests.clefboard.task_folder.folders import make_folder
from tests.clefboard.task_folder.test_data_sets import make_data_set

FIXTURES = Path(__file__).parents[3] / "fixtures"
SHIPPED = [folder for campaign in FIXTURES.iterdir() for folder in find_task_folders(campaign)]
EVERYTHING = """generated: true
run: {max_predictions_per_query: 7, missing_queries: reject, scores: any, max_upload: 1234 B}
subsets: [Organ, {column: TrainImages, bands: [10, 50]}]
limits: {runs_per_team: 4, runs_per_day: 2}
visibility: live
truth: released
split: {column: Usage, final: all}
phases:
  registration: never
  submission: {opens: 2017-03-15T12:00:00.5+01:00, closes: 2017-05-08}
  post_campaign: {}
registration: {approval: true}
method_description: {required: [training_data]}
required_runs: [{at_least: 1, training_data: [trusted]}]
"""


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_the_shipped_folders_come_back_unchanged(folder: Path, tmp_path: Path):
    task = read_task_folder(folder)

    write_task_folder(task, tmp_path / "copy")

    assert read_task_folder(tmp_path / "copy") == task


def test_every_key_comes_back_unchanged(tmp_path: Path):
    task = read_task_folder(make_folder(tmp_path, EVERYTHING))

    write_task_folder(task, tmp_path / "copy")

    assert read_task_folder(tmp_path / "copy") == task


def test_data_sets_come_back_with_their_files(tmp_path: Path):
    task = read_task_folder(make_data_set(tmp_path))

    write_task_folder(task, tmp_path / "copy")

    assert read_task_folder(tmp_path / "copy") == task
    assert (tmp_path / "copy/data/trusted/a.bin").read_bytes() == b"pretend this is a picture"
    assert not (tmp_path / "copy/data/trusted/b.zip").exists()


@pytest.mark.parametrize(
    "text", ["no", "2017-03-15", "12:30", "~", "a: b", "#x", "é\n\n  x\n", "*"]
)
def test_awkward_texts_come_back_unchanged(tmp_path: Path, text: str):
    task = replace(
        read_task_folder(make_folder(tmp_path)), title={"no": text}, question={"en": text}
    )

    write_task_folder(task, tmp_path / "copy")

    assert read_task_folder(tmp_path / "copy") == task


def test_another_table_is_another_task(tmp_path: Path):
    folder = make_folder(tmp_path)
    before = read_task_folder(folder)
    (folder / "queries.csv").write_text("QueryId;Organ\n1;leaf\n2;leaf\n3;leaf\n")

    assert read_task_folder(folder) != before


def test_nothing_is_written_over(tmp_path: Path):
    task = read_task_folder(make_folder(tmp_path))

    with pytest.raises(FileExistsError, match="is not empty"):
        write_task_folder(task, tmp_path / "tiny-2017")


@pytest.mark.parametrize("name", ["lifeclef-2017", "practice"])
def test_a_campaign_comes_back_unchanged(name: str, tmp_path: Path):
    campaign = read_campaign(FIXTURES / name)

    (tmp_path / "campaign.yaml").write_text(campaign_text(campaign), "utf-8")

    assert read_campaign(tmp_path) == campaign
    assert campaign.slug == name
