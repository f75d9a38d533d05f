"""Figures of past editions, as printed. They are never runs."""

import pghistory
from django.db import models
from django.db.models import F, Q

from campaign.models.tasks import Task


class Printed(models.Model):
    """What was printed somewhere: `manage.py load_history` writes it, always with where it stands."""

    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(source=""), name="%(class)s_with_a_source")
        ]


class OfAnEdition(Printed):
    """A printed figure of one year's edition of a task, e.g. of PlantCLEF 2013."""

    series = models.CharField(max_length=50)  # PlantCLEF, BirdCLEF
    year = models.PositiveSmallIntegerField()

    class Meta(Printed.Meta):
        abstract = True
        ordering = ["series", "year"]

    def __str__(self) -> str:
        return self.edition

    @property
    def edition(self) -> str:
        return f"{self.series} {self.year}"


class Edition(OfAnEdition):
    """How large an edition was, and the best score that was reached, by the metric of that year."""

    species = models.PositiveIntegerField()
    images = models.PositiveIntegerField(null=True)
    recordings = models.PositiveIntegerField(null=True)
    participants = models.PositiveIntegerField(null=True)  # other sources may count others
    score = models.FloatField(null=True)
    metric = models.CharField(max_length=30, blank=True)

    class Meta(OfAnEdition.Meta):
        constraints = [
            *OfAnEdition.Meta.constraints,
            models.UniqueConstraint(fields=["series", "year"], name="edition_once"),
            models.CheckConstraint(
                condition=Q(score=None, metric="") | (Q(score__isnull=False) & ~Q(metric="")),
                name="edition_score_with_its_metric",
            ),
        ]


class Participation(OfAnEdition):
    """How many teams registered for an edition, how many sent runs, and how many runs."""

    registered_teams = models.PositiveIntegerField(null=True)
    submitting_teams = models.PositiveIntegerField()
    runs = models.PositiveIntegerField()

    class Meta(OfAnEdition.Meta):
        constraints = [
            *OfAnEdition.Meta.constraints,
            models.UniqueConstraint(fields=["series", "year"], name="participation_once"),
            models.CheckConstraint(
                condition=Q(registered_teams=None) | Q(submitting_teams__lte=F("registered_teams")),
                name="participation_narrows",
            ),
        ]


class MethodUse(OfAnEdition):
    """How many of the teams, or of the runs, of an edition used a method."""

    class Unit(models.TextChoices):
        TEAM = "team"
        RUN = "run"

    unit = models.CharField(max_length=4, choices=Unit)
    n_units = models.PositiveIntegerField()
    method = models.CharField(max_length=100)
    n_using = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()  # in the order of its source

    class Meta(OfAnEdition.Meta):
        ordering = ["series", "year", "position"]
        constraints = [
            *OfAnEdition.Meta.constraints,
            models.UniqueConstraint(fields=["series", "year", "method"], name="method_use_once"),
            models.CheckConstraint(
                condition=Q(n_using__lte=F("n_units"), n_units__gte=1),
                name="method_use_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.method} {self.n_using}/{self.n_units}"


class PrintedRow(Printed):
    """A row of a small printed table: its cells by the columns of the file in fixtures/history."""

    table = models.SlugField(max_length=50)
    position = models.PositiveSmallIntegerField()
    cells = models.JSONField()

    class Meta(Printed.Meta):
        ordering = ["table", "position"]
        constraints = [
            *Printed.Meta.constraints,
            models.UniqueConstraint(fields=["table", "position"], name="printed_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.position}"


@pghistory.track()
class PublishedResult(models.Model):
    """One figure of a past edition with its source, shown beside hosted runs and never mixed.

    It stands on the board of a past edition (`series` and `year`), beside a hosted task, or on both.
    """

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, related_name="published_results", null=True, blank=True
    )
    series = models.CharField(max_length=50, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    team = models.CharField(max_length=100)
    run = models.CharField(max_length=100, blank=True)
    metric = models.CharField(max_length=50)
    value = models.FloatField(null=True)
    architectures = models.JSONField(default=list)
    training_sets = models.JSONField(default=list)
    n_networks = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=300)
    note = models.TextField(blank=True)

    class Meta:
        ordering = [F("value").desc(nulls_last=True), "team", "run"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "team", "run", "metric"],
                condition=Q(series=""),
                name="published_once",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "team", "run", "metric"],
                condition=~Q(series=""),
                nulls_distinct=False,
                name="printed_once",
            ),
            models.CheckConstraint(
                condition=Q(task__isnull=False) | ~Q(series=""), name="published_somewhere"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="published_with_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.run} {self.metric} {self.value}"

    @property
    def edition(self) -> str:
        return f"{self.series} {self.year or ''}".rstrip()
