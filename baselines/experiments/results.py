"""How good each experiment is, as the scorer of every run says."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from baselines.cards.effort import Spent
from baselines.experiments.records import write_json
from scoring import GroundTruth, RunRules, evaluate_run

NAME = "results.json"


@dataclass(frozen=True)
class Result:
    """What the scorer says of a run, and what the run cost.

    Attributes
    ----------
    top_1, top_1_low, top_1_high, mrr, mrr_low, mrr_high
        Scores with their 95 % intervals, bootstrapped over queries.
    top_5
        The right class is among the first five.
    n
        Queries.
    seconds, cpu_seconds
        By the clock, and of all cores: of learning and of answering. Networks and features that an
        experiment before it made are in the time of that one.
    singles
        Top-1 of each network, where several are fused.
    key
        Of config, code and data: another one is another result.
    """

    top_1: float
    top_1_low: float
    top_1_high: float
    mrr: float
    mrr_low: float
    mrr_high: float
    top_5: float
    n: int
    seconds: float
    cpu_seconds: float
    singles: tuple[float, ...]
    key: str

    def __str__(self) -> str:
        interval = f"{self.top_1_low:.3f} to {self.top_1_high:.3f}"
        return f"top-1 {self.top_1:.3f} ({interval}), MRR {self.mrr:.3f}, {self.seconds:,.0f} s"


def scored(
    run: Path,
    singles: Iterable[Path],
    truth: GroundTruth,
    rules: RunRules,
    *,
    spent: Spent,
    key: str,
) -> Result:
    """Return the result of a run, and of the networks that are fused in it."""
    found = evaluate_run(run, truth, rules, ["top_1", "mrr", "top_5"], intervals=True)
    figures = {score.metric: score for score in found.scores}
    top_1, mrr = figures["top_1"], figures["mrr"]
    return Result(
        top_1=_known(top_1.value),
        top_1_low=_known(top_1.low),
        top_1_high=_known(top_1.high),
        mrr=_known(mrr.value),
        mrr_low=_known(mrr.low),
        mrr_high=_known(mrr.high),
        top_5=_known(figures["top_5"].value),
        n=found.n_queries,
        seconds=round(spent.seconds, 1),
        cpu_seconds=round(spent.cpu_seconds, 1),
        singles=tuple(top_1_of(single, truth, rules) for single in singles),
        key=key,
    )


def top_1_of(run: Path, truth: GroundTruth, rules: RunRules) -> float:
    """Return the top-1 of a run alone."""
    [score] = evaluate_run(run, truth, rules, ["top_1"]).scores
    return _known(score.value)


def _known(figure: float | None) -> float:
    assert figure is not None, "a valid run has scores, and with ten queries or more intervals"
    return figure


def read_results(path: Path) -> dict[str, Result]:
    """Return the results of a file, none where there is no file."""
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Result(**{**own, "singles": tuple(own["singles"])}) for name, own in found.items()
    }


def write_results(path: Path, results: Mapping[str, Result]) -> None:
    """Write results, whole or not at all."""
    write_json(path, {name: asdict(result) for name, result in results.items()})
