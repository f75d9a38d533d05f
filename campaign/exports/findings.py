"""The sentences of analyses, each with what it stands on: for the overview of a task."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from campaign.exports.latex import sentence
from campaign.exports.team_paragraphs import as_markdown


@dataclass(frozen=True)
class Told:
    """An analysis as it is told.

    Attributes
    ----------
    sure
        Whether its interval says so: then it is a finding.
    hidden
        Whether not everybody may see it yet.
    computed
        How it is computed.
    reading
        How its figure is read.
    figure
        Where its figure and numbers are, without their ends; empty where it says nothing.
    """

    group: str
    question: str
    text: str
    sure: bool
    n_runs: int
    generated: bool
    hidden: bool
    computed: str
    reading: str = ""
    figure: str = ""

    @property
    def marks(self) -> list[str]:
        """Return what a reader has to know beside the sentence."""
        runs = f"{self.n_runs} {'run' if self.n_runs == 1 else 'runs'}"
        kind = "a finding: its interval says so" if self.sure else "no finding"
        generated = ["with generated runs"] if self.generated else []
        hidden = ["not public yet"] if self.hidden else []
        return [kind, runs, *generated, *hidden]


def findings_md(told: Sequence[Told]) -> str:
    """Return the sentences as Markdown, by group, and at the end how they are computed."""
    groups = [
        f"## {as_markdown(group)}\n\n{''.join(map(_markdown, own))}"
        for group, own in groupby(told, lambda one: one.group)
    ]
    return "".join([*groups, "## How this is computed\n\n", *_computed(told)])


def _computed(told: Sequence[Told]) -> Iterator[str]:
    """Yield how those are computed that say something; what holds for several once."""
    said = (one for one in told if one.figure)
    for computed, own in groupby(said, lambda one: one.computed):
        questions = " ".join(as_markdown(one.question) for one in own)
        yield f"**{questions}** {as_markdown(computed)}\n\n"


def _markdown(one: Told) -> str:
    lines = [
        f"### {as_markdown(one.question)}",
        f"{'**' * one.sure}{as_markdown(one.text)}{'**' * one.sure}",
        f"({'; '.join(one.marks)})",
        as_markdown(one.reading),
        f"`{one.figure}`" if one.figure else "",
    ]
    return "".join(f"{line}\n\n" for line in lines if line)


def findings_tex(told: Sequence[Told]) -> str:
    """Return the sentences of those that say something as a LaTeX list, each below the place of its figure."""
    items = (
        f"  % {one.figure}\n  \\item {sentence(one.text)} \\emph{{({'; '.join(one.marks)})}}\n"
        for one in told
        if one.figure
    )
    return f"\\begin{{itemize}}\n{''.join(items)}\\end{{itemize}}\n"
