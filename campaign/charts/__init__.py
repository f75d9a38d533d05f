"""Figures by plotly: pure functions of what reads return, drawn by one module of the page."""

from campaign.charts.template import (
    INK,
    LEAF,
    MARKERS,
    MUTED,
    SERIES,
    SIGNAL,
    Chart,
    DataTable,
    as_text,
    shortened,
    with_interval,
)

__all__ = [
    "INK",
    "LEAF",
    "MARKERS",
    "MUTED",
    "SERIES",
    "SIGNAL",
    "Chart",
    "DataTable",
    "as_text",
    "shortened",
    "with_interval",
]
