"""A service's no, as a page, or as a part of the page whose script asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaign.refusals import Refusal, status_of

View = Callable[..., HttpResponse]


def says_refusals(view: View) -> View:
    """Let a view answer a service's refusal with its sentence and its status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return render_refusal(request, refusal)

    return answer


def render_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the sentence, the problems of a file, and the run that is there already."""
    template = "campaign/_refusal.html" if asks_for_part(request) else "campaign/refusal.html"
    return render(request, template, {"refusal": refusal}, status=status_of(refusal))


def asks_for_part(request: HttpRequest) -> bool:
    """Tell whether a script of the page asks, to show the answer in its place."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"
