"""From a trace to scores: every metric on every subset, without reading the run again."""

from dataclasses import dataclass
from typing import Any

from scoring.ground_truth import GroundTruth
from scoring.metrics import Metric
from scoring.trace import Trace


@dataclass(frozen=True)
class Score:
    """One metric of one run.

    Attributes
    ----------
    metric
        Its canonical name.
    value
        None where it is undefined.
    n
        How many units (queries, or classes) the average is over.
    reason
        Why it is undefined; None where it is not.
    low, high
        The interval; None where there is none.
    n_left_out
        Queries on which the statistic is not defined, e.g. without a relevant class.
    """

    metric: str
    value: float | None
    n: int
    reason: str | None = None
    low: float | None = None
    high: float | None = None
    n_left_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return what the command line and the API say of a score."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def score(trace: Trace, truth: GroundTruth, metric: Metric) -> Score:
    """Return one metric of a trace."""
    raise NotImplementedError
