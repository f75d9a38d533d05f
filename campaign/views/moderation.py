"""The organisers' list of all runs of a task, and what they may do about one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.clock import now
from campaign.forms.moderation import FORMS, FilterForm, ReasonForm
from campaign.models import Run, Task, User
from campaign.reads.moderation import ModeratedRun, moderated_run, moderated_runs
from campaign.reads.record import Wanted, changes
from campaign.reads.roles import acts_for
from campaign.refusals import Invalid
from campaign.services import moderation
from campaign.services.registrations import give_extra_run
from campaign.views.frame import page_number
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest

Sent = dict[str, Any]


@dataclass(frozen=True)
class Action:
    """One thing to do about a run: when it is offered, what it says, and what does it."""

    title: Promise
    help: Promise
    fits: Callable[[ModeratedRun], bool]
    do: Callable[[Run, User, Sent], str]
    danger: bool = False


# ---------------------------------------------------------------- the list
@organiser_view
@require_safe
def runs(request: PersonRequest, task: Task) -> HttpResponse:
    form = FilterForm(request.GET, label_suffix="")
    found = moderated_runs(task=task, filters=form.filters(), page=page_number(request))
    return render_organise(
        request,
        task,
        "campaign/organise_runs.html",
        page="organise-runs",
        runs=found,
        filters=form,
        filtered=any(value for name, value in request.GET.items() if name != "page"),
        requeue=ReasonForm() if found.n_failed and acts_for(task.campaign, request.user) else None,
    )


@organiser_view
@require_POST
def queue_failed(request: PersonRequest, task: Task) -> HttpResponse:
    """Give all failed runs of a task new attempts, e.g. after the machine had no memory left."""
    reason = _sent(ReasonForm(request.POST))["reason"]
    n = moderation.queue_failed_again(task=task, by=request.user, reason=reason, now=now())
    messages.success(request, _queued(n))
    return redirect("organise-runs", task.slug)


def _sent(form: forms.Form) -> Sent:
    if not form.is_valid():
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        raise Invalid(" ".join(sentences), code="invalid")
    return form.cleaned_data


# ---------------------------------------------------------------- one run
@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def run(request: PersonRequest, task: Task, pk: int) -> HttpResponse:
    """Show a run with what may be done about it and what was; a POST does one of these things."""
    row = moderated_run(task=task, pk=pk)
    if row is None:
        raise Http404
    if request.method != "POST":
        return _page(request, task, row)
    chosen = request.POST.get("action", "")
    if chosen not in ACTIONS:
        raise Invalid(_("Choose what to do about the run."), code="no_action")
    form = FORMS[chosen](request.POST, auto_id=f"{chosen}-%s")
    if not form.is_valid():
        return _page(request, task, row, {chosen: form})
    messages.success(request, ACTIONS[chosen].do(row.run, request.user, form.cleaned_data))
    return redirect("organise-run", task.slug, pk)


def _page(
    request: PersonRequest,
    task: Task,
    row: ModeratedRun,
    wrong: Mapping[str, forms.Form] | None = None,
) -> HttpResponse:
    wrong = wrong or {}
    acts = acts_for(task.campaign, request.user)
    offered = [
        (word, action, wrong.get(word) or _form(word, row.run))
        for word, action in ACTIONS.items()
        if acts and (action.fits(row) or word in wrong)
    ]
    record = changes(task=task, viewer=request.user, wanted=Wanted(run=row.run))
    return render_organise(
        request,
        task,
        "campaign/organise_run.html",
        page="organise-runs",
        status=422 if wrong else 200,
        row=row,
        run=row.run,
        actions=offered,
        wrong=set(wrong),
        record=record.rows,
    )


def _form(word: str, run: Run) -> forms.Form:
    names = {"rename-run": run.name, "rename-team": run.registration.team.name}
    return FORMS[word](initial={"name": names.get(word, "")}, auto_id=f"{word}-%s")


# ---------------------------------------------------------------- what may be done
def _disqualify(run: Run, by: User, sent: Sent) -> str:
    moderation.disqualify_run(run=run, by=by, reason=sent["reason"], now=now())
    return _("The run is disqualified; its team is told.")


def _reinstate(run: Run, by: User, sent: Sent) -> str:
    moderation.reinstate_run(run=run, by=by, reason=sent["reason"], now=now())
    return _("The run counts again; its team is told.")


def _accept(run: Run, by: User, sent: Sent) -> str:
    moderation.accept_in_time(run=run, by=by, reason=sent["reason"], now=now())
    return _("The run is ranked as if it had come in time; its team is told.")


def _unaccept(run: Run, by: User, sent: Sent) -> str:
    moderation.take_acceptance_back(run=run, by=by, reason=sent["reason"], now=now())
    return _("The run counts as late again; its team is told.")


def _give_run(run: Run, by: User, sent: Sent) -> str:
    given = give_extra_run(registration=run.registration, by=by, reason=sent["reason"])
    return ngettext(
        "The team has %(n)s extra run now; it is told.",
        "The team has %(n)s extra runs now; it is told.",
        given.extra_runs,
    ) % {"n": given.extra_runs}


def _rename_run(run: Run, by: User, sent: Sent) -> str:
    moderation.rename_run(run=run, name=sent["name"], by=by, reason=sent["reason"])
    return _("The run has another name; its team is told.")


def _rename_team(run: Run, by: User, sent: Sent) -> str:
    moderation.rename_team(
        registration=run.registration, name=sent["name"], by=by, reason=sent["reason"]
    )
    return _("The team has another name; it is told.")


def _queue(run: Run, by: User, sent: Sent) -> str:
    task = run.registration.task
    return _queued(
        moderation.queue_failed_again(task=task, run=run, by=by, reason=sent["reason"], now=now())
    )


def _seen(run: Run, by: User, sent: Sent) -> str:
    moderation.note_seen(run=run, by=by, reason=sent["reason"])
    return _("It is off the list of what needs attention, until it is evaluated anew.")


def _queued(n: int) -> str:
    return ngettext(
        "%(n)s evaluation waits again, with three new attempts.",
        "%(n)s evaluations wait again, with three new attempts each.",
        n,
    ) % {"n": n}


def _has_limit(row: ModeratedRun) -> bool:
    return row.run.registration.task.runs_per_team is not None


ACTIONS: Mapping[str, Action] = {
    "queue": Action(
        gettext_lazy("Queue again"),
        gettext_lazy("Three new attempts. It failed by our fault and costs its team nothing."),
        lambda row: row.failed,
        _queue,
    ),
    "seen": Action(
        gettext_lazy("Take it off the list"),
        gettext_lazy(
            "You have looked at it, and need not be told again. It comes back when it is evaluated "
            "anew. Its team is told nothing."
        ),
        lambda row: row.waits,
        _seen,
    ),
    "accept": Action(
        gettext_lazy("Accept as in time"),
        gettext_lazy(
            "It is ranked with the others and marked. It stays one of the team's late runs, so it "
            "takes no place of those in time. The team reads your reason."
        ),
        lambda row: row.run.counts_as_late,
        _accept,
    ),
    "unaccept": Action(
        gettext_lazy("Count as late again"),
        gettext_lazy("It goes back to the late runs, unranked. The team reads your reason."),
        lambda row: row.accepted,
        _unaccept,
        danger=True,
    ),
    "disqualify": Action(
        gettext_lazy("Disqualify"),
        gettext_lazy(
            "It stays on the leaderboard, unranked and marked, and keeps its place in the team's "
            "quota. The team reads your reason; others read that it was disqualified."
        ),
        lambda row: row.run.standing == Run.Standing.ACTIVE,
        _disqualify,
        danger=True,
    ),
    "reinstate": Action(
        gettext_lazy("Reinstate"),
        gettext_lazy("It is ranked again. The team reads your reason."),
        lambda row: row.run.standing == Run.Standing.DISQUALIFIED,
        _reinstate,
    ),
    "give-run": Action(
        gettext_lazy("Give the team a run back"),
        gettext_lazy("One run more than the task's limit, in time and late. It reads your reason."),
        _has_limit,
        _give_run,
    ),
    "rename-run": Action(
        gettext_lazy("Rename the run"),
        gettext_lazy("For a name that offends. Left empty, the run has none."),
        lambda _row: True,
        _rename_run,
    ),
    "rename-team": Action(
        gettext_lazy("Rename the team"),
        gettext_lazy(
            "For a name that offends. It changes in all tasks, with the team's address, so you must "
            "organise all that the team takes part in."
        ),
        lambda row: not row.run.registration.team.organisers,
        _rename_team,
    ),
}
"""By the word that the page sends; in the order of the page."""
