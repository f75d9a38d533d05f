"""The kernel against its twin where a file is long, broken, or made to hurt: one report, one trace, one answer."""

from functools import partial
from itertools import cycle, islice, product
from pathlib import Path
from random import Random
from typing import NoReturn
from unittest.mock import patch

import pytest

from scoring import RunReport, RunRules, Trace, check_run, problems, trace_run
from scoring.run_files import packed, reader
from scoring.run_files.reader import read_run
from scoring.truth.ground_truth import read_truth_file
from tests.fuzz.hunt import other_rules
from tests.fuzz.mutations import broken
from tests.fuzz.right_runs import Task, odd_tasks, right_run
from tests.scoring.both_readings import Everything, ExactAnswer, by_all, in_threads, needs_kernel
from tests.scoring.run_files.two_readers import CMAP, PART
from tests.scoring.small_task import TABLES, SmallTask, kinds, make_task

pytestmark = needs_kernel

HEADER = "QueryId;ClassId;Probability\n"
WHOLE = "1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n9;e;0.5\n"
# The last lines of a block are read with care; these have others quickly read that stand before them.
TAIL = "".join(f"9;{name};0.{'1' * 20}\n" for name in "abcd")
BIG = 300_000  # bytes: more than a block
MANY = 2000


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> list[Task]:
    return odd_tasks(tmp_path_factory.mktemp("odd"))


def judged(
    file: Path, task: Task, rules: RunRules
) -> tuple[RunReport, Trace | None, list[ExactAnswer]]:
    """Return what is said of a file, its trace, and its answers if nothing is wrong."""
    parts = [PART] if "Usage" in task.truth.table.columns else []
    report, trace = trace_run(file, task.truth, rules, kind=task.kind, metrics=[CMAP], parts=parts)
    checked, taker = read_run(file, task.truth.test_set, rules, task.kind, Everything)
    assert checked.problems == report.problems or rules.missing_queries == "reject"
    return report, trace, taker.exactly() if checked.valid else []


# ---------------------------------------------------------------- hundreds of lines
@pytest.mark.parametrize("piece", [packed.PIECE, 5000, 100, 9])
@pytest.mark.parametrize("place", range(5))
def test_right_files(tmp_path, tasks, place, piece):
    file = tmp_path / "run.csv"
    for seed in range(8):
        file.write_bytes(right_run(tasks[place], Random(f"{place} {seed}")))
        with patch.object(packed, "PIECE", piece):
            report, trace, answers = by_all(lambda: judged(file, tasks[place], tasks[place].rules))
        assert report.valid, report.problems
        assert trace is not None
        assert sum(len(classes) for _, _, classes, _, _ in answers) == report.n_predictions


@pytest.mark.parametrize("piece", [packed.PIECE, 5000, 100])
@pytest.mark.parametrize("place", range(5))
def test_broken_files(tmp_path, tasks, place, piece):
    file, task = tmp_path / "run.csv", tasks[place]
    for seed in range(16):
        random = Random(f"{place} {seed} {piece}")
        rules = other_rules(task.rules, random)
        content = right_run(task, random)
        file.write_bytes(broken(content, right_run(task, random), random))
        with patch.object(packed, "PIECE", piece):
            by_all(partial(judged, file, task, rules))


# ---------------------------------------------------------------- files made to hurt
def long_lines() -> dict[str, bytes]:
    """Return lines longer than a block, and about as long as a line may be."""
    number = "0." + "3" * BIG
    longest = "0." + "3" * (1_000_000 - len("1;b;0."))
    found = {
        "a number longer than a block": f"{WHOLE}1;b;{number}\n2;c;0.5\n",
        "a number as long as a line may be": f"{WHOLE}1;b;{longest}\n2;c;0.5\n",
        "and with a CR": f"{WHOLE}1;b;{longest}\r\n2;c;0.5\n",
        "and a digit more": f"{WHOLE}1;b;{longest}3\n2;zz;0.5\n",
        "a megabyte more": f"{WHOLE}1;b;{longest}{longest}\n2;zz;0.5\n",
        "an id longer than a block": f"{WHOLE}{'1' * BIG};b;0.5\n2;{'c' * BIG};0.5\n",
        "a rank longer than a block": f"1;a;0.5;{'0' * BIG}1\n1;b;0.5;{'9' * BIG}\n",
        "blanks as long as a line may be": f"{WHOLE}{' ' * 1_000_000}\r\n1;b;0.5\n",
        "and one more": f"{WHOLE}{' ' * 1_000_001}\n1;b;0.5\n",
        "no line end": f"{WHOLE}1;b;{number}",
    }
    ends = {"no line end": "", "a rank longer than a block": TAIL.replace("\n", ";1\n")}
    return {name: f"{text}{ends.get(name, TAIL)}".encode() for name, text in found.items()}


def hostile() -> dict[str, bytes]:
    """Return files that a careless reader takes for right, reads for hours, or dies of."""
    found = {
        "nothing": "",
        "a header": HEADER,
        "a header without an end": HEADER.strip(),
        "one line": "1;a;0.5",
        "no separator in a megabyte of lines": "x\n" * MANY,
        "no separator after the first line": WHOLE + "x\n" * MANY,
        "a quote a field": WHOLE + '"1";"a";"0.5"\n' * MANY,
        "quotes and nothing else": WHOLE + '"' * BIG + "\n" + '"' * (BIG + 1) + "\n",
        "quoted quotes": WHOLE + ('"' + '""' * 100 + '";a;0.5\n') * MANY,
        "blank lines to the end": WHOLE + "\n" * MANY,
        "blank lines, then one more": WHOLE + "\n" * MANY + "1;b;0.5\n",
        "blank lines of all kinds": WHOLE + " \t\r\n\n \n" * 9 + "1;b;0.5\n" + "\r\n" * 9,
        "blank lines first": "\n\r\n  \n" + WHOLE,
        "CRs": WHOLE + "\r" * 40 + "\n1;b;0.5\r\r\n1;c;0.5\r\n",
        "one query with one class": "1;a;0.5\n" * MANY,
        "one query with one class, and one more line": WHOLE + "1;a;0.5\n" * MANY,
        "two queries in turn with one class": "1;a;0.5\n2;b;0.5\n" * MANY,
        "all lines wrong": WHOLE + "8;zz;2\n" * MANY,
        "all lines wrong in turn": WHOLE + "8;a;1\n1;zz;1\n1;b;2\n1;b\n" * MANY,
        "columns without end": WHOLE + ";" * BIG + "\n",
        "a NUL in every field": HEADER + "1\0;a;0.5\n1;a\0;0.5\n1;a;0.5\0\n1;b;0\0.5\n",
        "NULs alone": WHOLE + "\0" * 100 + "\n" + "\0;\0;\0\n",
        "a NUL at the end": WHOLE + "1;b;0.5\0",
        "a NUL before the end": WHOLE + "1;b;0.5\n\0",
        "a BOM twice": "\ufeff\ufeff1;a;0.5\n",
        "a BOM before a header": "\ufeff" + HEADER + WHOLE,
        "a BOM before a line": "\ufeff" + WHOLE,
        "a BOM within": WHOLE + "\ufeff1;b;0.5\n",
        "ranks now and then": "1;a;0.5;1\n1;b;0.4\n1;c;0.3;2\n" + "1;d;0.2;1\n" * 40,
    }
    return {name: text.encode() for name, text in found.items()}


@pytest.mark.parametrize("name", [*hostile(), *long_lines()])
def test_hostile_files(task, name):
    content = (hostile() | long_lines())[name]
    head, tail = HEADER.encode(), TAIL.encode()
    for file in (content, head + content + tail, (head + content).replace(b";", b"\t")):
        for kind in ("run", "image_run"):
            task.read(file, kind, metrics=[CMAP])


def test_what_is_said_of_long_lines(task):
    found = {name: kinds(task.check(content)) for name, content in long_lines().items()}
    assert found == {
        "a number longer than a block": {},
        "a number as long as a line may be": {},
        "and with a CR": {},
        "and a digit more": {"long_line": [6], "unknown_class": [7]},
        "a megabyte more": {"long_line": [6], "unknown_class": [7]},
        "an id longer than a block": {"unknown_query": [6], "unknown_class": [7]},
        "a rank longer than a block": {"rank": [2]},
        "blanks as long as a line may be": {"blank_line": [6]},
        "and one more": {"long_line": [6]},
        "no line end": {},
    }


def test_every_way_to_break_utf8(task):
    """Whatever may begin a character, followed by what is on both sides of every border."""
    borders = (b"", b"\x7f", b"\x80", b"\x8f", b"\x90", b"\x9f", b"\xa0", b"\xbf", b"\xc0")
    leads = [bytes([lead]) for lead in (*range(0xBF, 0xC4), *range(0xDE, 0x100))]
    tails = [b"", b"\x80", b"\xbf\xbf", b"\xbf\x7f", b"\x80\xc0", b"\x80\x80\x80", b"a"]
    texts = [b"".join(parts) for parts in product(leads, borders, tails)]
    wrong = [number for number, text in enumerate(texts, 1) if not is_utf8(text)]
    report = task.check(b"".join(b"1;%s;0.5\n" % text for text in texts))
    found = {own.kind: (own.count, list(own.lines)) for own in report.problems}
    assert found["not_utf8"] == (len(wrong), wrong[:10])


def is_utf8(text: bytes) -> bool:
    try:
        return text.decode() is not None
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("piece", [packed.PIECE, 9])
def test_a_time_is_written_in_one_way(tmp_path, piece):
    """Even where it is that of a query."""
    times = ["00:00:00-00:00:05", "00.00.00-00.00.05", "00:00:00+00:00:05", "0a:00:00-00:00:05", ""]
    queries = [f"r/{time}" for time in [*times, "00:00:00-00:00:055"]]
    task = make_task(
        tmp_path,
        queries="\n".join(["QueryId", *queries]),
        media=None,
        ground_truth=f"QueryId;ClassId\n{queries[0]};a\n",
    )
    lines = [query.replace("/", ";") + ";a;0.5\n" for query in queries]
    with patch.object(packed, "PIECE", piece):
        report = task.check("".join(lines) + lines[0].replace(";a", ";b") * 9, shape="segment")
    assert kinds(report)["unknown_query"] == [2, 3, 4, 5, 6]


def test_nuls_belong_to_ids(tmp_path):
    """A text that ends at its first NUL would make one id of these."""
    ids = ["a", "a\0", "a\0\0", "a\0b", "eight888", "eight888\0", "\0"]
    task = make_task(
        tmp_path,
        classes="\n".join(["ClassId", *ids, "b", "c"]),
        queries="\n".join(["QueryId", *ids, "1", "2", "3", "4"]),
        media=None,
    )
    run = "".join(f"{query};{name};0.5\n" for query in ids for name in ids)
    assert task.check(HEADER + run).n_predictions == 49
    wrong = "".join(f"{own}\0;a;0.5\n1;{own}\0\0\0;0.5\n" for own in ids)
    found = task.check(HEADER + wrong).problems
    assert {own.kind: own.count for own in found} == {"unknown_class": 7, "unknown_query": 4}
    assert "did you mean 'a\\x00\\x00'" in found[0].message  # a NUL is no JSON
    assert task.check(f"{HEADER}1;a;0.5\0\n1;b;0\x005\n").problems[0].count == 2


# ---------------------------------------------------------------- too much of it
@pytest.mark.parametrize(
    "line", ["8;a;0.5\n", "1;zz;0.5\n", "1;a\n", "1;a;0.5\n", "8;zz;2\n", "\n", "1;b;2\n\n"]
)
@pytest.mark.parametrize("piece", [packed.PIECE, 1000, 9])
def test_both_stop_at_the_same_line(task, line, piece):
    content = HEADER + WHOLE + line * 300 + "2;c;0.5\n"
    with patch.object(packed, "PIECE", piece), patch.object(problems, "MAX_PROBLEMS", 100):
        for limit in (None, 1):
            assert "stopped" in kinds(task.check(content, max_predictions_per_query=limit))


def test_a_scattered_file_with_few_classes_keeps_few_lines(task):
    """Both find the duplicates of a query while they read, and again at its end."""
    rows = islice(cycle(["1;a;0.5\n", "2;b;0.5\n", "1;c;0.5\n", "3;a;0.4\n"]), 3001)
    report = task.check(HEADER + "".join(rows))
    assert report.problems[0].count == 3001 - 4


# ---------------------------------------------------------------- ids made to collide
def colliding(n: int, length: int) -> list[str]:
    """Return ids that a hash without a secret puts into one place: it would look at 2e10 of them."""
    letters = "abcdefghijklmnopqrstuvwxyz012345"
    words = ["aaa" + "".join(own) for own in islice(product(letters, repeat=5), n)]
    if length == 8:
        return words
    return [word + "".join(chr(ord(letter) ^ 1) for letter in word) for word in words]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("length", [8, 16])
def test_a_flood_of_ids(tmp_path, length):
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n", "utf-8")
    task = SmallTask(read_truth_file(tmp_path / "truth.csv"), tmp_path)
    names = colliding(200_000, length)
    report = task.check("".join(f"1;{name};0.5\n" for name in names + names[:7]))
    assert {own.kind: own.count for own in report.problems} == {"duplicate": 7}


# ---------------------------------------------------------------- two threads
def by_two(task: SmallTask, content: str) -> RunReport:
    """Have two threads read a file, and no one thread again."""

    def again(*_: object, **__: object) -> NoReturn:
        raise AssertionError("it was read again")

    path = task.write(content)
    with in_threads(2), patch.object(reader, "KernelReading", again):
        return check_run(path, task.truth.test_set, RunRules("ranked"))


@pytest.mark.parametrize("piece", [packed.PIECE, 100, 9, 1])
@pytest.mark.parametrize("start", ["", HEADER, "\ufeff"])
def test_good_files_are_read_by_two(task, start, piece):
    with patch.object(packed, "PIECE", piece):
        report = by_two(task, start + "1;c;0.4\n1;b;0.3\n" + WHOLE)
    assert (report.valid, report.n_lines, report.n_predictions) == (True, 7 + (start == HEADER), 7)


def test_a_query_of_many_blocks_is_read_by_two(tmp_path):
    names = [f"c{number}" for number in range(3000)]
    task = make_task(
        tmp_path,
        classes="\n".join(["ClassId", *names]),
        ground_truth="QueryId;ClassId\n1;c1\n2;c2\n3;c3\n4;c4\n",
    )
    lines = [f"{query};{name};0.5\n" for query in "1234" for name in names]
    with patch.object(packed, "PIECE", 1000):
        assert by_two(task, "".join(lines)).n_predictions == 12_000


@pytest.mark.parametrize("place", range(1, 8))
@pytest.mark.parametrize(
    "line", ["", " ", "x", "1;a", "1;zz;0.5", "1;a;0.5", "7;a;1", '"9";c;0.1', "1;c;1;1"]
)
def test_an_odd_line_anywhere(task, line, place):
    """Two threads leave it to one, wherever blocks begin and end."""
    lines = [*WHOLE.splitlines(), "9;a;0.4", "9;b;0.3"]
    lines.insert(place, line)
    for piece in (1, 9, 17, 100):
        with patch.object(packed, "PIECE", piece):
            task.read("\n".join(lines) + "\n", metrics=[CMAP])


@pytest.mark.parametrize(
    "content",
    {
        "nothing before the middle": "\n" * 90 + WHOLE,
        "nothing after it": WHOLE + "\n" * 90,
        "one query only": "".join(f"1;{name};0.5\n" for name in "abcd"),
        "a query on both sides": "1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n1;b;0.5\n",
        "a class twice, on both sides": "1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n1;a;0.5\n",
        "queries in quotes": '"1";a;0.9\n"1";b;0.8\n"2";b;0.8\n"2";c;0.7\n"3";c;0.7\n',
        "a separator in quotes": '"1;2";a;0.9\n' * 9,
        "ranks from the middle on": "1;a;0.9\n2;b;0.8\n3;c;0.7;1\n4;d;0.6;1\n",
        "no line end": "1;a;0.9",
        "no separator": "1 a 0.9\n" * 9,
    }.values(),
)
def test_a_file_is_cut_somewhere(task, content):
    """Whatever stands on either side, one thread or two come to the same."""
    for end in ("\n", "\r\n"):
        task.read(content.replace("\n", end), metrics=[CMAP])


# ---------------------------------------------------------------- what once differed
def test_unknown_is_no_class_of_a_closed_test(tmp_path):
    """It is relevant to a query, and no ranked run may name it: with a taxonomy and without."""
    truth = TABLES["ground_truth.csv"] + "9;-1;;public\n"
    for number, classes in enumerate((TABLES["classes.csv"], "ClassId\na\nb\nc\nd\ne\n")):
        task = make_task(tmp_path / str(number), ground_truth=truth, classes=classes)
        assert kinds(task.read("1;-1;0.5\n1;a;0.4\n")[0]) == {"unknown_class": [1]}
        trace = task.trace("9;a;0.5\n9;b;0.4\n", metrics=[CMAP])
        assert trace.positions[-1] == 0


def test_an_open_test_with_class_columns(tmp_path):
    """Classes of the truth are known before the first line is read, and quickly found in it."""
    (tmp_path / "truth.csv").write_text("QueryId;ClassId\n1;a\n2;b\n2;-1\n", "utf-8")
    task = SmallTask(read_truth_file(tmp_path / "truth.csv"), tmp_path)
    lines = [f"{query};{name};0.{at}\n" for query in "12" for at, name in enumerate("xyabz")]
    trace = task.trace(HEADER + "".join(lines) + "2;-1;0.9\n", metrics=[CMAP])
    assert trace.class_positions[frozenset()].tolist() == [2, 1, 2]
    assert trace.other_classes == ("z",)
    for empty in ("1;;0.5\n", '1;"";0.5\n'):
        assert kinds(task.check(HEADER + empty + "".join(lines))) == {"unknown_class": [2]}


def test_problems_of_one_line_come_in_one_order(task):
    for start in (HEADER, WHOLE, HEADER + WHOLE):
        found = [problem.kind for problem in task.check(start + "8;zz;2\n").problems]
        assert found == ["unknown_query", "unknown_class", "probability"]


@pytest.mark.parametrize("scores", ["probability", "any"])
@pytest.mark.parametrize(
    "text", ["-0.0", "-0", "-.0", "-0e9", "-1e-400", f"-0.{'0' * 400}1", "0", "1e-400"]
)
def test_zero_has_no_sign(task, text, scores):
    path, rules = task.write(f"{HEADER}1;a;{text}\n"), RunRules("ranked", scores=scores)

    def probabilities() -> list[list[str]]:
        _, taker = read_run(path, task.truth.test_set, rules, "run", Everything)
        return [own for _, _, _, own, _ in taker.exactly()]

    assert by_all(probabilities) == [["0x0.0p+0"]]


def test_answers_are_freed(task):
    """What takes the answers holds the kernel's reading if it knows of it, and neither is let go."""
    import gc  # noqa: PLC0415  # this test alone looks at it
    import weakref  # noqa: PLC0415

    taken = []

    def make() -> Everything:
        taker = Everything()
        taken.append(weakref.ref(taker))
        return taker

    gc.disable()
    try:
        for content in (WHOLE, WHOLE + WHOLE.replace("a", "c"), WHOLE + "x\n"):
            read_run(task.write(content), task.truth.test_set, RunRules("ranked"), "run", make)
        assert [own() for own in taken] == [None] * 4
    finally:
        gc.enable()
    assert check_run(task.write(WHOLE), task.truth.test_set, RunRules("ranked")).valid
