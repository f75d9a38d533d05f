"""The folder of a task on the web: sent, looked at, asked about, loaded; and given back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from campaign.clock import now
from campaign.forms.folders import FolderForm
from campaign.models import Campaign, Task
from campaign.reads.roles import acts_for
from campaign.refusals import Refusal, status_of
from campaign.services.folders import (
    Place,
    Report,
    drop_kept,
    keep_archive,
    load_archive,
    load_kept,
    require_sender,
)
from campaign.services.loadings import Terms
from campaign.services.uploads import Upload
from campaign.views.limits import takes_folders
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals

Page = Callable[..., HttpResponse]


@dataclass(frozen=True)
class _Door:
    """Where a folder is sent to, and the page that says how that went."""

    place: Place
    page: Page


@takes_folders
@csrf_exempt  # the check of the token reads the body: `_send` does it for whoever may send one
@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def task_folder(request: HttpRequest, task: Task) -> HttpResponse:
    """Load the folder of one task, or fetch it."""
    page = partial(
        render_organise, request, task, "campaign/organise_folder.html", page="organise-folder"
    )
    return _answer(request, _Door(Place(task=task.slug), page))


@takes_folders
@csrf_exempt  # as above
@login_required
@says_refusals
@require_http_methods(["GET", "HEAD", "POST"])
def campaign_folder(request: PersonRequest, slug: str) -> HttpResponse:
    """Load a task into a campaign: a new one, or one that is there."""
    campaign = get_object_or_404(Campaign, slug=slug)
    if not acts_for(campaign, request.user):
        raise Http404
    page = partial(_plain_page, request, campaign=campaign)
    return _answer(request, _Door(Place(campaign=slug), page))


@takes_folders
@csrf_exempt  # as above
@login_required
@says_refusals
@require_http_methods(["GET", "HEAD", "POST"])
def any_folder(request: PersonRequest) -> HttpResponse:
    """Load a task with its campaign.yaml beside it: the way to a new campaign, for staff."""
    if not request.user.is_staff:
        raise Http404
    return _answer(request, _Door(Place(), partial(_plain_page, request)))


def _plain_page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    return render(request, "campaign/folder_load.html", {"acts": True} | context, status=status)


def _person(request: HttpRequest) -> PersonRequest:
    return cast("PersonRequest", request)


# ---------------------------------------------------------------- question and answer
def _answer(request: HttpRequest, door: _Door) -> HttpResponse:
    if request.method != "POST":
        return door.page(form=FolderForm())
    require_sender(place=door.place, user=_person(request).user)
    return _send(_person(request), door)


@csrf_protect
def _send(request: PersonRequest, door: _Door) -> HttpResponse:
    step = _load_kept if "kept" in request.POST else _look
    try:
        return step(request, door)
    except Refusal as refusal:
        return door.page(form=FolderForm(), refusal=refusal, status=status_of(refusal))


def _look(request: PersonRequest, door: _Door) -> HttpResponse:
    """Say what a folder would change, and keep it until its sender answers."""
    form = FolderForm(request.POST, request.FILES)
    if not form.is_valid():
        return door.page(form=form, status=422)
    archive = Upload.sent(form.cleaned_data["file"]).path
    terms = Terms(by=request.user, dry_run=True)
    report = load_archive(archive=archive, now=now(), terms=terms, place=door.place)
    kept = ""
    if report.loaded.changes:
        kept = keep_archive(
            archive=archive, by=request.user, place=door.place, seen=report.loaded.digest
        )
    reason = form.cleaned_data["reason"]
    return door.page(form=FolderForm(), report=report, kept=kept, reason=reason)


def _load_kept(request: PersonRequest, door: _Door) -> HttpResponse:
    token = request.POST["kept"]
    if "drop" in request.POST:
        drop_kept(token=token, by=request.user, place=door.place)
        messages.info(request, _("The folder was not loaded; nothing has changed."))
        return redirect(request.path)
    report = load_kept(
        token=token,
        now=now(),
        by=request.user,
        place=door.place,
        reason=request.POST.get("reason", "")[:500],
    )
    return _loaded(request, report)


def _loaded(request: PersonRequest, report: Report) -> HttpResponse:
    task = report.loaded.task
    messages.success(request, _("%(task)s is as its folder says.") % {"task": task.title})
    return redirect("organise-folder", task.slug)
