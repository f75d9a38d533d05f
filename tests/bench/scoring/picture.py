"""Time and memory against the number of lines, as one SVG that is legible on light and on dark pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bench.scoring.contenders import (
    CAT,
    DUCKDB,
    ONE_THREAD,
    PANDAS,
    PLAIN,
    POLARS,
    PYTREC_EVAL,
    TWIN,
    TWO_THREADS,
)
from tests.bench.scoring.measuring import Records
from tests.bench.scoring.worlds import WORLDS

# Okabe and Ito's colours, told apart by colour-blind people; a marker goes with each. Ours are solid.
_STYLES = {
    ONE_THREAD: ("#0072b2", "o", "-"),
    TWO_THREADS: ("#56b4e9", "s", "-"),
    TWIN: ("#009e73", "D", "-"),
    POLARS: ("#cc79a7", "^", "--"),
    DUCKDB: ("#e69f00", "v", "--"),
    PANDAS: ("#d55e00", "P", "--"),
    PYTREC_EVAL: ("#b8891d", "X", "--"),
    CAT: ("#8b9083", ".", ":"),
}
_INK, _INK_AT_NIGHT, _RULE = "#22271f", "#e8e6dc", "#8b908340"
_DARK = (
    f"<style>@media (prefers-color-scheme: dark) {{ text {{ fill: {_INK_AT_NIGHT} !important }}"
    f' [style*="stroke: {_INK}"] {{ stroke: {_INK_AT_NIGHT} !important }} }}</style>'
)
_SETTINGS = {
    "svg.fonttype": "none",  # text stays text: small, and in the reader's font
    "svg.hashsalt": "clefboard",  # the same figures give the same bytes
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": _RULE,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def draw(records: Records, path: Path) -> None:
    """Write the picture."""
    import matplotlib as mpl  # noqa: PLC0415  # a library of the benchmark alone
    from matplotlib.figure import Figure  # noqa: PLC0415  # as above

    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(11, 4.6), layout="constrained")
        seconds, megabytes = figure.subplots(1, 2)
        _panel(seconds, "seconds", records.seconds, _STYLES)
        _panel(megabytes, "peak memory, MB", records.peak_mb, [*_STYLES][:-1])
        lines, names = seconds.get_legend_handles_labels()
        figure.legend(lines, names, loc="outside lower center", ncols=4, frameon=False)
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, transparent=True, metadata={"Date": None})
    path.write_text(path.read_text().replace("<defs>", f"{_DARK}\n <defs>", 1))


def _panel(axes: Any, title: str, value: Callable[[str, str], float | None], names: Any) -> None:
    for name in names:
        points = [(WORLDS[world].n_lines, value(world, name)) for world in PLAIN]
        there = [(n, y) for n, y in points if y is not None]
        if there:
            colour, marker, dashes = _STYLES[name]
            axes.plot(*zip(*there, strict=True), dashes, color=colour, marker=marker, label=name)
    axes.set(xscale="log", yscale="log", xlabel="lines", ylabel=title)
    axes.grid(which="major")
    axes.xaxis.set_major_formatter(_short)
    axes.yaxis.set_major_formatter(_short)


def _short(value: float, _: int) -> str:
    """Return a number as short as it is read.

    Examples
    --------
    >>> _short(0.1, 0), _short(100, 0), _short(1_800_000, 0)
    ('0.1', '100', '1.8 M')
    """
    return f"{value / 1e6:g} M" if value >= 1e6 else f"{value:,g}"
