"""What all figures have in common: the template of plotly, the chart that a page shows, its table.

Colours are CSS properties (``var(--leaf)``), put in by the page that draws the figure, so that a figure follows
light, dark and print with everything else; fonts are the page's own.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

import plotly.graph_objects as go
import plotly.io as pio
from django.utils.formats import get_format
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from campaign.numbers import THIN_SPACE

LEAF = "var(--leaf)"
INK = "var(--ink)"
MUTED = "var(--muted)"
RULE = "var(--rule)"
SIGNAL = "var(--signal)"
SERIES = tuple(f"var(--series-{i})" for i in range(1, 7))  # Okabe-Ito
MARKERS = ("circle", "square", "diamond", "cross", "triangle-up", "x")  # a series has both

_NUMERIC, _ENGLISH = SafeString(' class="num"'), SafeString(' lang="en"')
_NO_BAR = "-"  # no number: of 0, and of null, plotly draws the two ends of a bar
CLEAR = "rgba(0,0,0,0)"  # the paper of the page shows through
_AXIS = {
    "gridcolor": RULE,
    "linecolor": RULE,
    "zerolinecolor": RULE,
    "tickcolor": RULE,
    "automargin": True,
    "title": {"standoff": 10},
}

pio.templates.default = None  # plotly's own would be put into each figure, and taken out again
_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "var(--sans)", "size": 14, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "colorway": list(SERIES),
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "hoverlabel": {
            "bgcolor": "var(--surface)",
            "bordercolor": "var(--rule-strong)",
            "font": {"family": "var(--sans)", "color": INK},
            "align": "left",
        },
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "barcornerradius": 2,
        "dragmode": False,  # a finger scrolls the page, it does not zoom
    }
).to_plotly_json()


@dataclass(frozen=True)
class DataTable:
    """The numbers of a figure as text: ``head`` names the columns, each of ``rows`` has as many cells.

    ``numeric`` are the positions of columns with figures, which stand to the right; ``english`` those of
    columns with the words of a source, which no page translates; ``links`` says where the cell of a row and a
    column leads to.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    english: frozenset[int] = frozenset()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a row that is longer or shorter than the head.

        Raises
        ------
        ValueError
            Where one is.
        """
        for row in self.rows:
            if len(row) != len(self.head):
                raise ValueError(f"a row of {len(row)} cells under {len(self.head)} columns: {row}")

    @property
    def columns(self) -> list[dict[str, Any]]:
        return [{"name": name, "numeric": i in self.numeric} for i, name in enumerate(self.head)]

    @property
    def cells(self) -> list[list[dict[str, Any]]]:
        """Return the rows for the template: each cell with its text, where it stands and leads to, its language."""
        return [
            [
                {
                    "text": text,
                    "numeric": i in self.numeric,
                    "english": i in self.english,
                    "link": self.links.get((n, i), ""),
                }
                for i, text in enumerate(row)
            ]
            for n, row in enumerate(self.rows)
        ]

    @cached_property
    def body(self) -> SafeString:
        """Return the rows as HTML: a template takes a tenth of a second for a thousand, a chart that is kept has them."""
        return format_html_join(
            "\n",
            "<tr>{}</tr>",
            ((format_html_join("", "<td{}{}>{}</td>", map(_parts, row)),) for row in self.cells),
        )


def _parts(cell: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what a cell is marked with, and its text; one that leads somewhere as a link."""
    text = cell["text"]
    if cell["link"]:
        text = format_html('<a href="{}">{}</a>', cell["link"], text)
    return _NUMERIC if cell["numeric"] else "", _ENGLISH if cell["english"] else "", text


@dataclass(frozen=True)
class Chart:
    """A figure as a page shows it (``campaign/components/chart.html``).

    Attributes
    ----------
    name
        Names it on its page and its downloads: a slug.
    title
        What it finds, or shows, as a sentence.
    reading
        One sentence how to read it.
    height
        In pixels, fixed before the figure is drawn.
    table
        The same numbers as text.
    more
        Further tables, where one does not hold all that is drawn.
    sources
        Where historic figures were printed.
    generated
        Whether generated runs are in it.
    table_open
        Whether the table shows at once.
    """

    name: str
    title: str
    figure: go.Figure
    table: DataTable
    reading: str = ""
    height: int = 360
    more: Sequence[DataTable] = ()
    sources: Sequence[str] = field(default=())
    generated: bool = False
    table_open: bool = False

    @property
    def tables(self) -> list[DataTable]:
        """Return all tables, the first of which is the one that stands for the figure."""
        return [self.table, *self.more]

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Return the figure as JSON has it: its data and layout."""
        separators = f"{get_format('DECIMAL_SEPARATOR')}{THIN_SPACE}"
        spec: dict[str, Any] = json.loads(self.figure.to_json())
        spec["layout"] |= {
            "template": _TEMPLATE,
            "height": self.height,
            "separators": separators,
        }
        return spec

    @cached_property
    def script(self) -> SafeString:
        """Return the same for a page, where a script reads it; made once, as the rows of the table."""
        return json_script(self.spec)


def as_text(text: object) -> str:
    """Return a text that plotly shows as it stands: it takes what looks like markup for markup.

    >>> as_text("<b>Ünï</b> & co")
    '&lt;b&gt;Ünï&lt;/b&gt; &amp; co'
    """
    return escape(str(text), quote=False)


def labelled(name: str, text: str) -> str:
    """Return a name and what is said of it, with the colon of the language between them."""
    return _("%(name)s: %(text)s") % {"name": name, "text": text}


def shortened(text: str, length: int = 28) -> str:
    """Return a text that fits beside an axis, its end cut off where it is longer.

    >>> shortened("a name far too long for an axis", 12)
    'a name far …'
    """
    return text if len(text) <= length else f"{text[: length - 1].rstrip()} …"


def with_interval(
    values: Sequence[float], lows: Sequence[float | None], highs: Sequence[float | None]
) -> dict[str, Any]:
    """Return plotly's error bars of values with confidence intervals; where there is none, none is drawn."""
    pairs = list(zip(values, lows, highs, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [_NO_BAR if high is None else high - value for value, _low, high in pairs],
        "arrayminus": [_NO_BAR if low is None else value - low for value, low, _high in pairs],
        "color": MUTED,
        "thickness": 1.5,
        "width": 3,
    }
