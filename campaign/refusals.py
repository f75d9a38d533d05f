"""What a service answers when it will not do a thing: said for people, told apart by doors."""

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
