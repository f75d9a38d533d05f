"""Which differences between runs the test of a task would show: said before anybody submits."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from campaign import storage
from campaign.models import Analysis, Task
from campaign.models.results import Part
from campaign.reads.visibility import Viewer, visible_part
from scoring import RunRules, detectable_difference, n_units, parse_metric, read_ground_truth

_DISAGREEMENTS = (0.1, 0.2, 0.4)


@dataclass(frozen=True)
class Shown:
    """The smallest difference that shows between runs that disagree on a share of the units."""

    disagreement: float
    difference: float | None  # None where even all of the disagreement would not show

    @property
    def percent(self) -> int:
        return round(100 * self.disagreement)


@dataclass(frozen=True)
class Detectable:
    """What a paired test at 5 % finds in 80 of 100 tests of this size.

    Attributes
    ----------
    metric
        The first one, which ranks.
    n_units
        What it is the mean of: queries, classes ...
    before
        By the number of units alone: at most.
    between_runs
        Between runs like those of the teams on the leaderboard; None where none show.
    """

    metric: str
    n_units: int
    before: list[Shown]
    between_runs: float | None


def detectable(task: Task, viewer: Viewer, now: datetime) -> Detectable | None:
    """Return the smallest differences that show; None where nothing can be said.

    How many units a test has is hidden like its labels: it comes with the scores, to organisers at once.
    Before, everybody reads it of the queries that are public, if the metric is a mean over all of them.
    """
    part = visible_part(task, viewer, now)
    n = _units(task, part)
    if not n:
        return None
    before = [Shown(share, detectable_difference(n, share)) for share in _DISAGREEMENTS]
    return Detectable(task.metrics[0], n, before, _between_runs(task, part))


def _units(task: Task, part: Part | None) -> int | None:
    truth = task.current_truth
    if truth is None or not truth.metrics:
        return None
    name = truth.metrics[0]
    if part is None:
        return truth.n_queries if _is_over_queries(name) else None
    within = None if part == Part.ALL else (truth.split_column, part.value)
    return _counted(truth.folder, name, task.run_rules, within)


def _is_over_queries(name: str) -> bool:
    metric = parse_metric(name)
    return not metric.subset and metric.name.startswith(("mrr", "top_", "map", "f1_samples"))


@lru_cache(maxsize=64)  # a truth version's files are never changed
def _counted(folder: str, name: str, rules: RunRules, within: tuple[str, str] | None) -> int | None:
    truth = read_ground_truth(storage.local_folder(folder))
    return n_units(truth, parse_metric(name), rules, within=within)


def _between_runs(task: Task, part: Part | None) -> float | None:
    made = Analysis.objects.filter(task=task, part=part, kind="detectable-difference")
    data = made.values_list("data", flat=True).first()
    return data["median"] if data else None
