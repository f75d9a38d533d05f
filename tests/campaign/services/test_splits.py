"""A split belongs to what runs are scored with: nothing that a task folder says later moves it."""

from pathlib import Path

import pytest

from campaign import storage
from campaign.models import Run, Score, Task
from campaign.refusals import Refusal
from campaign.services import tasks
from clefboard.task_folder import read_campaign, read_task_folder
from tests.campaign.factories import NOW, make_registration, make_run, score_run
from tests.clefboard.task_folder.folders import edit, make_folder

pytestmark = pytest.mark.django_db

LINES = "1;a;0.9\n2;a;0.9\n3;c;0.9\n"  # Usage: public right; private wrong, right
PHASES = """phases:
  submission: {opens: 2017-03-15, closes: 2017-05-08}
visibility: live
"""
TRUTH = """QueryId;ClassId;Usage;Other
1;a;public;private
2;b;private;public
3;c;private;public
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "campaign.yaml").write_text(
        "campaign: lab-2017\ntitle: {en: Lab 2017}\ndescription: About the lab.\n"
    )
    folder = make_folder(tmp_path, PHASES)
    (folder / "ground_truth.csv").write_text(TRUTH)
    return folder


def load(folder: Path, split: str = "") -> Task:
    """Load the folder with another `split` in its task.yaml; none where it is empty."""
    place = folder / "task.yaml"
    lines = [line for line in place.read_text().splitlines() if not line.startswith("split:")]
    place.write_text("\n".join([*lines, *([f"split: {split}"] if split else [])]) + "\n")
    file = read_campaign(folder.parent)
    task = tasks.load_task(folder=read_task_folder(folder), campaign=file, now=NOW).task
    return Task.objects.get(pk=task.pk)


def send(task: Task, tmp_path: Path) -> Run:
    return make_run(make_registration(task), tmp_path, LINES)


def parts(run: Run) -> dict[str, float | None]:
    """Return the first metric of a run on each part, once it is scored."""
    assert score_run(run).evaluations.get().state == "scored"
    scores = Score.objects.filter(evaluation__run=run, metric="mrr")
    return dict(scores.values_list("part", "value"))


# ---------------------------------------------------------------- before the first run
def test_a_split_that_is_drawn_later_gets_its_column_and_scores(folder, tmp_path):
    load(folder)

    task = load(folder, "{column: Drawn, share: 0.34}")

    truth = task.current_truth
    assert truth is not None
    assert (truth.number, truth.split_column, task.final) == (2, "Drawn", "private")
    table = (storage.local_folder(truth.folder) / "ground_truth.csv").read_text()
    assert table.splitlines()[0].endswith(";Drawn")
    assert parts(send(task, tmp_path)).keys() == {"all", "public", "private"}


def test_a_split_that_is_drawn_later_is_drawn_once(folder):
    load(folder)
    first = load(folder, "{column: Drawn, share: 0.34}").current_truth

    assert load(folder, "{column: Drawn, share: 0.34}").current_truth == first


def test_the_same_tables_with_another_split_are_another_truth_version(folder, tmp_path):
    versions = [
        load(folder, split).current_truth
        for split in ("", "{column: Usage}", "{column: Other}", "{column: Usage}", "")
    ]

    assert [(v.number, v.split_column) for v in versions if v] == [
        (1, ""),
        (2, "Usage"),
        (3, "Other"),
        (2, "Usage"),
        (1, ""),
    ]
    assert parts(send(load(folder, "{column: Other}"), tmp_path)) == {
        "all": pytest.approx(2 / 3),
        "public": 1 / 2,
        "private": 1,
    }


# ---------------------------------------------------------------- with a run
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "{column: Usage}", "it is 'Usage' here, but none for .* leave out 'split'"),
        ("", "{column: Drawn, share: 0.34}", "it is 'Drawn' here, but none for"),
        ("{column: Usage}", "", r"it is none here, but 'Usage' for .* split: {column: Usage}"),
        ("{column: Usage}", "{column: Other}", r"it is 'Other' here, but 'Usage' for"),
    ],
)
def test_a_task_with_runs_keeps_its_split(folder, tmp_path, private_files, before, after, said):
    task = load(folder, before)
    run = send(task, tmp_path)
    stored = sorted(private_files.rglob("*"))

    with pytest.raises(Refusal, match=rf"^task.yaml, split.column: {said}") as refused:
        load(folder, after)

    assert refused.value.code == "split_fixed"
    now = Task.objects.get(pk=task.pk)
    assert (now.current_truth, now.final) == (task.current_truth, task.final)
    assert now.truth_versions.count() == 1
    assert sorted(private_files.rglob("*")) == stored
    all_parts = {"all", "public", "private"} if before else {"all"}
    assert parts(run).keys() == all_parts


def test_a_split_column_that_is_renamed_with_its_tables_is_refused_too(folder, tmp_path):
    """They would wait as another truth version, while runs are scored with the old one."""
    run = send(load(folder, "{column: Usage}"), tmp_path)
    edit(folder, "ClassId;Usage;", "ClassId;Renamed;", "ground_truth.csv")

    with pytest.raises(Refusal, match="'Renamed' here, but 'Usage' for"):
        load(folder, "{column: Renamed}")

    assert parts(run)["public"] == 1


def test_what_is_final_may_change_with_runs(folder, tmp_path):
    task = load(folder, "{column: Usage}")
    run = send(task, tmp_path)

    changed = load(folder, "{column: Usage, final: all}")

    assert (task.final, changed.final) == ("private", "all")
    assert changed.current_truth == task.current_truth
    assert parts(run) == {"all": pytest.approx(2 / 3), "public": 1, "private": 1 / 2}


def test_lines_that_change_sides_wait_with_their_tables(folder, tmp_path):
    """The column is the same; a run is scored with the tables it was sent to."""
    task = load(folder, "{column: Usage}")
    run = send(task, tmp_path)
    edit(folder, "1;a;public;", "1;a;private;", "ground_truth.csv")
    edit(folder, "2;b;private;", "2;b;public;", "ground_truth.csv")

    assert load(folder, "{column: Usage}").current_truth == task.current_truth

    assert task.truth_versions.count() == 2
    assert parts(run)["public"] == 1
