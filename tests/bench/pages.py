"""Every page that has a line in `tests/campaign/page_queries.py`, asked by eight clients at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.bench.clients import N_CLIENTS, Answer, ask_all
from tests.bench.figures import percentile
from tests.bench.live import servers
from tests.campaign.page_queries import Line, lines

HEADING = "Every page"
REQUESTS_EACH = 5
_NOW = datetime(
    2017, 5, 1, 12, tzinfo=UTC
)  # that of `tests/campaign/factories.py`, which wants Django
_ABOUT = (
    f"The world of `tests/campaign/busy_world.py`, {N_CLIENTS} clients at once, {N_CLIENTS * REQUESTS_EACH}"
    " requests a page. Bytes as they travel, compressed, and of the page itself; capital words stand for numbers."
)
_HEAD = "| page | as | queries | p50 | p95 | sent | unpacked |\n|---|---|--:|--:|--:|--:|--:|"


@dataclass(frozen=True)
class Page:
    """A page, and the answers to whoever asked for it."""

    line: Line
    answers: Sequence[Answer]

    def __str__(self) -> str:
        line = self.line
        return f"| `{line.address}` | {line.viewer} | {line.queries} | {cells(self.answers)} |"


def cells(answers: Sequence[Answer]) -> str:
    """Return the cells of the table that tell how long a page took, and how large it was."""
    times = [1000 * answer.seconds for answer in answers]
    sent = max(answer.sent_bytes for answer in answers)
    whole = max(answer.page_bytes for answer in answers)
    return (
        f"{percentile(times, 50):.0f} ms | {percentile(times, 95):.0f} ms"
        f" | {sent / 1000:.1f} kB | {whole / 1000:.1f} kB"
    )


def section() -> Iterator[str]:
    """Yield the lines of the section as they are measured, the table's in the order of the access matrix."""
    yield from (_ABOUT, "", _HEAD)
    yield from map(str, _pages())


def _pages() -> Iterator[Page]:
    moved = (_NOW - datetime.now(UTC)).total_seconds()
    with servers(CLEFBOARD_NOW=str(moved)) as made:
        world = made.make("pages", made.var_dir)
        with made.platform() as live:
            for line in lines():
                path = line.address
                for word, value in world["words"].items():
                    path = path.replace(word, value)
                session = world["sessions"].get(line.viewer)
                cookies = {"sessionid": session} if session else {}
                ask_all(live.url + path, 1, cookies)  # what is made when first asked for, is
                yield Page(line, ask_all(live.url + path, REQUESTS_EACH, cookies))
