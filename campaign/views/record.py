"""The record of a task on the organisers' side: as a page, as CSV and as JSON."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from campaign.exports.tables import safe_text
from campaign.forms.record import RecordForm
from campaign.models import Task
from campaign.reads.record import (
    EXPORTED,
    Entry,
    all_changes,
    as_json,
    as_lines,
    changes,
    people_of,
)
from campaign.views.frame import page_number
from campaign.views.organise import organiser_view, render_organise


@organiser_view
@require_safe
def record(request: HttpRequest, task: Task) -> HttpResponse:
    form = _form(request, task)
    found = changes(task=task, viewer=request.user, wanted=form.wanted(), page=page_number(request))
    return render_organise(
        request,
        task,
        "campaign/organise_record.html",
        page="organise-record",
        record=found,
        filters=form,
        exports=[("organise-record-csv", "CSV"), ("organise-record-json", "JSON")],
    )


@organiser_view
@require_safe
def record_csv(request: HttpRequest, task: Task) -> StreamingHttpResponse:
    lines = (map(safe_text, line) for entry in _all(request, task) for line in as_lines(entry))
    return _file(_csv(lines), "text/csv; charset=utf-8", f"{task.slug}-record.csv")


@organiser_view
@require_safe
def record_json(request: HttpRequest, task: Task) -> StreamingHttpResponse:
    return _file(_json(_all(request, task)), "application/json", f"{task.slug}-record.json")


def _all(request: HttpRequest, task: Task) -> Iterator[Entry]:
    wanted = _form(request, task).wanted()
    return all_changes(task=task, viewer=request.user, wanted=wanted)


def _form(request: HttpRequest, task: Task) -> RecordForm:
    return RecordForm(request.GET, people=people_of(task=task, viewer=request.user))


def _file(content: Iterable[str], kind: str, name: str) -> StreamingHttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return StreamingHttpResponse(
        content, content_type=kind, headers={"Content-Disposition": disposition}
    )


class _Echo:
    """What csv writes to; it hands on what it gets."""

    def write(self, text: str) -> str:
        return text


def _csv(lines: Iterable[Iterable[str]]) -> Iterator[str]:
    writer: Any = csv.writer(_Echo(), delimiter=";", lineterminator="\n")
    yield writer.writerow(EXPORTED)
    for line in lines:
        yield writer.writerow(line)


def _json(entries: Iterable[Entry]) -> Iterator[str]:
    yield "["
    for number, entry in enumerate(entries):
        yield (",\n" if number else "\n") + as_json(entry)
    yield "\n]\n"
