"""Sending a run file: to be scored, or only to be checked."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from campaign.clock import began_at, now
from campaign.forms.runs import SubmissionForm
from campaign.models import Registration, Task
from campaign.reads.standings import standing
from campaign.reads.tables import test_data_shows
from campaign.refusals import Invalid, LimitReached, NotAllowed, Refusal, status_of
from campaign.services.checks import Check, check_upload
from campaign.services.runs import Submission, require_place, submit_run
from campaign.services.uploads import Upload
from campaign.views.frame import find_task, render_task
from campaign.views.limits import takes_files
from campaign.views.people import PersonRequest
from campaign.views.refusals import asks_for_part, render_part, render_refusal, to_log_in
from campaign.views.upload_words import upload_words
from scoring import layout_of

Answer = Callable[[PersonRequest, Registration], HttpResponse]


@takes_files
@csrf_exempt  # the check of the token reads the body: `_submit` does it for whoever may send one
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; take a run and lead to its page."""
    if request.method != "POST":
        return _with_registration(request, slug, _page)
    return _with_registration(request, slug, _submit_where_possible)


@takes_files
@csrf_exempt  # as above
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Check a file without a run; the form is that of `submit`, with another button."""
    if request.method != "POST":
        return redirect("task-submit", slug)
    return _with_registration(request, slug, _check)


def _with_registration(request: HttpRequest, slug: str, answer: Answer) -> HttpResponse:
    task = find_task(slug)
    if not request.user.is_authenticated:
        return to_log_in(request)
    registration = standing(task=task, viewer=request.user, now=now()).registration
    if registration is None:
        return redirect("task-register", slug)
    registration.task = task  # with all that its page needs
    return answer(cast("PersonRequest", request), registration)


# ---------------------------------------------------------------- a run
def _submit_where_possible(request: PersonRequest, registration: Registration) -> HttpResponse:
    """Answer a closed task before the file is read; a limit only afterwards.

    Whoever sends a file again, because an answer was lost, is told that it is there already.
    """
    try:
        require_place(registration=registration, began_at=began_at(request), now=now())
    except LimitReached:
        pass
    except NotAllowed as refusal:
        return _refuse(request, registration, refusal)
    return _submit(request, registration)


@csrf_protect
def _submit(request: PersonRequest, registration: Registration) -> HttpResponse:
    form = _filled(request, registration.task)
    if not form.is_valid():
        return _refuse(request, registration, _said_of(form))
    sent = form.cleaned_data
    try:
        run = submit_run(
            registration=registration,
            submission=Submission(
                upload=Upload.sent(sent["file"]),
                name=sent["name"],
                image_upload=Upload.sent(sent["image_file"]) if sent.get("image_file") else None,
            ),
            by=request.user,
            began_at=began_at(request),
            now=now(),
        )
    except Refusal as refusal:
        return _refuse(request, registration, refusal)
    place = run.get_absolute_url()
    if asks_for_part(request):  # a script that followed a redirect would not show the page
        return HttpResponse(status=201, headers={"Location": place})
    return redirect(place)


# ---------------------------------------------------------------- a check
@csrf_protect
def _check(request: PersonRequest, registration: Registration) -> HttpResponse:
    form = _filled(request, registration.task)
    if not form.is_valid():
        return _refuse(request, registration, _said_of(form))
    try:
        checks = _checks(request, registration.task, form)
    except Refusal as refusal:
        return _refuse(request, registration, refusal)
    if asks_for_part(request):
        return render_part(request, "campaign/_checks.html", {"checks": checks})
    return _page(request, registration, checks=checks)


def _checks(request: PersonRequest, task: Task, form: SubmissionForm) -> list[tuple[str, Check]]:
    """Check the run file, and the image run where one was sent; each with its name."""
    kinds = {"file": "run", "image_file": "image_run"}
    sent = {name: file for name in kinds if (file := form.cleaned_data.get(name))}
    return [
        (
            file.name,
            check_upload(
                task=task, upload=Upload.sent(file), by=request.user, now=now(), kind=kinds[name]
            ),
        )
        for name, file in sent.items()
    ]


# ---------------------------------------------------------------- both
def _filled(request: HttpRequest, task: Task) -> SubmissionForm:
    return SubmissionForm(request.POST, request.FILES, task=task)


def _said_of(form: SubmissionForm) -> Refusal:
    sentences = [str(error) for errors in form.errors.values() for error in errors]
    return Invalid(" ".join(sentences), code="invalid")


def _refuse(request: HttpRequest, registration: Registration, refusal: Refusal) -> HttpResponse:
    if asks_for_part(request):
        return render_refusal(request, refusal)
    return _page(request, registration, refusal=refusal, status=status_of(refusal))


def _page(
    request: HttpRequest,
    registration: Registration,
    *,
    refusal: Refusal | None = None,
    checks: list[tuple[str, Check]] | None = None,
    status: int = 200,
) -> HttpResponse:
    task = registration.task
    late, no_place = _forecast(request, registration)
    return render_task(
        request,
        task,
        "campaign/task_submit.html",
        tab="submit",
        status=status,
        form=SubmissionForm(task=task),
        refusal=refusal or no_place,
        checks=checks,
        takes_runs=no_place is None,
        takes_checks=test_data_shows(task, request.user, now()),
        late=late,
        rules=task.run_rules,
        first_look=_first_look(task),
    )


def _forecast(request: HttpRequest, registration: Registration) -> tuple[bool, Refusal | None]:
    """Return whether a run would be late, or why there would be none."""
    try:
        late = require_place(registration=registration, began_at=began_at(request), now=now())
    except Refusal as refusal:
        return False, refusal
    return late, None


def _first_look(task: Task) -> dict[str, Any]:
    """Return what the page's script needs to look at a file, and the words it says it in."""
    layouts = {
        "file": layout_of(task.run_rules, "run"),
        "image_file": layout_of(task.run_rules, "image_run"),
    }
    return {
        "columns": {name: layout.widths for name, layout in layouts.items()},
        "lists": {name: layout.has_list for name, layout in layouts.items()},
        "max_bytes": min(task.run_rules.max_upload_bytes, settings.MAX_UPLOAD_BYTES),
        "words": upload_words(),
    }
