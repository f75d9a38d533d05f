"""What a service answers when it will not do a thing: said for people, told apart by doors."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class Refusal(Exception):
    """Nothing was done, and the message says why and what would be right.

    Parameters
    ----------
    message
        For the person who asked.
    code
        For programs; stable.
    details
        Whatever a program needs to act: an address, a time, problems.
    """

    def __init__(self, message: str, *, code: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.details = details


class NotAllowed(Refusal):
    """The person may not do this now."""


class NotThere(Refusal):
    """There is no such thing, or not for this person, or not yet."""


class LimitReached(Refusal):
    """A limit of the task or the platform is used up."""


class AlreadyThere(Refusal):
    """The same thing exists; `details` says where."""


class Invalid(Refusal):
    """What was sent is wrong; `details['problems']` says where."""


# ---------------------------------------------------------------- over HTTP, page or API
_STATUS: Mapping[type[Refusal], HTTPStatus] = {
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotThere: HTTPStatus.NOT_FOUND,
    AlreadyThere: HTTPStatus.CONFLICT,
    LimitReached: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal: HTTPStatus.BAD_REQUEST,
}
# Codes that say more than their kind: waiting gives nobody another run, a run's standing is what
# the request is in conflict with, a busy platform is not the asker's limit.
_STATUS_OF_CODE: Mapping[str, HTTPStatus] = {
    "runs_per_team": HTTPStatus.FORBIDDEN,
    "not_active": HTTPStatus.CONFLICT,
    "edited_since": HTTPStatus.CONFLICT,
    "another_difference": HTTPStatus.CONFLICT,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "no_length": HTTPStatus.LENGTH_REQUIRED,
    "checks_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "breakdowns_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "run_sets_busy": HTTPStatus.SERVICE_UNAVAILABLE,
    "run_set_waits": HTTPStatus.SERVICE_UNAVAILABLE,
    "mail_not_sent": HTTPStatus.SERVICE_UNAVAILABLE,
    "check_too_long": HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status_of(refusal: Refusal) -> int:
    """Return the status of an answer that is a refusal."""
    kind = next(_STATUS[ancestor] for ancestor in type(refusal).__mro__ if ancestor in _STATUS)
    return int(_STATUS_OF_CODE.get(refusal.code, kind))
