"""Baselines: started, watched and cancelled by organisers; what hardware costs them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.baselines import BaselineForm, PriceForm
from campaign.models import BaselineTraining, Task
from campaign.reads.baselines import (
    baselines_of,
    config_named,
    log_tail,
    offered_configs,
    progress_of,
    seen_of,
    trained_on,
)
from campaign.reads.health import trainer_answers
from campaign.reads.roles import acts_for
from campaign.services.baselines import ask_for_baseline, cancel_baseline, take_off_the_list
from campaign.services.hardware_prices import remove_price, set_price
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest

_NOTHING_NEW = 204  # htmx leaves the page as it is


@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def baselines(request: PersonRequest, task: Task) -> HttpResponse:
    """Show the baselines of a task, and start one."""
    configs = offered_configs()
    form = BaselineForm(request.POST if request.method == "POST" else None, configs=configs)
    if request.method == "POST" and form.is_valid():
        baseline = ask_for_baseline(
            task=task,
            config=config_named(form.cleaned_data["config"]),
            by=request.user,
            reason=form.cleaned_data["reason"],
            now=now(),
        )
        return redirect(baseline)
    return _render(
        request,
        task,
        "baselines",
        status=422 if form.errors else 200,
        form=form,
        configs=configs,
        rows=[(one, progress_of(one)) for one in baselines_of(task)],
        trainer=trainer_answers(),
    )


@organiser_view
@require_safe
@never_cache
def baseline(request: HttpRequest, task: Task, pk: int) -> HttpResponse:
    return _render(request, task, "baseline", **_shown(_find(task, pk)))


@organiser_view
@require_safe
@never_cache
def baseline_progress(request: HttpRequest, task: Task, pk: int) -> HttpResponse:
    """Answer the page of a baseline on its way: how far it is, or that nothing moved."""
    found = _find(task, pk)
    if request.GET.get("seen") == seen_of(found):
        return HttpResponse(status=_NOTHING_NEW)
    shown = {"task": task, "acts": acts_for(task.campaign, request.user), **_shown(found)}
    return render(request, "campaign/_baseline.html", shown)


def _shown(found: BaselineTraining) -> dict[str, Any]:
    waits = found.state == BaselineTraining.State.WAITING
    return {
        "baseline": found,
        "progress": progress_of(found),
        "seen": seen_of(found),
        "trained_on": trained_on(found),
        "log": log_tail(found),
        "unheard": waits and not trainer_answers(),
    }


@organiser_view
@require_safe
@never_cache
def baseline_log(request: HttpRequest, task: Task, pk: int) -> HttpResponse:
    """Send the log; of a long one, its newest part."""
    found = _find(task, pk)
    name = f"{task.slug}-baseline-{found.pk}.log"
    return HttpResponse(
        found.log,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name)},
    )


@organiser_view
@require_POST
def cancel(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    cancel_baseline(baseline=found, by=request.user, now=now())
    messages.success(request, _("It is cancelled. Its process ends within seconds."))
    return redirect(found)


@organiser_view
@require_POST
def see(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    found = _find(task, pk)
    take_off_the_list(baseline=found, by=request.user, now=now())
    messages.success(request, _("It needs your attention no more."))
    return redirect("organise-baselines", task.slug)


# ---------------------------------------------------------------- what hardware costs
@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: PersonRequest, task: Task) -> HttpResponse:
    """Show the table of a campaign, and write a line of it."""
    form = PriceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        price = set_price(task=task, by=request.user, **form.cleaned_data)
        messages.success(request, _("%(name)s has its price.") % {"name": price.name})
        return redirect("organise-prices", task.slug)
    return _render(
        request,
        task,
        "prices",
        status=422 if form.errors else 200,
        form=form,
        prices=task.campaign.prices.all(),
    )


@organiser_view
@require_POST
def forget_price(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    price = get_object_or_404(task.campaign.prices, pk=pk)
    remove_price(task=task, price=price, by=request.user)
    messages.success(request, _("%(name)s is out of the table.") % {"name": price.name})
    return redirect("organise-prices", task.slug)


def _find(task: Task, pk: int) -> BaselineTraining:
    rows = task.trainings.select_related("asked_by", "run__registration__team", "task__campaign")
    return get_object_or_404(rows, pk=pk)


def _render(
    request: HttpRequest, task: Task, name: str, status: int = 200, **context: Any
) -> HttpResponse:
    return render_organise(
        request,
        task,
        f"campaign/organise_{name}.html",
        page="organise-baselines",
        status=status,
        **context,
    )
