"""What the kernel refuses of its callers: nothing that it is handed makes it touch what is not its own."""

import sys
from array import array
from threading import Barrier, Thread

import pytest

from scoring.kernel import KERNEL
from tests.scoring.both_readings import needs_kernel
from tests.scoring.kernel_parts import CLASSES, QUERIES, counted, ids, judge, reading

pytestmark = needs_kernel


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
        for call in (
            lambda: other.feed(b"1;z;0.5"),
            lambda: classes.add("z"),
            lambda: classes[0],
            lambda: classes.find(["a"], array("i", [0])),
        ):
            with pytest.raises(RuntimeError):
                call()
            said.append(call)

    one.give(take, [])
    one.feed(b"1;a;0.5\n2;a;0.5")
    assert len(said) == 4
    assert (other.feed(b"1;z;0.5"), list(classes)) == (0, ["a", "z"])
