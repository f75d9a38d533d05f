"""Lines into answers: the memory they take, and files that are not in order."""

import tracemalloc

import pytest

from scoring import RunRules, check_run
from scoring.problems import Problems
from scoring.run_files import packed
from scoring.run_files.answer import Answer, ScatteredLines
from scoring.run_files.answers import Grouped, Lines, Scattered
from tests.scoring.small_task import SmallTask, kinds, make_task


def lines(text: str, first: int = 1) -> Lines:
    """Return lines such as `1a 1b 2a`: a query, a class."""
    pairs = text.split()
    numbers = range(first, first + len(pairs))
    return Lines(numbers, [p[0] for p in pairs], [p[1] for p in pairs], [0.5] * len(pairs))


@pytest.mark.parametrize("collector", [Grouped, Scattered])
@pytest.mark.parametrize("parts", [["1a 1b 2a"], ["1a", "1b", "2a"], ["1a", "1b 2a"]])
def test_lines_become_answers_wherever_they_are_cut(collector, parts):
    taken: list[Answer] = []
    gather = collector(taken.append, Problems(), None)
    first = 1
    for part in parts:
        gather.add(lines(part, first))
        first += len(part.split())
    gather.finish()
    assert [(a.query, a.first_line, a.classes) for a in taken] == [
        ("1", 1, ["a", "b"]),
        ("2", 3, ["a"]),
    ]


def test_a_query_that_comes_back_is_no_group():
    gather = Grouped(lambda _: None, Problems(), None)
    with pytest.raises(ScatteredLines):
        gather.add(lines("1a 2a 1b"))


def test_scattered_lines_have_the_same_problems(task):
    grouped = task.check(
        "1;a;0.5\n1;a;0.4\n1;b;0.3\n1;c;0.3\n2;a;0.5\n", max_predictions_per_query=3
    )
    assert kinds(grouped) == {"duplicate": [2], "too_many": [4]}
    scattered = task.check(
        "1;a;0.5\n2;a;0.5\n1;a;0.4\n1;b;0.3\n1;c;0.3\n", max_predictions_per_query=3
    )
    assert kinds(scattered) == {"duplicate": [3], "too_many": [5]}


def test_duplicates_of_scattered_lines_come_in_the_order_of_the_file(task):
    rows = [f"{query};a;0.5\n" for _ in range(8) for query in (3, 1, 2)]
    (problem,) = task.check("".join(rows)).problems
    assert (problem.kind, problem.count) == ("duplicate", 21)
    assert problem.lines == tuple(range(4, 14))
    assert "'3'" in problem.message


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> SmallTask:
    names = "\n".join(f"c{i}" for i in range(400))
    queries = "\n".join(f"q{i}" for i in range(100))
    return make_task(
        tmp_path_factory.mktemp("many"),
        classes=f"ClassId\n{names}",
        queries=f"QueryId\n{queries}",
        media=None,
        ground_truth="QueryId;ClassId\nq1;c1\n",
    )


def peak_of(task: SmallTask, n_classes: int) -> int:
    rows = [f"q{query};c{name};0.5\n" for query in range(100) for name in range(n_classes)]
    path = task.write("".join(rows))
    del rows
    tracemalloc.start()
    assert check_run(path, task.truth.test_set, RunRules("ranked")).valid
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_lines_of_a_grouped_file(many, monkeypatch):
    monkeypatch.setattr(packed, "PIECE", 1 << 14)
    assert peak_of(many, 400) < 1.1 * peak_of(many, 200) + 100_000
