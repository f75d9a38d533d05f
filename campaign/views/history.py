"""The history of the field: what was printed of past editions, chapter by chapter."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from campaign.charts.boards import printed_board
from campaign.reads.history import board, find_past_edition
from campaign.views.history_chapters import CHAPTERS, UNITS, Printed, small_figures
from campaign.views.refusals import says_refusals


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    printed = Printed()
    figures = small_figures(printed)
    context = {
        "figures": figures,
        "chapters": [(one, one.says(printed) if figures else "") for one in CHAPTERS.values()],
        "past_editions": printed.past.boards,
    }
    return render(request, "campaign/history.html", context)


@require_safe
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    found = CHAPTERS.get(slug)
    if found is None:
        raise Http404
    unit = request.GET.get("by", "")
    context = {
        "chapter": found,
        "chapters": CHAPTERS.values(),
        "parts": found.parts(unit if unit in UNITS else UNITS[0]),
    }
    return render(request, "campaign/history_chapter.html", context)


@require_safe
@says_refusals
def past_board(request: HttpRequest, slug: str) -> HttpResponseBase:
    edition = find_past_edition(slug)
    published = board(edition.series, edition.year)
    context = {
        "edition": edition,
        "chapters": CHAPTERS.values(),
        "published": published,
        "chart": printed_board("board", edition.title, published),
    }
    return render(request, "campaign/history_board.html", context)
