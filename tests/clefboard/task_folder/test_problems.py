"""Each fault of a task folder is a problem with its file, its line and what would be right."""

from pathlib import Path

import pytest

from clefboard.task_folder import InvalidTaskFolder, Problem, check_task_folder, read_task_folder
from tests.clefboard.task_folder.folders import edit, make_folder


def problems_of(folder: Path) -> tuple[Problem, ...]:
    return check_task_folder(folder).problems


def only_problem(folder: Path) -> Problem:
    (problem,) = problems_of(folder)
    return problem


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ("metric: [mrr]\n", 7, "unknown key 'metric' (did you mean 'metrics'?)"),
        ("limits: {runs_per_team: 4,\n  run_per_day: 2}\n", 8, "did you mean 'runs_per_day'?"),
        ("zzz: 1\n", 7, "known here are task, campaign"),
        ("run: {missing_queries: zeros}\n", 7, "right is zero (an unanswered query counts 0)"),
        ("run: {missing_queries: zeros}\n", 7, "did you mean 'zero'?"),
        ("run:\n  image_runs: yes\n", 8, 'is "yes"; right is true where an image run'),
        ("run:\n  max_upload: 500 MiB\n", 8, "right is a size such as 500 MB"),
        ("limits:\n  runs_per_team: 0\n", 8, "a whole number from 1, or null"),
        ("limits:\n  runs_per_team: four\n", 8, "'limits.runs_per_team' is \"four\""),
        ("subsets:\n  - Organ\n  - {column: TrainImages}\n", 9, "'subsets[2]'"),
        ("subsets:\n  - Orgen\n", 8, "no csv file has the column 'Orgen' (did you mean 'Organ'?)"),
        ("subsets:\n  - {column: TrainImages, bands: [50, 10]}\n", 8, "bands must grow: [10, 50]"),
        ("subsets:\n  - Organ\n  - ClassId\n", 9, "'ClassId' names a label; right is a column"),
        ("subsets:\n  - {column: QueryId, bands: [10]}\n", 8, "'QueryId' names a query; right is"),
        ("subsets:\n  - MediaId\n", 8, "'MediaId' names an image; right is a column whose values"),
        ("subsets:\n  - Organ+Genus\n", 8, "'Organ+Genus' holds + or =, which cross and cut"),
        ("subsets:\n  - TrainImages=10,50\n", 8, "right is a name without"),
        (
            "subsets:\n  - TrainImages\n  - {column: TrainImages, bands: [10]}\n",
            9,
            "'TrainImages' is subsets[1] already; right is each column once",
        ),
        ("phases:\n  submision: {opens: 2017-03-15}\n", 8, "did you mean 'submission'?"),
        ("phases:\n  results: {opens: 2017-03-15T10:00:00}\n", 8, "write 2017-03-15T10:00:00Z for"),
        ("phases:\n  results:\n    opens: 15/03/2017\n", 9, "'15/03/2017' is not a moment"),
        ("phases:\n  results: {opens: 2017-02-30}\n", 8, "is not in the calendar"),
        ("phases:\n  results: {opens: 0001-01-01T00:00:00+02:00}\n", 8, "is not in the calendar"),
        ("phases: {results: sometimes}\n", 7, "right is the word never"),
        (
            "phases:\n  submission:\n    opens: 2017-05-08\n    closes: 2017-03-15\n",
            10,
            "closes before it opens",
        ),
        ("split: {column: Usge}\n", 7, "ground_truth.csv has no column 'Usge'"),
        ("split: {column: Usage, share: 0.5}\n", 7, "has the column 'Usage' already"),
        ("split: {column: Part, share: 2}\n", 7, "a number between 0 and 1"),
        ("split: {column: ClassId}\n", 7, "right is public or private on every line"),
        ("run: {image_runs: true}\n", 7, "image runs need media.csv"),
        ("run: {unknown_class: true}\n", 7, "only a label task can allow -1"),
        ("run: {group_by: Organ}\n", 7, "only a set task nests its F1"),
        ("method_description: {required: [architecture]}\n", 7, "did you mean 'architectures'?"),
        ("generate: {recipe: plantclef, seed: -1}\n", 7, "right is a whole number from 0"),
        ("required_runs: [{at_least: 1}]\n", 7, "'required_runs[1].training_data' is missing"),
        ("required_runs: [{at_least: 1, training_data: [trustd]}]\n", 7, "did you mean 'trusted'?"),
        (
            "limits: {runs_per_team: 2}\nrequired_runs:\n  - at_least: 3\n    training_data: [trusted]\n",
            9,
            "a team may send 2 runs (limits.runs_per_team)",
        ),
        ("limits: four\nrequired_runs: [{at_least: 3, training_data: [x]}]\n", 8, "is 'x'"),
        ("split: {column: Part, share: 0.01}\n", 7, "of 3 queries 0 would be public"),
        ("split: {column: Part, share: 0.99}\n", 7, "of 3 queries 3 would be public"),
        ("visibility: li\x00ve\n", 7, "U+0000 is no letter of a text"),
        ('run: {group_by: "a\\0b"}\n', 7, "holds NUL or half a letter"),
        ('run: {group_by: "\\ud800"}\n', 7, "holds NUL or half a letter"),
        ("visibility: live\nvisibility: never\n", 8, "'visibility' stands here twice"),
        ("visibility: &v live\ntruth: *v\n", 7, "alias"),
        ("visibility: !!python/name:os.system\n", 7, "not read here"),
        ("visibility: [live\n", 8, "not YAML"),
        ("visibility: !!int live\n", 7, "not read here"),
    ],
)
def test_a_fault_of_task_yaml_has_its_line(tmp_path: Path, lines: str, line: int, words: str):
    problems = problems_of(make_folder(tmp_path, lines))

    assert [(p.file, p.line) for p in problems if words in p.message] == [("task.yaml", line)]


def test_a_shape_that_is_none_is_no_problem_of_the_metrics(tmp_path: Path):
    folder = make_folder(tmp_path)
    edit(folder, "shape: ranked", "shape: rank")

    assert "'shape' is" in only_problem(folder).message


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("metrics: [mrr, top_1]", "metrics: [mrr, topp_1]", 6, "topp_1"),
        ("metrics: [mrr, top_1]", "metrics: [mrr, mrr]", 6, "a list that names nothing twice"),
        ("metrics: [mrr, top_1]", "metrics: []", 6, "a list of metrics"),
        (
            "metrics: [mrr, top_1]",
            "metrics: [f1_macro]",
            6,
            "is of set and label tasks; for a ranked",
        ),
        ("metrics: [mrr, top_1]", "metrics: [s_score]", 6, "no csv file has the column 'Author'"),
        ("metrics: [mrr, top_1]", "metrics: [mrr@Orgn=leaf]", 6, "did you mean 'Organ'?"),
        ("metrics: [mrr, top_1]", "metrics: [mrr@Organ=laef]", 6, "(did you mean 'leaf'?)"),
        ("metrics: [mrr, top_1]", "metrics: [mrr@Genus=x]", 6, "there are Acer, Betula, Cornus"),
        ("task: tiny-2017", 'task: "tiny-2017\\n"', 1, "right is a slug of small letters"),
        ("metrics: [mrr, top_1]", "metrics: [mrr, top_1@ClassId=a]", 6, "'ClassId' names a label"),
        ("metrics: [mrr, top_1]", "metrics: [top_1@QueryId=1]", 6, "'QueryId' names a query"),
        ("metrics: [mrr, top_1]", "metrics: [top_1@MediaId=m1]", 6, "'MediaId' names an image"),
        ("shape: ranked", "shape: rank", 5, "right is ranked, segment, set or label"),
        ("shape: ranked\n", "", 1, "'shape' is missing: ranked, segment, set or label"),
        ("task: tiny-2017", "task: Tiny 2017", 1, "right is a slug of small letters"),
        ("title: {en: Tiny}", "title: Tiny", 3, "texts by language"),
        ("title: {en: Tiny}", "title: {English: Tiny}", 3, "a language code such as en"),
        ("title: {en: Tiny}", "title: {}", 3, "texts by language"),
    ],
)
def test_a_wrong_value_says_what_would_be_right(
    tmp_path: Path, old: str, new: str, line: int, words: str
):
    folder = make_folder(tmp_path)
    edit(folder, old, new)

    found = [p for p in problems_of(folder) if words in p.message]

    assert [(p.file, p.line) for p in found] == [("task.yaml", line)]


def test_all_problems_are_found_at_once(tmp_path: Path):
    folder = make_folder(tmp_path, "metric: [mrr]\nphases: {results: {opens: noon}}\n")
    (folder / "rules.md").unlink()
    edit(folder, "3;c;private", "9;c;private", "ground_truth.csv")

    with pytest.raises(InvalidTaskFolder) as raised:
        read_task_folder(folder)

    places = [(p.file, p.line) for p in raised.value.problems]
    assert places == [
        ("ground_truth.csv", 4),
        ("rules.md", None),
        ("task.yaml", 7),
        ("task.yaml", 8),
    ]


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("ground_truth.csv", "QueryId;ClassId\n1;a\n2;b\n4;c\n", 4, "4"),
        ("ground_truth.csv", "QueryId;ClassId\n1;a\n2;zz\n", 3, "zz"),
        ("ground_truth.csv", "QueryId;ClassId\n", None, ""),
        ("queries.csv", "QueryId;Organ\n1;leaf\n1;leaf\n2;leaf\n3;leaf\n", 3, "1"),
        ("classes.csv", "ClassId;Genus\na;Acer\nb;Betula;x\nc;Cornus\n", 3, ""),
    ],
)
def test_a_fault_of_a_table_has_its_line(
    tmp_path: Path, name: str, text: str, line: int | None, words: str
):
    folder = make_folder(tmp_path)
    (folder / name).write_text(text, "utf-8")

    problem = problems_of(folder)[0]

    assert problem.file == name
    assert line is None or problem.line == line
    assert words in problem.message


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ("1;a;\n2;b;0\n3;c;\n", []),
        ("1;a;\n2;-1;\n3;c;\n", []),
        ("1;a;\n2;;\n3;c;\n", [3]),
        ("1;a;\n2;b;\n3;c;\n1;b;\n1;c;\n", [5, 6]),
        ("1;a;\n2;b;1\n3;c;\n", [3]),
    ],
)
def test_a_query_of_a_label_task_has_one_class(tmp_path: Path, rows: str, lines: list[int]):
    folder = make_folder(tmp_path, "run: {unknown_class: true}\n")
    edit(folder, "shape: ranked", "shape: label")
    edit(folder, "metrics: [mrr, top_1]", "metrics: [coverage]")
    (folder / "ground_truth.csv").write_text(f"QueryId;ClassId;Background\n{rows}", "utf-8")

    problems = problems_of(folder)

    assert [(p.file, p.line) for p in problems] == [("ground_truth.csv", line) for line in lines]
    assert all("one class" in problem.message for problem in problems)


@pytest.mark.parametrize("shape", ["ranked", "label", "set"])
def test_unknown_is_right_only_where_a_run_may_answer_it(tmp_path: Path, shape: str):
    folder = make_folder(tmp_path)
    edit(folder, "shape: ranked", f"shape: {shape}")
    edit(folder, "metrics: [mrr, top_1]", "metrics: [coverage]")
    (folder / "ground_truth.csv").write_text("QueryId;ClassId\n1;a\n2;-1\n3;c\n", "utf-8")

    (problem,) = problems_of(folder)

    assert (problem.file, problem.line) == ("ground_truth.csv", 3)
    assert "unknown_class: true" in problem.message


def test_a_class_may_be_called_like_unknown(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "classes.csv").write_text("ClassId\na\n-1\n", "utf-8")
    (folder / "ground_truth.csv").write_text("QueryId;ClassId\n1;a\n2;-1\n", "utf-8")

    assert not problems_of(folder)


def test_a_missing_table_is_a_problem(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "queries.csv").unlink()

    assert only_problem(folder) == Problem("queries.csv", None, "there is no such file")


def test_a_stranger_in_the_folder_is_a_problem(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "query.csv").write_text("QueryId\n1\n")

    assert "did you mean 'queries.csv'?" in only_problem(folder).message


def test_a_link_is_a_problem(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / ".hidden").symlink_to("/etc/hostname")

    assert "links are not followed" in only_problem(folder).message


def test_a_text_that_is_not_utf_8_names_its_line(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "overview.md").write_bytes("Première ligne\nDeuxième\n".encode("latin-1"))

    problem = only_problem(folder)

    assert (problem.file, problem.line) == ("overview.md", 1)
    assert "UTF-8" in problem.message


def test_an_empty_text_is_a_problem(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "rules.md").write_text(" \n")

    assert only_problem(folder).file == "rules.md"


def test_yaml_nested_without_end_is_a_problem_and_not_a_crash(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "task.yaml").write_text("a: " + "[" * 100_000)

    assert only_problem(folder).file == "task.yaml"


def test_a_bomb_of_aliases_is_refused(tmp_path: Path):
    folder = make_folder(tmp_path, "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")

    assert "alias" in only_problem(folder).message


def test_yaml_that_is_no_mapping_is_a_problem(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "task.yaml").write_text("- task\n")

    assert "'key: value' lines" in only_problem(folder).message


def test_generated_tables_must_be_announced_and_not_lie_here(tmp_path: Path):
    folder = make_folder(tmp_path, "generate: {recipe: plantclef, seed: 1}\n")

    messages = [str(problem) for problem in problems_of(folder)]

    assert any("add 'generated: true'" in message for message in messages)
    assert sum("must not be here" in message for message in messages) == 3


def test_the_campaign_beside_must_be_the_same(tmp_path: Path):
    folder = make_folder(tmp_path)
    (tmp_path / "campaign.yaml").write_text("campaign: other\ntitle: {en: O}\ndescription: D\n")

    problem = only_problem(folder)

    assert problem.line == 2
    assert "'other'" in problem.message


def test_a_query_lies_on_one_side_of_a_split(tmp_path):
    folder = make_folder(tmp_path, "split: {column: Usage}\n")
    edit(folder, "3;c;private\n", "3;c;private\n3;a;public\n", "ground_truth.csv")
    assert "puts the query '3' into both parts" in only_problem(folder).message


def test_a_split_has_two_parts(tmp_path):
    folder = make_folder(tmp_path, "split: {column: Usage}\n")
    edit(folder, "1;a;public", "1;a;private", "ground_truth.csv")
    assert "'Usage' holds 'private' alone" in only_problem(folder).message


def test_a_metric_on_a_band_needs_no_such_value(tmp_path):
    folder = make_folder(tmp_path)
    edit(folder, "metrics: [mrr, top_1]", "metrics: [mrr@TrainImages=10-49]")
    assert not problems_of(folder)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("description: D\n", "", 1, "'description' is missing"),
        ("date: 2017-02-01", "date: 2017-02-30", 5, "'2017-02-30' is not in the calendar"),
        ("date: 2017-02-01", 'date: "2017-02-01\\n"', 5, "right is a date"),
    ],
)
def test_a_fault_of_the_campaign_beside_has_its_line(tmp_path, old, new, line, words):
    """Loading reads it too: a folder that is fine here must not be refused there."""
    text = (
        "campaign: lab-2017\ntitle: {en: Lab}\ndescription: D\ntimeline:\n"
        "  - {date: 2017-02-01, event: {en: Start}}\n"
    )
    folder = make_folder(tmp_path)
    (tmp_path / "campaign.yaml").write_text(text.replace(old, new))

    problem = only_problem(folder)

    assert (problem.file, problem.line) == ("../campaign.yaml", line)
    assert words in problem.message


def test_a_text_with_a_nul_byte_names_its_line(tmp_path):
    folder = make_folder(tmp_path)
    (folder / "overview.md").write_bytes(b"One\nTwo\0\n")

    problem = only_problem(folder)

    assert (problem.file, problem.line) == ("overview.md", 2)
    assert "NUL" in problem.message
