"""Published figures of past editions, beside hosted runs and never among them."""

from dataclasses import dataclass

from campaign.models import PublishedResult, Task


@dataclass(frozen=True)
class PublishedRow:
    """What was printed about one run, or about one team where no run is named.

    `values` has a figure for each metric of the table; None where none was printed.
    """

    team: str
    run: str
    training_sets: list[str]
    architectures: list[str]
    n_networks: int | None
    note: str
    values: list[float | None]


@dataclass(frozen=True)
class Published:
    """The published results of a task as a table, and where they are printed."""

    metrics: list[str]
    rows: list[PublishedRow]
    sources: list[str]

    @property
    def notes(self) -> bool:
        """Tell whether anything is noted at all."""
        return any(row.note for row in self.rows)


def published_results(task: Task) -> Published:
    """Return a row for each published run, the best first, with a column for each metric."""
    by_run: dict[tuple[str, str], dict[str, PublishedResult]] = {}
    figures = list(task.published_results.all())
    for figure in figures:
        by_run.setdefault((figure.team, figure.run), {})[figure.metric] = figure
    metrics = list(dict.fromkeys(figure.metric for figure in figures))
    return Published(
        metrics=metrics,
        rows=[_row(printed, metrics) for printed in by_run.values()],
        sources=list(dict.fromkeys(figure.source for figure in figures)),
    )


def _row(printed: dict[str, PublishedResult], metrics: list[str]) -> PublishedRow:
    one = next(iter(printed.values()))
    return PublishedRow(
        team=one.team,
        run=one.run,
        training_sets=one.training_sets,
        architectures=one.architectures,
        n_networks=one.n_networks,
        note=one.note,
        values=[printed[metric].value if metric in printed else None for metric in metrics],
    )
