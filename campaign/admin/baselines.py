"""Baselines: where each stands. They are started and cancelled on the organisers' pages."""

from django.contrib import admin

from campaign.admin.kept import OnlyRead
from campaign.models import BaselineTraining, HardwarePrice


@admin.register(BaselineTraining)
class BaselineTrainingAdmin(OnlyRead, admin.ModelAdmin):
    list_display = ("name", "task", "state", "attempts", "asked_at", "asked_by", "ended_at", "run")
    list_filter = ("state", "elsewhere", "task")
    list_select_related = ("task", "asked_by", "run")
    search_fields = ("name", "config_sha256", "failure")
    date_hierarchy = "asked_at"
    ordering = ("-pk",)
    exclude = ("lease_token",)


@admin.register(HardwarePrice)
class HardwarePriceAdmin(admin.ModelAdmin):
    list_display = ("name", "campaign", "eur_per_hour", "eur_bought")
    list_filter = ("campaign",)
    list_select_related = ("campaign",)
    search_fields = ("name",)
