"""What the page says of analyses."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from tests.bench.analyses.measuring import Made, Measured
from tests.bench.clients import N_CLIENTS
from tests.bench.pages import REQUESTS_EACH, cells
from tests.bench.rescoring.run_files import FEW, MANY, N_QUERIES, is_full

HEADING = "Analyses"
WITHIN_S, WITHIN_MS = 60, 200
"""What is wanted: how soon a new run is in all analyses, and how fast pages are at p95."""


def section(measured: Measured) -> Iterator[str]:
    """Yield the lines of the section, but on what machine it was measured."""
    n_full = sum(map(is_full, range(measured.n_runs)))
    yield (
        f"A task of the size of PlantCLEF 2017 with {measured.n_runs:,} runs in teams of four,"
        f" {measured.stored_bytes / 1e6:,.0f} MB: {n_full:,} of {N_QUERIES * MANY:,} lines,"
        f" {measured.n_runs - n_full:,} with {FEW} predictions a query, {measured.n_image_runs} with an"
        " image run beside it; their descriptions vary. The platform starts and makes all analyses, one"
        " worker all of them. Then a run of 1.8 million lines is sent that is better than all:"
        f" within {WITHIN_S} s each analysis is to show it. Its fusions come after, behind all else."
    )
    yield from ("", *_table(measured), "", *_kinds(measured.from_nothing, measured.one_more))
    yield from ("", *_pages(measured))


def _table(measured: Measured) -> Iterator[str]:
    first, again = measured.from_nothing, measured.one_more
    yield "| | from nothing | one run more |"
    yield "|---|--:|--:|"
    yield f"| **all analyses** | {_last(first)} | {_last(again)} |"
    yield f"| all fusions in theirs | {first.fused_s:.0f} s | {again.fused_s:.0f} s |"
    yield f"| all image runs in theirs | {first.images_s:.0f} s | {again.images_s:.0f} s |"
    yield f"| processor time of the worker | {first.worker.cpu_s:.0f} s | {again.worker.cpu_s:.0f} s |"
    yield f"| its memory at most, all processes | {first.worker.peak_mb:.0f} MB | {again.worker.peak_mb:.0f} MB |"
    yield f"| fifty chosen runs, all pairs tested | {measured.chosen_s:.1f} s | |"


def _last(made: Made) -> str:
    return f"{max(made.shown.values()):.0f} s"


def _kinds(first: Made, again: Made) -> Iterator[str]:
    yield "| analysis | took | with one run more: took | shown after |"
    yield "|---|--:|--:|--:|"
    times = [_each(made.shown) for made in (first, again)]
    for kind, shown in again.shown.items():
        one, other = (own.get(kind, 0) for own in times)
        yield f"| {kind} | {one:.1f} s | {other:.1f} s | {shown:.1f} s |"


def _each(shown: Mapping[str, float]) -> dict[str, float]:
    """Return how long each took: from the one before it, the first from the beginning."""
    ends = [0.0, *shown.values()]
    return dict(zip(shown, (end - begin for begin, end in pairwise(ends)), strict=True))


def _pages(measured: Measured) -> Iterator[str]:
    yield (
        f"Pages and API at {N_CLIENTS} clients at once, {N_CLIENTS * REQUESTS_EACH} requests each;"
        f" wanted: p95 under {WITHIN_MS} ms."
    )
    yield ""
    yield "| address | as | p50 | p95 | sent | unpacked |"
    yield "|---|---|--:|--:|--:|--:|"
    for page in measured.pages:
        yield f"| `{page.address}` | {page.viewer} | {cells(page.answers)} |"
