"""What search engines ask for: where the public pages are, and where they need not look."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Campaign, Task, Team
from campaign.reads.analyses import analyses_of
from campaign.reads.boards import teams_shown
from campaign.reads.history import past_editions
from campaign.views.history_chapters import CHAPTERS

_TABS = ("task", "task-data", "task-rules", "task-leaderboard", "task-analyses")
_NOT_FOR_ROBOTS = (
    "/accounts/",
    "/admin/",
    "/co-organise/",
    "/join/",
    "/load/",
    "/profile/",
    "/search/",
    "/tasks/*/organise/",
    "/tasks/*/register/",
    "/tasks/*/runs/",
    "/tasks/*/submit/",
)


# Not subscripted: Django's class is generic for type checkers only.
class _Pages(Sitemap):  # type: ignore[type-arg]  # generic for type checkers only
    """Addresses as they are."""

    def location(self, item: str) -> str:
        return item


class _PlacesSitemap(_Pages):
    def items(self) -> list[str]:
        return [reverse(name) for name in ("home", "history", "method-tags", "api-docs")]


class _HistorySitemap(_Pages):
    def items(self) -> list[str]:
        boards = [edition.get_absolute_url() for edition in past_editions()]
        return [*(reverse("history-chapter", args=[slug]) for slug in CHAPTERS), *boards]


class _CampaignsSitemap(Sitemap):  # type: ignore[type-arg]  # generic for type checkers only
    def items(self) -> Iterable[Campaign]:
        return Campaign.objects.all()


class _TasksSitemap(_Pages):
    def items(self) -> list[str]:
        slugs = Task.objects.values_list("slug", flat=True)
        return [reverse(tab, args=[slug]) for slug in slugs for tab in _TABS]


class _AnalysesSitemap(_Pages):
    def items(self) -> list[str]:
        tasks = Task.objects.select_related("current_truth").prefetch_related("phases")
        return [
            reverse("task-analysis", args=[task.slug, kind.slug])
            for task in tasks
            for kind in analyses_of(task, AnonymousUser(), now()).kinds
        ]


class _TeamsSitemap(Sitemap):  # type: ignore[type-arg]  # generic for type checkers only
    def items(self) -> Iterable[Team]:
        return teams_shown(now()).filter(merged_into=None)


_SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "places": _PlacesSitemap,
    "history": _HistorySitemap,
    "campaigns": _CampaignsSitemap,
    "tasks": _TasksSitemap,
    "analyses": _AnalysesSitemap,
    "teams": _TeamsSitemap,
}


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public pages; none of a team before a run of it shows, and no runs: leaderboards lead to them."""
    answer: HttpResponse = sitemap_of(request, _SITEMAPS)
    return answer


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Say where robots need not look; what is not for them is closed by other means."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), ""]
    lines.append(f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
