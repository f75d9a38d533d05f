"""One field over all that is public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.reads import search as reads
from campaign.views.frame import page_number

_NAMES = {
    "tasks": gettext_lazy("Tasks"),
    "campaigns": gettext_lazy("Campaigns"),
    "editions": gettext_lazy("Past leaderboards"),
    "teams": gettext_lazy("Teams"),
    "species": gettext_lazy("Species"),
}


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found, as one types where there are scripts."""
    text = request.GET.get("q", "").strip()[: reads.LONGEST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in reads.KINDS else ""
    found = reads.search(text=text, now=now(), kind=kind, page=page_number(request))
    context = {
        "text": text,
        "kind": kind,
        "found": [(_NAMES[hits.kind], hits) for hits in found],
        "count": sum(hits.count for hits in found),
        "longest": reads.LONGEST,
    }
    return render(request, "campaign/search.html", context)
