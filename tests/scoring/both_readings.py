"""A run file read by the kernel, and by its twin in plain Python: all must come to the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from unittest.mock import patch

import pytest

from scoring import Trace
from scoring.kernel import KERNEL, slow_reading
from scoring.run_files import reader
from scoring.run_files.answer import Answer

T = TypeVar("T")

ExactAnswer = tuple[str, int, list[str], list[str], list[int]]
"""Query, first line, classes, probabilities with every bit, ranks."""

needs_kernel = pytest.mark.skipif(KERNEL is None, reason=f"runs are read {slow_reading()}")


@contextmanager
def in_plain_python() -> Iterator[None]:
    """Have the twin read."""
    with patch.object(reader, "can_read", lambda layout: False):
        yield


@contextmanager
def in_threads(n: int) -> Iterator[None]:
    """Have the kernel read by one thread or by two, however small the file is."""
    with patch.object(
        reader,
        "is_for_two",
        lambda path, taker: n > 1 and getattr(taker, "takes_from_threads", False),
    ):
        yield


def by_all(read: Callable[[], T]) -> T:
    """Return what the kernel finds, by one thread and by two, and its twin; without it, the twin."""
    with in_plain_python():
        found = read()
    for n_threads in (1, 2) if KERNEL is not None else ():
        with in_threads(n_threads):
            assert _plain(read()) == _plain(found)
    return found


def _plain(found: object) -> object:
    """Return what is found as values that are equal when all in them is."""
    if isinstance(found, Trace):
        return {name: (own, getattr(own, "typecode", None)) for name, own in vars(found).items()}
    return tuple(map(_plain, found)) if isinstance(found, tuple) else found


class Everything:
    """Takes all answers."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []

    def take(self, answer: Answer) -> None:
        self.answers.append(answer)

    def exactly(self) -> list[ExactAnswer]:
        """Return the answers as they came, of each probability every bit: -0.0 is not 0."""
        return [
            (
                own.query,
                own.first_line,
                own.classes,
                [p.hex() for p in own.probabilities],
                own.ranks,
            )
            for own in self.answers
        ]
