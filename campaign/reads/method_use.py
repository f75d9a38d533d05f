"""How popular methods were: as printed of past editions, and counted among the runs of this platform."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models.functions import Coalesce

from campaign.models import Campaign, MethodUse, Run, Task
from campaign.reads.boards import public_rows
from campaign.reads.method_tags import TagReader
from scoring import broader_tags

Unit = MethodUse.Unit
_TAGGED = ("architectures", "training_data", "metadata")


@dataclass(frozen=True)
class Popularity:
    """How many of the units of one edition, teams or runs, used each method.

    A method that its source says nothing of is in no count: that is not the same as nobody's.
    """

    series: str
    year: int | None
    unit: str
    n_units: int
    counts: dict[str, int]
    generated: bool = False
    notes: dict[str, str] = field(default_factory=dict)
    source: str = ""  # of printed ones

    def share(self, method: str) -> float | None:
        """Return the part of the units that used a method; None where nothing is said of it."""
        n = self.counts.get(method)
        return None if n is None else n / self.n_units


def printed_popularity() -> list[Popularity]:
    """Return what was printed of past editions, in the order of series and years."""
    by_edition: dict[tuple[str, int, str, int], list[MethodUse]] = defaultdict(list)
    for use in MethodUse.objects.all():
        by_edition[use.series, use.year, use.unit, use.n_units].append(use)
    return [
        Popularity(
            series=series,
            year=year,
            unit=unit,
            n_units=n_units,
            counts={use.method: use.n_using for use in uses},
            notes={use.method: use.note for use in uses if use.note},
            source=uses[0].source,
        )
        for (series, year, unit, n_units), uses in by_edition.items()
    ]


def hosted_popularity(unit: str, now: datetime) -> list[Popularity]:
    """Count the methods of the runs of this platform, by campaign, generated runs apart.

    Of the runs that everybody may see, those of participants count that were not taken out and whose
    description names a method. A tag counts for all that it is a kind of; a team for each of its runs.
    """
    used: dict[tuple[int, int, str, bool], dict[int, set[str]]] = defaultdict(dict)
    reader = TagReader.now()
    for run in _public_runs(now):
        methods = set(_named(run.description, reader))
        if methods:
            campaign = run.campaign
            group = used[campaign.year or 0, campaign.pk, campaign.title, run.generated]
            by = run.team if unit == Unit.TEAM else run.pk
            group[by] = group.get(by, set()) | methods
    return [
        _counted(title, year or None, unit, generated, of_units)
        for (year, _pk, title, generated), of_units in sorted(used.items())
    ]


def _named(description: Mapping[str, Any], reader: TagReader) -> Iterator[str]:
    """Yield the methods that a description names, with those they are kinds of."""
    for kind in _TAGGED:
        for tag in reader.tags(kind, description):
            for name in (tag, *broader_tags(tag)):
                yield f"{name} training data" if kind == "training_data" else name


def _counted(
    title: str, year: int | None, unit: str, generated: bool, of_units: Mapping[int, Iterable[str]]
) -> Popularity:
    counts = Counter(method for methods in of_units.values() for method in methods)
    by_use = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return Popularity(title, year, unit, len(of_units), dict(by_use), generated)


class _PublicRun(NamedTuple):
    pk: int
    campaign: Campaign
    team: int  # that into which its own was merged, if it was
    generated: bool
    description: dict[str, Any]


def _public_runs(now: datetime) -> Iterator[_PublicRun]:
    """Yield the runs of participants that stand on a leaderboard which everybody may see."""
    tasks = Task.objects.select_related("campaign", "current_truth").prefetch_related("phases")
    by_pk = {task.pk: task for task in tasks}
    rows = public_rows(now, by_pk.values()).filter(
        run__standing=Run.Standing.ACTIVE, run__registration__team__organisers=False
    )
    rows = rows.annotate(
        team=Coalesce("run__registration__team__merged_into", "run__registration__team"),
    )
    for pk, task, *said in rows.values_list(
        "run", "task", "team", "run__generated", "run__description"
    ):
        yield _PublicRun(pk, by_pk[task].campaign, *said)
