"""A run: where it stands, what it reached, what is wrong with its file."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaign import storage
from campaign.clock import now
from campaign.exports.bibtex import run_bib
from campaign.models import Run
from campaign.reads.baselines import baseline_of
from campaign.reads.breakdowns import SHORT, kept_answers, position_question, subset_questions
from campaign.reads.own_runs import own_run_for
from campaign.reads.results import RunReport, n_ranked, run_report
from campaign.reads.snapshots import one_snapshot
from campaign.reads.visibility import organises, visible_part
from campaign.views.run_figures import ShownPositions, ShownSubset, shown_positions, shown_subset
from campaign.views.steps import run_steps

_NOTHING_NEW = 204  # htmx leaves the page as it is


@require_safe
@one_snapshot()
def run(request: HttpRequest, pk: int) -> HttpResponse:
    report = find_report(request, pk)
    mine = own_run_for(request.user, report, now())
    task = report.run.registration.task
    context = {
        **_shown(request, report),
        "mine": mine,
        "cited": _cited(request, report.run),
        "organises": organises(task, request.user),
        "trained": baseline_of(report.run) if report.run.registration.team.organisers else None,
    }
    return render(request, "campaign/run.html", context)


def _cited(request: HttpRequest, run: Run) -> dict[str, str]:
    page = request.build_absolute_uri(run.get_absolute_url())
    return {"page": page, "bibtex": run_bib(run, page=page)}


@require_safe
@never_cache
@one_snapshot()
def run_state(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the page of a run that still moves: its new state, or that there is none.

    The part of the page that comes with an end state does not ask again.
    """
    report = find_report(request, pk)
    if request.GET.get("seen") == report.progress:
        return HttpResponse(status=_NOTHING_NEW)
    return render(request, "campaign/_run_moved.html", _shown(request, report))


@require_safe
def run_file(request: HttpRequest, pk: int) -> FileResponse:
    """Send a run file with the bytes that were uploaded; to the own team and to organisers."""
    found = get_object_or_404(Run.objects.with_files_for(request.user), pk=pk)
    answer = FileResponse(
        storage.open_as_uploaded(found.file_key), content_type="application/octet-stream"
    )
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=found.file_name
    )
    answer["Content-Length"] = str(found.stored_bytes)
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _shown(request: HttpRequest, report: RunReport) -> dict[str, Any]:
    task, truth = report.run.registration.task, report.evaluation.truth_version
    others_see = visible_part(task, AnonymousUser(), now(), run=report.run, truth=truth)
    return {
        "report": report,
        "others_see": others_see,
        "steps": run_steps(report),
        "n_ranked": n_ranked(report) if report.rank else 0,
        "figures": _figures(request, report),
    }


def _figures(
    request: HttpRequest, report: RunReport
) -> dict[str, list[ShownSubset] | ShownPositions | None]:
    """Return each column's figure, one of two columns, and the positions, as far as they are made."""
    questions = subset_questions(report, request.user, now())
    single = [question for question in questions if len(question.groupings) == 1]
    some = questions[: len(single) + 1]
    where = position_question(report, request.user, now())
    made = kept_answers([*some, *([where] if where else [])])
    return {
        "subsets": [shown_subset(one, made.get(one.kind), report, most=SHORT) for one in some],
        "positions": shown_positions(made.get(where.kind), report) if where else None,
    }


def find_report(request: HttpRequest, pk: int) -> RunReport:
    """Return a run as this person may see it; one that is none of their business is not there."""
    runs = Run.objects.observation_runs().select_related(
        "registration__team", "registration__task__campaign", "registration__task__current_truth"
    )
    found = get_object_or_404(runs.prefetch_related("registration__task__phases"), pk=pk)
    report = run_report(run=found, viewer=request.user, now=now())
    if report is None:
        raise Http404
    return report
