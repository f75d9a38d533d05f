"""What stands around every tab of a task: its head, the tabs, the facts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from campaign.clock import now
from campaign.models import Task
from campaign.reads.standings import task_head


def find_task(slug: str) -> Task:
    """Return a task with all its head needs, or answer 404."""
    task = (
        Task.objects.select_related("campaign", "current_truth")
        .prefetch_related("phases")
        .filter(slug=slug)
        .first()
    )
    if task is None:
        raise Http404
    return task


def render_task(
    request: HttpRequest, task: Task, template: str, *, tab: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a template that extends `campaign/task_base.html`.

    Parameters
    ----------
    tab
        The open one: overview, data, rules, leaderboard, runs; another word opens none.
    """
    head = task_head(task=task, viewer=request.user, now=now())
    return render(
        request, template, {"task": task, "head": head, "tab": tab} | context, status=status
    )


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that is asked for; whatever is not a number is the first one."""
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 1
