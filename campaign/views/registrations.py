"""Registering a team for a task: the rules are read, then accepted by a captain."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.clock import now
from campaign.forms.registrations import RulesForm
from campaign.forms.teams import RegistrationForm
from campaign.models import Phase, Registration, Task, Team
from campaign.reads.standings import Standing, standing
from campaign.reads.teams import teams_to_register
from campaign.refusals import Refusal, status_of
from campaign.services.registrations import accept_rules
from campaign.services.teams import is_captain, register_new_team, register_team
from campaign.views.frame import find_task, render_task
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: PersonRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    stands = standing(task=task, viewer=request.user, now=now())
    if stands.registration:
        return _registered(request, task, stands)
    form = _form(request, task, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try(request, task, form)
    return _page(request, task, form=form, status=422 if form.errors else 200)


@login_required
@require_POST
@says_refusals
def accept(request: PersonRequest, slug: str) -> HttpResponse:
    """Accept the rules in force for a team that is registered under older ones."""
    task = find_task(slug)
    stands = standing(task=task, viewer=request.user, now=now())
    if stands.registration is None:
        raise Http404
    form = _rules_form(task, request.POST)
    if not form.is_valid():
        return _registered(request, task, stands, form=form, status=422)
    rules = form.cleaned_data["rules"]
    accept_rules(registration=stands.registration, rules=rules, by=request.user, now=now())
    said = _("%(team)s accepted version %(n)s of the rules.")
    messages.success(request, said % {"team": stands.registration.team.name, "n": rules.number})
    return redirect("task-register", slug)


def _registered(
    request: PersonRequest,
    task: Task,
    stands: Standing,
    *,
    form: RulesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    registration = stands.registration
    captain = registration is not None and is_captain(team=registration.team, user=request.user)
    rules_form = (form or _rules_form(task)) if stands.newer_rules and captain else None
    return _page(request, task, registration=registration, rules_form=rules_form, status=status)


def _rules_form(task: Task, sent: QueryDict | None = None) -> RulesForm:
    return RulesForm(
        sent, versions=task.rules_versions.all(), initial={"rules": task.rules_in_force}
    )


def _form(request: PersonRequest, task: Task, sent: QueryDict | None = None) -> RegistrationForm:
    return RegistrationForm(
        sent,
        task=task,
        teams=teams_to_register(task=task, viewer=request.user),
        rules=task.rules_in_force,
    )


def _try(request: PersonRequest, task: Task, form: RegistrationForm) -> HttpResponse:
    try:
        registration = _register(request, task, form)
    except ValidationError as error:  # the name of the new team is taken
        form.add_error("new_team", error.messages)
        return _page(request, task, form=form, status=422)
    except Refusal as refusal:
        # A new form: it shows the rules as they are now, to be read and accepted afresh.
        return _page(
            request, task, form=_form(request, task), refusal=refusal, status=status_of(refusal)
        )
    return _welcome(request, registration)


def _register(request: PersonRequest, task: Task, form: RegistrationForm) -> Registration:
    chosen: Team | None = form.cleaned_data.get("team")
    rules = form.cleaned_data["rules"]
    if chosen:
        return register_team(team=chosen, task=task, rules=rules, by=request.user, now=now())
    return register_new_team(
        name=form.cleaned_data["new_team"], task=task, rules=rules, by=request.user, now=now()
    )


def _welcome(request: PersonRequest, registration: Registration) -> HttpResponse:
    names = {"team": registration.team.name, "task": registration.task.title}
    if registration.state == Registration.State.PENDING:
        messages.info(request, _("%(team)s waits for the organisers to approve it.") % names)
    else:
        messages.success(request, _("%(team)s takes part in %(task)s.") % names)
    return redirect("task-register", registration.task.slug)


def _page(
    request: PersonRequest,
    task: Task,
    *,
    form: RegistrationForm | None = None,
    registration: Registration | None = None,
    rules_form: RulesForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_task(
        request,
        task,
        "campaign/task_register.html",
        tab="register",
        status=status,
        form=form,
        registration=registration,
        rules_form=rules_form,
        refusal=refusal,
        rules=task.rules_in_force,
        phase=(phase := task.phase(Phase.Kind.REGISTRATION)),
        phase_open=phase.is_open(now()),
        other_teams=Team.objects.of(request.user).exclude(
            pk__in=teams_to_register(task=task, viewer=request.user)
        ),
    )
