"""Eight clients at once, each asking for one page again and again."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

N_CLIENTS = 8


@dataclass(frozen=True)
class Answer:
    """How long a page took, what of it travelled, and what it was when unpacked."""

    seconds: float
    sent_bytes: int
    page_bytes: int


def ask_all(
    address: str,
    each: int,
    cookies: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> list[Answer]:
    """Return the answers to so many requests of each client."""

    def ask(_client: int) -> list[Answer]:
        with httpx.Client(timeout=60, cookies=cookies, headers=headers) as client:
            return [_ask(client, address) for _ in range(each)]

    with ThreadPoolExecutor(N_CLIENTS) as clients:
        return [answer for answers in clients.map(ask, range(N_CLIENTS)) for answer in answers]


def _ask(client: httpx.Client, address: str) -> Answer:
    began = time.monotonic()
    answer = client.get(address).raise_for_status()
    seconds = time.monotonic() - began
    return Answer(seconds, answer.num_bytes_downloaded, len(answer.content))
