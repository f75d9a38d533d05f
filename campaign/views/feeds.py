"""News as Atom, for whoever follows campaigns by a reader of feeds."""

from datetime import datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Campaign, Phase
from campaign.reads.news import News, news
from campaign.templatetags.prose import markdown

_OPENED = {
    Phase.Kind.REGISTRATION: gettext_lazy("registration is open"),
    Phase.Kind.SUBMISSION: gettext_lazy("submission is open"),
    Phase.Kind.RESULTS: gettext_lazy("the results are out"),
}


@require_safe
def campaign_news(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Send what is new in all campaigns, or in one."""
    answer: HttpResponse = NewsFeed()(request, slug=slug)
    return answer


class NewsFeed(Feed):  # type: ignore[type-arg]  # generic for type checkers only
    feed_type = Atom1Feed

    def get_object(self, _request: HttpRequest, slug: str) -> Campaign | None:
        return get_object_or_404(Campaign, slug=slug) if slug else None

    def title(self, campaign: Campaign | None) -> str:
        return campaign.title if campaign else "Clefboard"

    def link(self, campaign: Campaign | None) -> str:
        return campaign.get_absolute_url() if campaign else reverse("home")

    def feed_url(self, campaign: Campaign | None) -> str:
        return reverse("campaign-news", args=[campaign.slug]) if campaign else reverse("news")

    def items(self, campaign: Campaign | None) -> list[News]:
        return news(now=now(), campaign=campaign)

    def item_title(self, item: Any) -> str:
        said = str(_OPENED[item.opened]) if item.opened else item.subject
        return _("%(task)s: %(said)s") % {"task": item.task.title, "said": said}

    def item_description(self, item: Any) -> str:
        return str(markdown(item.text)) if item.text else str(item.task.question)

    def item_link(self, item: News) -> str:
        page = "task-leaderboard" if item.opened == Phase.Kind.RESULTS else "task"
        return reverse(page, args=[item.task.slug])

    def item_guid(self, item: News) -> str:
        """Return what stays when the platform moves or a task is renamed: no address."""
        return f"urn:clefboard:{item.key}"

    def item_pubdate(self, item: News) -> datetime:
        return item.when

    def item_updateddate(self, item: News) -> datetime:
        return item.when
