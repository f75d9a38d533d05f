"""Reading a task folder: what it says, and what it must not lose."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clefboard.task_folder import (
    InvalidTaskFolder,
    Limits,
    Phase,
    Recipe,
    Split,
    Subset,
    check_task_folder,
    read_task_folder,
)
from tests.clefboard.task_folder.folders import edit, make_folder

FIXTURES = Path(__file__).parents[3] / "fixtures"


def test_a_minimal_folder_has_the_documented_defaults(tmp_path: Path):
    task = read_task_folder(make_folder(tmp_path))

    assert task.slug == "tiny-2017"
    assert task.title == {"en": "Tiny"}
    assert task.run_rules.max_predictions_per_query is None
    assert task.run_rules.missing_queries == "zero"
    assert task.run_rules.max_upload_bytes == 500_000_000
    assert task.limits == Limits(None, None)
    assert (task.visibility, task.truth, task.split) == ("never", "hidden", None)
    assert not task.generated
    assert not task.approval


def test_phases_left_out_are_open_or_never(tmp_path: Path):
    phases = read_task_folder(make_folder(tmp_path)).phases

    assert phases["registration"] == phases["training_data"] == phases["test_data"] == Phase()
    assert phases["submission"] is phases["results"] is phases["post_campaign"] is None


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2017-05-08T23:59:59Z", datetime(2017, 5, 8, 23, 59, 59, tzinfo=UTC)),
        ("2017-05-08T23:59:59+02:00", datetime(2017, 5, 8, 21, 59, 59, tzinfo=UTC)),
        ("2017-05-08 23:59:59 -05:00", datetime(2017, 5, 9, 4, 59, 59, tzinfo=UTC)),
        ("2017-05-08T23:59+0530", datetime(2017, 5, 8, 18, 29, tzinfo=UTC)),
        ('"2017-05-08T23:59:59Z"', datetime(2017, 5, 8, 23, 59, 59, tzinfo=UTC)),
        ("2017-05-08", datetime(2017, 5, 8, tzinfo=UTC)),
    ],
)
def test_times_keep_their_time_of_day_and_their_zone(
    tmp_path: Path, written: str, moment: datetime
):
    folder = make_folder(tmp_path, f"phases:\n  submission: {{opens: {written}}}\n")

    assert read_task_folder(folder).phases["submission"] == Phase(opens=moment)


def test_a_date_without_a_time_is_midnight_and_the_check_says_so(tmp_path: Path):
    folder = make_folder(tmp_path, "phases:\n  results: {opens: 2017-05-12}\n")

    check = check_task_folder(folder)

    assert not check.problems
    (note,) = check.notes
    assert note.line == 8
    assert "2017-05-12T00:00:00Z" in note.message


def test_observations_without_an_author_are_worth_a_note_where_authors_count(tmp_path: Path):
    folder = make_folder(tmp_path)
    edit(folder, "[mrr, top_1]", "[mrr, s_score]")
    (folder / "queries.csv").write_text("QueryId;Author\n1;Ada\n2;\n3;Ada\n", "utf-8")

    check = check_task_folder(folder)

    assert not check.problems
    (note,) = check.notes
    assert (note.file, note.line) == ("task.yaml", 6)
    assert "queries without an Author: 1" in note.message


def test_a_metric_that_names_a_hidden_column_is_worth_a_note_while_scores_are_live(tmp_path: Path):
    folder = make_folder(tmp_path, "visibility: live\n")
    edit(folder, "[mrr, top_1]", "[mrr, mrr@Organ=leaf, mrr@Genus=Acer, top_1@Usage=public]")

    check = check_task_folder(folder)

    assert not check.problems
    (note,) = check.notes
    assert (note.file, note.line) == ("task.yaml", 6)
    assert "'Usage' is hidden in ground_truth.csv" in note.message

    edit(folder, "visibility: live", "visibility: never")
    assert check_task_folder(folder).notes == ()
    edit(folder, "visibility: never", "visibility: live\ntruth: released")
    assert check_task_folder(folder).notes == ()


def test_a_column_that_nests_the_sets_is_worth_a_note_too(tmp_path: Path):
    folder = make_folder(tmp_path, "run: {group_by: Usage}\nvisibility: live\n")
    edit(folder, "shape: ranked", "shape: set")
    edit(folder, "[mrr, top_1]", "[f1_samples]")

    check = check_task_folder(folder)

    assert not check.problems
    assert [note.line for note in check.notes if "'Usage' is hidden" in note.message] == [7]


def test_a_phase_may_say_never(tmp_path: Path):
    folder = make_folder(tmp_path, "phases: {registration: never}\n")

    assert read_task_folder(folder).phases["registration"] is None


def test_questions_and_commas_need_no_quotes(tmp_path: Path):
    folder = make_folder(tmp_path)
    edit(folder, "question: {en: Which?}", "question: {en: Which species?, fr: Quelle espèce ?}")

    assert read_task_folder(folder).question == {"en": "Which species?", "fr": "Quelle espèce ?"}


def test_norwegian_is_a_language_and_not_false(tmp_path: Path):
    folder = make_folder(tmp_path)
    edit(folder, "title: {en: Tiny}", "title: {no: Liten}")

    assert read_task_folder(folder).title == {"no": "Liten"}


def test_everything_written_is_read(tmp_path: Path):
    folder = make_folder(
        tmp_path,
        """run: {max_predictions_per_query: 7, missing_queries: reject, scores: any, max_upload: 3 kB}
subsets: [Organ, {column: TrainImages, bands: [10, 50]}]
limits: {runs_per_team: 4, runs_per_day: 2}
visibility: live
truth: released
split: {column: Usage, final: all}
registration: {approval: true}
required_runs: [{at_least: 1, training_data: [trusted]}]
method_description: {required: [training_data]}
""",
    )

    task = read_task_folder(folder)

    assert task.run_rules.max_upload_bytes == 3000
    assert task.run_rules.scores == "any"
    assert task.subsets == (Subset("Organ"), Subset("TrainImages", (10, 50)))
    assert task.limits == Limits(4, 2)
    assert task.split == Split("Usage", "all")
    assert task.required_runs[0].training_data == ("trusted",)
    assert task.required_description == ("training_data",)
    assert task.approval


@pytest.mark.parametrize(
    "folder",
    sorted(path.parent for path in FIXTURES.glob("*/*/task.yaml")),
    ids=lambda path: path.name,
)
def test_the_shipped_folders_are_right(folder: Path):
    check = check_task_folder(folder)

    assert check.problems == ()
    assert check.notes == ()
    assert check.task is not None
    assert check.task.slug == folder.name
    assert check.task.campaign == folder.parent.name


def test_lifeclef_2017_has_its_calendar():
    task = read_task_folder(FIXTURES / "lifeclef-2017" / "plantclef-2017")

    submission = task.phases["submission"]
    assert submission is not None
    assert submission.closes == datetime(2017, 5, 8, 21, 59, 59, tzinfo=UTC)
    assert task.metrics == ("mrr", "top_1", "top_5", "macro_mrr")
    assert task.generate == Recipe("plantclef", 2017)
    assert task.generated


def test_a_folder_that_is_not_there_is_one_clear_problem(tmp_path: Path):
    with pytest.raises(InvalidTaskFolder, match="no such folder"):
        read_task_folder(tmp_path / "nowhere")
