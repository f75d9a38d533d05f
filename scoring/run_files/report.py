"""What was read of a run file, and what is wrong with it."""

from collections.abc import Sequence
from typing import Any

from scoring.dialect import SEPARATOR_NAMES
from scoring.problems import Problem
from scoring.records import dataclass
from scoring.version import SCORER_VERSION


@dataclass(frozen=True)
class RunReport:
    """The judgement on a run file; a file without a problem is valid.

    Attributes
    ----------
    kind
        ``run`` or ``image_run``.
    problems
        Everything that makes the file invalid, grouped by kind.
    warnings
        What is scored all the same, and worth a look.
    n_lines
        Lines of the unpacked file, without blank ones at its end.
    n_predictions
        Lines that hold a prediction and have no problem.
    n_queries
        Queries of the test (images, for an image run) with a prediction.
    coverage
        Their share of all queries of the test.
    packing
        ``plain``, ``gzip``, ``zstd`` or ``zip``.
    separator
        ``;``, ``,`` or a tab; None where none was found.
    header
        The names of the columns; None for a file without a header.
    """

    kind: str
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    n_lines: int = 0
    n_predictions: int = 0
    n_queries: int = 0
    coverage: float = 0.0
    packing: str = "plain"
    separator: str | None = None
    header: Sequence[str] | None = None

    @property
    def valid(self) -> bool:
        """Return whether the file can be scored."""
        return not self.problems

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        return {
            "scorer": SCORER_VERSION,
            "kind": self.kind,
            "problems": [problem.to_json() for problem in self.problems],
            "warnings": [warning.to_json() for warning in self.warnings],
            "n_lines": self.n_lines,
            "n_predictions": self.n_predictions,
            "n_queries": self.n_queries,
            "coverage": self.coverage,
            "packing": self.packing,
            "separator": SEPARATOR_NAMES.get(self.separator or ""),
            "header": None if self.header is None else list(self.header),
        }
