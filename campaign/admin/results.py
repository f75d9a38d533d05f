"""Evaluations: where each scoring stands. No score shows here: visibility is decided in reads."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaign.admin.kept import OnlyRead
from campaign.clock import now
from campaign.models import Evaluation, Task, Team
from campaign.services.results import queue_again


@admin.register(Evaluation)
class EvaluationAdmin(OnlyRead, admin.ModelAdmin):
    list_display = (
        "run",
        "task",
        "team",
        "state",
        "is_current",
        "attempts",
        "queued_at",
        "finished_at",
    )
    list_filter = ("state", "is_current", "scorer_version", "run__registration__task")
    list_select_related = ("run__registration__task", "run__registration__team")
    search_fields = ("run__name", "run__registration__team__name", "failure")
    date_hierarchy = "queued_at"
    ordering = ("-queued_at", "-pk")
    exclude = ("lease_token",)
    actions = ("queue_failed_again",)

    @admin.display(description=_("task"), ordering="run__registration__task__slug")
    def task(self, evaluation: Evaluation) -> Task:
        return evaluation.run.registration.task

    @admin.display(description=_("team"), ordering="run__registration__team__name")
    def team(self, evaluation: Evaluation) -> Team:
        return evaluation.run.registration.team

    @admin.action(description=_("Queue the failed ones again"), permissions=["queue"])
    def queue_failed_again(self, request: HttpRequest, queryset: QuerySet[Evaluation]) -> None:
        failed = queryset.filter(state=Evaluation.State.FAILED)
        n = len(failed)
        for evaluation in failed:
            queue_again(evaluation=evaluation, now=now())
        self.message_user(
            request, _("%(n)d evaluations wait again; others stay as they are.") % {"n": n}
        )

    def has_queue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("campaign.change_evaluation")
