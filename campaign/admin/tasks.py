"""Campaigns, tasks and what belongs to them. What a task folder says is changed by loading it."""

from django.contrib import admin
from django.db import models

from campaign.admin.kept import NotMadeHere, OnlyRead, OnlyReadInline
from campaign.models import (
    Announcement,
    Campaign,
    CampaignRole,
    DataFile,
    DataSet,
    Phase,
    RulesVersion,
    Task,
    TruthVersion,
)


class CampaignRoleInline(admin.TabularInline):
    model = CampaignRole
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(NotMadeHere, admin.ModelAdmin):
    list_display = ("slug", "title", "year", "position")
    list_editable = ("position",)
    search_fields = ("slug", "titles")
    readonly_fields = ("slug", "titles", "description", "organisers", "year", "timeline")
    inlines = (CampaignRoleInline,)


class PhaseInline(OnlyReadInline):
    """To look at: a deadline is moved on the organisers' calendar, with a reason that all may read."""

    model = Phase
    fields = ("kind", "opens_at", "closes_at", "never")


class RulesVersionInline(OnlyReadInline):
    model = RulesVersion


class TruthVersionInline(OnlyReadInline):
    model = TruthVersion
    fields = (
        "number",
        "metrics",
        "split_column",
        "n_queries",
        "n_classes",
        "n_media",
        "note",
        "created_at",
    )


@admin.register(Task)
class TaskAdmin(NotMadeHere, admin.ModelAdmin):
    list_display = ("slug", "title", "campaign", "shape", "visibility", "generated", "position")
    list_editable = ("position",)
    list_filter = ("campaign", "shape", "visibility", "generated")
    list_select_related = ("campaign",)
    search_fields = ("slug", "titles")
    fieldsets = (
        (None, {"fields": ("campaign", "slug", "titles", "questions", "position")}),
        ("Runs", {"fields": ("runs_per_team", "runs_per_day", "approval", "visibility")}),
        (
            "As its folder says",
            {
                "fields": (
                    "shape",
                    "run_rules_json",
                    "subsets",
                    "final",
                    "truth_released",
                    "current_truth",
                    "required_description",
                    "required_runs",
                    "generated",
                    "overview",
                )
            },
        ),
    )
    readonly_fields = (
        "campaign",
        "slug",
        "titles",
        "questions",
        "shape",
        "run_rules_json",
        "subsets",
        "final",
        "truth_released",
        "current_truth",
        "required_description",
        "required_runs",
        "generated",
        "overview",
    )
    inlines = (PhaseInline, RulesVersionInline, TruthVersionInline)


@admin.register(TruthVersion)
class TruthVersionAdmin(OnlyRead, admin.ModelAdmin):
    """Versions by number and size; neither the tables nor where they lie shows here."""

    list_display = ("task", "number", "n_queries", "n_classes", "n_media", "created_at")
    list_filter = ("task",)
    list_select_related = ("task",)
    fields = (
        "task",
        "number",
        "metrics",
        "split_column",
        "n_queries",
        "n_classes",
        "n_media",
        "note",
        "created_at",
    )


class DataFileInline(OnlyReadInline):
    model = DataFile
    fields = ("name", "size", "sha256", "url")
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(DataSet)
class DataSetAdmin(OnlyRead, admin.ModelAdmin):
    list_display = ("title", "task", "role", "access", "version", "licence")
    list_filter = ("role", "access", "task")
    list_select_related = ("task",)
    search_fields = ("title", "slug", "task__slug")
    inlines = (DataFileInline,)


@admin.register(Announcement)
class AnnouncementAdmin(OnlyRead, admin.ModelAdmin):
    list_display = ("subject", "task", "author", "created_at", "mailed_at")
    list_filter = ("task", ("mailed_at", admin.EmptyFieldListFilter))
    list_select_related = ("task", "author")
    search_fields = ("subject", "text")
    date_hierarchy = "created_at"
