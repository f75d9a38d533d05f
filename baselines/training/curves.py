"""The learning curves of a training as a picture: SVG, for light and dark, with nothing to install."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from baselines.training.history import History, Line
from scoring.run_files.writer import replaced

_WIDTH, _LEFT, _RIGHT = 760, 72, 150
_TOP, _PANEL, _GAP, _BOTTOM = 64, 140, 52, 44
_FEW = 40  # points that are marked one by one
_LINE = 16  # of text

# The colours are those of the platform's pages; lines are told apart by their labels, too.
_STYLE = """
svg { --paper: #fbfaf6; --ink: #22271f; --muted: #5d6657; --rule: #e3e0d5; --a: #2f6b47; --b: #b4451f }
@media (prefers-color-scheme: dark) {
  svg { --paper: #151a16; --ink: #e7e9e0; --muted: #a3ab9b; --rule: #313830; --a: #7fc197; --b: #e58a63 }
}
rect { fill: var(--paper) } text { font: 13px "Source Sans 3", "Segoe UI", sans-serif; fill: var(--muted) }
.title { font-size: 17px; fill: var(--ink) } .panel { fill: var(--ink) } .rule { stroke: var(--rule) }
.end { text-anchor: end } .middle { text-anchor: middle }
.line { fill: none; stroke-width: 1.8; stroke-linejoin: round }
.a { stroke: var(--a) } .b { stroke: var(--b); stroke-dasharray: 5 3 }
circle.a { fill: var(--a) } circle.b { fill: var(--b); stroke-dasharray: none } text.a { fill: var(--a); stroke: none }
text.b { fill: var(--b); stroke: none } .best { fill: none; stroke: var(--ink); stroke-width: 1.5 }
"""


@dataclass(frozen=True)
class _Series:
    """A line: its label, its class in the style, and its points by epoch."""

    label: str
    style: str
    points: Sequence[tuple[float, float]]

    @property
    def last(self) -> float:
        return self.points[-1][1] if self.points else -math.inf


@dataclass(frozen=True)
class _Panel:
    """A plot of one quantity over the epochs."""

    title: str
    series: Sequence[_Series]
    marked: Sequence[tuple[float, float]] = ()

    @property
    def values(self) -> Sequence[float]:
        return [value for own in self.series for _, value in own.points]

    @property
    def range(self) -> tuple[float, float]:
        return min(self.values), max(self.values)


def write_curves(path: Path, name: str, history: History) -> None:
    """Draw what became of a training so far: losses, validation and learning rate by epoch.

    Parameters
    ----------
    name
        Of the baseline.
    """
    with replaced(path) as part:
        part.write_text("\n".join(_picture(name, history)), encoding="utf-8")


def _picture(name: str, history: History) -> Iterator[str]:
    panels = [panel for panel in _panels(history) if panel.values]
    epochs = max((line.epoch for line in history.lines), default=0.0) or 1.0
    height = _TOP + len(panels) * (_PANEL + _GAP) - _GAP + _BOTTOM
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">'
    yield f"<title>Learning curves of {escape(name)}</title><style>{_STYLE}</style>"
    yield f'<rect width="{_WIDTH}" height="{height}"/>'
    yield f'<text class="title" x="{_LEFT}" y="28">{escape(name)}</text>'
    for number, panel in enumerate(panels):
        frame = _Frame(_TOP + number * (_PANEL + _GAP), epochs, _ticks(*panel.range))
        yield f'<text class="panel" x="{_LEFT}" y="{frame.top - 10}">{escape(panel.title)}</text>'
        yield from _axes(frame)
        yield from _drawn(panel, frame)
    yield f'<text class="middle" x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{height - 8}">epoch</text>'
    yield "</svg>\n"


def _panels(history: History) -> Iterator[_Panel]:
    def points(column: str, lines: Sequence[Line] = history.lines) -> list[tuple[float, float]]:
        read = ((line.epoch, getattr(line, column)) for line in lines)
        return [(e, value) for e, value in read if value is not None and math.isfinite(value)]

    losses = [
        _Series("training", "a", points("loss")),
        _Series("validation", "b", points("validation_loss")),
    ]
    best = points("top_1", [history.best] if history.best else [])
    yield _Panel("Loss (lower is better)", losses)
    top_1 = [_Series("top-1", "b", points("top_1"))]
    yield _Panel("Validation: share of images whose class comes first", top_1, best)
    yield _Panel("Learning rate", [_Series("rate", "a", points("learning_rate"))])


# ---------------------------------------------------------------- where things are
@dataclass(frozen=True)
class _Frame:
    """Where the numbers of a panel are in the picture."""

    top: float
    epochs: float
    ticks: Sequence[float]

    def across(self, epoch: float) -> float:
        return round(_LEFT + epoch / self.epochs * (_WIDTH - _LEFT - _RIGHT), 1)

    def down(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.top + _PANEL * (1 - (value - low) / (high - low)), 1)


def _ticks(low: float, high: float) -> Sequence[float]:
    """Return two to six round numbers, the first and the last around some values.

    Examples
    --------
    >>> _ticks(0.0, 7.0), _ticks(0.31, 0.94)
    ([0.0, 2.0, 4.0, 6.0, 8.0], [0.2, 0.4, 0.6, 0.8, 1.0])
    """
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / 2))
    step = next(s for s in (power, 2 * power, 5 * power, 10 * power) if span / s <= 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [float(f"{n * step:.6g}") for n in range(first, max(last, first + 1) + 1)]


# ---------------------------------------------------------------- what is drawn
def _axes(frame: _Frame) -> Iterator[str]:
    for tick in frame.ticks:
        y = frame.down(tick)
        yield f'<path class="rule" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>'
        yield f'<text class="end" x="{_LEFT - 8}" y="{y + 4}">{tick:g}</text>'
    for tick in _ticks(0, frame.epochs):
        if tick <= frame.epochs and tick == int(tick):
            x = frame.across(tick)
            yield f'<text class="middle" x="{x}" y="{frame.top + _PANEL + 18}">{tick:g}</text>'


def _drawn(panel: _Panel, frame: _Frame) -> Iterator[str]:
    above = -math.inf  # where the label above ends: two never lie on each other
    for series in sorted(panel.series, key=lambda own: -own.last):
        places = [(frame.across(epoch), frame.down(value)) for epoch, value in series.points]
        if not places:
            continue
        corners = "L".join(f"{x} {y}" for x, y in places)
        yield f'<path class="line {series.style}" d="M{corners}"/>'
        for x, y in places if len(places) <= _FEW else ():
            yield f'<circle class="{series.style}" cx="{x}" cy="{y}" r="2.2"/>'
        x, y = places[-1]
        above = max(y + 4, above + _LINE)
        label = f"{series.label} {series.last:.4g}"
        yield f'<text class="{series.style}" x="{x + 10}" y="{above}">{label}</text>'
    for epoch, value in panel.marked:
        x, y = frame.across(epoch), frame.down(value)
        yield f'<circle class="best" cx="{x}" cy="{y}" r="6"><title>the best</title></circle>'
