"""The way in: what is open, and the campaigns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Campaign, Task
from campaign.reads.tasks import campaigns, task_cards
from campaign.reads.timelines import campaign_timeline


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    cards = task_cards(Task.objects.all(), now())
    context = {
        "open_tasks": [card for card in cards if card.open],
        "campaigns": campaigns(),
    }
    return render(request, "campaign/home.html", context)


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Campaign, slug=slug)
    context = {
        "campaign": found,
        "timeline": campaign_timeline(found, now()),
        "tasks": task_cards(found.tasks.all(), now()),
    }
    return render(request, "campaign/campaign.html", context)
