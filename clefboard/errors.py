"""What can go wrong between a laptop and the platform, each in one line for people."""

from collections.abc import Sequence

from clefboard.findings import Finding


class ApiError(Exception):
    """The platform did not do what was asked; the message is one line for people."""


class Unreachable(ApiError):
    """No answer came."""


class ServerFailed(ApiError):
    """The platform broke, or the answer is not the platform's."""


class WrongContent(ApiError):
    """A file that was fetched is not the one that was promised."""


class Refused(ApiError):
    """The platform answered, and the answer is no."""


class InvalidRunFile(Refused):
    """The file itself was refused.

    Attributes
    ----------
    problems
        Why, in the words of the scorer.
    """

    def __init__(self, message: str, problems: Sequence[Finding]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class DuplicateRun(Refused):
    """The team has submitted the same content before.

    Attributes
    ----------
    run_id, url
        The first run with this content.
    """

    def __init__(self, message: str, run_id: str, url: str) -> None:
        super().__init__(message)
        self.run_id = run_id
        self.url = url
