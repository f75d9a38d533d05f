"""The ground truth in its canonical form."""

from hashlib import sha256

from scoring import read_ground_truth
from scoring.ground_truth import Relevant
from tests.scoring.small_task import TABLES, make_task


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
    assert judged.pair_starts == (0, 1, 3, 4, 4)


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
