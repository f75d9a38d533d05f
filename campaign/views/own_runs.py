"""What a team may do with its runs: look at them, describe them, take one back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.descriptions import DescriptionForm
from campaign.forms.runs import WithdrawalForm
from campaign.models import Phase, Run
from campaign.reads.method_tags import used_tags
from campaign.reads.own_runs import own_run, own_runs, requirements
from campaign.reads.results import run_report
from campaign.reads.snapshots import one_snapshot
from campaign.services.runs import describe_run, withdraw_run
from campaign.views.frame import find_task, render_task
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


@login_required
@require_safe
@one_snapshot()
def my_runs(request: PersonRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    runs = own_runs(task=task, viewer=request.user, now=now())
    return render_task(
        request,
        task,
        "campaign/task_runs.html",
        tab="runs",
        runs=runs,
        requirements=requirements(task, runs),
        withdrawal=WithdrawalForm(),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@says_refusals
def describe(request: PersonRequest, pk: int) -> HttpResponse:
    run = _own(request, pk)
    task = run.registration.task
    form = DescriptionForm(
        request.POST or None,
        required=task.required_description,
        description=run.description,
        used=used_tags(now()),
    )
    if request.method == "POST" and form.is_valid():
        describe_run(run=run, description=form.description(), by=request.user, now=now())
        messages.success(request, _("The method description is saved."))
        return redirect(run)
    return _description_page(request, run, form)


def _description_page(request: PersonRequest, run: Run, form: DescriptionForm) -> HttpResponse:
    report = run_report(run=run, viewer=request.user, now=now())
    if report is None:
        raise Http404
    context = {
        "form": form,
        "run": run,
        "task": run.registration.task,
        "own": own_run(report, now()),
        "submission": run.registration.task.phase(Phase.Kind.SUBMISSION),
    }
    status = 422 if form.errors else 200
    return render(request, "campaign/run_describe.html", context, status=status)


@login_required
@require_POST
@says_refusals
def withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    run = _own(request, pk)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["reason"])))
        return redirect("task-runs", run.registration.task.slug)
    withdrawn = withdraw_run(
        run=run, by=request.user, reason=form.cleaned_data["reason"], now=now()
    )
    messages.success(request, _withdrawn(withdrawn))
    return redirect("task-runs", run.registration.task.slug)


def _withdrawn(run: Run) -> str:
    if run.withdrawn_unseen:
        return _("Run %(n)s is withdrawn; its place is free again.") % {"n": run.number}
    return _("Run %(n)s is withdrawn.") % {"n": run.number}


def _own(request: PersonRequest, pk: int) -> Run:
    """Return a run of the person's team; organisers see others', but may not act for them."""
    runs = Run.objects.observation_runs().of_teams_of(request.user)
    found = runs.select_related(
        "registration__team", "registration__task__campaign", "registration__task__current_truth"
    ).prefetch_related("registration__task__phases")
    return get_object_or_404(found, pk=pk)
