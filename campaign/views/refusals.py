"""A service's no, as a page, or as a part of the page whose script asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from campaign.refusals import NotAllowed, Refusal, status_of

View = Callable[..., HttpResponseBase]


def says_refusals(view: View) -> View:
    """Let a view answer a service's refusal with its sentence and its status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Refusal as refusal:
            return render_refusal(request, refusal)

    return answer


def render_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answer with the sentence, the problems of a file, and the run that is there already."""
    context = {"refusal": refusal}
    if asks_for_part(request):
        return render_part(request, "campaign/_refusal.html", context, status=status_of(refusal))
    return render(request, "campaign/refusal.html", context, status=status_of(refusal))


def render_part(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer a script of the page; the header tells it that this may be shown in place."""
    answer = render(request, template, context, status=status)
    answer["X-Part"] = "1"
    return answer


def asks_for_part(request: HttpRequest) -> bool:
    """Tell whether a script of the page asks, to show the answer in its place."""
    return request.headers.get("X-Requested-With") == "XMLHttpRequest"


def to_log_in(request: HttpRequest) -> HttpResponse:
    """Lead to the log-in; a script that followed would take that page for its answer."""
    if asks_for_part(request):
        message = _("You are logged out. Log in in another tab, then send the file again.")
        return render_refusal(request, NotAllowed(message, code="logged_out"))
    return redirect_to_login(request.get_full_path())
