"""The way in: what is open, and the campaigns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Campaign, Task
from campaign.reads.demo import demo_state
from campaign.reads.tasks import campaign_cards, task_cards
from campaign.reads.timelines import campaign_timeline


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = task_cards(Task.objects.all(), now())
    context = {
        "open_tasks": [card for card in cards if card.open],
        "campaigns": campaign_cards(cards),
        "demo": demo_state(),
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
        "generated": any(card.task.generated for card in cards),
        "published": found.tasks.filter(published_results__isnull=False).exists(),
    }
    return render(request, "campaign/campaign.html", context)
