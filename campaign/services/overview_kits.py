"""The overview kit of a task: what the overview paper of a campaign is written from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from campaign.browser import PLOTLY, NotDrawn, Picture, draw
from campaign.charts.analyses.computing import COMPUTED
from campaign.charts.analyses.words import chart, finding
from campaign.charts.outside import outside
from campaign.charts.template import Chart, DataTable
from campaign.exports.bibtex import leaderboard_bib
from campaign.exports.findings import Told, findings_md, findings_tex
from campaign.exports.latex import leaderboard_tex
from campaign.exports.leaderboards import leaderboard_table
from campaign.exports.tables import Table, dump, to_csv
from campaign.exports.team_paragraphs import teams_md, teams_tex
from campaign.metric_names import metric_name
from campaign.models import Task
from campaign.numbers import MINUS, THIN_SPACE
from campaign.reads.analyses import GROUPS, Analyses, Made, analyses_of
from campaign.reads.leaderboards import Asked, Leaderboard, leaderboard
from campaign.reads.visibility import Viewer
from campaign.refusals import NotThere
from campaign.services.kit_readme import readme
from campaign.services.leaderboards import lock_task
from campaign.services.mails import full_address
from campaign.services.packing import Packing

_ALL_RUNS, _BEST = Asked(page_size=None), Asked(page_size=None, best=True)


@dataclass(frozen=True)
class Contents:
    """All that the database says, read at one moment."""

    task: Task
    boards: dict[str, Leaderboard]
    analyses: Analyses
    public: Analyses  # those that everybody sees


@dataclass(frozen=True)
class Drawing:
    """A figure beside the name of its files, as plotly has it and as a picture, if there is one."""

    name: str
    chart: Chart
    spec: dict[str, Any]
    picture: Picture | None = None


def pack_kit(
    *, task: Task, viewer: Viewer, target: IO[bytes], heartbeat: Callable[[], None], now: datetime
) -> None:
    """Write the kit of a task into an open file: in English, and only what a viewer may see.

    Raises
    ------
    NotThere
        No score shows to the viewer yet.
    """
    with translation.override("en"):
        contents = _read(task, viewer, now)
        told, drawings = _tell(contents)
        drawings, obstacle = _with_pictures(drawings, heartbeat)
        with Packing(target, f"{task.slug}-overview-{now:%Y-%m-%d}", heartbeat) as packing:
            hidden = contents.public.part != contents.analyses.part
            text = readme(
                contents.task, contents.analyses, obstacle=obstacle, hidden=hidden, now=now
            )
            packing.add_text("README.md", text)
            _add_board(packing, contents, now)
            packing.add_text("findings.md", findings_md(told))
            packing.add_text("findings.tex", findings_tex(told))
            _add_drawings(packing, drawings)


@transaction.atomic
def _read(task: Task, viewer: Viewer, now: datetime) -> Contents:
    """Read everything under the task's lock: ranks, scores and truth are of one moment."""
    lock_task(task.pk)
    task = Task.objects.select_related("campaign", "current_truth").get(pk=task.pk)
    boards = {
        name: leaderboard(task=task, viewer=viewer, now=now, asked=asked)
        for name, asked in (("leaderboard", _ALL_RUNS), ("leaderboard-best", _BEST))
    }
    if boards["leaderboard"].part is None:
        raise NotThere(_("The scores of this task do not show yet."), code="not_public_yet")
    return Contents(
        task, boards, analyses_of(task, viewer, now), analyses_of(task, AnonymousUser(), now)
    )


# ---------------------------------------------------------------- leaderboards, teams
def _add_board(packing: Packing, contents: Contents, now: datetime) -> None:
    for name, board in contents.boards.items():
        packing.add_text(f"{name}.csv", to_csv(leaderboard_table(board)))
        table = leaderboard_tex(board, now=now, intervals=True, name_of=metric_name)
        packing.add_text(f"{name}.tex", table)
    board = contents.boards["leaderboard"]
    page = full_address("task", contents.task.slug)
    packing.add_text("references.bib", leaderboard_bib(board, now=now, page=page))
    packing.add_text("teams.md", teams_md(board))
    packing.add_text("teams.tex", teams_tex(board))


# ---------------------------------------------------------------- analyses
def _tell(contents: Contents) -> tuple[list[Told], list[Drawing]]:
    """Return the sentence of each analysis, and the drawing of each that says something.

    What is for organisers alone is no matter for a paper.
    """
    seen = {one.kind.slug: one.data for one in contents.public.made}
    told, drawings = [], []
    papers = (made for made in contents.analyses.made if made.kind.group != "organisers")
    for place, made in enumerate(papers, start=1):
        drawn = chart(made)
        generated = "-generated" if drawn and drawn.generated else ""
        name = f"analyses/{place:02}-{made.kind.slug}{generated}"
        is_hidden = made.kind.slug not in seen or seen[made.kind.slug] != made.data
        told.append(_told(made, drawn, name, hidden=is_hidden))
        drawings += [Drawing(name, drawn, outside(drawn))] if drawn else []
    return told, drawings


def _told(made: Made, drawn: Chart | None, name: str, *, hidden: bool) -> Told:
    found = finding(made)
    return Told(
        group=str(GROUPS[made.kind.group]),
        question=str(made.kind.question),
        text=found.text,
        sure=found.sure,
        n_runs=made.n_runs,
        generated=made.generated,
        hidden=hidden,
        computed=str(COMPUTED[made.kind.slug]),
        reading=drawn.reading if drawn else "",
        figure=name if drawn else "",
    )


def _with_pictures(
    drawings: Sequence[Drawing], heartbeat: Callable[[], None]
) -> tuple[list[Drawing], str]:
    """Return the drawings with their pictures; or as they are, and why there are none."""
    try:
        pictures = draw([one.spec for one in drawings], heartbeat)
    except NotDrawn as why:
        return list(drawings), str(why)
    pairs = zip(drawings, pictures, strict=True)
    obstacle = "" if all(pictures) else "Chromium could not draw all of them."
    return [replace(one, picture=picture) for one, picture in pairs], obstacle


def _add_drawings(packing: Packing, drawings: Sequence[Drawing]) -> None:
    for drawing in drawings:
        for place, table in enumerate(drawing.chart.tables, start=1):
            name = drawing.name if place == 1 else f"{drawing.name}-{place}"
            packing.add_text(f"{name}.csv", to_csv(_numbers(table), exact=True))
        for end, content in _figure_files(drawing):
            packing.add_bytes(f"{drawing.name}.{end}", content)
    if any(one.picture is None for one in drawings):
        packing.add_bytes("analyses/plotly.min.js", PLOTLY.read_bytes())


def _numbers(table: DataTable) -> Table:
    """Return a table in which programs read the numbers that stand alone."""
    rows = [
        [_number(text) if place in table.numeric else text for place, text in enumerate(row)]
        for row in table.rows
    ]
    return Table(table.head, rows)


def _number(text: str) -> int | float | str:
    plain = text.replace(THIN_SPACE, "").replace(MINUS, "-").removeprefix("+")
    try:
        return float(plain) if "." in plain else int(plain)
    except ValueError:
        return text


def _figure_files(drawing: Drawing) -> Iterator[tuple[str, bytes]]:
    """Yield a figure as pictures; where there are none, as a page that draws it and as its JSON."""
    if drawing.picture:
        yield "svg", drawing.picture.svg.encode()
        yield "png", drawing.picture.png
        return
    page = render_to_string(
        "campaign/figure_file.html", {"chart": drawing.chart, "spec": drawing.spec}
    )
    yield "html", page.encode()
    yield "json", dump(drawing.spec).encode()
