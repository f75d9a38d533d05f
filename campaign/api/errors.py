"""Every no of the API as JSON: `detail` for people, `code` for programs, and what helps to act."""

import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotAuthenticated, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from campaign.clock import now
from campaign.refusals import Refusal, status_of

log = logging.getLogger(__name__)

_RETRY_S = 5


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer an exception of a view; None for a fault of ours, which Django logs and answers."""
    if isinstance(error, Refusal):
        return _refused(error, context["request"])
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _too_much()
    if isinstance(error, OperationalError | InterfaceError):
        return _without_database(error)
    answer = exception_handler(error, context)
    if answer is not None:
        answer.data = _said(error, answer.data)
    return answer


# ---------------------------------------------------------------- what services refuse
def _refused(refusal: Refusal, request: Request) -> Response:
    status = status_of(refusal)
    details = dict(refusal.details)
    if "run_id" in details:
        details["id"] = details.pop("run_id")
        details["url"] = request.build_absolute_uri(reverse("run", args=[details["id"]]))
    answer = Response({"detail": refusal.message, "code": refusal.code, **details}, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = str(_seconds_to_midnight())
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = str(_RETRY_S)
    return answer


def _seconds_to_midnight() -> int:
    """Return when a limit by day has passed: days are UTC's."""
    moment = now()
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int((midnight - moment).total_seconds()) + 1


# ---------------------------------------------------------------- what requests are wrong about
def _said(error: Exception, data: Any) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        return {"detail": " ".join(_sentences(data)), "code": "invalid", "errors": data}
    code = error.get_codes() if isinstance(error, APIException) else "not_found"
    if isinstance(error, NotAuthenticated):
        return {
            "detail": _(
                "Send your token as 'Authorization: Bearer TOKEN'; your profile page makes it."
            ),
            "code": code,
        }
    return {"detail": str(data["detail"]), "code": code if isinstance(code, str) else "error"}


def _sentences(errors: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong, a field at a time, as one may read it aloud."""
    for field, complaints in errors.items():
        for complaint in complaints:
            named = field != api_settings.NON_FIELD_ERRORS_KEY
            yield f"{field}: {complaint}" if named else str(complaint)


def _too_much() -> Response:
    """Answer what Django refuses while it reads a form: its fields' number or size."""
    detail = _("The fields of this request are too many or too long.")
    return Response({"detail": detail, "code": "too_large"}, status=413)


# ---------------------------------------------------------------- what is our fault
def _without_database(error: Exception) -> Response:
    """Say that a moment's patience helps: a database that restarts is back in seconds."""
    log.error("the database did not answer: %s", error)
    detail = _("The database does not answer at the moment. Try again in a few seconds.")
    answer = Response({"detail": detail, "code": "unavailable"}, status=503)
    answer["Retry-After"] = str(_RETRY_S)
    return answer
