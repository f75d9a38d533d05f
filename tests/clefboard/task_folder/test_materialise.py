"""Generated tables are made, a split is drawn, and the folder is then like any other."""

from dataclasses import replace
from pathlib import Path

import pytest

from clefboard.task_folder import Split, Table, materialise, read_task_folder
from scoring import read_ground_truth
from tests.clefboard.task_folder.folders import make_folder

FIXTURES = Path(__file__).parents[3] / "fixtures"
GENERATED = [
    folder.parent
    for folder in sorted(FIXTURES.glob("*/*/task.yaml"))
    if read_task_folder(folder.parent).generate
]


@pytest.mark.parametrize("folder", GENERATED, ids=lambda path: path.name)
def test_a_generated_folder_gets_its_tables(folder: Path, tmp_path: Path):
    said = read_task_folder(folder)

    task = materialise(said, tmp_path / "made")

    assert task.generate is None
    assert task.generated
    assert replace(task, generate=said.generate, tables={}) == said
    assert read_task_folder(tmp_path / "made") == task


def test_the_same_seed_gives_the_same_tables(tmp_path: Path):
    task = read_task_folder(FIXTURES / "practice" / "herbarium-transfer-practice")

    assert materialise(task, tmp_path / "a") == materialise(task, tmp_path / "b")


def test_practice_has_another_truth_than_2017(tmp_path: Path):
    practice = read_task_folder(FIXTURES / "practice" / "herbarium-transfer-practice")
    campaign = read_task_folder(FIXTURES / "lifeclef-2017" / "herbarium-transfer-2017")

    a, b = materialise(practice, tmp_path / "a"), materialise(campaign, tmp_path / "b")

    assert a.tables["ground_truth.csv"] != b.tables["ground_truth.csv"]


def test_plantclef_has_the_size_of_2017(tmp_path: Path):
    task = read_task_folder(FIXTURES / "lifeclef-2017" / "plantclef-2017")

    truth = read_ground_truth(materialise(task, tmp_path / "made").folder)

    test_set = truth.test_set
    assert len(test_set.classes or ()) == 10_000
    assert len(test_set.queries.columns["QueryId"]) == 17_886
    assert test_set.media is not None
    assert len(test_set.media.columns["MediaId"]) == 25_190
    assert len(set(truth.table.columns["ClassId"])) == 1_125


def test_a_folder_with_its_tables_is_copied(tmp_path: Path):
    task = read_task_folder(make_folder(tmp_path))

    assert materialise(task, tmp_path / "copy") == task


def test_a_share_is_drawn_once_and_written_down(tmp_path: Path):
    folder = make_folder(tmp_path, "split: {column: Part, share: 0.25}\n")
    (folder / "queries.csv").write_text("QueryId\n" + "".join(f"{q}\n" for q in range(40)))
    lines = "".join(f"{q};a\n{q};b\n" for q in range(40))
    (folder / "ground_truth.csv").write_text(f"QueryId;ClassId\n{lines}")

    task = materialise(read_task_folder(folder), tmp_path / "copy")

    assert task.split == Split("Part", "private", share=None)
    columns = read_ground_truth(tmp_path / "copy").table.columns
    parts = dict(zip(columns["QueryId"], columns["Part"], strict=True))
    assert sum(part == "public" for part in parts.values()) == 10
    pairs = set(zip(columns["QueryId"], columns["Part"], strict=True))
    assert len(pairs) == 40, "all lines of a query fall on the same side"
    assert Table.at(folder / "ground_truth.csv") != task.tables["ground_truth.csv"]
