"""An organiser who ends a re-scoring by a button, and may lose the connection meanwhile.

    python -m tests.chaos.organiser URL SESSION PATH

says that it is ready, waits for a line, and posts. A process of its own, for the tests fork: they must
not have threads.
"""

import sys
from contextlib import suppress

import httpx

ORGANISER_SAYS_READY = "ready"
_TOKEN = "c" * 32  # whatever it is: form and cookie must hold the same one


def post(url: str, session: str, path: str) -> None:
    """Press a button of the organisers' pages."""
    with httpx.Client(
        base_url=url, cookies={"sessionid": session, "csrftoken": _TOKEN}, timeout=60
    ) as browser:
        answer = browser.post(path, data={"csrfmiddlewaretoken": _TOKEN})
    if answer.status_code != httpx.codes.FOUND:
        answer.raise_for_status()
        raise AssertionError(answer.text)


if __name__ == "__main__":
    sys.stdout.write(f"{ORGANISER_SAYS_READY}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    with suppress(httpx.HTTPError):
        post(*sys.argv[1:])
