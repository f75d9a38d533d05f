"""The way in: what is open, and the campaigns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.exports.linked import event
from campaign.models import Campaign, Task, User
from campaign.reads.attention import concerns
from campaign.reads.demo import demo_state
from campaign.reads.funnels import campaign_funnel
from campaign.reads.roles import acts_for, role_in
from campaign.reads.tasks import TaskCard, campaign_cards, other_campaigns, task_cards
from campaign.reads.timelines import campaign_timeline
from campaign.reads.visibility import Viewer
from campaign.views.history_chapters import Printed, small_figures


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = task_cards(Task.objects.all(), now())
    printed = Printed()
    context = {
        "open_tasks": [card for card in cards if card.open],
        "campaigns": campaign_cards(cards),
        "demo": demo_state(),
        "past_editions": printed.past.boards,
        "figures": small_figures(printed),
    }
    return render(request, "campaign/home.html", context)


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Campaign, slug=slug)
    cards = task_cards(found.tasks.all(), now())
    context = {
        "campaign": found,
        "timeline": campaign_timeline(found, now()),
        "tasks": cards,
        "funnel": campaign_funnel(found),
        "others": other_campaigns(found),
        "generated": any(card.task.generated for card in cards),
        "loads_tasks": isinstance(request.user, User) and acts_for(found, request.user),
        "published": found.tasks.filter(published_results__isnull=False).exists(),
        "event": event(found, [card.task for card in cards], address_of=request.build_absolute_uri),
        "organised": _organised(found, cards, request.user),
    }
    return render(request, "campaign/campaign.html", context)


def _organised(
    campaign: Campaign, cards: list[TaskCard], viewer: Viewer
) -> list[tuple[Task, int]] | None:
    """Return how many things wait in each task, for whoever has a role in the campaign."""
    if not role_in(campaign, viewer):
        return None
    tasks = [card.task for card in cards]
    waiting = concerns(tasks, now())
    return [(task, len(waiting[task.pk])) for task in tasks]
