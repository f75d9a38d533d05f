"""Published figures of past editions, beside hosted runs and never among them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.db.models import Count, Min, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from campaign.models import Edition, Participation, PrintedRow, PublishedResult, Task
from campaign.refusals import NotThere


@dataclass(frozen=True)
class PublishedRow:
    """What was printed about one run, or about one team where no run is named.

    `values` has a figure for each metric of the table; None where none was printed.
    """

    edition: str
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
    of_other_tests: list[str] = field(default_factory=list)  # editions of other years than the task

    @property
    def editions(self) -> list[str]:
        """Return the past editions that the rows are of, one for each board."""
        return sorted({row.edition for row in self.rows})

    @property
    def notes(self) -> bool:
        """Tell whether anything is noted at all."""
        return any(row.note for row in self.rows)

    @property
    def described(self) -> bool:
        """Tell whether it is printed of any row how it was made."""
        return any(row.training_sets or row.architectures or row.n_networks for row in self.rows)


def published_results(task: Task) -> Published:
    """Return what stands beside a hosted task: a row for each published run, the best first."""
    figures = list(task.published_results.all())
    years = {figure.edition: figure.year for figure in figures if figure.year}
    others = sorted(name for name, year in years.items() if year != task.campaign.year)
    return replace(_published(figures), of_other_tests=others)


def board(series: str, year: int | None) -> Published:
    """Return the printed board of a past edition, in the same shape."""
    return _published(PublishedResult.objects.filter(series=series, year=year))


@dataclass(frozen=True)
class PastEdition:
    """A past edition of which a board was printed."""

    series: str
    year: int
    runs: int  # 0 where the source prints one figure for each team
    teams: int
    source: str

    @property
    def title(self) -> str:
        return f"{self.series} {self.year}"

    @property
    def slug(self) -> str:
        return slugify(self.title)

    def get_absolute_url(self) -> str:
        """Return the page of its board."""
        return reverse("history-board", args=[self.slug])


def past_editions() -> list[PastEdition]:
    """Return the editions with a printed board, the newest first."""
    printed = PublishedResult.objects.filter(year__gt=0).exclude(series="")
    counted = printed.order_by("-year", "series").values("series", "year")
    return [
        PastEdition(row["series"], row["year"] or 0, row["runs"], row["teams"], row["source"])
        for row in counted.annotate(
            teams=Count("team", distinct=True),
            runs=Count(Concat("team", Value("/"), "run"), filter=~Q(run=""), distinct=True),
            source=Min("source"),
        )
    ]


def find_past_edition(slug: str) -> PastEdition:
    """Return the past edition of a name such as `birdclef-2014`.

    Raises
    ------
    NotThere
        No board of it was printed.
    """
    for edition in past_editions():
        if edition.slug == slug:
            return edition
    message = _("No leaderboard of '%(slug)s' was printed.") % {"slug": slug}
    raise NotThere(message, code="no_board")


def _published(results: Iterable[PublishedResult]) -> Published:
    by_run: dict[tuple[str, str, str], dict[str, PublishedResult]] = {}
    figures = list(results)
    for figure in figures:
        by_run.setdefault((figure.edition, figure.team, figure.run), {})[figure.metric] = figure
    metrics = list(dict.fromkeys(figure.metric for figure in figures))
    return Published(
        metrics=metrics,
        rows=[_row(printed, metrics) for printed in by_run.values()],
        sources=list(dict.fromkeys(figure.source for figure in figures)),
    )


def _row(printed: dict[str, PublishedResult], metrics: list[str]) -> PublishedRow:
    one = next(iter(printed.values()))
    return PublishedRow(
        edition=one.edition,
        team=one.team,
        run=one.run,
        training_sets=one.training_sets,
        architectures=one.architectures,
        n_networks=one.n_networks,
        note=one.note,
        values=[printed[metric].value if metric in printed else None for metric in metrics],
    )


# ---------------------------------------------------------------- editions
@dataclass(frozen=True)
class Disagreement:
    """Two figures for one thing, each as its source prints it; about participants or runs."""

    about: str
    edition: str
    one: int | None
    one_source: str
    other: int
    other_source: str


@dataclass(frozen=True)
class Past:
    """What is printed about the editions of all years, the oldest first."""

    editions: list[Edition]
    participations: list[Participation]
    boards: list[PastEdition]

    def of(self, series: str) -> list[Edition]:
        """Return the editions of one series."""
        return [edition for edition in self.editions if edition.series == series]

    @property
    def disagreements(self) -> list[Disagreement]:
        """Return where two sources count differently: both are shown, neither is corrected."""
        return [*self._of_participants(), *self._of_runs()]

    def _of_participants(self) -> Iterator[Disagreement]:
        other = {row.edition: row for row in self.participations}
        for one in self.editions:
            row = other.get(one.edition)
            if row and one.participants not in {None, row.submitting_teams}:
                counts = (one.participants, one.source, row.submitting_teams, row.source)
                yield Disagreement("participants", one.edition, *counts)

    def _of_runs(self) -> Iterator[Disagreement]:
        other = {row.edition: row for row in self.participations}
        for one in self.boards:
            row = other.get(one.title)
            if row and one.runs not in {0, row.runs}:
                counts = (row.runs, row.source, one.runs, one.source)
                yield Disagreement("runs", one.title, *counts)


def past() -> Past:
    """Return all editions, in three questions however many there are."""
    return Past(list(Edition.objects.all()), list(Participation.objects.all()), past_editions())


def printed_rows(table: str) -> list[PrintedRow]:
    """Return the rows of a small printed table, in the order of its source."""
    return list(PrintedRow.objects.filter(table=table))


def printed_tables_by_name() -> dict[str, list[PrintedRow]]:
    """Return the rows of all small printed tables, in one question."""
    tables = defaultdict(list)
    for row in PrintedRow.objects.all():
        tables[row.table].append(row)
    return dict(tables)


def printed_tables() -> list[str]:
    """Return the names of the small printed tables."""
    tables = PrintedRow.objects.order_by("table").values_list("table", flat=True)
    return list(tables.distinct())
