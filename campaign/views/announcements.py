"""Announcements: organisers write them, whoever gets them may stop them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from campaign.clock import now
from campaign.forms.announcements import AnnouncementForm
from campaign.models import Task
from campaign.reads.announcements import takers
from campaign.services.announcements import announce, person_of, stop_announcements
from campaign.services.roles import require_organiser
from campaign.views.organise import organiser_view, render_organise
from campaign.views.people import PersonRequest
from campaign.views.refusals import says_refusals


@organiser_view
@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: PersonRequest, task: Task) -> HttpResponse:
    """Show what was announced; a POST shows a preview first, and sends when it is told to."""
    if request.method != "POST":
        return _page(request, task, AnnouncementForm(task=task))
    require_organiser(task=task, user=request.user)
    form = AnnouncementForm(request.POST, task=task)
    if not form.is_valid():
        return _page(request, task, form, status=422)
    if "send" not in request.POST:
        return _page(request, task, form, preview=form.cleaned_data)
    announce(task=task, by=request.user, now=now(), **form.cleaned_data)
    messages.success(request, _("It stands on the task's page, and is being mailed."))
    return redirect("organise-announcements", task.slug)


def _page(
    request: PersonRequest,
    task: Task,
    form: AnnouncementForm,
    *,
    preview: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return render_organise(
        request,
        task,
        "campaign/organise_announcements.html",
        page="organise-announcements",
        status=status,
        form=form,
        preview=preview,
        n_takers=takers(task, preview["audience"]).count() if preview else None,
        announcements=task.announcements.select_related("author"),
    )


# The token of the address is the right to do this and to do nothing else, and only the reader of
# the mail has it. Mail programs post to it by themselves, without a session (RFC 8058).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@says_refusals
@sensitive_variables("token")
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to stop announcements; the POST stops them, whoever is logged in or not."""
    if request.method == "POST":
        stop_announcements(token=token)
        return render(request, "campaign/announcements_stopped.html")
    context = {"takes": person_of(token=token).takes_announcements}
    return render(request, "campaign/announcements_stop.html", context)
