"""Measure what docs/benchmarks.md says, on this machine: `make bench`.

python -m tests.bench [--repeats 5] [start] [leaderboard] [large_run] [uncertainty]
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import machine
from tests.bench.figures import BENCHES as BENCHES_OF_PLATFORM, Figure
from tests.bench.uncertainty import uncertainty

BENCHES = {**BENCHES_OF_PLATFORM, "uncertainty": uncertainty}
PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
_DIGITS = {"s": 2, "ms": 0, "%": 1}
_HEAD = "| what | median | least | most | wanted |\n|---|--:|--:|--:|--:|"


def main() -> None:
    """Measure, print each figure as it comes, and write the page when all were measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("names", nargs="*", metavar="|".join(BENCHES), choices=[[], *BENCHES])
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    busy = machine.load()
    lines = [_HEAD]
    print(_HEAD, flush=True)
    for name in options.names or BENCHES:
        for figure in BENCHES[name](options.repeats):
            lines.append(_line(figure))
            print(lines[-1], flush=True)
    if not options.names:
        PAGE.write_text("\n".join(_page(lines, options.repeats, busy)))
        print(f"\nwritten into {PAGE}", file=sys.stderr)


def _line(figure: Figure) -> str:
    digits = _DIGITS[figure.unit]
    numbers = (figure.median, min(figure.values), max(figure.values))
    cells = (f"{number:.{digits}f} {figure.unit}" for number in numbers)
    return f"| {figure.what} | {' | '.join(cells)} | {figure.wanted} |"


def _page(lines: list[str], repeats: int, busy: float) -> Iterator[str]:
    yield "# Benchmarks\n"
    yield "Written by `make bench`; measure your own machine before you believe these figures.\n"
    yield from (f"- {line}" for line in machine.described())
    yield f"- {datetime.now(UTC):%Y-%m-%d}, medians of {repeats}; load of the machine at the start {busy:.1f}"
    yield ""
    yield from lines
    yield ""
    yield "Client, servers and workers share the machine's cores. How a figure is made says"
    yield "`tests/bench/figures.py`, and `tests/bench/uncertainty.py` for intervals and tests.\n"


if __name__ == "__main__":
    main()
