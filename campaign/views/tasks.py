"""The public tabs of a task."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.reads.detectable import detectable
from campaign.reads.funnels import funnel
from campaign.reads.phases import phase_moves
from campaign.views.frame import find_task, render_task


@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    return render_task(
        request,
        task,
        "campaign/task_overview.html",
        tab="overview",
        news=task.announcements.all(),
        funnel=funnel(task),
        moves=phase_moves(task),
        detectable=detectable(task, request.user, now()),
    )


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    return render_task(
        request, task, "campaign/task_rules.html", tab="rules", rules=task.rules_in_force
    )
