"""Figures of past editions, as printed."""

from django.contrib import admin

from campaign.admin.kept import OnlyRead
from campaign.models import Edition, MethodUse, Participation, PrintedRow, PublishedResult


@admin.register(PublishedResult)
class PublishedResultAdmin(admin.ModelAdmin):
    list_display = ("edition", "task", "team", "run", "metric", "value", "source")
    list_filter = ("series", "year", "task", "metric")
    list_select_related = ("task",)
    search_fields = ("team", "run", "source")


class FromFiles(OnlyRead, admin.ModelAdmin):
    """What `manage.py load_history` writes: a change belongs into its file."""


@admin.register(Edition)
class EditionAdmin(FromFiles):
    list_display = ("edition", "species", "images", "participants", "score", "metric", "source")


@admin.register(Participation)
class ParticipationAdmin(FromFiles):
    list_display = ("edition", "registered_teams", "submitting_teams", "runs", "source")


@admin.register(MethodUse)
class MethodUseAdmin(FromFiles):
    list_display = ("edition", "method", "n_using", "n_units", "unit", "source")
    list_filter = ("series", "year")


@admin.register(PrintedRow)
class PrintedRowAdmin(FromFiles):
    list_display = ("table", "position", "cells", "source")
    list_filter = ("table",)
