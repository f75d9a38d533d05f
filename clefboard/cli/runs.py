"""Several run files, read against one truth."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clefboard.cli.output import print_findings
from clefboard.cli.reading import shown_reading
from clefboard.cli.truth import Yardstick, note_causes
from scoring.records import dataclass

if TYPE_CHECKING:
    from scoring import Metric, RunReport, Trace


@dataclass(frozen=True)
class TracedRun:
    """A run that was read; the trace of an invalid one is None."""

    file: Path
    name: str
    report: "RunReport"
    trace: "Trace | None"


def read_traces(
    files: Sequence[Path], yardstick: Yardstick, metrics: "Sequence[Metric]"
) -> Iterator[TracedRun]:
    """Yield every run, read for some metrics."""
    from scoring import trace_run

    truth, rules, kind = yardstick.needed_truth, yardstick.rules, yardstick.kind
    for file, name in zip(files, names_of(files), strict=True):
        with shown_reading(file) as path:
            report, trace = trace_run(path, truth, rules, kind=kind, metrics=metrics, chance=False)
        yield TracedRun(file, name, report, trace)


def print_invalid(file: Path, report: "RunReport", yardstick: Yardstick) -> None:
    """Print what makes a run invalid."""
    print_findings(str(file), report.problems, ())
    print(f"{file}: invalid, and not scored\n")
    note_causes(yardstick, report.problems)


def names_of(files: Sequence[Path]) -> list[str]:
    """Return how runs are called in tables: by the file where that tells them apart.

    Examples
    --------
    >>> names_of([Path("old/a.csv"), Path("old/b.csv")])
    ['a.csv', 'b.csv']
    >>> names_of([Path("old/a.csv"), Path("new/a.csv")])
    ['old/a.csv', 'new/a.csv']
    """
    short = [file.name for file in files]
    return short if len(set(short)) == len(files) else [str(file) for file in files]
