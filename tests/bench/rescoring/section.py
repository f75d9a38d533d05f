"""What the page says of re-scoring."""

import statistics
from collections.abc import Callable, Iterator, Sequence

from tests.bench.rescoring.measuring import Measured, Rescored
from tests.bench.rescoring.readers import Times
from tests.bench.rescoring.run_files import FEW, MANY, N_QUERIES, is_full

HEADING = "Re-scoring all runs"


def section(measured: Measured) -> Iterator[str]:
    """Yield the lines of the section, but on what machine it was measured."""
    n_full = sum(map(is_full, range(measured.n_runs)))
    yield (
        f"A task of the size of PlantCLEF 2017 with {measured.n_runs:,} runs of"
        f" {measured.stored_bytes / 1e6:,.0f} MB: {n_full:,} of {N_QUERIES * MANY:,} lines,"
        f" {measured.n_runs - n_full:,} with {FEW} predictions a query ({N_QUERIES * FEW:,} lines)."
        " An organiser sends a new truth version as a zip, all runs are scored by it in the background,"
        " then it is put in force. First one label in a hundred is another one and one query in two"
        " hundred is gone: every file is read again. Then there is a metric more: none is read."
        " Meanwhile a reader asks for a page every fifth of a second, and a team sends runs of 1.8"
        " million lines, one after the other, which are scored too."
    )
    yield ""
    yield from _table(measured.rescored)
    for one in measured.rescored:
        yield from ("", f"### Meanwhile: {one.kind}", "", *_answers(one))


def _table(rescored: Sequence[Rescored]) -> Iterator[str]:
    yield f"| | {' | '.join(one.kind for one in rescored)} |"
    yield "|---|" + "--:|" * len(rescored)
    rows: dict[str, Callable[[Rescored], str]] = {
        "the new version sent, checked and stored": lambda one: f"{one.loaded_s:.1f} s",
        "runs scored": lambda one: f"{one.n_runs:,}",
        "**all of them**": lambda one: f"{one.seconds:.0f} s",
        "runs a second": lambda one: f"{one.n_runs / one.seconds:.1f}",
        "a run: reading and checking": lambda one: f"{one.read_s / one.n_runs:.2f} s",
        "a run: scores and their intervals": lambda one: f"{one.scored_s / one.n_runs:.2f} s",
        "processor time of the worker": lambda one: f"{one.worker.cpu_s:.0f} s",
        "its memory, both scorings together": lambda one: f"{one.worker.peak_mb:.0f} MB",
        "time left, as it was said": _forecasts,
        "old against new, a page of 100 runs": lambda one: _ms(statistics.median(one.compared)),
        "the switch": lambda one: _ms(one.switch_s),
        "the slowest page during it": lambda one: _ms(one.slowest_s),
    }
    for what, cell in rows.items():
        yield f"| {what} | {' | '.join(map(cell, rescored))} |"


def _forecasts(one: Rescored) -> str:
    said = (f"at {f.share:.0%} {f.said_s:.0f} s, was {f.took_s:.0f} s" for f in one.forecasts)
    return "; ".join(said)


def _answers(one: Rescored) -> Iterator[str]:
    yield "| answer | quiet: median | p95 | meanwhile: median | p95 | median | p95 |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for name, quiet in one.quiet.items():
        if meanwhile := one.meanwhile[name]:
            pairs = [(of(quiet), of(meanwhile)) for of in (statistics.median, p95)]
            times = [_ms(own) for side in zip(*pairs, strict=True) for own in side]
            ratios = [f"{now / then:.2f} ×" for then, now in pairs]
            yield f"| {name} | {' | '.join([*times, *ratios])} |"


def p95(times: Times) -> float:
    """Return what 95 of 100 answers took at most.

    Examples
    --------
    >>> p95([0.1] * 19 + [2.0]), p95([0.3])
    (0.1, 0.3)
    """
    return sorted(times)[max(0, -(-95 * len(times) // 100) - 1)]


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:,.0f} ms"
