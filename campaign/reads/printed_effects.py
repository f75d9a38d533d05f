"""What choices of method were worth in a past edition, from its results as printed."""

from typing import Any

from campaign.models import PublishedResult
from campaign.reads.analyses import KINDS, Made
from campaign.reads.factors import FACTORS
from campaign.reads.method_effects import DescribedRun, MethodEffects, NothingToSay
from campaign.reads.method_tags import TagReader
from scoring import canonical_tag


def printed_effects(series: str, year: int, metric: str) -> tuple[list[Made], list[str]]:
    """Return the analyses by method of which printed results say something, and their sources."""
    rows = list(PublishedResult.objects.filter(series=series, year=year, metric=metric))
    known = {pk: row for pk, row in enumerate(rows) if row.value is not None}
    runs = [
        DescribedRun(pk, row.team, _described(row), row.value or 0.0) for pk, row in known.items()
    ]
    effects = MethodEffects(runs, TagReader.now())
    names = {pk: f"{row.team} {row.run}".strip() for pk, row in known.items()}
    made = [
        Made(
            kind=KINDS[name],
            data=data,
            nothing="",
            n_runs=len(runs),
            generated=False,
            made_at=None,
            metric=metric,
            names=names,
        )
        for name in FACTORS
        if (data := _data(effects, name))
    ]
    return made, list(dict.fromkeys(row.source for row in rows))


def _data(effects: MethodEffects, name: str) -> dict[str, Any] | None:
    try:
        return effects.of(FACTORS[name])
    except NothingToSay:
        return None


def _described(row: PublishedResult) -> dict[str, Any]:
    """Return what is printed of a run's method as a description has it."""
    said = {
        "training_data": list(dict.fromkeys(map(canonical_tag, row.training_sets))),
        "architectures": row.architectures,
        "n_networks": row.n_networks,
    }
    return {name: value for name, value in said.items() if value}
