"""What stands in the record beside a change that came by a page or by the API."""

from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from pghistory.middleware import HistoryMiddleware

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class RecordMiddleware(HistoryMiddleware):
    """Notes who asks and by which route; never the address itself, which may hold a secret.

    Whoever comes with a token is known when the API has read it: pghistory hears of it then.
    """

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        del context["url"]
        return context if request.method in _READS else context | {"route": _route(request)}


def _route(request: HttpRequest) -> str:
    try:
        return resolve(request.path_info).route
    except Resolver404:
        return ""
