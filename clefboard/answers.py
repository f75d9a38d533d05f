"""The platform's answers: their JSON, and their refusals in words."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from clefboard.errors import ApiError, DuplicateRun, InvalidRunFile, Refused, ServerFailed
from clefboard.findings import Finding

_WORDS = {
    401: "the token is wrong or has expired: make a new one on your profile page",
    403: "this token may not do that",
    404: "there is no such task or run",
    413: "the file is too large for this task",
    429: "too many requests: wait a little and try again",
}


def read_json(answer: httpx.Response) -> dict[str, Any]:
    """Return the object an answer holds; ServerFailed where it is not the API's."""
    data = _parsed(answer)
    if not isinstance(data, dict):
        raise _not_the_api(answer)
    return data


def read_list(answer: httpx.Response) -> list[dict[str, Any]]:
    """Return the list of objects an answer holds; ServerFailed where it is not the API's."""
    data = _parsed(answer)
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise _not_the_api(answer)
    return data


def _parsed(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise _not_the_api(answer) from error


def _not_the_api(answer: httpx.Response) -> ServerFailed:
    return ServerFailed(f"{_origin(answer)} does not answer as this API does")


def read_findings(data: Mapping[str, Any], key: str) -> tuple[Finding, ...]:
    """Return the problems or warnings of an answer."""
    entries = data.get(key)
    if not isinstance(entries, list):
        return ()
    return tuple(Finding.from_json(e if isinstance(e, dict) else {"message": e}) for e in entries)


def raise_for_status(answer: httpx.Response) -> None:
    """Raise the `ApiError` an answer stands for; return where it is none."""
    if answer.is_success:
        return
    if answer.is_redirect:
        place = answer.headers.get("Location", "elsewhere")
        raise Refused(f"{answer.url} has moved to {place}: give the new address with --url")
    if answer.is_server_error:
        raise ServerFailed(
            f"the platform failed ({answer.status_code}), which is not your file's fault: try again"
        )
    raise _refusal(answer)


def _refusal(answer: httpx.Response) -> ApiError:
    try:
        data = read_json(answer)
    except ServerFailed as error:  # a proxy's own page
        words = _WORDS.get(answer.status_code)
        return Refused(words) if words else error
    words = "; ".join(_details(data)) or _WORDS.get(answer.status_code, "the platform says no")
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        words = f"{_WORDS[401]} ({words})"
    if answer.status_code == httpx.codes.CONFLICT and "id" in data:
        url = str(answer.url.join(str(data.get("url", ""))))
        return DuplicateRun(words, str(data["id"]), url)
    if problems := read_findings(data, "problems"):
        return InvalidRunFile(words, problems)
    return Refused(words)


def _details(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the sentences of a refusal: a detail, or the complaints about each field."""
    for key, value in data.items():
        if key == "detail":
            yield str(value)
        elif key not in {"id", "url", "problems", "warnings", "code", "errors"}:
            texts = value if isinstance(value, list) else [value]
            yield f"{key}: {' '.join(str(text) for text in texts)}"


def _origin(answer: httpx.Response) -> str:
    return f"{answer.url.scheme}://{answer.url.netloc.decode()}"
