"""The calendar of a task on the organisers' side: its phases, and moving one."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign.clock import now
from campaign.forms.calendars import PhaseForm
from campaign.models import Phase, Task
from campaign.reads.phases import phase_moves
from campaign.refusals import Invalid
from campaign.services.phases import Span, move_phase
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest


@dataclass(frozen=True)
class _Row:
    """A phase and where it stands: open, to_come, closed or never."""

    phase: Phase
    state: str


@organiser_view
@require_safe
def phases(request: PersonRequest, task: Task) -> HttpResponse:
    return render_organise(
        request,
        task,
        "campaign/organise_calendar.html",
        page="organise-calendar",
        rows=[_row(task.phase(kind)) for kind in Phase.Kind],
        moves=phase_moves(task),
    )


def _row(phase: Phase) -> _Row:
    if phase.never:
        return _Row(phase, "never")
    if phase.is_open(now()):
        return _Row(phase, "open")
    return _Row(phase, "closed" if phase.has_closed(now()) else "to_come")


@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def phase(request: PersonRequest, task: Task, kind: str) -> HttpResponse:
    if kind not in Phase.Kind.values:
        raise Http404
    chosen = task.phase(kind)
    if request.method != "POST":
        return _page(request, task, chosen, PhaseForm.of(chosen))
    form = PhaseForm(request.POST)
    if form.is_valid() and _moved(request, task, kind, form):
        messages.success(request, _("It is moved, and an announcement is on its way."))
        return redirect("organise-calendar", task.slug)
    return _page(request, task, chosen, form)


def _moved(request: PersonRequest, task: Task, kind: str, form: PhaseForm) -> bool:
    sent = form.cleaned_data
    try:
        move_phase(
            task=task,
            kind=kind,
            to=Span(sent["opens_at"], sent["closes_at"]),
            by=request.user,
            reason=sent["reason"],
            now=now(),
        )
    except Invalid as refusal:
        form.add_error(refusal.details.get("field"), refusal.message)
        return False
    return True


def _page(request: PersonRequest, task: Task, chosen: Phase, form: PhaseForm) -> HttpResponse:
    return render_organise(
        request,
        task,
        "campaign/organise_phase.html",
        page="organise-calendar",
        status=422 if form.errors else 200,
        phase=chosen,
        form=form,
    )
