"""What docs/benchmarks.md says of scoring a run."""

from collections.abc import Iterator, Mapping

from tests.bench.scoring.contenders import (
    CAT,
    CHECKED,
    CONTENDERS,
    ONE_THREAD,
    PLAIN,
    PYTHON,
    TWIN,
    TWO_THREADS,
    VARIANTS,
)
from tests.bench.scoring.floors import floors
from tests.bench.scoring.measuring import Records
from tests.bench.scoring.worlds import WORLDS

_MEASURED = """\
A run is read, checked and scored by `mrr`, `top_1` and `top_5`. How that is measured:

- Each time is that of a fresh process: the start of Python and the loading of libraries count. Memory is the peak
  of that process, CPU the time of processors, all threads together. Files are in the cache of pages.
- In a round everybody is started once, in a new order. Times are medians over rounds, a ratio is taken over the
  rounds that both were in, and who is slow is in fewer of them.
- Before a time counts, the scores have to be right. What is right is known without scoring: the runs were made
  for it (`tests/bench/scoring/worlds.py`). No two probabilities of a query are equal, since tools differ in what
  they make of ties; classes are drawn evenly, which is the hardest on caches.
- A peer is a short script of `tests/bench/peers`, written as its documentation suggests. None checks the lines but
  ours; pytrec_eval, trec_eval, ir_measures and ranx get the run in TREC's format, written before.
- Left out: torchmetrics and scikit-learn, which want a dense matrix of all queries and classes, 240 GB for M."""

_SIZES = """\
**S** is PlantCLEF 2017: 17,886 queries with 100 lines each, 1.8 million lines, 10,000 classes; **S/10** has a tenth of
its queries. **M**: 200,000 queries, 20 million lines, 300,000 classes. **L**: 1 million queries, 100 million lines,
2.5 GB, 300,000 classes."""

_LABELS: Mapping[str, str] = {
    "S by 10": "S/10",
    "S longer": "500 lines a query instead of 100",
    "S shuffled": "lines shuffled over the file",
    "S 17 digits": "17 digits instead of 6",
    "S segment": "segments of soundscapes",
    "S gz": "packed, .gz",
    "S zst": "packed, .zst",
    "S zip": "packed, .zip",
}
PICTURE = "images/benchmarks-scoring.svg"


def section(records: Records) -> Iterator[str]:
    """Yield the lines of the section."""
    yield from (_MEASURED, "", _SIZES, "")
    yield f"![Seconds and megabytes against the number of lines]({PICTURE})"
    yield ""
    yield from _floors(records)
    for world in reversed(PLAIN[1:]):
        yield from _world(records, world)
    yield from _lines(records)
    yield from _variants(records)
    yield from _left_out(records)


def _floors(records: Records) -> Iterator[str]:
    yield "### What is promised"
    yield ""
    yield "`clefboard score` with one thread, where no other number is named. Of a file of four megabytes or more two"
    yield "threads read a half each, unless `CLEFBOARD_THREADS=1` is set: what that makes of S stands beside it."
    yield ""
    yield from _head("floor", "measured", "by two threads", "wanted", "")
    for floor in floors(records):
        verdict = "**not held**" if floor.verdict == "not held" else floor.verdict
        values = (_ratio(floor.value), _ratio(floor.two_threads).strip("-"))
        yield _row(floor.what, *values, floor.wanted, verdict)
    yield ""


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f} ×"


def _world(records: Records, name: str) -> Iterator[str]:
    """Yield the table of a world, the quickest first; nothing where nothing was measured."""
    measured = {
        own: seconds for own in CONTENDERS if (seconds := records.seconds(name, own)) is not None
    }
    if not measured:
        return
    world = WORLDS[name]
    yield f"### {name}: {world.n_lines:,} lines, {world.n_queries:,} queries, {world.n_classes:,} classes"
    yield ""
    yield from _head("", "median", "least to most", "× one thread", "CPU", "peak memory", "checks")
    for own in sorted(measured, key=measured.__getitem__):
        yield _row(*_cells(records, name, own))
    yield ""


def _cells(records: Records, world: str, name: str) -> Iterator[str]:
    times = [own.seconds for own in records.of(world, name)]
    yield f"**{name}**" if name in CHECKED else name
    yield _seconds(records.seconds(world, name))
    yield f"{_seconds(min(times))} to {_seconds(max(times))}"
    yield _times(records.times_slower(world, name, ONE_THREAD))
    yield _seconds(records.cpu_s(world, name))
    yield _megabytes(records.peak_mb(world, name)) if name != CAT else ""
    yield "" if name in {CAT, PYTHON} else "yes" if name in CHECKED else "no"


def _lines(records: Records) -> Iterator[str]:
    """Yield the table behind the picture."""
    yield "### By number of lines"
    yield ""
    labels = [f"{_LABELS.get(name, name)}, {WORLDS[name].n_lines:,}" for name in PLAIN]
    yield from _head("", *labels)
    for own in CONTENDERS:
        cells = [_both(records, world, own) for world in PLAIN]
        if any(cell != "-" for cell in cells):
            yield _row(own, *cells)
    yield ""


def _both(records: Records, world: str, name: str) -> str:
    seconds, megabytes = records.seconds(world, name), records.peak_mb(world, name)
    return "-" if seconds is None else f"{_seconds(seconds)}, {_megabytes(megabytes)}"


def _variants(records: Records) -> Iterator[str]:
    """Yield how our own command takes other files of S."""
    own = (ONE_THREAD, TWO_THREADS, TWIN)
    yield "### S in other ways"
    yield ""
    yield from _head("", *(f"{name.partition(', ')[2]}" for name in own), "× S", "peak memory")
    for world in ("S", *VARIANTS):
        one, plain = records.seconds(world, ONE_THREAD), records.seconds("S", ONE_THREAD)
        yield _row(
            _LABELS.get(world, world),
            *(_seconds(records.seconds(world, name)) for name in own),
            "-" if one is None or plain is None else _times(one / plain),
            _megabytes(records.peak_mb(world, ONE_THREAD)),
        )
    yield ""


def _left_out(records: Records) -> Iterator[str]:
    """Yield who could not be measured, and why."""
    reasons = {own.missing and f"{own.name}: {own.missing}" for own in CONTENDERS.values()}
    reasons |= {own.problem and f"{own.world}: {own.problem}" for own in records.starts}
    if reasons := reasons - {""}:
        yield "Not measured:"
        yield from (f"- {reason}" for reason in sorted(reasons))
        yield ""


# ---------------------------------------------------------------- cells
def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield f"|{'|'.join(['---', *['--:'] * (len(titles) - 1)])}|"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(value: float | None) -> str:
    """Return three digits of a time.

    Examples
    --------
    >>> _seconds(0.0712), _seconds(2.345), _seconds(61.23), _seconds(None)
    ('71.2 ms', '2.35 s', '61.2 s', '-')
    """
    if value is None:
        return "-"
    if value < 0.9995:
        return f"{1000 * value:.3g} ms"
    return f"{value:.{2 if value < 10 else 1}f} s"


def _times(value: float | None) -> str:
    return "-" if value is None else f"{value:.{2 if value < 10 else 0}f}"


def _megabytes(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f} MB"
