"""A crawl of the platform by one person: every line of the access matrix, every link, every form."""

import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from campaign.models import User
from tests.campaign.access_matrix import MATRIX, rows
from tests.campaign.crawl.world import World

# What views read of an address, by how the path ends; METRIC is each of the task.
QUESTIONS = {
    "/leaderboard/": (
        *("sort=METRIC", "sort=team", "best=1", "page=2", "sort=nothing"),
        *("q=a&runs=official&runs=late&generated=no", "training_data=not-said&columns=METRIC"),
        *("at=2017-12-31T12:00Z", "at=2017-05-02T12:00Z"),
        *("level=genus", "level=family&at=2017-12-31T12:00Z"),
    ),
    "/bars/": ("sort=METRIC&best=1", "runs=unranked", "level=genus"),
    "/leaderboard/history/": ("step=1", "step=99", "step=x"),
    "/leaderboard/history/step/": ("step=1", "step=2", "step=99"),
    "/leaderboard.csv": ("sort=METRIC&best=1", "runs=unranked&columns=METRIC"),
    "/leaderboard.json": (
        *("sort=METRIC&best=1", "sort=nothing"),
        *("at=2017-12-31T12:00Z", "level=genus"),
    ),
    "/leaderboard.tex": ("intervals=1&sort=METRIC",),
    "/leaderboard.bib": ("best=1",),
    "/search/": ("q=campaign", "q=species7&kind=species", "q=sedges&kind=teams&page=2"),
    "/subsets/": tuple(
        f"by={by}&brief"
        for by in ("Domain", "Family", "ZqSighting", "ZqUsage", "Domain%2BZqSighting", "QueryId")
    ),
    "/classes/": ("sort=-n", "sort=mrr", "search=Species7", "page=2"),
    "/class-table/": ("sort=n", "search=c7"),
    "/confusions/": ("search=Species7", "page=2&page_size=500"),
    "/comparison/": ("search=run+1",),
    "/state/": ("seen=queued",),
    "/organise/runs/": ("near_chance=on", "state=failed", "timing=late&q=rush"),
    "/organise/record/": ("everybody=on", "kind=truth"),
    "/organise/record.csv": ("everybody=on",),
    "/organise/record.json": ("everybody=on",),
    "/progress/": ("seen=none",),
}
# What is asked at every border: it depends on the time, for whoever organises nothing.
AT_A_BORDER = (
    "/",
    "/api/v1/tasks/",
    "/search/?q=s",
    "/teams/sedges/",
    "/api/v1/teams/sedges/",
    "/tasks/TASK/",
    "/tasks/TASK/runs/",
    "/tasks/TASK/leaderboard/",
    "/tasks/TASK/leaderboard/?best=1&sort=mrr",
    "/tasks/TASK/leaderboard/bars/",
    "/tasks/TASK/leaderboard/?at=2017-12-31T12:00Z",
    "/tasks/TASK/leaderboard/?level=family",
    "/tasks/TASK/leaderboard/history/",
    "/tasks/TASK/leaderboard/history/step/?step=1",
    "/tasks/TASK/leaderboard.csv",
    "/tasks/TASK/leaderboard.tex?intervals=1",
    "/api/v1/tasks/TASK/leaderboard/",
    "/api/v1/tasks/TASK/leaderboard/?level=genus",
    "/api/v1/tasks/TASK/leaderboard/history/",
    "/api/v1/tasks/TASK/runs/",
    "/tasks/TASK/analyses/",
    *(f"/api/v1/tasks/TASK/analyses/{slug}/" for slug in ("domains", "significance", "confusions")),
    "/runs/RUN/",
    "/runs/RUN/subsets/?by=Family",
    "/api/v1/runs/RUN/",
    "/api/v1/runs/RUN/subsets/?by=ZqSighting",
    "/api/v1/runs/RUN/positions/",
    "/api/v1/runs/RUN/comparison/OFFICIAL/",
    "/api/v1/runs/RUN/class-table/",
    *(f"/runs/HUSHED/card/{paper}" for paper in ("", "card.md", "record.json", "config.toml")),
)
# A run of each fate is enough of them; what becomes of the others does not depend on the time.
MOVING = ("second", "fused", "disqualified", "unseen", "late", "silent 1", "silent baseline")
REPRESENTED = (*MOVING, "rejected", "failed")
ASKED = ("second", "fused")  # of one team and of another: what views read of an address
BY_CLASS = "zqbyclass"  # stands for a table by class: it tells how many queries each has

COMPARISON = tuple(
    f"about={one}" for one in ("by:Domain", "by:Family", "by:ZqSighting", "queries", "classes")
)
RESCORING = ("part=public", "part=private", "part=all", "only=moving")
NOWHERE = ("/nothing/", "/tasks/nothing/", "/runs/99999999/", "/api/v1/tasks/nothing/leaderboard/")
SKIPPED = ("/static/", "/i18n/", "/admin/jsi18n", "/admin/logout")
OF_A_KIND = 3  # pages of one route of the admin: its lists are long

_WORD = re.compile(r"[\w-]+")
_NUMBER = re.compile(r"(?<![\w.])[01]\.\d{3,}(?![\w.])")
_LABELLED = re.compile(r"(obs|img)-(\d{3})\b.*?\bc(\d+)\b")
_OF_CLASSES = re.compile(r"/runs/\d+/(classes|class-table|confusions)/|(part|about)=classes")
_LINK = re.compile(r'(?:href|src|hx-get|data-url)="(/[^"#]*)')
_PLACE = re.compile(r'"http://testserver(/[^"\s#]*)"')
_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_ACTION = re.compile(r'\baction="([^"]*)"')
_NAME = re.compile(r'\bname="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """What one request was answered, as far as it could be a secret."""

    who: str
    asked: str
    status: int
    words: frozenset[str]
    numbers: frozenset[str]
    labelled: frozenset[tuple[int, int]] = frozenset()  # query and class on one line


def what_it_says(who: str, asked: str, status: int, text: str, secret: Iterable[str]) -> Answer:
    """Read an answer; what stands in its own address is no news to who asked."""
    words = frozenset(_WORD.findall(text)) & frozenset(secret)
    labelled = frozenset(
        (int(query), int(name))
        for line in re.split(r"[\n{]", text)
        if "-" in line and len(line) < 500
        for _kind, query, name in _LABELLED.findall(line)
    )
    if _OF_CLASSES.search(asked) and status == HTTPStatus.OK and _has_table(text):
        words |= {BY_CLASS}
    known = frozenset(_WORD.findall(asked))
    return Answer(who, asked, status, words - known, frozenset(_NUMBER.findall(text)), labelled)


def _has_table(text: str) -> bool:
    return "<table" in text or "<html" not in text


@dataclass
class Crawler:
    """Asks as one person; what it changes is undone."""

    role: str
    user: User | None
    token: str
    secret: frozenset[str]
    client: Client = field(init=False)
    _seen: set[Any] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.client = self._fresh()

    def _fresh(self) -> Client:
        client = Client(raise_request_exception=False)
        if self.user:
            client.force_login(self.user)
        return client

    # ------------------------------------------------------------ asking
    def look(self, addresses: Iterable[tuple[str, str]]) -> Iterator[Answer]:
        """Ask for addresses after a log-in, and for nothing else."""
        for _method, path in addresses:
            yield self._ask(path)[1]

    def crawl(self, addresses: Iterable[tuple[str, str]]) -> Iterator[Answer]:
        """Ask for addresses with their methods, and for all that the answers lead to.

        The pages are asked after a log-in, the API with a token.
        """
        forms: list[tuple[str, tuple[str, ...]]] = []
        waiting = [(method, path) for method, path in addresses]
        while waiting:
            method, path = waiting.pop()
            if self._is_known(method, path):
                continue
            if method != "GET":
                yield from self._send(method, path)
                continue
            token = self._with_token() if path.startswith("/api/") else {}
            text, answer = self._ask(path, token)
            yield answer
            waiting += [("GET", link) for link in _links(text)]
            forms += _forms(text, path)
        for place, names in forms:
            yield from self._send_broken(place, names)

    def _with_token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def _is_known(self, method: str, path: str) -> bool:
        """Tell whether such a request was made: one is enough of those that differ in values only."""
        place, _, query = path.partition("?")
        asked = query if re.search("(by|sort|part|about)=", query) else ""
        names = tuple(sorted(one.partition("=")[0] for one in query.split("&")))
        key = (method, place, asked or names)
        if key in self._seen or place.startswith(SKIPPED):
            return True
        self._seen.add(key)
        if not place.startswith("/admin/"):
            return False
        self._counts[_route(place)] += 1
        return self._counts[_route(place)] > OF_A_KIND

    def _ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[str, Answer]:
        client = Client(raise_request_exception=False) if headers else self.client
        return self._heard("GET", path, client.get(path, headers=headers))

    def _heard(self, method: str, path: str, answer: Any) -> tuple[str, Answer]:
        text = _text(answer)
        asked = f"{method} {path}"
        return text, what_it_says(self.role, asked, answer.status_code, text, self.secret)

    def _send(self, method: str, path: str) -> Iterator[Answer]:
        """Send nothing, and to the API what is no JSON."""
        bodies: list[dict[str, Any]] = [{}]
        route = (method, _route(path))
        if path.startswith("/api/") and route not in self._seen:
            self._seen.add(route)
            bodies += [
                {"data": body, "content_type": "application/json"} for body in ("{}", "{broken")
            ]
        for body in bodies:
            yield self._undone(method, path, body)

    def _send_broken(self, place: str, names: tuple[str, ...]) -> Iterator[Answer]:
        key = ("form", _route(place), names)
        if key not in self._seen:
            self._seen.add(key)
            yield self._undone("POST", place, {"data": dict.fromkeys(names, "broken")})

    def _undone(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        with transaction.atomic():
            answer = getattr(self._fresh(), method.lower())(path, **body)
            heard = self._heard(method, path, answer)[1]
            transaction.set_rollback(True)
        return heard


def _route(place: str) -> str:
    try:
        return resolve(place).route
    except Resolver404:
        return place


# ---------------------------------------------------------------- what answers hold
def _text(answer: Any) -> str:
    """Return all that an answer says: its head too, and what is packed in it."""
    body = b"".join(answer) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(body)) as archive:
            body = b"\n".join(
                [*map(str.encode, archive.namelist()), *map(archive.read, archive.namelist())]
            )
    head = "\n".join(f"{name}: {value}" for name, value in answer.items())
    return f"{head}\n{body.decode(errors='replace')}"


def _links(text: str) -> Iterator[str]:
    for pattern in (_LINK, _PLACE):
        yield from map(unescape, pattern.findall(text))


def _forms(text: str, path: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the forms that change something: where each goes, and its fields."""
    for head, inside in _FORM.findall(text):
        if 'method="post"' in head:
            action = _ACTION.search(head)
            place = unescape(action[1]) if action and action[1] else path
            names = sorted(set(_NAME.findall(inside)) - {"csrfmiddlewaretoken"})
            yield place.partition("?")[0], tuple(names)


# ---------------------------------------------------------------- where it begins
def beginnings(world: World) -> list[tuple[str, str]]:
    """Return every line of the access matrix with what there is now, and what views read.

    Without those by which an address says that it takes no GET: the others ask it as it wants.
    """
    found = {("GET", path) for path in NOWHERE}
    for method, path, statuses in rows(MATRIX):
        if method == "GET" and HTTPStatus.METHOD_NOT_ALLOWED in statuses:
            continue
        for place in _places(world, path):
            found.add((method, place))
    asked = [f"/runs/{world.runs[name].pk}/" for name in ASKED if name in world.runs]
    for method, place in list(found):
        of_run = "/runs/" in place and not place.endswith("/runs/")
        if method == "GET" and (not of_run or any(one in place for one in asked)):
            found |= {("GET", f"{place}?{one}") for one in _questions(world, place)}
    return sorted(found)


def at_a_border(world: World) -> list[tuple[str, str]]:
    """Return what depends on the time."""
    places = {place for path in AT_A_BORDER for place in _places(world, path, MOVING)}
    return [("GET", place) for place in sorted(places)]


def _places(world: World, path: str, represented: tuple[str, ...] = REPRESENTED) -> Iterator[str]:
    for word, value in world.words.items():
        path = path.replace(word, value)
    runs = [str(run.pk) for name, run in world.runs.items() if name in represented]
    path = path.replace("/tasks/task/", "/tasks/TASK/")
    for run in runs if "RUN" in path else [""]:
        for slug in world.tasks if "TASK" in path else [""]:
            yield path.replace("RUN", run).replace("TASK", slug)


def _questions(world: World, place: str) -> Iterator[str]:
    if "/rescorings/" in place:
        yield from RESCORING
    if "/api/" in place and "/comparison/" in place:
        yield from COMPARISON
    for end, questions in QUESTIONS.items():
        if place.endswith(end):
            slug = "silent" if "/silent/" in place else "task"
            for one in questions:
                metrics = world.tasks[slug].metrics if "METRIC" in one else [""]
                yield from (one.replace("METRIC", metric) for metric in metrics)
