"""The kernel's own interface, used and misused: it may refuse anything, and must touch nothing but its own."""

from array import array
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from random import Random
from threading import Thread
from typing import Any

from scoring.kernel import KERNEL
from scoring.run_files.line_blocks import whole_lines
from tests.fuzz.mutations import broken
from tests.fuzz.right_runs import Task, right_run

REFUSALS = (
    *(TypeError, ValueError, RuntimeError, OverflowError, IndexError, BufferError, SystemError),
    *(UnicodeError, MemoryError),
)


class Refused(Exception):
    """Raised by whoever takes answers."""


class Use:
    """One reading of a run, with arrays to fill that mean nothing.

    Attributes
    ----------
    spoils
        Whether arguments are wrong now and then.
    """

    def __init__(self, task: Task, run: bytes, random: Random, *, spoils: bool) -> None:
        assert KERNEL is not None  # the hunt is for it
        self.random = random
        self.spoils = spoils
        self.task = task
        self.queries = KERNEL.Ids(list(task.queries), random.randbytes(16))
        self.classes = KERNEL.Ids(
            list(task.classes)[: random.choice((0, 7, 99))], random.randbytes(16)
        )
        self.is_segment = task.rules.shape == "segment"
        self.reading = self._new()
        self.run = run

    def _new(self) -> Any:
        assert KERNEL is not None  # as above
        n, random = 1 + self.is_segment, self.random
        self.takes_any = random.random() < 0.4
        return KERNEL.Reading(
            queries=self.classes if self._is_wrong() else self.queries,
            classes=self.queries if self._is_wrong() else self.classes,
            separator=random.choice(";;,\t"),
            first_line=2**32 - 100 if self._is_wrong() else 1,
            n_query=n,
            width=random.choice((0, n + 2)),
            widths=(n + 2, random.choice((n + 2, n + 3))),
            limit=random.choice((0, 1, 3, 2**64 - 1)),
            takes_any=self.takes_any,
            takes_unknown=random.random() < 0.5,
            any_score=random.random() < 0.5,
            is_scattered=random.random() < 0.4,
        )

    def _is_wrong(self) -> bool:
        return self.spoils and self.random.random() < 0.1

    def go_on(self) -> None:
        """Call something, right or wrong."""
        feeds = [self.feed, self.feed, self.feed, self.feed_by_two, self.finish]
        call = self.random.choice(
            [*feeds, self.judge, self.count, self.give, self.add, self.ask, self.read_anew]
        )
        with suppress(*REFUSALS, Refused):
            call()

    # ------------------------------------------------------------ calls
    def feed(self) -> None:
        size = self.random.choice((0, 1, 7, 8, 9, 100, 3000))
        part, self.run = self.run[:size], self.run[size:]
        self.reading.feed(self.random.choice((part,) * 9 + (bytearray(part), "text", None)))

    def feed_by_two(self) -> None:
        threads = [Thread(target=self._quietly(self.feed)) for _ in range(2)]
        threads.append(Thread(target=self._quietly(self.add)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _quietly(self, call: Callable[[], None]) -> Callable[[], None]:
        def quietly() -> None:
            with suppress(*REFUSALS, Refused):
                call()

        return quietly

    def read_anew(self) -> None:
        self.reading = self._new()

    def finish(self) -> None:
        self.reading.finish()

    def add(self) -> None:
        ids = self.random.choice((self.queries, self.classes))
        code = ids.add(
            self.random.choice(("c1", "new", "x" * 300, "", "\0", str(self.random.random())))
        )
        assert ids[code] is not None

    def ask(self) -> None:
        for found in self.reading.problems():
            assert found[1] >= len(found[2])
        self.reading.figures()
        if self.spoils:
            self.classes[self.random.choice((0, -1, len(self.classes)))]

    def give(self) -> None:
        names = [self.classes[code] for code in range(len(self.classes))]
        self.reading.give(self._take, self.random.choice((names, names, [], [None] * 200)))

    def _take(self, *_: object) -> None:
        if not self.spoils:
            return
        if self.random.random() < 0.1:
            raise Refused
        if self.random.random() < 0.2:
            self.random.choice(
                (self.feed, self.finish, self.judge, self.give, self.add, self.ask)
            )()

    def judge(self) -> None:
        n_places, n_queries, n_classes = 9, len(self.queries), max(1, len(self.classes))
        starts = [0, *sorted(self.random.choices(range(31), k=n_places - 1)), 30]
        spans = list(pairwise(starts))
        arrays: dict[str, Any] = {
            "places": self._ints(n_queries, -1, n_places - 1),
            "starts": array("i", starts),
            "n_foreground": array("i", [self.random.randint(0, b - a) for a, b in spans]),
            "pairs": self._ints(30, -1, n_classes - 1),
            "n_predictions": self._ints(n_places, 0, 0),
            "first_classes": self._ints(n_places, 0, 0),
            "positions": self._ints(30, 0, 0),
            "probabilities": self.random.choice((None, array("d", [0] * 30))),
            "swapped": self.random.choice((None, self._ints(30, -1, n_classes - 1))),
            "chance_positions": self._ints(30, 0, 0),
            "chance_probabilities": None,
            "groups": [],
        }
        if arrays["probabilities"] is not None:
            arrays["chance_probabilities"] = array("d", [0] * 30)
        if self.random.random() < 0.5 and not self.takes_any:
            of_class = self._ints(n_classes, 0, n_classes)
            arrays["groups"] = [(of_class, self._ints(n_places, 0, 0))]
        self._spoil(arrays)
        self.reading.judge(**arrays)

    def count(self) -> None:
        n_classes = max(1, len(self.classes))
        steps = array("d", sorted(self.random.random() for _ in range(12)))
        arrays: dict[str, Any] = {
            "columns": self._ints(n_classes, -1, 2),
            "starts": array("i", [0, *sorted(self.random.choices(range(13), k=2)), 12]),
            "steps": steps,
            "parts": [(bytes(len(self.queries)), array("q", [0] * (2 * 12 + 3)))],
        }
        self._spoil(arrays)
        self.reading.count(*arrays.values())

    def _ints(self, n: int, least: int, most: int) -> "array[int]":
        return array("i", [self.random.randint(least, most) for _ in range(n)])

    def _spoil(self, arrays: dict[str, Any]) -> None:
        """Make one of some arguments wrong, as often as not."""
        if not self.spoils or self.random.random() < 0.5:
            return
        name = self.random.choice(list(arrays))
        own = arrays[name]
        ways: list[Any] = [None, [], b"", array("i"), array("d"), array("q", [2**40]), own]
        if isinstance(own, array) and own:
            wrong = array(own.typecode, own)
            wrong[self.random.randrange(len(wrong))] = self.random.choice((-2, 2**31 - 1, 9999))
            ways += [wrong, wrong, own[1:], own + own[:1], memoryview(own)[::2]]
        if isinstance(own, list) and own:
            ways += [[own[0][:1]], [list(own[0])], [(own[0][1], own[0][0])], own * 3, [None]]
        arrays[name] = self.random.choice(ways)

    def end(self) -> None:
        """Let go of the reading: it holds who takes its answers, and so would never be freed."""
        self.reading = None


def misuse(task: Task, random: Random) -> None:
    """Use the kernel in ways that nobody should."""
    run = broken(right_run(task, random), right_run(task, random), random)
    with suppress(*REFUSALS):
        misused = Use(task, run, random, spoils=True)
        for _ in range(random.randint(1, 30)):
            misused.go_on()
        misused.end()


def use(task: Task, run: bytes, random: Random) -> None:
    """Have a run read, and nothing but the memory watched that is touched."""
    used = Use(task, run, random, spoils=False)
    with suppress(ValueError):  # an array for no class
        for attach in random.sample((used.judge, used.count, used.give), random.randint(0, 3)):
            attach()
    size = max(random.choice((9, 300, 9000, 1 << 18)), len(run) // 9999)
    pieces = whole_lines(run[at : at + size] for at in range(0, len(run), size))
    if all(used.reading.feed(data) is not None for data in pieces):  # None: they are scattered
        used.finish()
        used.ask()
    used.end()
