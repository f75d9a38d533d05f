"""The packages of a task, final and for its overview: asked for, and fetched, by organisers only."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaign import storage
from campaign.clock import now
from campaign.models import FinalPackage, Task
from campaign.ranges import ranged_response
from campaign.services.packages import ask_for_package
from campaign.views.organise import organiser_view


@organiser_view
@require_POST
def ask(request: HttpRequest, task: Task) -> HttpResponse:
    assert not isinstance(request.user, AnonymousUser)  # organiser_view has seen to it
    kind = _kind(request)
    ask_for_package(task=task, by=request.user, now=now(), kind=kind)
    is_kit = kind == FinalPackage.Kind.OVERVIEW
    said = _("The overview kit is being made.") if is_kit else _("The package is being made.")
    messages.success(request, said)
    return redirect("organise-exports", task.slug)


def _kind(request: HttpRequest) -> FinalPackage.Kind:
    try:
        return FinalPackage.Kind(request.POST.get("kind", FinalPackage.Kind.FINAL))
    except ValueError:
        raise Http404 from None


@organiser_view
@require_safe
def download(request: HttpRequest, task: Task, pk: int) -> HttpResponseBase:
    """Send a package, or the part of it that was asked for."""
    package = task.final_packages.filter(pk=pk, state=FinalPackage.State.MADE).first()
    if package is None or package.made_at is None:
        raise Http404
    return ranged_response(
        request,
        storage.open_stored(package.key),
        size=package.size,
        digest=package.sha256,
        name=f"{task.slug}-{package.kind}-{package.made_at:%Y-%m-%d}.zip",
    )
