"""One life of a campaign, crawled by everybody at every border of its phases."""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.core import mail
from django.forms.models import model_to_dict
from django.test import Client

from campaign.services.mails import send_mails
from tests.campaign.crawl import life
from tests.campaign.crawl.boards import State, expected
from tests.campaign.crawl.canaries import ORGANISERS, Secret, secrets_of
from tests.campaign.crawl.crawler import Answer, Crawler, at_a_border, beginnings, what_it_says
from tests.campaign.crawl.world import (
    DEADLINE,
    EXTENDED,
    OPENS,
    PEOPLE,
    RESULTS,
    TICK,
    World,
)

# Whoever differs most from the others; `make crawl` asks as everybody, which takes ten minutes. What organisers
# see does not depend on the time, so one of them is enough where not all is crawled.
FEW = ("anonymous", "reed", "rush", "staff")
EVERYBODY = os.environ.get("CRAWL_AS") == "everybody"
ROLES = ("anonymous", *PEOPLE) if EVERYBODY else FEW
AT_BORDERS = (
    [*(one for one in ROLES if one not in ORGANISERS), "viewer"]
    if EVERYBODY
    else ["anonymous", "reed", "viewer"]
)


@dataclass(frozen=True)
class Moment:
    """A border: what happens just before everybody looks, and what has come to pass by then."""

    name: str
    at: datetime
    deed: Callable[[World], None] | None = None
    deep: bool = False  # whether all is crawled, not only what depends on the time
    reached: frozenset[str] = frozenset()

    @property
    def roles(self) -> Sequence[str]:
        """Return who looks."""
        return ROLES if self.deep else AT_BORDERS

    def part(self, task: str, role: str) -> str | None:
        """Return the part of a task's test by whose scores a leaderboard ranks."""
        all_shows = role in ORGANISERS or "results" in self.reached
        if task == "silent":
            return "all" if all_shows else None
        return "private" if all_shows else "public"


_HOUR = timedelta(hours=1)
_RESULTS, _SWITCH = frozenset({"results"}), frozenset({"results", "switch"})
MOMENTS = (
    Moment("a tick before submission opens", OPENS - TICK, life.found),
    Moment("as submission opens", OPENS, life.compete),
    Moment("a tick before the deadline", DEADLINE - TICK),
    Moment("at the deadline", DEADLINE),
    Moment("after it is extended", DEADLINE + _HOUR, life.extend),
    Moment("at the last deadline", EXTENDED, life.come_late, deep=True),
    Moment("a tick before results open", RESULTS - TICK),
    Moment("as results open", RESULTS, reached=_RESULTS),
    Moment("after the other truth is put in force", RESULTS + _HOUR, life.switch, reached=_SWITCH),
    Moment(
        "after the truth is released",
        RESULTS + 2 * _HOUR,
        life.release_truth,
        reached=_SWITCH | {"truth"},
    ),
)
BY_NAME = {moment.name: moment for moment in MOMENTS}


@dataclass(frozen=True)
class Board:
    """A leaderboard as somebody was shown it, and as it should have been."""

    task: str
    answer: dict[str, Any]
    part: str | None
    right: State


@dataclass
class Crawled:
    """All that was found."""

    answers: dict[tuple[str, str], list[Answer]] = field(default_factory=dict)
    secrets: dict[str, list[Secret]] = field(default_factory=dict)
    boards: dict[tuple[str, str], list[Board]] = field(default_factory=dict)
    mails: list[tuple[Moment, str, Answer]] = field(default_factory=list)
    log: Answer | None = None
    history: list[Answer] = field(default_factory=list)


class _Log(logging.Handler):
    """Keeps all that any part of the platform writes down."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {self.format(record)}")


def crawl_all(world: World) -> Crawled:
    """Live the campaign, have everybody look at each border, and return what they were told."""
    crawled, log = Crawled(), _Log()
    root = logging.getLogger()
    root.addHandler(log)
    try:
        for moment in MOMENTS:
            _live_and_crawl(world, moment, crawled)
    finally:
        root.removeHandler(log)
    secret = _words(crawled.secrets[MOMENTS[-1].name])
    crawled.log = what_it_says("the log", "", 0, "\n".join(log.lines), secret)
    crawled.history = list(_history(secret))
    return crawled


def _words(secrets: list[Secret]) -> frozenset[str]:
    return frozenset().union(*(one.words for one in secrets))


def _live_and_crawl(world: World, moment: Moment, crawled: Crawled) -> None:
    mail.outbox = []
    world.stop_clock(moment.at)
    if moment.deed:
        moment.deed(world)
        send_mails()
    secret = _words(secrets_of(world))
    addresses = beginnings(world) if moment.deep else at_a_border(world)
    # Organisers look first: what was made for their eyes is kept, and must not be handed to others.
    for role in sorted(moment.roles, key=lambda role: role not in ORGANISERS):
        crawler = Crawler(role, world.people.get(role), world.tokens.get(role, ""), secret)
        answers = crawler.crawl(addresses) if moment.deep else crawler.look(addresses)
        crawled.answers[moment.name, role] = list(answers)
        crawled.boards[moment.name, role] = list(_boards(world, moment, role, crawler.client))
    crawled.secrets[moment.name] = secrets_of(world)
    crawled.mails += [(moment, *one) for one in _mails(world, secret)]


def _boards(world: World, moment: Moment, role: str, client: Client) -> Iterator[Board]:
    for slug, task in world.tasks.items():
        for best in (False, True):
            place = f"/api/v1/tasks/{slug}/leaderboard/?page_size=500&best={best}"
            part = moment.part(slug, role)
            yield Board(slug, client.get(place).json(), part, expected(task, part, best=best))


def _mails(world: World, secret: frozenset[str]) -> Iterator[tuple[str, Answer]]:
    """Yield each mail with everybody who got it; who has no account is anonymous."""
    roles = {user.email: name for name, user in world.people.items()}
    for one in mail.outbox:
        text = f"{one.subject}\n{one.body}\n{one.extra_headers}"
        for address in one.recipients():
            role = roles.get(address, "anonymous")
            said = f"{text}\n{', '.join(one.to)}"
            yield address, what_it_says(role, f"mail {one.subject}", 0, said, secret)


def _history(secret: frozenset[str]) -> Iterator[Answer]:
    for model in apps.get_app_config("campaign").get_models():
        if model.__name__.endswith("Event"):
            rows = "\n".join(str(model_to_dict(row)) for row in model._default_manager.all())
            yield what_it_says("the history", model.__name__, 0, rows, secret)
