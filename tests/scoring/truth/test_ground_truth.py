"""The ground truth in its canonical form."""

from hashlib import sha256

import pytest

from scoring import InvalidTable, RunRules, check_truth, read_ground_truth, read_truth_file
from scoring.truth.ground_truth import Relevant
from scoring.truth.subsets import queries_in
from tests.scoring.small_task import TABLES, SmallTask, kinds, make_task


def test_the_canonical_form(task):
    lines = ["1;a;0", "2;b;0", "2;c;1", "3;c;0", "4;;0"]
    assert task.truth.digest == sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_it_is_sorted_by_bytes(tmp_path):
    task = make_task(
        tmp_path,
        queries="QueryId\na\na1\nZ\né\n😀\n",
        media=None,
        ground_truth="QueryId;ClassId\n😀;a\né;a\na;a\na1;a\nZ;a\n",
    )
    lines = sorted(f"{query};a;0".encode() for query in ("a", "a1", "Z", "é", "😀"))
    assert lines[1:3] == [b"a1;a;0", b"a;a;0"]  # a digit comes before the semicolon
    assert task.truth.digest == sha256(b"".join(line + b"\n" for line in lines)).hexdigest()


def test_the_order_of_the_file_and_what_stands_beside_do_not_change_it(task, tmp_path):
    header, *lines = TABLES["ground_truth.csv"].splitlines()
    shuffled = "\n".join([header, *reversed(lines)])
    bare = "ClassId;Background;QueryId\na;;1\nb;0;2\nc;1;2\nc;;3\n;;4\n"
    for number, text in enumerate((shuffled, bare)):
        other = make_task(tmp_path / str(number), ground_truth=text).truth
        assert other.digest == task.truth.digest
        assert other.judged("run").digest == task.truth.judged("run").digest


def test_another_class_list_does_not_change_the_canonical_form_but_the_traces(task, tmp_path):
    other = make_task(tmp_path / "other", classes=TABLES["classes.csv"] + "f;;;\n").truth
    assert other.digest == task.truth.digest
    assert other.judged("run").digest != task.truth.judged("run").digest


def test_neither_does_another_genus(task, tmp_path):
    classes = TABLES["classes.csv"].replace("b;Acer", "b;Betula")
    other = make_task(tmp_path / "other", classes=classes).truth
    assert other.judged("run").digest != task.truth.judged("run").digest
    numbers = TABLES["classes.csv"].replace("49", "48")
    other = make_task(tmp_path / "numbers", classes=numbers).truth
    assert other.judged("run").digest == task.truth.judged("run").digest


def test_queries_are_judged_in_canonical_order(task):
    judged = task.truth.judged("run")
    assert judged.queries == ("1", "2", "3", "4")
    assert judged.relevant == (
        Relevant(("a",)),
        Relevant(("b",), ("c",)),
        Relevant(("c",)),
        Relevant(),
    )
    assert list(judged.pair_starts) == [0, 1, 3, 4, 4]


def test_an_image_is_asked_what_its_query_is_asked(task):
    judged = task.truth.judged("image_run")
    assert judged.queries == ("m1", "m2", "m3", "m4")
    assert judged.owners == ("1", "1", "2", "3")
    assert judged.relevant[2] == Relevant(("b",), ("c",))


def test_the_first_class_is_that_of_the_file(tmp_path):
    text = "QueryId;ClassId;Background\n1;b;1\n1;e;0\n1;a;0\n2;b;1\n3;;\n"
    assert make_task(tmp_path, ground_truth=text).truth.first_class == {"1": "e"}


def test_the_file_itself_may_be_named(task):
    file = task.folder / "task" / "my truth.csv"
    file.write_text("QueryId;ClassId\n3;a\n")
    assert read_ground_truth(file).relevant == {"3": Relevant(("a",))}
    assert read_ground_truth(file.parent).digest == task.truth.digest


# ---------------------------------------------------------------- unknown
def test_unknown_needs_no_line_in_the_class_list(task, tmp_path):
    text = TABLES["ground_truth.csv"].replace("4;;", "4;-1;")
    truth = make_task(tmp_path / "other", ground_truth=text).truth
    lines = ["1;a;0", "2;b;0", "2;c;1", "3;c;0", "4;-1;0"]
    assert truth.digest == sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert truth.judged("run").relevant[3] == Relevant(("-1",))
    assert truth.judged("run").classes == task.truth.judged("run").classes


@pytest.mark.parametrize(
    ("rules", "is_right"),
    [
        (RunRules("label", unknown_class=True), True),
        (RunRules("label"), False),
        (RunRules("ranked"), True),  # any class is right
    ],
)
def test_unknown_in_a_truth_that_takes_any_class(alone, rules, is_right):
    truth = alone("QueryId;ClassId\n1;a\n2;-1\n").truth
    assert truth.judged("run").classes == ("a",)
    assert [problem.line for problem in check_truth(truth, rules)] == ([] if is_right else [3])


# ---------------------------------------------------------------- a file that stands alone
ALONE = "QueryId;ClassId;Background;Organ\n7;b;;leaf\n3;a;0;leaf\n7;c;1;leaf\n5;;;bark\n"


@pytest.fixture
def alone(tmp_path):
    def read(truth: str, classes: str | None = None) -> SmallTask:
        file = tmp_path / "my truth.csv"
        file.write_text(truth)
        names = None if classes is None else tmp_path / "names.csv"
        if names is not None:
            names.write_text(classes or "")
        return SmallTask(read_truth_file(file, names), tmp_path)

    return read


def test_the_queries_of_a_truth_file_are_those_it_names(alone):
    truth = alone(ALONE).truth
    assert truth.test_set.queries.columns == {"QueryId": ["7", "3", "5"]}
    assert truth.test_set.classes is None
    judged = truth.judged("run")
    assert judged.queries == ("3", "5", "7")
    assert judged.relevant == (Relevant(("a",)), Relevant(), Relevant(("b",), ("c",)))
    assert judged.classes == ("a", "b", "c")
    assert judged.groups == {}
    assert truth.first_class == {"3": "a", "7": "b"}
    assert queries_in(truth, "run", "Organ", "leaf") == {"3", "7"}


def test_without_a_class_list_any_class_is_right_but_none_is_not(alone):
    task = alone(ALONE)
    for header in ("", "id;class;p\n"):
        assert task.check(f"{header}7;zebra;0.5\n3;a;0.5\n").valid
        report = task.check(f"{header}7;zebra;0.5\n3;;0.5\n")
        assert kinds(report) == {"unknown_class": [2 + bool(header)]}
        assert report.problems[0].message == "the class is empty; right is an id"


def test_a_class_list_says_what_a_run_may_name(alone):
    task = alone(ALONE, "ClassId;Genus\na;Acer\nb;Betula\nc;\nd;\n")
    judged = task.truth.judged("run")
    assert judged.classes == ("a", "b", "c", "d")
    assert judged.groups["Genus"]["a"] == "Acer"
    assert kinds(task.check("7;d;0.5\n3;zebra;0.5\n")) == {"unknown_class": [2]}
    assert queries_in(task.truth, "run", "Genus", "Acer") == {"3"}


@pytest.mark.parametrize(
    ("truth", "classes", "problems"),
    [
        ("QueryId;Class\n1;a\n", None, ["my truth.csv:1"]),
        ("QueryId;ClassId\n1;a\n;b\n1;a\n", None, ["my truth.csv:3", "my truth.csv:4"]),
        ("QueryId;ClassId;Background\n1;a;yes\n2;;1\n", None, ["my truth.csv:2", "my truth.csv:3"]),
        (ALONE, "ClassId\na\nb\n", ["my truth.csv:4"]),
        (ALONE, "ClassId;Organ\na;x\nb;x\nc;x\n", ["my truth.csv:1"]),
        (ALONE, "ClassId;venomous\na;x\nb;\nc;\n", ["names.csv:2"]),
        ("QueryId;Class\n1;a\n", "ClassId\na\na\n", ["my truth.csv:1", "names.csv:3"]),
    ],
)
def test_what_is_wrong_with_a_truth_file_is_said_with_its_line(alone, truth, classes, problems):
    with pytest.raises(InvalidTable) as raised:
        alone(truth, classes)
    assert [f"{p.file}:{p.line}" for p in raised.value.problems] == problems


def test_a_truth_that_stands_alone_may_have_images(tmp_path):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n2;b\n")
    media = tmp_path / "images.csv"
    media.write_text("MediaId;QueryId;Organ\nm1;1;leaf\nm2;2;flower\n")
    truth = read_truth_file(tmp_path / "truth.csv", None, media)
    assert truth.test_set.query_of_media == {"m1": "1", "m2": "2"}
    assert truth.judged("image_run").queries == ("m1", "m2")

    media.write_text("MediaId;QueryId;ClassId\nm1;1;a\nm1;22;b\n")
    with pytest.raises(InvalidTable, match="m1' is on line 2 already"):
        read_truth_file(tmp_path / "truth.csv", None, media)
    media.write_text("MediaId;QueryId\nm1;22\n")
    with pytest.raises(InvalidTable, match=r"images\.csv:2: QueryId '22' is not in truth\.csv"):
        read_truth_file(tmp_path / "truth.csv", None, media)
