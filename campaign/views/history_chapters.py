"""What stands in each chapter of the history: figures and tables, in their order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from campaign.charts import Chart, DataTable, editions, lessons, methods, participation, training
from campaign.charts.analyses import words
from campaign.charts.keeping import kept
from campaign.charts.participation import Narrowing
from campaign.clock import now
from campaign.models import Edition, MethodUse, PrintedRow, Task
from campaign.numbers import number
from campaign.reads.history import Past, past, printed_rows, printed_tables_by_name
from campaign.reads.method_use import Popularity, hosted_popularity, printed_popularity
from campaign.reads.printed_effects import printed_effects
from campaign.reads.tasks import TaskCard, task_cards

_PLANTS, _BIRDS = "PlantCLEF", "BirdCLEF"
_CLASSIFIERS = (
    "deep neural network",
    "convolutional neural network",
    "random forest or trees",
    "support vector machine",
)  # of the small figure
UNITS = tuple(MethodUse.Unit.values)


@dataclass(frozen=True)
class Part:
    """A figure, or a table alone, with its words; `sources` are those of a table alone."""

    chart: Chart | None = None
    table: DataTable | None = None
    title: str = ""
    text: str = ""
    sources: Sequence[str] = ()
    units: str = ""  # what hosted runs are counted by, where that can be chosen
    empty: str = ""  # said where there is nothing yet

    @property
    def level(self) -> int:
        """Return the level of the figure's heading."""
        return 3 if self.title else 2

    @property
    def rows(self) -> list[list[tuple[str, dict[str, Any]]]]:
        """Return the cells of the table, each with the name of its column."""
        if self.table is None:
            return []
        return [list(zip(self.table.head, cells, strict=True)) for cells in self.table.cells]


class Printed:
    """What was printed of past editions, each part read once and only where it is asked for."""

    @cached_property
    def past(self) -> Past:
        return past()

    @cached_property
    def popularity(self) -> list[Popularity]:
        return printed_popularity()

    @cached_property
    def tables(self) -> dict[str, list[PrintedRow]]:
        return printed_tables_by_name()


@dataclass(frozen=True)
class Chapter:
    """A page of the history."""

    slug: str
    tab: Promise
    title: Promise
    lead: Promise
    says: Callable[["Printed"], str] = field(repr=False)  # what its first figure finds
    parts: Callable[[str], list[Part]] = field(repr=False)  # of the unit that was chosen

    def get_absolute_url(self) -> str:
        """Return its page."""
        return reverse("history-chapter", args=[self.slug])


# ---------------------------------------------------------------- small figures
def small_figures(printed: Printed) -> list[tuple[Chart, Chapter]]:
    """Return the two figures that stand for the whole, each with its chapter; none without a history."""
    plants = printed.past.of(_PLANTS)
    if not plants:
        return []
    birds = [one for one in printed.popularity if one.series == _BIRDS]
    figures = [(_small_curve(plants), CHAPTERS["editions"])]
    if birds:
        figures.append((_small_popularity(birds), CHAPTERS["methods"]))
    return figures


@kept
def _small_curve(plants: Sequence[Edition]) -> Chart:
    reading = _("Figures of different metrics cannot be compared.")
    return replace(editions.performance(plants, height=380), reading=reading)


@kept
def _small_popularity(birds: Sequence[Popularity]) -> Chart:
    drawn = methods.by_year("methods", birds, methods=_CLASSIFIERS, compact=True)
    return replace(drawn, reading=_("Part of the teams, or of the runs, that used a method."))


# ---------------------------------------------------------------- chapters
def _editions(_unit: str) -> list[Part]:
    found = past()
    plants, birds = found.of(_PLANTS), found.of(_BIRDS)
    drawn = [
        editions.performance(plants),
        editions.sizes(plants),
        editions.participants(plants, found.disagreements),
    ]
    parts = [Part(chart) for chart in drawn] if plants else []
    return [*parts, *_birds(birds), *_disagreements(found)]


def _birds(found: Sequence[Edition]) -> list[Part]:
    if not found:
        return []
    rows = [[str(x.year), number(x.species), number(x.recordings), x.note] for x in found]
    head = [_("Year"), _("Species"), _("Recordings"), _("Note")]
    table = DataTable(head, rows, numeric=frozenset([1, 2]), english=frozenset([3]))
    sources = list(dict.fromkeys(one.source for one in found))
    return [Part(table=table, title=_("BirdCLEF"), sources=sources)]


def _disagreements(found: Past) -> list[Part]:
    if not found.disagreements:
        return []
    text = _("Each figure stands as its source prints it; neither is corrected by the other.")
    table = editions.disagreements(found.disagreements)
    return [Part(table=table, title=_("Where sources disagree"), text=text)]


def _methods(unit: str) -> list[Part]:
    printed = printed_popularity()
    parts: list[Part] = []
    for series in dict.fromkeys(one.series for one in printed):
        of_series = [one for one in printed if one.series == series]
        name = f"methods-{series.lower()}"
        chart = (
            methods.by_year(name, of_series)
            if len(of_series) > 1
            else methods.of_one(name, of_series[0])
        )
        parts.append(Part(chart))
    return [*parts, *_printed_effects(), *_hosted_methods(unit)]


def _printed_effects() -> list[Part]:
    """Return what methods were worth in the edition of which they were printed beside the scores."""
    found, sources = printed_effects(_PLANTS, 2017, "mrr")
    charts = [replace(words.drawn(made), sources=sources) for made in found]
    if not charts:
        return []
    text = _(
        "The best run of each of %(n)s teams of PlantCLEF 2017, as printed, by the same analyses as runs on this "
        "platform. Single figures of so few teams tell little of methods."
    ) % {"n": number(found[0].n_runs)}
    first, *others = charts
    title = _("What the methods were worth")
    return [Part(first, title=title, text=text), *(Part(chart) for chart in others)]


def _hosted_methods(unit: str) -> list[Part]:
    found = hosted_popularity(unit, now())
    title = _("On this platform")
    if not found:
        empty = _("No run that everybody may see says how it was made yet.")
        return [Part(title=title, units=unit, empty=empty)]
    charts = [methods.of_one(f"methods-here-{i}", one) for i, one in enumerate(found)]
    first, *others = charts
    return [Part(first, title=title, units=unit), *(Part(chart) for chart in others)]


def _printed_funnels(found: Past) -> list[Narrowing]:
    return [
        Narrowing(x.edition, x.registered_teams, x.submitting_teams, x.runs, x.source)
        for x in sorted(found.participations, key=lambda x: (x.year, x.series))
    ]


def _participation(_unit: str) -> list[Part]:
    printed = _printed_funnels(past())
    past_funnels = [Part(participation.narrowings("funnels", printed))] if printed else []
    return [
        *past_funnels,
        *_drawn(participation.test_set, "plantclef2017_test_selection"),
        *_data_sets(),
        *_hosted_funnels(),
    ]


def _drawn(draw: Callable[[list[PrintedRow]], Chart], table: str) -> list[Part]:
    """Return the figure of a small printed table; none where it is not loaded."""
    rows = printed_rows(table)
    return [Part(draw(rows))] if rows else []


def _hosted_funnels() -> list[Part]:
    cards = [card for card in task_cards(Task.objects.all(), now()) if card.funnel.registered]
    parts: list[Part] = []
    for generated in (False, True):
        shown = [_narrowing(card) for card in cards if card.task.generated == generated]
        if shown:
            name = f"funnels-here{'-generated' if generated else ''}"
            chart = participation.narrowings(name, shown, generated=generated)
            parts.append(Part(chart, title="" if parts else _("On this platform")))
    return parts


def _narrowing(card: TaskCard) -> Narrowing:
    funnel = card.funnel
    return Narrowing(card.task.title, funnel.registered, funnel.submitted, funnel.runs)


def _data_sets() -> list[Part]:
    found = printed_rows("plantclef2017_datasets")
    if not found:
        return []
    rows = [
        [
            row.cells["name"],
            row.cells["role"],
            *(number(row.cells[name]) for name in ("observations", "images", "species")),
            row.note,
        ]
        for row in found
    ]
    head = [_("Data set"), _("Role"), _("Observations"), _("Images"), _("Species"), _("Note")]
    table = DataTable(head, rows, numeric=frozenset([2, 3, 4]), english=frozenset([0, 1, 5]))
    sources = list(dict.fromkeys(row.source for row in found))
    return [Part(table=table, title=_("The data sets of PlantCLEF 2017"), sources=sources)]


def _training(_unit: str) -> list[Part]:
    return [
        *_drawn(training.training_costs, "training_costs"),
        *_drawn(training.distributed_training, "distributed_training"),
    ]


def _transfer(_unit: str) -> list[Part]:
    return [
        *_drawn(lessons.transfer_learning, "transfer_learning"),
        *_drawn(lessons.herbarium_transfer, "herbarium_transfer"),
    ]


def _largest_tests(found: Past) -> list[tuple[str, int]]:
    largest = [max(of, key=lambda one: one.species) for of in _by_series(found) if of]
    return [(one.edition, one.species) for one in largest]


def _scale(_unit: str) -> list[Part]:
    draw = partial(lessons.world_scale, species_tested=_largest_tests(past()))
    return _drawn(draw, "world_scale")


def _by_series(found: Past) -> list[list[Edition]]:
    return [found.of(series) for series in (_BIRDS, _PLANTS)]


CHAPTERS = {
    chapter.slug: chapter
    for chapter in (
        Chapter(
            "editions",
            gettext_lazy("The years"),
            gettext_lazy("PlantCLEF over the years"),
            gettext_lazy("Ever more species and images, and better answers, by three metrics."),
            lambda printed: editions.performance_title(printed.past.of(_PLANTS)),
            _editions,
        ),
        Chapter(
            "methods",
            gettext_lazy("Methods"),
            gettext_lazy("Popularity of methods"),
            gettext_lazy("What teams built their runs from, year by year."),
            lambda printed: methods.by_year_title(
                [one for one in printed.popularity if one.series == printed.popularity[0].series]
            ),
            _methods,
        ),
        Chapter(
            "participation",
            gettext_lazy("Participation"),
            gettext_lazy("Who takes part"),
            gettext_lazy("From registrations to runs, and how a test set came to be."),
            lambda printed: participation.narrowings_title(_printed_funnels(printed.past)),
            _participation,
        ),
        Chapter(
            "training",
            gettext_lazy("Costs"),
            gettext_lazy("What training costs"),
            gettext_lazy("Days, machines and prices of 2017, as those who paid them tell."),
            lambda printed: training.costs_title(printed.tables.get("training_costs", [])),
            _training,
        ),
        Chapter(
            "transfer",
            gettext_lazy("Transfer"),
            gettext_lazy("Learning from other images"),
            gettext_lazy(
                "Pre-training against training from scratch, and from herbarium to herbarium."
            ),
            lambda printed: lessons.transfer_title(printed.tables.get("transfer_learning", [])),
            _transfer,
        ),
        Chapter(
            "scale",
            gettext_lazy("Scale"),
            gettext_lazy("The scale of the world"),
            gettext_lazy("How far the tests are from all the plants there are."),
            lambda printed: lessons.world_title(
                printed.tables.get("world_scale", []), _largest_tests(printed.past)
            ),
            _scale,
        ),
    )
}
