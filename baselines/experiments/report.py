"""The table of docs/baselines.md, written from results."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from baselines.experiments.listed import EXPERIMENTS, Experiment
from baselines.experiments.results import NAME, Result, read_results
from baselines.experiments.series import ABOUT

BEGIN = "<!-- written by make baselines -->"
END = "<!-- up to here -->"

_KINDS = {
    "leaves": ("Leaves", "leaf covered"),
    "birds": ("Birds", "recordists on both sides"),
}


def renew(page: Path, done: Path) -> None:
    """Write the results of a folder between the two marks of a page.

    Raises
    ------
    ValueError
        When the page lacks a mark.
    """
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page}: right is a page with the lines {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{section(done)}{END}{after}", encoding="utf-8")


def section(done: Path) -> str:
    """Return what stands between the marks."""
    results = read_results(done / NAME)
    parts = [
        line
        for kind in _KINDS
        if (path := done / ABOUT.format(kind)).is_file()
        for line in _part(kind, results, json.loads(path.read_text("utf-8")))
    ]
    return "\n".join([*parts, ""])


def _part(kind: str, results: Mapping[str, Result], about: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of one kind of experiments."""
    title, control = _KINDS[kind]
    own = {name: result for name, result in results.items() if name.startswith(f"{kind}_")}
    yield from ("", f"### {title}", "", *_about(about, own), "")
    yield f"| experiment | what it is | top-1 (95 %) | MRR | control, {control}: top-1 (95 %) | seconds | CPU seconds |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    yield from _rows(own)


def _about(about: Mapping[str, Any], results: Mapping[str, Result]) -> Iterator[str]:
    packages = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    sizes = sorted({result.n for result in results.values()})
    yield f"- {about['date']}; {about['hardware']['device']} of {about['cores']} cores"
    yield f"- {packages}"
    yield f"- load {about['load_before']:.1f} before the last one: beyond the cores, seconds by the clock are too many"
    yield f"- {', '.join(map(str, sizes))} queries"
    yield f"- SHA-256 of the sources `{about['code']['sha256'][:16]}`, of the data `{about['data_sha256'][:16]}`"


def _rows(results: Mapping[str, Result]) -> Iterator[str]:
    """Yield a line for each experiment that has a result; draws of one share a line."""
    groups: dict[str, list[Experiment]] = defaultdict(list)
    for name, experiment in EXPERIMENTS.items():
        if name in results and not experiment.is_control:
            groups[experiment.group].append(experiment)
    for name, draws in groups.items():
        own = [results[one.name] for one in draws]
        controls = [results[c] for one in draws if (c := one.control_name) in results]
        yield "| " + " | ".join([f"`{name}`", draws[0].about, *_cells(own, controls)]) + " |"


def _cells(own: Sequence[Result], controls: Sequence[Result]) -> Iterator[str]:
    yield _top_1(own)
    yield f"{mean(one.mrr for one in own):.3f}"
    yield _top_1(controls) if controls else ""
    yield f"{mean(one.seconds for one in own):,.0f}"
    yield f"{mean(one.cpu_seconds for one in own):,.0f}"


def _top_1(results: Sequence[Result]) -> str:
    """Return a score with its interval, or the mean of several with the least and the most."""
    if len(results) > 1:
        figures = [one.top_1 for one in results]
        draws = f"{len(figures)} draws, {min(figures):.3f} to {max(figures):.3f}"
        return f"**{mean(figures):.3f}** ({draws})"
    [one] = results
    singles = f"; singles {min(one.singles):.3f} to {max(one.singles):.3f}" if one.singles else ""
    return f"**{one.top_1:.3f}** ({one.top_1_low:.3f} to {one.top_1_high:.3f}{singles})"
