"""What the kernel refuses of its callers: nothing that it is handed makes it touch what is not its own."""

import sys
from array import array
from threading import Barrier, Thread
from typing import Any

import pytest

from scoring.kernel import KERNEL
from tests.scoring.both_readings import needs_kernel

pytestmark = needs_kernel

QUERIES, CLASSES = ["1", "2", "3"], ["a", "b", "c", "d"]
N_PAIRS = 4


def ids(names: list[str]) -> Any:
    assert KERNEL is not None
    return KERNEL.Ids(names, bytes(16))


def reading(**changes: Any) -> Any:
    assert KERNEL is not None
    asked: dict[str, Any] = {
        "queries": ids(QUERIES),
        "classes": ids(CLASSES),
        "separator": ";",
        "first_line": 1,
        "n_query": 1,
        "width": 0,
        "widths": (3, 4),
        "limit": 2**64 - 1,
        "takes_any": False,
        "takes_unknown": True,
        "any_score": False,
        "is_scattered": False,
    }
    return KERNEL.Reading(**(asked | changes))


def judge(**changes: Any) -> dict[str, Any]:
    arrays: dict[str, Any] = {
        "places": array("i", [0, 1, -1]),
        "starts": array("i", [0, 1, N_PAIRS]),
        "n_foreground": array("i", [1, 2]),
        "pairs": array("i", [0, 1, 2, -1]),
        "n_predictions": array("i", [0, 0]),
        "first_classes": array("i", [0, 0]),
        "positions": array("i", [0] * N_PAIRS),
        "probabilities": array("d", [0] * N_PAIRS),
        "swapped": array("i", [3, 2, 1, -1]),
        "chance_positions": array("i", [0] * N_PAIRS),
        "chance_probabilities": array("d", [0] * N_PAIRS),
        "groups": [(array("i", [1, 1, 2, 0]), array("i", [0, 0]))],
    }
    return arrays | changes


def counted(**changes: Any) -> list[Any]:
    arrays: dict[str, Any] = {
        "columns": array("i", [0, -1, 1, 1]),
        "starts": array("i", [0, 1, 3]),
        "steps": array("d", [0.5, 0.25, 0.75]),
        "parts": [(bytes([1, 0, 1]), array("q", [0] * 8))],
    }
    return list((arrays | changes).values())


# ---------------------------------------------------------------- what is right
def test_a_reading_fills_what_it_is_handed():
    own, arrays, count = reading(), judge(), counted()
    own.judge(**arrays)
    own.count(*count)
    taken: list[Any] = []
    own.give(lambda *answer: taken.append(answer), CLASSES)
    assert own.feed(b"1;a;0.5\n1;b;0.5\n2;c;0.75\n3;d;1") == 0
    own.finish()
    assert arrays["positions"].tolist() == [2, 0, 1, 0]
    assert arrays["n_predictions"].tolist() == [2, 1]
    assert arrays["first_classes"].tolist() == [2, 3]  # b is wrong, and first
    assert arrays["chance_positions"].tolist() == [0, 1, 0, 0]
    assert arrays["groups"][0][1].tolist() == [1, 1]
    assert count[-1][0][1].tolist() == [0, 1, 0, 0, 0, 0, 0, 1]
    assert taken == [
        (0, 1, ["a", "b"], [0.5, 0.5], []),
        (1, 3, ["c"], [0.75], []),
        (2, 4, ["d"], [1.0], []),
    ]
    assert own.figures()["n_predictions"] == 4


# ---------------------------------------------------------------- arrays
@pytest.mark.parametrize(
    "changes",
    [
        {"places": array("i", [0, 1])},
        {"places": array("i", [0, 1, 2])},
        {"places": array("i", [0, 1, -2])},
        {"starts": array("i", [0, N_PAIRS])},
        {"starts": array("i", [1, 1, N_PAIRS])},
        {"starts": array("i", [0, 5, N_PAIRS])},
        {"starts": array("i", [0, -1, N_PAIRS])},
        {"starts": array("i", [0, 1, N_PAIRS + 1])},
        {"starts": array("i")},
        {"n_foreground": array("i", [2, 2])},
        {"n_foreground": array("i", [-1, 2])},
        {"n_foreground": array("i", [1])},
        {"pairs": array("i", [0, 1, 2, 4])},
        {"pairs": array("i", [0, 1, 2, -2])},
        {"pairs": array("i", [0, 1, 2])},
        {"n_predictions": array("i", [0])},
        {"first_classes": array("i", [0] * 3)},
        {"positions": array("i", [0] * 3)},
        {"probabilities": array("d", [0] * 3)},
        {"swapped": array("i", [3, 2, 1, 4])},
        {"swapped": array("i", [3, 2, 1])},
        {"chance_positions": array("i", [0] * 3)},
        {"chance_positions": None},
        {"chance_probabilities": array("d", [0] * 5)},
        {"chance_probabilities": None},
        {"probabilities": None},
        {"groups": [(array("i", [1, 1, 2]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, 5]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, -1]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, 0]), array("i", [0]))]},
    ],
    ids=range(30),
)
def test_arrays_of_a_judge_that_do_not_fit(changes):
    own = reading()
    with pytest.raises(ValueError, match=r"array|none of the numbers|ascend"):
        own.judge(**judge(**changes))
    assert own.feed(b"1;a;0.5\n2;c;0.75") == 0  # none of them is filled
    own.finish()


@pytest.mark.parametrize(
    "changes",
    [
        {"places": array("q", [0, 1, -1])},
        {"places": b"abc"},
        {"places": None},
        {"positions": bytes(16)},
        {"positions": memoryview(array("i", [0] * N_PAIRS)).toreadonly()},
        {"positions": memoryview(array("i", [0] * 2 * N_PAIRS))[::2]},
        {"positions": memoryview(bytearray(16)).cast("i", (2, 2))},
        {"probabilities": array("f", [0] * N_PAIRS)},
        {"probabilities": [0.5] * N_PAIRS},
        {"swapped": array("I", [0] * N_PAIRS)},
        {"groups": ()},
        {"groups": None},
        {"groups": [(array("i", [1, 1, 2, 0]),)]},
        {"groups": [(array("i", [1, 1, 2, 0]), array("d", [0, 0]))]},
    ],
    ids=range(14),
)
def test_what_is_no_array_of_a_judge(changes):
    with pytest.raises((TypeError, BufferError)):
        reading().judge(**judge(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": array("i", [0, 2])},
        {"columns": array("i", [-2])},
        {"starts": array("i", [0, 4, 3])},
        {"starts": array("i", [0, 1])},
        {"starts": array("i")},
        {"steps": array("d", [0.5])},
        {"parts": [(bytes(2), array("q", [0] * 8))]},
        {"parts": [(bytes(3), array("q", [0] * 7))]},
    ],
    ids=range(8),
)
def test_arrays_of_a_count_that_do_not_fit(changes):
    own = reading()
    with pytest.raises(ValueError, match=r"array|none of the numbers|ascend"):
        own.count(*counted(**changes))
    assert own.feed(b"1;a;0.5\n2;c;0.75") == 0
    own.finish()


def test_an_array_is_held_while_it_is_filled():
    arrays = judge()
    own = reading()
    own.judge(**arrays)
    with pytest.raises(BufferError):
        arrays["positions"].append(1)
    own.judge(**judge())  # instead of them
    arrays["positions"].append(1)
    del own


def test_classes_without_a_column_are_not_counted():
    own, count = reading(), counted(columns=array("i", [0]))
    own.count(*count)
    assert own.feed(b"1;d;0.5\n1;a;0.25\n1;b;1") == 0
    own.finish()
    assert count[-1][0][1].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


# ---------------------------------------------------------------- the order of calls
def test_nothing_follows_lines_that_are_scattered():
    own = reading()
    assert own.feed(b"1;a;0.5\n2;a;0.5\n1;b;0.5\n") is None
    for call in (lambda: own.feed(b"1;c;0.5"), own.finish, lambda: own.judge(**judge())):
        with pytest.raises(RuntimeError, match="the reading has ended"):
            call()
    assert own.problems() == []


def test_who_takes_answers_may_not_read_on():
    own, said = reading(), []

    def take(*_: object) -> None:
        for call in (
            lambda: own.feed(b"3;a;0.5"),
            own.finish,
            lambda: own.judge(**judge()),
            lambda: own.count(*counted()),
            lambda: own.give(print, []),
            own.problems,
            own.figures,
        ):
            with pytest.raises(RuntimeError, match="the reading is at work already"):
                call()
            said.append(call)

    own.give(take, CLASSES)
    assert own.feed(b"1;a;0.5\n2;a;0.5\n") == 0
    own.finish()
    assert len(said) == 14


def test_what_a_taker_raises_is_raised():
    own = reading()

    def take(*_: object) -> None:
        raise ZeroDivisionError

    own.give(take, CLASSES)
    with pytest.raises(ZeroDivisionError):
        own.feed(b"1;a;0.5\n2;a;0.5\n3;a;0.5\n")
    with pytest.raises(RuntimeError, match="the reading has ended"):
        own.finish()
    with pytest.raises(TypeError):
        reading().give(print, ("a",))


def test_a_taker_is_let_go():
    before, taken = sys.getrefcount(CLASSES), []
    for own in [reading() for _ in range(9)]:
        own.give(lambda *answer: taken.append(answer), CLASSES)
        own.feed(b"1;a;0.5\n2;a;0.5;1\n")
    assert sys.getrefcount(CLASSES) == before


# ---------------------------------------------------------------- ids
def test_ids_have_their_places():
    own = ids(["a", "b"])
    assert (own.add("b"), own.add("c"), own.add(""), own.add("c\0"), len(own)) == (1, 2, 3, 4, 5)
    assert list(own) == ["a", "b", "c", "", "c\0"]
    for code in (5, -6, 2**40):
        with pytest.raises(IndexError):
            own[code]


def test_ids_are_found_among_many():
    names = [f"{'x' * (number % 23)}{number}" for number in range(20_000)]
    own = ids(names[:9000])
    assert [own.add(name) for name in names] == list(range(20_000))
    assert list(own) == names


@pytest.mark.parametrize("bad", [["a", "a"], ["a", 1], ["a", None], ["\ud800"], ("a",), "a"])
def test_what_are_no_ids(bad):
    assert KERNEL is not None
    with pytest.raises((TypeError, ValueError)):
        KERNEL.Ids(bad, bytes(16))


def test_a_secret_has_a_length():
    assert KERNEL is not None
    for secret in (b"", bytes(15), bytes(17)):
        with pytest.raises(ValueError, match="16 bytes"):
            KERNEL.Ids([], secret)


def test_queries_are_fixed_once_a_reading_counts_by_them():
    queries = ids(QUERIES)
    own = reading(queries=queries)
    assert queries.add("2") == 1
    with pytest.raises(RuntimeError, match="none can be added"):
        queries.add("4")
    assert own.feed(b"4;a;0.5") == 1


def test_classes_are_fixed_once_they_are_in_groups():
    classes = ids(CLASSES)
    own = reading(classes=classes)
    assert classes.add("e") == 4
    own.judge(**judge(groups=[(array("i", [1, 1, 2, 0, 0]), array("i", [0, 0]))]))
    with pytest.raises(RuntimeError, match="none can be added"):
        classes.add("f")
    with pytest.raises(ValueError, match="no ids to add to"):
        reading(classes=classes, takes_any=True)


def test_classes_may_be_added_to_a_reading_that_has_begun():
    classes = ids([])
    own = reading(classes=classes, width=3)
    for number in range(40):
        name = f"class {number}"
        classes.add(name)
        assert own.feed(f"1;{name};0.5\n1;{name} or not;0.5".encode()) == number + 1
    own.finish()
    assert own.figures()["n_predictions"] == 40


def test_ids_are_not_both_counted_by_and_added_to():
    both = ids([*QUERIES, *CLASSES])
    assert reading(queries=both, classes=both).feed(b"1;2;0.5") == 0
    for changes in ({"queries": both, "classes": both}, {"classes": both}):
        with pytest.raises(ValueError, match="no ids to add to"):
            reading(takes_any=True, **changes)
    growing = ids(CLASSES)
    reading(classes=growing, takes_any=True)
    with pytest.raises(ValueError, match="no ids to add to"):
        reading(queries=growing)
    with pytest.raises(ValueError, match="a list of classes"):
        reading(classes=growing, takes_any=True).judge(**judge())


# ---------------------------------------------------------------- what a reading is made of
@pytest.mark.parametrize(
    "changes",
    [
        {"n_query": 0},
        {"n_query": 3, "widths": (5, 5)},
        {"widths": (2, 3)},
        {"widths": (3, 5)},
        {"widths": (3, 2)},
        {"width": 2},
        {"width": 5},
        {"separator": "é"},
    ],
    ids=range(8),
)
def test_columns_that_no_run_has(changes):
    with pytest.raises(ValueError, match="no run has such columns"):
        reading(**changes)


@pytest.mark.parametrize(
    "changes", [{"queries": QUERIES}, {"classes": None}, {"separator": ";;"}, {"widths": 3}]
)
def test_what_makes_no_reading(changes):
    with pytest.raises(TypeError):
        reading(**changes)


def test_more_lines_than_there_are_numbers():
    own = reading(first_line=2**32 - 10)
    with pytest.raises(OverflowError):
        own.feed(b"1;a;0.5\n2;a;0.5\n")
    with pytest.raises(TypeError):
        own.feed("text")
    with pytest.raises(TypeError):
        own.feed(bytearray(b"1;a;0.5"))


# ---------------------------------------------------------------- threads
def test_one_thread_at_a_time():
    """Whoever comes second is refused; nobody's lines are lost."""
    data = b"\n".join(b"%d;a;0.5" % number for number in range(20_000))
    own = reading(queries=ids([str(number) for number in range(20_000)]), is_scattered=True)
    barrier, refused, done = Barrier(3), [], []

    def feed() -> None:
        barrier.wait()
        for _ in range(20):
            try:
                done.append(own.feed(data))
            except RuntimeError:
                refused.append(1)

    threads = [Thread(target=feed) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) + len(refused) == 60
    own.finish()
    assert own.figures()["n_lines"] == 20_000 * len(done)


def test_classes_that_a_reading_adds_to_are_its_own_meanwhile():
    classes = ids([])
    one, other = (reading(classes=classes, takes_any=True, queries=ids(QUERIES)) for _ in range(2))
    said = []

    def take(*_: object) -> None:
        for call in (lambda: other.feed(b"1;z;0.5"), lambda: classes.add("z"), lambda: classes[0]):
            with pytest.raises(RuntimeError):
                call()
            said.append(call)

    one.give(take, [])
    one.feed(b"1;a;0.5\n2;a;0.5")
    assert len(said) == 3
    assert (other.feed(b"1;z;0.5"), list(classes)) == (0, ["a", "z"])
