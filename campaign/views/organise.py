"""The organisers' side of a task: what stands around its pages, and the first of them."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.models import Task
from campaign.reads.attention import concerns, queue_of
from campaign.reads.checklist import checklist
from campaign.reads.health import worker_answers
from campaign.reads.roles import acts_for
from campaign.reads.visibility import organises
from campaign.views.frame import find_task, render_task
from campaign.views.organise_words import shown_concerns, shown_steps
from campaign.views.refusals import says_refusals

PAGES = (
    ("organise", _("Now")),
    ("organise-runs", _("Runs")),
    ("organise-registrations", _("Registrations")),
    ("organise-calendar", _("Calendar")),
    ("organise-announcements", _("Announcements")),
    ("organise-truths", _("Ground truth")),
    ("organise-baselines", _("Baselines")),
    ("organise-folder", _("Folder")),
    ("organise-exports", _("Exports")),
    ("organise-record", _("Record")),
)
"""The pages by their routes, in the order of their links."""


def organiser_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view of a task be found by those only who may see its hidden side.

    It gets the task instead of its slug. Whether a viewer of the campaign may also act is for the
    services to say.
    """

    @login_required
    @says_refusals
    @wraps(view)
    def answer(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        task = find_task(slug)
        if not organises(task, request.user):
            raise Http404
        return view(request, task, *args, **kwargs)

    return answer


def render_organise(
    request: HttpRequest, task: Task, template: str, *, page: str, status: int = 200, **context: Any
) -> HttpResponse:
    """Render a template that extends `campaign/organise_base.html`; `page` is the open one.

    Its buttons stand there for those who act for the task, and not for viewers of the campaign.
    """
    around = {"page": page, "pages": PAGES, "acts": acts_for(task.campaign, request.user)}
    return render_task(request, task, template, tab="organise", status=status, **(around | context))


@organiser_view
@require_safe
def overview(request: HttpRequest, task: Task) -> HttpResponse:
    """Show what waits, and where the task stands in the life of a campaign."""
    return render_organise(
        request,
        task,
        "campaign/organise.html",
        page="organise",
        concerns=shown_concerns(task, concerns([task], now())[task.pk]),
        steps=shown_steps(task, checklist(task, now())),
        queue=queue_of(task),
        worker=worker_answers(),
    )
