"""The model card of a baseline's run, and how it was made: for whoever may see the run."""

import json
from collections.abc import Callable, Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from campaign.models import BaselineTraining, Run
from campaign.reads.baselines import baseline_of
from campaign.views.runs import find_report


def record_of(trained: BaselineTraining) -> str:
    """Return the record as text."""
    return json.dumps(trained.record, ensure_ascii=False, indent=2)


_FILES: Mapping[str, Callable[[BaselineTraining], str]] = {
    "card.md": lambda trained: trained.card,
    "record.json": lambda trained: f"{record_of(trained)}\n",
    "config.toml": lambda trained: trained.config,
}
_TYPES = {"md": "text/markdown", "json": "application/json", "toml": "application/toml"}


@require_safe
def run_card(request: HttpRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    trained = _trained(report.run)
    shown = {"report": report, "trained": trained, "record": record_of(trained)}
    return render(request, "campaign/run_card.html", shown)


@require_safe
def run_card_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send the card, the record or the config as a file."""
    run = find_report(request, pk).run
    trained = _trained(run)
    if name not in _FILES:
        raise Http404
    return HttpResponse(
        _FILES[name](trained),
        content_type=f"{_TYPES[name.rpartition('.')[2]]}; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(True, f"run-{run.pk}-{name}"),
            "Cache-Control": "private, no-cache",
        },
    )


def _trained(run: Run) -> BaselineTraining:
    found = baseline_of(run)
    if found is None:
        raise Http404
    return found
