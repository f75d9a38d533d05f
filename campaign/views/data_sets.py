"""The data of a task: what there is, under which licence, and the files for whoever may have them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaign import storage
from campaign.clock import now
from campaign.exports import croissant as described
from campaign.models import DataSet, Phase, Task
from campaign.ranges import ranged_response
from campaign.reads import data_sets
from campaign.reads.tables import test_data_shows
from campaign.views.frame import find_task, render_task
from campaign.views.refusals import says_refusals


@require_safe
def task_data(request: HttpRequest, slug: str) -> HttpResponseBase:
    task = find_task(slug)
    at = now()
    shown = data_sets.data_sets(task=task, viewer=request.user, now=at)
    return render_task(
        request,
        task,
        "campaign/task_data.html",
        tab="data",
        data_sets=shown,
        linked=[_croissant(request, task, one.data_set) for one in shown],
        tables_show=test_data_shows(task, request.user, at),
        test_data=task.phase(Phase.Kind.TEST_DATA),
    )


@require_safe
@says_refusals
def data_file(
    request: HttpRequest, slug: str, data_set: str, version: str, name: str
) -> HttpResponseBase:
    """Send a file of a data set to whoever may have it; no address leads into private storage."""
    file = data_sets.data_file(
        task=find_task(slug),
        viewer=request.user,
        now=now(),
        data_set=data_set,
        version=version,
        name=name,
    )
    if file.url:
        return redirect(file.url)
    stream = storage.open_stored(file.key)
    return ranged_response(request, stream, size=file.size, digest=file.sha256, name=file.name)


@require_safe
@says_refusals
def croissant(request: HttpRequest, slug: str, data_set: str, version: str) -> HttpResponse:
    """Describe a data set for programs; to everybody, as its page does."""
    task = find_task(slug)
    row = data_sets.find_data_set(task=task, data_set=data_set, version=version)
    document = _croissant(request, task, row)
    return HttpResponse(
        json.dumps(document, indent=2, ensure_ascii=False), content_type="application/ld+json"
    )


def _croissant(request: HttpRequest, task: Task, row: DataSet) -> dict[str, Any]:
    def address_of(name: str) -> str:
        place = [task.slug, row.slug, row.version, name]
        path = reverse("data-file", args=place) if name else reverse("task-data", args=[task.slug])
        return request.build_absolute_uri(path)

    opens_at = data_sets.opening_of(task, row)
    return described.croissant(row, task, opens_at=opens_at, address_of=address_of)
