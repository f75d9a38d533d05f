"""Runs: what was sent, by whom, and where it stands. Their files are downloaded elsewhere."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaign.admin.kept import OnlyRead
from campaign.models import Evaluation, Run, Task, Team


@admin.register(Run)
class RunAdmin(OnlyRead, admin.ModelAdmin):
    list_display = (
        "task",
        "team",
        "number",
        "name",
        "state",
        "standing",
        "late",
        "generated",
        "received_at",
    )
    list_filter = ("standing", "late", "generated", "registration__task")
    list_select_related = ("registration__task", "registration__team")
    search_fields = ("name", "registration__team__name", "registration__task__slug")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")
    exclude = ("file_key",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Run]:
        current = Evaluation.objects.filter(run=OuterRef("pk"), is_current=True)
        runs: QuerySet[Run] = super().get_queryset(request)
        return runs.annotate(state=Subquery(current.values("state")))

    @admin.display(description=_("task"), ordering="registration__task__slug")
    def task(self, run: Run) -> Task:
        return run.registration.task

    @admin.display(description=_("team"), ordering="registration__team__name")
    def team(self, run: Run) -> Team:
        return run.registration.team

    @admin.display(description=_("evaluation"), ordering="state")
    def state(self, run: Run) -> str:
        return str(Evaluation.State(run.state).label)  # type: ignore[attr-defined]  # annotated above
