"""The analyses of a task: what they found, and each on a page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from campaign.charts.analyses.computing import COMPUTED
from campaign.charts.analyses.drawing import Finding
from campaign.charts.analyses.words import chart, finding
from campaign.clock import now
from campaign.models import LeaderboardRow, Phase, RunSet, Task
from campaign.reads.analyses import GROUPS, Analyses, Made, analyses_of
from campaign.reads.run_choices import (
    RunChoice,
    chosen_pairs,
    chosen_runs,
    named_runs,
    runs_to_choose,
    runs_to_fuse,
)
from campaign.reads.visibility import visible_part
from campaign.refusals import Refusal, status_of
from campaign.services.analyses.run_sets import ask_for_fusion, ask_for_pairs
from campaign.views.frame import find_task, render_task
from campaign.views.people import PersonRequest
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
        Section(
            group, GROUPS[group], sorted((Line(made, finding(made)) for made in own), key=_last)
        )
        for group, own in found.by_group().items()
    ]


def _last(line: Line) -> tuple[bool, bool]:
    """Return what puts findings first, and last what says nothing."""
    return line.made.data is None, not line.finding.sure


@dataclass(frozen=True)
class Chosen:
    """The form in which runs are chosen, and what was made of those that are.

    Attributes
    ----------
    rows
        Those that may be chosen, the ticked ones first.
    state
        Of `RunChoice`; empty where nothing is chosen.
    refusal
        Why nothing is made of the ticked runs.
    """

    rows: list[LeaderboardRow]
    search: str
    ticked: Sequence[LeaderboardRow] = ()
    choice: RunChoice | None = None
    state: str = ""
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        """Return the status of the page that shows it."""
        return status_of(self.refusal) if self.refusal else 200

    @property
    def pks(self) -> list[int]:
        """Return the runs that are ticked."""
        return [row.run_id for row in self.ticked]

    @property
    def pairs(self) -> RunChoice | None:
        """Return the runs that the page is of, where it is not of the whole board."""
        return self.choice if self.choice and self.choice.about == RunSet.About.PAIRS else None


@require_safe
@says_refusals
def task_analysis(request: HttpRequest, slug: str, kind: str) -> HttpResponseBase:
    return _analysis_page(request, find_task(slug), kind)


def _analysis_page(
    request: HttpRequest, task: Task, kind: str, refused: Refusal | None = None
) -> HttpResponse:
    """Answer with an analysis; `refused` says why what was asked of its form is not done."""
    found = analyses_of(task, request.user, now(), only=kind)
    made = found.only
    place = found.kinds.index(made.kind)
    chosen = _chosen(request, task, made, refused)
    shown = _shown(made, chosen)
    return render_task(
        request,
        task,
        "campaign/task_analysis.html",
        tab="analyses",
        status=chosen.status if chosen else 200,
        board=found,
        made=made,
        chosen=chosen,
        shown=shown,
        finding=finding(shown) if shown else None,
        chart=chart(shown) if shown else None,
        computed=COMPUTED[kind],
        before=found.kinds[place - 1] if place else None,
        after=next(iter(found.kinds[place + 1 :]), None),
        results=task.phase(Phase.Kind.RESULTS),
        others_see=visible_part(task, AnonymousUser(), now()),
    )


def _chosen(request: HttpRequest, task: Task, made: Made, refused: Refusal | None) -> Chosen | None:
    """Return what a visitor chooses; None for an analysis in which there is no choice."""
    part = visible_part(task, request.user, now())
    if made.kind.chooses is None or part is None or made.nothing == "unranked":
        return None
    search = request.GET.get("search", "")[:100]
    names = (request.POST or request.GET).getlist("runs")
    try:
        choice = None if refused or _searches(request) else _choice(request, task, made, names)
    except Refusal as refusal:
        choice, refused = None, refusal
    ticked = choice.rows if choice else named_runs(task, part, names)
    rows = runs_to_choose(task, part, search, ticked)
    state = choice.state(now()) if choice else ""
    return Chosen(rows, search, ticked, choice, state, refused)


def _choice(request: HttpRequest, task: Task, made: Made, names: list[str]) -> RunChoice | None:
    """Return the runs that an address chooses.

    The test of chosen runs begins when somebody looks; a fusion when somebody who is logged in asks.
    """
    choice = chosen_runs(task, made.kind, names, request.user, now())
    if choice and request.method == "GET" and choice.about == RunSet.About.PAIRS:
        return ask_for_pairs(choice=choice, now=now())
    return choice


def _searches(request: HttpRequest) -> bool:
    """Tell whether the search box asks: whoever still ticks runs has not chosen yet."""
    return request.headers.get("HX-Target") == "runs-to-choose"


def _shown(made: Made, chosen: Chosen | None) -> Made | None:
    """Return the analysis that a page draws: where pairs are chosen that of these, once it is made."""
    return chosen_pairs(made, chosen.pairs) if chosen and chosen.pairs else made


_NO_FORM = {"not_public_yet", "not_fusable"}  # refused where the analysis has none to go back to


@login_required
@require_POST
@says_refusals
def fuse_runs(request: PersonRequest, slug: str) -> HttpResponseBase:
    """Have chosen runs fused; the page that is led to shows what they score as soon as it is made."""
    task = find_task(slug)
    try:
        choice = runs_to_fuse(task, request.POST.getlist("runs"), request.user, now())
        ask_for_fusion(choice=choice, by=request.user, now=now())
    except Refusal as refusal:
        if refusal.code in _NO_FORM:
            raise
        return _analysis_page(request, task, "complementarity", refusal)
    page = reverse("task-analysis", args=[task.slug, "complementarity"])
    return redirect(f"{page}?{urlencode({'runs': choice.pks}, doseq=True)}#chosen")
