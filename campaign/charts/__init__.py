"""Figures by plotly: pure functions of what reads return, drawn by one module of the page."""

from campaign.charts.template import (
    GOLD,
    INK,
    LEAF,
    MARKERS,
    MUTED,
    RULE,
    SERIES,
    SIGNAL,
    Chart,
    DataTable,
    as_text,
    shortened,
    with_interval,
)

__all__ = [
    "GOLD",
    "INK",
    "LEAF",
    "MARKERS",
    "MUTED",
    "RULE",
    "SERIES",
    "SIGNAL",
    "Chart",
    "DataTable",
    "as_text",
    "shortened",
    "with_interval",
]
