"""What is secret, and from whom until when."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from campaign.models import (
    Analysis,
    ApiToken,
    Breakdown,
    CampaignInvitation,
    Comparison,
    DataFile,
    FinalPackage,
    Invitation,
    Run,
    Score,
    TruthVersion,
)
from campaign.services.announcements import stop_token
from tests.campaign.crawl.crawler import BY_CLASS
from tests.campaign.crawl.levels import SIGHTING, USAGE, sighting
from tests.campaign.crawl.life import PAPER
from tests.campaign.crawl.world import World

ORGANISERS = frozenset({"viewer", "organiser", "owner", "staff"})
PRIVATE = "zqprivate"  # the folder of private storage
_LONG = 12  # characters of a number that is no share of a small count

# Who reads what, from when on, as product.md has it. Team: whose it is. The first column is of staff, who
# organise every task; the third of everybody else. Scores of the public part are no secret.
TABLE = """
what                          staff    organisers  team     others

public part                   always   always      always   always
private part                  always   always      results  results
whole test                    always   always      never    never
waiting, private part         always   always      switch   switch
waiting, elsewhere            always   always      never    never
taken back unseen             always   always      never    never
silent task                   always   always      results  results
labels                        always   always      truth    truth
by class                      always   always      results  results
hidden columns                always   always      truth    truth
truth's digest                never    never       never    never
team's file                   always   always      always   never
reason                        always   always      always   never
failure                       always   always      never    never
baseline's log                always   always      never    never
silent baseline's papers      always   always      results  results
data set                      always   always      always   never
address of a captain          always   always      always   never
address                       always   never       always   never
link                          never    never       never    never
private place                 never    never       never    never
"""
COLUMNS = ("staff", "organisers", "team", "others")
AGAINST = Q(kind__contains=" against ")  # two runs beside each other


def who_reads(table: str) -> dict[str, dict[str, str]]:
    lines = [re.split(r"\s{2,}", line.strip()) for line in table.splitlines() if line.strip()]
    assert lines[0] == ["what", *COLUMNS]
    return {what: dict(zip(COLUMNS, when, strict=True)) for what, *when in lines[1:]}


READERS = who_reads(TABLE)


@dataclass(frozen=True)
class Secret:
    """A line of the table: its words or its numbers, and whose it is."""

    what: str
    words: frozenset[str] = frozenset()
    numbers: frozenset[float] = frozenset()
    team: frozenset[str] = frozenset()
    finer: bool = False  # ends of intervals and breakdowns: one may be another's by chance
    many: bool = False  # thousands: short ones are others' by chance, and so are all once rounded

    @property
    def digits(self) -> set[str]:
        """Return what betrays its numbers."""
        if self.many:
            return {text for text in map(exactly, self.numbers) if len(text) > _LONG}
        return roundings(self.numbers)

    def shows(self, role: str, reached: Iterable[str]) -> bool:
        """Tell whether somebody may read it, once these things have come to pass."""
        when = {READERS[self.what][column] for column in self._columns(role)}
        return "always" in when or not when.isdisjoint(reached)

    def _columns(self, role: str) -> Iterator[str]:
        yield "staff" if role == "staff" else "organisers" if role in ORGANISERS else "others"
        if role in self.team:
            yield "team"


def exactly(number: float) -> str:
    """Return a number as programs are told it; what looks long by an error of the last digit alone is short."""
    near = round(number, 12)
    return repr(near if len(repr(near)) < _LONG else number)


def roundings(numbers: Iterable[float]) -> set[str]:
    """Return how numbers may be written: with three digits, as pages do, and more, as programs do."""
    written = {
        text
        for one in numbers
        for text in (exactly(one), *(f"{one:.{digits}f}" for digits in (3, 4, 5, 6)))
    }
    return written - {f"{one:.{digits}f}" for one in (0, 1) for digits in (1, 3, 4, 5, 6)}


# ---------------------------------------------------------------- what there is
def secrets_of(world: World) -> list[Secret]:
    """Return all that is secret in the campaign at this moment of its life."""
    return [
        *_scores(),
        *_of_teams(world),
        *_labels(world),
        *_addresses(world),
        *_data(world),
        Secret("by class", frozenset({BY_CLASS})),
        Secret("failure", frozenset({"zqfailure"})),
        Secret("baseline's log", frozenset({"zqbaselinelog"})),
        Secret("silent baseline's papers", frozenset({PAPER})),
        Secret("reason", frozenset({"zqrefusal"}), team=frozenset({"moss"})),
        Secret("reason", frozenset({"zqdisqualified"}), team=frozenset({"rush"})),
        *_links(world),
        Secret("private place", frozenset(_places())),
    ]


def _scores() -> Iterator[Secret]:
    found: defaultdict[tuple[str, bool], set[float]] = defaultdict(set)
    path = "evaluation__run__registration__task__slug"
    about = (path, "evaluation__truth_version__number", "evaluation__run__withdrawn_unseen", "part")
    for *where, value, low, high in Score.objects.values_list(*about, "value", "low", "high"):
        found[_kind(*where), False].add(value)
        found[_kind(*where), True] |= {low, high} - {None}
    for *where, data in Breakdown.objects.exclude(AGAINST).values_list(*about, "data"):
        found[_kind(*where), True] |= set(_floats(data))
    found["public part", True] |= set(_public_differences())
    for (what, finer), numbers in found.items():
        yield Secret(what, numbers=frozenset(numbers), finer=finer)
    yield from _analyses()


def _analyses() -> Iterator[Secret]:
    """Yield what analyses found, of each part."""
    about = ("task__slug", "task__current_truth__number", "part", "data")
    for slug, version, part, data in Analysis.objects.exclude(data=None).values_list(*about):
        numbers = map(abs, _floats(data))
        what = _kind(slug, version, unseen=False, part=part)
        yield Secret(what, numbers=frozenset(numbers), finer=True, many=True)


def _public_differences() -> Iterator[float]:
    """Yield what the differences of two runs on a public part are, and how sure.

    Those of other parts are no canaries: two runs of few queries often differ by as much as two others.
    """
    for data in Breakdown.objects.filter(AGAINST, part="public").values_list("data", flat=True):
        yield from map(abs, _floats(data))  # signs are not read in answers
    tests = ("difference", "low", "high", "p", "adjusted")
    for numbers in Comparison.objects.filter(part="public").values_list(*tests):
        yield from (abs(number) for number in numbers if number is not None)


def _kind(slug: str, version: int, unseen: bool, part: str) -> str:
    if slug == "silent":
        return "silent task"
    if version == 2:
        return "waiting, private part" if part == "private" else "waiting, elsewhere"
    if unseen and part == "public":
        return "taken back unseen"
    return "whole test" if part == "all" else f"{part} part"


def _floats(data: Any) -> Iterator[float]:
    """Yield the numbers in an answer that was kept."""
    if isinstance(data, float):
        yield data
    elif isinstance(data, dict | list):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _floats(one)


SEDGES = frozenset({"reed", "fern"})
RUSHES = frozenset({"rush"})


def _of_teams(world: World) -> Iterator[Secret]:
    for team, people in (("Sedges", SEDGES), ("Rushes", RUSHES)):
        files = Run.objects.filter(registration__team__name=team)
        words = set(files.values_list("content_sha256", flat=True))
        words |= {name.partition(".")[0] for name in files.values_list("file_name", flat=True)}
        yield Secret("team's file", frozenset(words), team=people)
    yield Secret("team's file", frozenset({"zqnosuchquery"}), team=SEDGES)


def _labels(world: World) -> Iterator[Secret]:
    words = {sighting(slug, i) for slug in ("task", "silent") for i in range(20)}
    yield Secret("labels", frozenset(words))
    yield Secret("hidden columns", frozenset({SIGHTING, USAGE}))
    digests = TruthVersion.objects.values_list("digest", "files_digest")
    yield Secret("truth's digest", frozenset(one for pair in digests for one in pair))


def _addresses(world: World) -> Iterator[Secret]:
    for name in world.people:
        takes_part = name in {"reed", "fern", "rush", "moss"}
        what = "address of a captain" if takes_part else "address"
        yield Secret(what, frozenset({f"{name}mailbox"}), team=frozenset({name}) | _invited(name))
    # Reed invited the guest to the Sedges by mail, and captains read where invitations went: Fern is one, too,
    # as whoever leads a team that is merged into another.
    yield Secret("address", frozenset({"guestmailbox"}), team=_invited("guest") | SEDGES)


def _invited(name: str) -> frozenset[str]:
    """Return who invited somebody by mail, and so knows the address: owners do."""
    return frozenset({"owner"}) if name in {"viewer", "guest"} else frozenset()


def _data(world: World) -> Iterator[Secret]:
    for slug in ("task", "silent"):
        for access in ("registered", "approved"):
            yield Secret("data set", frozenset({f"zqdata{slug}{access}"}), team=SEDGES | RUSHES)


def _links(world: World) -> Iterator[Secret]:
    """Yield what opens a door, with whoever is mailed it; and what is stored of such."""
    yield Secret("link", frozenset(world.links.values()), team=frozenset({"anonymous"}))
    for name, user in world.people.items():
        signed = max(stop_token(user).split("."), key=len)
        yield Secret("link", frozenset({signed}), team=frozenset({name}))
    stored = [
        digest
        for model in (ApiToken, Invitation, CampaignInvitation)
        for digest in model.objects.values_list("digest", flat=True)
    ]
    yield Secret("link", frozenset([*stored, *world.tokens.values()]))


def _places() -> Iterator[str]:
    yield PRIVATE
    keys = [
        *Run.objects.values_list("file_key", flat=True),
        *TruthVersion.objects.values_list("folder", flat=True),
        *DataFile.objects.values_list("key", flat=True),
        *FinalPackage.objects.values_list("key", flat=True),
    ]
    for key in keys:
        yield from re.findall(r"[0-9a-f]{32}", key)
