"""The organisers' page of who takes part in a task, and what they decide about it."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_POST, require_safe

from campaign.clock import now
from campaign.forms.registrations import DecisionForm, ExtraRunsForm, MergeForm
from campaign.models import Registration, Task, Team
from campaign.reads.funnels import funnel
from campaign.reads.participation import participant, participants
from campaign.services.mergers import merge_teams
from campaign.services.registrations import decide_registrations, set_extra_runs
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest

_PAGE = "organise-registrations"


@organiser_view
@require_safe
def registrations(request: PersonRequest, task: Task) -> HttpResponse:
    return _list(request, task)


def _list(
    request: PersonRequest, task: Task, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    form = form or DecisionForm(registrations=_of(task))
    return render_organise(
        request,
        task,
        "campaign/organise_registrations.html",
        page=_PAGE,
        status=status,
        participants=participants(task),
        funnel=funnel(task),
        rules=task.rules_in_force,
        form=form,
        chosen=form.is_chosen(),
    )


@organiser_view
@require_POST
def decide(request: PersonRequest, task: Task) -> HttpResponse:
    form = DecisionForm(request.POST, registrations=_of(task))
    if not form.is_valid():
        return _list(request, task, form=form, status=422)
    changed = decide_registrations(
        task=task,
        chosen=[row.pk for row in form.cleaned_data["chosen"]],
        state=form.cleaned_data["decision"],
        reason=form.cleaned_data["reason"],
        by=request.user,
    )
    messages.success(request, _decided(form.cleaned_data["decision"], len(changed)))
    return redirect(_PAGE, task.slug)


def _decided(decision: str, n: int) -> str:
    if not n:
        return _("That is so already: nothing was changed and nobody mailed.")
    if decision == Registration.State.APPROVED:
        said = ngettext("%(n)s registration is approved.", "%(n)s registrations are approved.", n)
    else:
        said = ngettext("%(n)s registration is refused.", "%(n)s registrations are refused.", n)
    return f"{said % {'n': n}} {_('The captains are told by mail.')}"


# ---------------------------------------------------------------- one team
@organiser_view
@require_safe
def registration(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    return _one(request, task, get_object_or_404(_of(task), pk=pk))


def _one(
    request: PersonRequest,
    task: Task,
    row: Registration,
    *,
    extra_form: ExtraRunsForm | None = None,
    merge_form: MergeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_organise(
        request,
        task,
        "campaign/organise_registration.html",
        page=_PAGE,
        status=status,
        one=participant(row),
        rules=task.rules_in_force,
        decision_form=DecisionForm(registrations=_of(task)),
        extra_form=extra_form or ExtraRunsForm(initial={"extra_runs": row.extra_runs}),
        merge_form=merge_form or MergeForm(teams=_other_teams(task, row)),
    )


@organiser_view
@require_POST
def extra_runs(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    row = get_object_or_404(_of(task), pk=pk)
    form = ExtraRunsForm(request.POST)
    if not form.is_valid():
        return _one(request, task, row, extra_form=form, status=422)
    set_extra_runs(registration=row, **form.cleaned_data, by=request.user)
    messages.success(
        request, _("%(team)s is told how many runs it may send.") % {"team": row.team.name}
    )
    return redirect("organise-registration", task.slug, row.pk)


@organiser_view
@require_POST
def merge(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    row = get_object_or_404(_of(task), pk=pk)
    form = MergeForm(request.POST, teams=_other_teams(task, row))
    if not form.is_valid():
        return _one(request, task, row, merge_form=form, status=422)
    staying = form.cleaned_data["staying"]
    merge_teams(
        ending=row.team,
        staying=staying,
        by=request.user,
        reason=form.cleaned_data["reason"],
        now=now(),
    )
    messages.success(
        request,
        _("%(ending)s is merged into %(team)s.") % {"ending": row.team.name, "team": staying.name},
    )
    return redirect(_PAGE, task.slug)


def _of(task: Task) -> QuerySet[Registration]:
    """Return the registrations that are in force, without the organisers' own."""
    rows = Registration.objects.in_force().filter(task=task, team__organisers=False)
    return rows.select_related("team", "task")


def _other_teams(task: Task, row: Registration) -> QuerySet[Team]:
    taking_part = Team.objects.filter(registrations__in=_of(task), generated=False)
    return taking_part.exclude(pk=row.team_id)
