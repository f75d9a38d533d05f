"""Who reads pages and sends runs while something else goes on, and how long each answer takes them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

from clefboard.client import Client

_BETWEEN_PAGES_S = 0.2
_LOOK_EVERY_S = 0.05

Times = list[float]


class Readers:
    """Asks pages in turn, one after the other.

    Attributes
    ----------
    times
        Seconds of each page, by its name.
    """

    def __init__(self, url: str, pages: Mapping[str, str], cookies: Mapping[str, str]) -> None:
        self._pages = {name: url + path for name, path in pages.items()}
        self._client = httpx.Client(cookies=dict(cookies), timeout=120)
        self.times: dict[str, Times] = {name: [] for name in pages}
        for name in pages:  # each thread of the server opens its connection once
            self._ask(name)

    def rounds(self, n: int) -> None:
        """Ask every page so many times."""
        for _ in range(n):
            self._round(Event())

    @contextmanager
    def reading(self, pause: float = _BETWEEN_PAGES_S) -> Iterator[None]:
        """Ask for as long as the context lasts."""
        with beside(lambda stop: self._until(stop, pause)):
            yield

    def _until(self, stop: Event, pause: float) -> None:
        while not stop.is_set():
            self._round(stop, pause)

    def _round(self, stop: Event, pause: float = _BETWEEN_PAGES_S) -> None:
        for name in self._pages:
            if not stop.wait(pause):
                self.times[name].append(self._ask(name))

    def _ask(self, name: str) -> float:
        began = time.monotonic()
        self._client.get(self._pages[name]).raise_for_status()
        return time.monotonic() - began


class Sender:
    """A team that sends one run after the other, and waits for the score of each."""

    def __init__(
        self, url: str, token: str, task: str, files: Sequence[str], *, pause: float
    ) -> None:
        self._client = Client(url, token)
        self._task = task
        self._files = iter(files)
        self._pause = pause
        self.times: Times = []

    def send(self, n: int) -> None:
        """Send so many runs."""
        for _ in range(n):
            self._travel(Event())

    @contextmanager
    def sending(self, most: int) -> Iterator[None]:
        """Send for as long as the context lasts, so many runs at most."""
        with beside(lambda stop: self._until(stop, most)):
            yield

    def _until(self, stop: Event, most: int) -> None:
        for _ in range(most):
            if stop.wait(self._pause):
                return
            self._travel(stop)

    def _travel(self, stop: Event) -> None:
        """Send a run and wait for its score; one whose score came after the end is not counted."""
        run = self._client.submit_run(self._task, Path(next(self._files)))
        answered = time.monotonic()
        while (now := self._client.read_run(run.id)).rank is None:
            assert now.state not in ("rejected", "failed"), f"run {run.id} is {now.state}"
            assert time.monotonic() < answered + 600, f"run {run.id} has no rank"
            time.sleep(_LOOK_EVERY_S)
        if not stop.is_set():
            self.times.append(time.monotonic() - answered)


@contextmanager
def beside(work: Callable[[Event], None]) -> Iterator[None]:
    """Do something in a thread until the context ends; what goes wrong there goes wrong here."""
    stop, faults = Event(), list[BaseException]()

    def run() -> None:
        try:
            work(stop)
        except BaseException as fault:  # noqa: BLE001 - it is raised below
            faults.append(fault)

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    for fault in faults:
        raise fault
