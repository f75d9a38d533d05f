"""The analyses of a task: what they found, and each on a page of its own."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from campaign.charts.analyses.drawing import Finding
from campaign.charts.analyses.words import chart, finding
from campaign.clock import now
from campaign.models import Phase
from campaign.reads.analyses import GROUPS, Analyses, Made, analyses_of, find_analysis
from campaign.reads.visibility import visible_part
from campaign.views.frame import find_task, render_task
from campaign.views.refusals import says_refusals


@dataclass(frozen=True)
class Line:
    """An analysis in a list."""

    made: Made
    finding: Finding


@dataclass(frozen=True)
class Section:
    """The analyses of a group."""

    group: str
    title: Promise
    lines: list[Line]


@require_safe
def task_analyses(request: HttpRequest, slug: str) -> HttpResponse:
    task = find_task(slug)
    found = analyses_of(task, request.user, now())
    return render_task(
        request,
        task,
        "campaign/task_analyses.html",
        tab="analyses",
        board=found,
        sections=_sections(found),
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
    )


def _sections(found: Analyses) -> list[Section]:
    return [
        Section(group, GROUPS[group], [Line(made, finding(made)) for made in own])
        for group, own in found.by_group().items()
    ]


@require_safe
@says_refusals
def task_analysis(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    task = find_task(slug)
    made = find_analysis(task, kind, request.user, now())
    found = analyses_of(task, request.user, now())
    place = [one.kind.slug for one in found.made].index(kind)
    return render_task(
        request,
        task,
        "campaign/task_analysis.html",
        tab="analyses",
        board=found,
        made=made,
        finding=finding(made),
        chart=chart(made),
        before=found.made[place - 1] if place else None,
        after=next(iter(found.made[place + 1 :]), None),
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
    )
