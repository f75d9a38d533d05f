"""Which runs of a leaderboard are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy

from campaign.models import LeaderboardRow

_RANKED = Q(section=LeaderboardRow.Section.RANKED)
BASELINE = _RANKED & Q(rank=None)  # of all that have a place, the only ones without a number

# What of a leaderboard may be asked for: each word of an address, and its rows.
_KINDS = {
    "official": Q(rank__isnull=False),
    "baseline": BASELINE,
    "late": Q(section=LeaderboardRow.Section.LATE),
    "unranked": Q(section=LeaderboardRow.Section.UNRANKED),
}
KINDS = tuple(_KINDS)

# What runs learned from, in one word: whatever else was used, data from elsewhere come first.
_GROUPS: dict[str, tuple[frozenset[str], ...]] = {
    "external": (frozenset({"external"}),),
    "filtered": (frozenset({"filtered"}),),
    "trusted-noisy": (frozenset({"trusted", "noisy"}), frozenset({"validation", "noisy"})),
    "noisy": (frozenset({"noisy"}),),
    "trusted": (frozenset({"trusted"}), frozenset({"validation"})),
}
NOT_SAID = "not-said"
TRAINING_DATA = {
    "trusted": gettext_lazy("trusted"),
    "noisy": gettext_lazy("noisy"),
    "trusted-noisy": gettext_lazy("trusted and noisy"),
    "filtered": gettext_lazy("filtered"),
    "external": gettext_lazy("external"),
    NOT_SAID: gettext_lazy("not said"),
}


def training_group(description: Mapping[str, Any]) -> str:
    """Return what a run learned from, as a key of `TRAINING_DATA`.

    >>> training_group({"training_data": ["noisy", "trusted", "validation"]})
    'trusted-noisy'
    """
    said = frozenset(description.get("training_data") or ())
    for group, needed in _GROUPS.items():
        if any(one <= said for one in needed):
            return group
    return NOT_SAID


def _training_group() -> Case:
    """Return the same as the database reads it of a row's run."""
    contains = "run__description__training_data__contains"
    whens = (
        When(Q(*(Q(**{contains: sorted(one)}) for one in needed), _connector=Q.OR), Value(group))
        for group, needed in _GROUPS.items()
    )
    return Case(*whens, default=Value(NOT_SAID))


@dataclass(frozen=True)
class Filters:
    """Which runs of a leaderboard show; by itself all of them.

    Attributes
    ----------
    search
        What the name of the team or of the run has in it.
    kinds
        Of `KINDS`; none asks for all.
    training_data
        One of `TRAINING_DATA`, or empty.
    generated
        Whether runs that a program made are among them.
    """

    search: str = ""
    kinds: tuple[str, ...] = ()
    training_data: str = ""
    generated: bool = True

    def of(self, rows: QuerySet[LeaderboardRow]) -> QuerySet[LeaderboardRow]:
        """Return those of the rows that are asked for."""
        if self.kinds:
            rows = rows.filter(Q(*(_KINDS[kind] for kind in self.kinds), _connector=Q.OR))
        if self.training_data:
            rows = rows.alias(learned=_training_group()).filter(learned=self.training_data)
        if not self.generated:
            rows = rows.filter(run__generated=False)
        return rows.filter(self._named()) if self.search else rows

    def _named(self) -> Q:
        team = Q(run__registration__team__name__icontains=self.search)
        now = Q(run__registration__team__merged_into__name__icontains=self.search)
        return team | now | Q(run__name__icontains=self.search)


ALL_RUNS = Filters()
