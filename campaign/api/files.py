"""Answers that are files: sent as they lie, whatever the client said it accepts."""

from collections.abc import Callable, Iterable

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView


class _ErrorsInJson(DefaultContentNegotiation):
    """Renders refusals as JSON: `Accept: text/csv` must not forbid the API to say why not."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return JSONRenderer(), JSONRenderer.media_type


class FileView(APIView):
    """A view whose answer is a file and whose refusals are JSON."""

    content_negotiation_class = _ErrorsInJson


def conditional(
    request: Request, etag: str, make_answer: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Return the answer with its ETag, or 304 for whoever has this version already."""
    quoted = f'"{etag}"'
    answer = get_conditional_response(request, etag=quoted) or make_answer()
    answer["ETag"] = quoted
    answer["Cache-Control"] = "private, no-cache"  # keep it, and ask whether it has changed
    return answer
