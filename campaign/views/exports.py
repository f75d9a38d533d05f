"""Files to take away: the leaderboard for everybody who sees it, the rest for organisers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.clock import now
from campaign.exports.bibtex import leaderboard_bib
from campaign.exports.latex import leaderboard_tex
from campaign.exports.leaderboards import leaderboard_json, leaderboard_table
from campaign.exports.records import funnel_table, registrations_table, runs_table
from campaign.exports.tables import Table, to_csv, to_json
from campaign.forms.leaderboards import LeaderboardForm
from campaign.metric_names import metric_name
from campaign.models import FinalPackage, Task
from campaign.reads.dated import leaderboard_at, not_ranked_yet
from campaign.reads.funnels import funnel
from campaign.reads.leaderboards import Leaderboard
from campaign.reads.participation import registrations
from campaign.reads.results import task_runs
from campaign.reads.snapshots import one_snapshot
from campaign.refusals import NotThere
from campaign.views.frame import find_task
from campaign.views.organise import organiser_view, render_organise
from campaign.views.questions import level_asked, moment_asked
from campaign.views.refusals import says_refusals

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "tex": "application/x-tex; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
}


# ---------------------------------------------------------------- the leaderboard
@require_safe
@says_refusals
@one_snapshot()
def leaderboard_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Send the leaderboard as the viewer sees it; it is asked for as its page is."""
    write = _LEADERBOARDS.get(form)
    if write is None:
        raise Http404
    board = _board(request, find_task(slug))
    return _file(write(request, board, now()), board.task, _name(board), form)


def _name(board: Leaderboard) -> str:
    then = f"of-{board.since:%Y-%m-%dT%H%M%SZ}" if board.at else ""
    return "-".join(filter(None, ["leaderboard", board.level, then]))


def _board(request: HttpRequest, task: Task) -> Leaderboard:
    level = level_asked(request)
    board = leaderboard_at(
        task=task,
        viewer=request.user,
        now=now(),
        at=moment_asked(request),
        # A file has one page.
        asked=replace(LeaderboardForm(task, request.GET, level).asked_strictly(), page_size=None),
    )
    if board.part is None:
        raise NotThere(_("The scores of this task do not show yet."), code="not_public_yet")
    if board.at and not board.since:
        raise not_ranked_yet(board)
    return board


def _leaderboard_tex(request: HttpRequest, board: Leaderboard, at: datetime) -> str:
    intervals = request.GET.get("intervals") == "1"
    return leaderboard_tex(board, now=at, intervals=intervals, name_of=metric_name)


def _leaderboard_bib(request: HttpRequest, board: Leaderboard, at: datetime) -> str:
    page = request.build_absolute_uri(board.task.get_absolute_url())
    return leaderboard_bib(board, now=at, page=page)


_LEADERBOARDS: dict[str, Callable[[HttpRequest, Leaderboard, datetime], str]] = {
    "csv": lambda _request, board, _at: to_csv(leaderboard_table(board)),
    "json": lambda _request, board, at: leaderboard_json(board, now=at),
    "tex": _leaderboard_tex,
    "bib": _leaderboard_bib,
}


# ---------------------------------------------------------------- for organisers
@organiser_view
@require_safe
def exports(request: HttpRequest, task: Task) -> HttpResponse:
    """Say what there is to take away, and how the packages stand."""
    packages = list(task.final_packages.all())
    return render_organise(
        request,
        task,
        "campaign/organise_exports.html",
        page="organise-exports",
        packages=[one for one in packages if one.kind == FinalPackage.Kind.FINAL],
        kits=[one for one in packages if one.kind == FinalPackage.Kind.OVERVIEW],
        records=_records(task),
    )


@organiser_view
@require_safe
@one_snapshot()
def record_file(request: HttpRequest, task: Task, name: str, form: str) -> HttpResponse:
    """Send registrations, funnel or runs as CSV or JSON."""
    make = _RECORDS.get(name)
    if make is None or form not in {"csv", "json"}:
        raise Http404
    table = make(request, task)
    text = to_csv(table) if form == "csv" else to_json(table, task=task.slug, exported_at=now())
    return _file(text, task, name, form)


def _runs(request: HttpRequest, task: Task) -> Table:
    return runs_table(task_runs(task=task, viewer=request.user, now=now()), task.metrics)


_RECORDS: dict[str, Callable[[HttpRequest, Task], Table]] = {
    "registrations": lambda _request, task: registrations_table(
        registrations(task), addresses=True
    ),
    "funnel": lambda _request, task: funnel_table(funnel(task)),
    "runs": _runs,
}


def _records(task: Task) -> list[tuple[str, str, str]]:
    """Return for each record its title and its two addresses."""
    titles = {"registrations": _("Registrations"), "funnel": _("Funnel"), "runs": _("Runs")}

    def address(name: str, form: str) -> str:
        return reverse("record-file", args=[task.slug, name, form])

    return [(titles[name], address(name, "csv"), address(name, "json")) for name in _RECORDS]


def _file(text: str, task: Task, name: str, form: str) -> HttpResponse:
    """Answer with a download that is named after the task, its content and the day."""
    filename = f"{task.slug}-{name}-{now():%Y-%m-%d}.{form}"
    answer = HttpResponse(text, content_type=_TYPES[form])
    answer["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=filename
    )
    return answer
