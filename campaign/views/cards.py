"""The model card of a baseline's run, and how it was made: for whoever may see the run."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from campaign.models import BaselineTraining, Run
from campaign.reads.baselines import baseline_of, papers_of, trained_on
from campaign.views.runs import find_report

_TYPES = {"md": "text/markdown", "json": "application/json", "toml": "application/toml"}


@require_safe
def run_card(request: HttpRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    trained = _trained(report.run)
    shown = {"report": report, "trained": trained, "trained_on": trained_on(trained)}
    return render(request, "campaign/run_card.html", shown)


@require_safe
def run_card_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send the card, the record or the config as a file."""
    run = find_report(request, pk).run
    papers = papers_of(_trained(run))
    if name not in papers:
        raise Http404
    return HttpResponse(
        papers[name],
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
