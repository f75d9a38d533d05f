"""Figures of past editions, as printed. They are never runs."""

import pghistory
from django.db import models

from campaign.models.tasks import Task


@pghistory.track()
class PublishedResult(models.Model):
    """One figure of a past edition with its source, shown beside hosted runs and never mixed."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="published_results")
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
        ordering = [models.F("value").desc(nulls_last=True), "team"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "team", "run", "metric"], name="published_once"
            ),
            models.CheckConstraint(condition=~models.Q(source=""), name="published_with_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.run} {self.metric} {self.value}"
