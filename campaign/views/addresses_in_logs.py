"""Addresses in the log: one that opens a door stands there as its route."""

import logging

from django.http import HttpRequest
from django.urls import Resolver404, resolve

_OPENS_A_DOOR = frozenset({"secret", "token", "key"})  # what such arguments of routes are called


class WithoutSecrets(logging.Filter):
    """Keeps the secrets of links out of what Django says of a request that it refused."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            said = _said_of(request.path_info)
            record.args = tuple(said if one == request.path else one for one in record.args)
        return True


def _said_of(path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return path
    return match.route if _OPENS_A_DOOR & match.kwargs.keys() else path
