"""Truth versions of a task, and scoring all its runs by another one: pages of organisers."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.rescorings import PartForm, RescoringForm, SwitchForm
from campaign.models import Rescoring, Task
from campaign.models.results import Part
from campaign.reads.rescorings import comparison, progress_of
from campaign.reads.roles import acts_for
from campaign.reads.snapshots import one_snapshot
from campaign.reads.truth_differences import truth_difference
from campaign.reads.visibility import visible_part
from campaign.services.rescorings import (
    discard_rescoring,
    queue_failed_again,
    start_rescoring,
    switch_truth,
)
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest

_PAGE_SIZE = 100
_NOTHING_NEW = 204  # htmx leaves the page as it is


@organiser_view
@require_safe
def truths(request: HttpRequest, task: Task) -> HttpResponse:
    rescorings = task.rescorings.select_related("truth_version", "replaces", "started_by")
    return _render(
        request,
        task,
        "truths",
        versions=task.truth_versions.all(),
        open=next((one for one in rescorings if one.is_open), None),
        ended=[one for one in rescorings if not one.is_open],
    )


@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def truth(request: PersonRequest, task: Task, number: int) -> HttpResponse:
    """Show what a version would change, and begin to score all runs by it."""
    version = get_object_or_404(task.truth_versions, number=number)
    form = RescoringForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        rescoring = start_rescoring(
            truth=version, by=request.user, reason=form.cleaned_data["reason"], now=now()
        )
        return _to(rescoring)
    current = task.current_truth
    other = current is not None and current != version
    return _render(
        request,
        task,
        "truth",
        status=422 if form.errors else 200,
        version=version,
        difference=truth_difference(current, version) if current and other else None,
        open=Rescoring.objects.open().filter(task=task).first(),
        form=form,
    )


@organiser_view
@require_safe
@never_cache
@one_snapshot()
def rescoring(request: HttpRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    return _render(request, task, "rescoring", **_shown(request, found))


@organiser_view
@require_safe
@never_cache
@one_snapshot()
def rescoring_progress(request: HttpRequest, task: Task, pk: int) -> HttpResponse:
    """Answer the page of a re-scoring that still runs: how far it is, or that nothing moved."""
    found = _find(task, pk)
    progress = progress_of(found, now())
    if request.GET.get("seen") == f"{found.state}-{progress.seen}":
        return HttpResponse(status=_NOTHING_NEW)
    acts = acts_for(task.campaign, request.user)
    shown = {"task": task, "acts": acts, **_shown(request, found)}
    return render(request, "campaign/_rescoring.html", shown)


def _shown(request: HttpRequest, found: Rescoring) -> dict[str, Any]:
    shown = {
        "rescoring": found,
        "progress": progress_of(found, now()),
        "switch_form": SwitchForm(),
    }
    return shown if found.state == Rescoring.State.RUNNING else shown | _compared(request, found)


def _compared(request: HttpRequest, found: Rescoring) -> dict[str, Any]:
    """Return old against new: a page of the runs, or of those that move."""
    part = _part(request, found)
    compared = comparison(found, part)
    moving = request.GET.get("only") == "moving"
    runs = [run for run in compared.runs if run.moves or not moving]
    return {
        "compared": compared,
        "part_form": PartForm({"part": part}) if found.truth_version.split_column else None,
        "rows": Paginator(runs, _PAGE_SIZE).get_page(request.GET.get("page")),
    }


def _part(request: HttpRequest, found: Rescoring) -> Part:
    """Return the part of the test that is asked for, or the one that will rank."""
    asked = request.GET.get("part")
    if found.truth_version.split_column and asked in Part.values:
        return Part(asked)
    shown = visible_part(found.task, request.user, now(), truth=found.truth_version)
    return shown or Part.ALL


@organiser_view
@require_POST
def retry(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    n = queue_failed_again(rescoring=found, by=request.user, now=now())
    messages.success(
        request,
        ngettext("%(n)s run waits again.", "%(n)s runs wait again.", n) % {"n": n},
    )
    return _to(found)


@organiser_view
@require_POST
def switch(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    form = SwitchForm(request.POST)
    reason = form.cleaned_data["despite_failed"] if form.is_valid() else ""
    switched = switch_truth(rescoring=found, by=request.user, now=now(), despite_failed=reason)
    messages.success(
        request,
        _("Truth version %(n)s is in force: all scores and ranks are by it.")
        % {"n": switched.truth_version.number},
    )
    return _to(found)


@organiser_view
@require_POST
def discard(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    discard_rescoring(rescoring=found, by=request.user, now=now())
    messages.success(request, _("The re-scoring is discarded; nothing has changed."))
    return _to(found)


def _find(task: Task, pk: int) -> Rescoring:
    rescorings = task.rescorings.select_related("truth_version", "replaces", "task__campaign")
    return get_object_or_404(rescorings, pk=pk)


def _to(rescoring: Rescoring) -> HttpResponse:
    return redirect("organise-rescoring", rescoring.task.slug, rescoring.pk)


def _render(
    request: HttpRequest, task: Task, name: str, status: int = 200, **context: Any
) -> HttpResponse:
    return render_organise(
        request,
        task,
        f"campaign/organise_{name}.html",
        page="organise-truths",
        status=status,
        **context,
    )
