"""Search over what is public: campaigns, past ones too, tasks, teams and species, whoever asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.core.paginator import Page, Paginator
from django.db.models import Case, F, QuerySet, When
from django.db.models.functions import Lower

from campaign.models import Campaign, PublishedResult, Species, Task, Team
from campaign.models.search_words import (
    OF_CAMPAIGNS,
    OF_PRINTED,
    OF_TASKS,
    OF_TEAMS,
    begins_with,
)
from campaign.reads.boards import teams_shown
from campaign.reads.history import PastEdition, past_editions
from campaign.reads.tables import test_data_shows

LONGEST = 100  # characters of a question
_FEW, _MANY = 8, 50  # rows of each kind beside the others, and of one by itself


@dataclass(frozen=True)
class Hits:
    """What was found of one kind: a page of campaigns, of past ones, of tasks, teams or `SpeciesHit`s."""

    kind: str
    page: Page[Any]

    @property
    def count(self) -> int:
        return self.page.paginator.count


@dataclass(frozen=True)
class SpeciesHit:
    """A species with the tasks that have it as a class."""

    name: str
    family: str
    tasks: list[Task]


def search(*, text: str, now: datetime, kind: str = "", page: int = 1) -> list[Hits]:
    """Return what has words that begin as all those of a text do; kinds without a hit are left out.

    A team is found once a run of it shows on a leaderboard, a species while the test data is public
    that has it: by everybody, for whoever asks finds the same.

    Parameters
    ----------
    kind
        One of `KINDS`, by itself and page by page; empty for the first few of each.
    """
    text = text[:LONGEST].replace("\x00", " ").strip()  # which the database cannot read
    question = begins_with(text)
    if question is None:
        return []
    tasks = {task.pk: task for task in _tasks()}
    found = []
    for name in [kind] if kind else KINDS:
        rows = KINDS[name](question, text, tasks, now)
        shown = Paginator(rows, _MANY if kind else _FEW).get_page(page if kind else 1)
        found.append(Hits(name, _with_tasks(shown, tasks) if name == "species" else shown))
    return [hits for hits in found if hits.count]


def _tasks() -> QuerySet[Task]:
    return Task.objects.select_related("campaign", "current_truth").prefetch_related("phases")


def _matching(
    rows: QuerySet[Any], words: Any, question: SearchQuery, *then_by: str
) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.alias(found_by=words).filter(found_by=question)
    return found.order_by(SearchRank(F("found_by"), question).desc(), *then_by)


def _found_tasks(
    question: SearchQuery, _text: str, _tasks_by_pk: dict[int, Task], _now: datetime
) -> QuerySet[Task]:
    return _matching(
        Task.objects.select_related("campaign"), OF_TASKS, question, "position", "slug"
    )


def _found_campaigns(
    question: SearchQuery, _text: str, _tasks_by_pk: dict[int, Task], _now: datetime
) -> QuerySet[Campaign]:
    return _matching(Campaign.objects.all(), OF_CAMPAIGNS, question, "position", "slug")


def _found_editions(
    question: SearchQuery, _text: str, _tasks_by_pk: dict[int, Task], _now: datetime
) -> list[PastEdition]:
    """Return the printed leaderboards that are called so, or that a team of this name is on."""
    rows = PublishedResult.objects.alias(found_by=OF_PRINTED).filter(found_by=question)
    there = set(rows.values_list("series", "year"))
    return [one for one in past_editions() if (one.series, one.year) in there] if there else []


def _found_teams(
    question: SearchQuery, _text: str, tasks: dict[int, Task], now: datetime
) -> QuerySet[Team]:
    return _matching(teams_shown(now, tasks.values()), OF_TEAMS, question, "slug")


def _found_species(
    question: SearchQuery, text: str, tasks: dict[int, Task], now: datetime
) -> QuerySet[Species, Any]:
    public = [
        task.current_truth_id
        for task in tasks.values()
        if test_data_shows(task, AnonymousUser(), now)
    ]
    begins = Case(When(name__istartswith=text, then=0), default=1)
    return (
        Species.objects.filter(truth_version__in=public, words=question)
        .values("name", "family")
        .annotate(tasks=ArrayAgg("truth_version__task", distinct=True))
        .order_by(begins, Lower("name"), "name", "family")
    )


def _with_tasks(page: Page[Any], tasks: dict[int, Task]) -> Page[Any]:
    page.object_list = [
        SpeciesHit(row["name"], row["family"], [tasks[pk] for pk in row["tasks"]])
        for row in page.object_list
    ]
    return page


_Found = QuerySet[Any, Any] | Sequence[Any]
KINDS: dict[str, Callable[[SearchQuery, str, dict[int, Task], datetime], _Found]] = {
    "tasks": _found_tasks,
    "campaigns": _found_campaigns,
    "editions": _found_editions,
    "teams": _found_teams,
    "species": _found_species,
}
