"""docs/benchmarks.md: a section each for what is measured together, renewed one by one."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import machine

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
HEADINGS = (
    "Scoring a run",
    "From upload to leaderboard",
    "Re-scoring all runs",
    "Analyses",
    "The platform",
    "Every page",
    "Intervals and tests",
)
_TITLE = """\
# Benchmarks

Written by `make bench`; measure your own machine before you believe these figures.
"""


def renew(text: str, heading: str, body: str) -> str:
    """Return the page with one section put in place, the others as they were.

    Examples
    --------
    >>> page = renew("", "The platform", "quick")
    >>> print(renew(page, "Scoring a run", "quicker"))
    # Benchmarks
    <BLANKLINE>
    Written by `make bench`; measure your own machine before you believe these figures.
    <BLANKLINE>
    ## Scoring a run
    <BLANKLINE>
    quicker
    <BLANKLINE>
    ## The platform
    <BLANKLINE>
    quick
    <BLANKLINE>
    """
    pieces = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    sections = dict(zip(pieces[::2], pieces[1::2], strict=True))
    sections[heading] = f"\n{body.strip()}\n"
    there = (name for name in HEADINGS if name in sections)
    return "\n".join([_TITLE, *(f"## {name}\n\n{sections[name].strip()}\n" for name in there)])


def measured_on(packages: Sequence[str], *more: str) -> str:
    """Return on what it was measured and when, as the start of a section."""
    facts = [f"{datetime.now(UTC):%Y-%m-%d}", *machine.described(packages), *more]
    return "\n".join(f"- {fact}" for fact in facts)


def write(heading: str, body: str) -> None:
    """Put a section into the page."""
    text = PAGE.read_text() if PAGE.exists() else ""
    PAGE.write_text(renew(text, heading, body))
