"""How long the analyses of a thousand runs take, how soon they show one more, and how fast their pages are."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

import httpx

from clefboard.client import Client
from tests.bench.clients import Answer, ask_all
from tests.bench.live import servers
from tests.bench.pages import REQUESTS_EACH
from tests.bench.rescoring.cost import Cost, cost_of
from tests.live_platform import LivePlatform

N_RUNS = 1_000
_WORLD = "tests.bench.analyses.world"
_FUSIONS, _IMAGES = "complementarity", "organs"
_LOOK_EVERY_S = 0.5
_MOST_S = 900


@dataclass(frozen=True)
class Made:
    """One making of all analyses.

    Attributes
    ----------
    shown
        When each showed, in seconds from the beginning; in that order.
    fused_s
        When all fusions were in theirs.
    images_s
        When all image runs were in theirs.
    """

    shown: Mapping[str, float]
    fused_s: float
    images_s: float
    worker: Cost


@dataclass(frozen=True)
class Page:
    """An address, and the answers to whoever asked for it."""

    address: str
    viewer: str
    answers: Sequence[Answer]


@dataclass(frozen=True)
class Measured:
    """What was measured, and of what world."""

    n_runs: int
    n_image_runs: int
    stored_bytes: int
    from_nothing: Made
    one_more: Made
    chosen_s: float
    pages: list[Page]


def measure(n_runs: int) -> Measured:
    """Build the world; have its analyses made, made again with one more run, and read."""
    with TemporaryDirectory(prefix="clefboard-bench-") as folder, servers() as place:
        began = time.monotonic()
        world = place.make("campaign", folder, n_runs, by=_WORLD)
        print(f"{n_runs} runs made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        started = datetime.now(UTC)
        with place.platform() as live:
            bench = Bench(live, world)
            with cost_of(live.process("worker").pid) as cost:
                bench.wait(started)
            return Measured(
                n_runs=world["runs"],
                n_image_runs=world["image_runs"],
                stored_bytes=world["bytes"],
                from_nothing=bench.made(started, cost),
                one_more=bench.one_more(),
                chosen_s=bench.choose(),
                pages=list(bench.pages()),
            )


class Bench:
    """The platform with its runs, and who sends one more."""

    def __init__(self, live: LivePlatform, world: dict[str, Any]) -> None:
        self._live, self._world = live, world
        self._headers = {"Authorization": f"Bearer {world['organiser']}"}
        self._api = f"/api/v1/tasks/{world['task']}/analyses/"
        self._http = httpx.Client(base_url=live.url, headers=self._headers, timeout=60)
        self._first: dict[str, datetime] = {}

    def wait(self, since: datetime) -> None:
        """Wait until all analyses are made since a moment, with all fusions and image runs in them."""
        self._first = {}
        self._live.wait_until(lambda: self._are_made(since), "they are made", within_s=_MOST_S)

    def made(self, began: datetime, worker: Cost) -> Made:
        """Return when what was waited for was made."""
        last = {one["kind"]: _moment(one) for one in self._read()}
        at = {kind: (moment - began).total_seconds() for kind, moment in self._first.items()}
        return Made(
            shown=dict(sorted(at.items(), key=lambda pair: pair[1])),
            fused_s=(last[_FUSIONS] - began).total_seconds(),
            images_s=(last[_IMAGES] - began).total_seconds(),
            worker=worker,
        )

    def one_more(self) -> Made:
        """Send a run that is better than all, and wait until every analysis shows it."""
        with cost_of(self._live.process("worker").pid) as cost:
            with Client(self._live.url, self._world["sender"]) as client:
                client.submit_run(self._world["task"], Path(self._world["file"]))
            began = datetime.now(UTC)
            self.wait(began)
        return self.made(began, cost)

    def choose(self) -> float:
        """Choose fifty runs, and return how long it takes until their matrix is there."""
        address = f"{self._api}significance/?{self._chosen}"
        began = time.monotonic()
        while self._http.get(address).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            time.sleep(_LOOK_EVERY_S)
        return time.monotonic() - began

    def pages(self) -> Iterator[Page]:
        """Ask for the list, each analysis and the chosen fifty: pages and API, as everybody and as organiser."""
        cookies = {"sessionid": self._world["session"]}
        page = f"/tasks/{self._world['task']}/analyses/"
        everybody = httpx.get(self._live.url + self._api, timeout=60).raise_for_status().json()
        for viewer, made in {"anonymous": everybody, "organiser": self._read()}.items():
            known = viewer == "organiser"
            for path in ["", *(f"{one['kind']}/" for one in made), f"significance/?{self._chosen}"]:
                yield self._asked(page + path, viewer, cookies=cookies if known else None)
                yield self._asked(
                    self._api + path, viewer, headers=self._headers if known else None
                )

    @property
    def _chosen(self) -> str:
        return urlencode({"runs": self._world["chosen"]}, doseq=True)

    def _asked(self, path: str, viewer: str, **known: Any) -> Page:
        address = self._live.url + path
        ask_all(address, 1, **known)  # what is made when first asked for, is
        shown = path.partition("?")[0] + ("?runs=..." if "?" in path else "")
        return Page(shown, viewer, ask_all(address, REQUESTS_EACH, **known))

    # ------------------------------------------------------------ looking
    def _are_made(self, since: datetime) -> bool:
        time.sleep(_LOOK_EVERY_S)
        for one in self._read():
            if _moment(one) >= since:
                self._first.setdefault(one["kind"], _moment(one))
        return self._first.keys() == set(self._world["kinds"]) and self._are_whole()

    def _are_whole(self) -> bool:
        """Tell whether no fusion is waited for, and all image runs are read."""
        fusions, images = (self._read(f"{kind}/")["content"] for kind in (_FUSIONS, _IMAGES))
        return not fusions["waits"] and (images or {}).get("n_runs") == self._world["image_runs"]

    def _read(self, path: str = "") -> Any:
        return self._http.get(self._api + path).raise_for_status().json()


def _moment(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(one["made_at"])
