"""Figures of past editions, as printed."""

from django.contrib import admin

from campaign.models import PublishedResult


@admin.register(PublishedResult)
class PublishedResultAdmin(admin.ModelAdmin):
    list_display = ("task", "team", "run", "metric", "value", "source")
    list_filter = ("task", "metric")
    list_select_related = ("task",)
    search_fields = ("team", "run", "source")
