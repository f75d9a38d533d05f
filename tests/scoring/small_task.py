"""A small task for tests, and runs against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring import (
    GroundTruth,
    Metric,
    RunReport,
    RunRules,
    Score,
    Trace,
    check_run,
    parse_metric,
    read_ground_truth,
    score,
    trace_run,
)
from scoring.run_rules import Kind
from tests.scoring.both_readings import by_all

TABLES = {
    "classes.csv": "ClassId;Genus;Family;TrainImages\n"
    "a;Acer;Sapindaceae;5\nb;Acer;Sapindaceae;10\nc;Cornus;Cornaceae;49\nd;;Cornaceae;50\ne;;;200\n",
    "queries.csv": "QueryId;Domain\n1;photo\n2;sheet\n3;photo\n4;photo\n9;sheet\n",
    "media.csv": "MediaId;QueryId;Organ\nm1;1;leaf\nm2;1;flower\nm3;2;leaf\nm4;3;leaf\nm9;9;leaf\n",
    "ground_truth.csv": "QueryId;ClassId;Background;Usage\n"
    "1;a;;public\n2;b;0;public\n2;c;1;public\n3;c;;private\n4;;;private\n",
}
"""Queries 1 and 3 have one class, 2 a background one beside it, 4 none; 9 is a distractor."""


def write_tables(folder: Path, **tables: str | None) -> Path:
    """Write the tables of the small task; `ground_truth="..."` replaces one, None leaves one out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (TABLES | {f"{name}.csv": text for name, text in tables.items()}).items():
        if text is not None:
            (folder / name).write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class SmallTask:
    """A truth, and a place for run files."""

    truth: GroundTruth
    folder: Path

    def check(self, content: str | bytes, kind: Kind = "run", **rules: Any) -> RunReport:
        """Check a run, by the kernel and in plain Python."""
        path, own = self.write(content), _rules(rules)
        return by_all(lambda: check_run(path, self.truth.test_set, own, kind=kind))

    def read(
        self,
        content: str | bytes,
        kind: Kind = "run",
        metrics: Sequence[Metric] = (),
        parts: Sequence[frozenset[tuple[str, str]]] = (),
        chance: bool | Sequence[int] = True,
        **rules: Any,
    ) -> tuple[RunReport, Trace | None]:
        """Trace a run, by the kernel and in plain Python."""
        path, own = self.write(content), _rules(rules)
        return by_all(
            lambda: trace_run(
                path, self.truth, own, kind=kind, metrics=metrics, parts=parts, chance=chance
            )
        )

    def trace(self, content: str | bytes, kind: Kind = "run", **options: Any) -> Trace:
        report, trace = self.read(content, kind, **options)
        assert trace is not None, report.problems
        return trace

    def score(self, content: str | bytes, metric: str, kind: Kind = "run", **rules: Any) -> Score:
        wanted = parse_metric(metric)
        return score(self.trace(content, kind, metrics=[wanted], **rules), self.truth, wanted)

    def write(self, content: str | bytes, name: str = "run.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


def make_task(folder: Path, **tables: str | None) -> SmallTask:
    """Return the small task, some of its tables otherwise."""
    return SmallTask(read_ground_truth(write_tables(folder / "task", **tables)), folder)


def make_answers(folder: Path, relevant: Mapping[str, str]) -> SmallTask:
    """Return a task of queries and their classes, a letter each; capitals are background."""
    letters = sorted({*"abcdefghij", *"".join(relevant.values()).lower()})
    lines = [f"{q};{n.lower()};{int(n.isupper())}" for q, names in relevant.items() for n in names]
    lines += [f"{query};;" for query, names in relevant.items() if not names]
    return make_task(
        folder,
        classes="\n".join(["ClassId", *letters]),
        queries="\n".join(["QueryId", *relevant]),
        media=None,
        ground_truth="\n".join(["QueryId;ClassId;Background", *lines]),
    )


def kinds(report: RunReport) -> dict[str, list[int]]:
    """Return the lines of each kind of problem."""
    return {problem.kind: list(problem.lines) for problem in report.problems}


def _rules(rules: dict[str, Any]) -> RunRules:
    return RunRules(**{"shape": "ranked", **rules})
