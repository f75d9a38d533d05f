"""The papers of a leaderboard as BibTeX: the task's overview, and what its teams name."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from campaign.exports.latex import escape
from campaign.models import Run, Task
from campaign.reads.leaderboards import Leaderboard

_KEPT_IN_ADDRESSES = ":/?#[]@!$&'()*+,;=%~"


def leaderboard_bib(board: Leaderboard, *, now: datetime, page: str = "") -> str:
    """Return an entry for the task's overview, and one for each paper of each team.

    A team whose runs name no paper has an entry all the same, to be filled in by hand.

    Parameters
    ----------
    page
        The task's address; empty where it has none.
    """
    entries = [_overview(board.task, now, page), *_papers(board)]
    return "\n".join(entries)


def run_bib(run: Run, *, page: str) -> str:
    """Return an entry for a run, and one for the paper that its team names.

    Parameters
    ----------
    page
        The run's address.
    """
    task, team = run.registration.task, run.registration.team
    year = str(task.campaign.year or run.received_at.year)
    fields = {
        "title": f"{{{escape(f'{_title(run)}: {task.title}')}}}",
        "author": f"{{{escape(team.name)}}}",
        "year": year,
        "note": escape(f"{run} in {task.title}, {task.campaign.title}{_made(run)}"),
        "url": address(page),
    }
    key = f"{task.slug}:{team.slug}"
    entries = [_entry(f"{key}:run-{run.number}", fields)]
    if paper := str(run.description.get("paper", "")):
        about = {**fields, "title": f"{{{escape(f'{team.name}: {task.title}')}}}"}
        entries.append(_entry(key, {**about, "note": escape(str(run)), "url": address(paper)}))
    return "\n".join(entries)


def _title(run: Run) -> str:
    """Return what a run is called: its name, where its team gave it one."""
    return run.name or f"{run} of {run.registration.team.name}"


def _made(run: Run) -> str:
    return "; made by a program, it says nothing of any method" if run.generated else ""


def _overview(task: Task, now: datetime, page: str) -> str:
    campaign = task.campaign
    fields = {
        "title": f"{{{escape(f'{task.title}: {task.question}')}}}",
        "author": f"{{{escape(f'Organisers of {campaign.title}')}}}",
        "year": str(campaign.year or now.year),
        "note": escape(f"Overview of the task, {campaign.title}{_generated(task)}"),
        "url": address(page),
    }
    return _entry(f"{task.slug}-overview", fields)


def _generated(task: Task) -> str:
    return "; its queries and ground truth are generated" if task.generated else ""


def _papers(board: Leaderboard) -> Iterator[str]:
    year = str(board.task.campaign.year or "")
    for slug, (team, papers) in _by_team(board).items():
        for place, (paper, runs) in enumerate(papers.items()):
            fields = {
                "title": f"{{{escape(f'{team}: {board.task.title}')}}}",
                "author": f"{{{escape(team)}}}",
                "year": year,
                "note": escape(", ".join(runs)),
                "url": address(paper),
            }
            number = f":{place + 1}" if place else ""  # no slug has a colon: no two keys are one
            yield _entry(f"{board.task.slug}:{slug}{number}", fields)


def _by_team(board: Leaderboard) -> Mapping[str, tuple[str, dict[str, list[str]]]]:
    """Return for each team, in the order of the leaderboard, its papers with the runs they are of.

    Runs without a paper go with the papers of their team; a team with none has one empty address.
    """
    teams: dict[str, tuple[str, dict[str, list[str]]]] = {}
    for entry in board.entries:
        run, team = entry.run, entry.run.registration.team
        papers = teams.setdefault(team.slug, (team.name, {}))[1]
        mark = " (generated)" if run.generated else ""
        papers.setdefault(str(run.description.get("paper", "")), []).append(f"{run}{mark}")
    return teams


def _entry(key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def address(url: str) -> str:
    r"""Return an address in which nothing ends a field of BibTeX or a command of LaTeX.

    Examples
    --------
    >>> address("https://a.example/x}y\\z")
    'https://a.example/x%7Dy%5Cz'
    """
    return quote(url, safe=_KEPT_IN_ADDRESSES)
