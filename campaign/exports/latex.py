"""Leaderboards as LaTeX: a table with rules of booktabs, for the overview of a task."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from campaign.exports.tables import DIGITS
from campaign.models import LeaderboardRow
from campaign.numbers import MINUS, RANGE, THIN_SPACE
from campaign.reads.board_filters import ALL_RUNS
from campaign.reads.leaderboards import Leaderboard, LeaderboardEntry
from campaign.reads.scores import ShownScore
from scoring import parse_metric

Section = LeaderboardRow.Section

# Without braces left over: BibTeX counts them, whatever stands before.
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "`": r"\textasciigrave{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_SPECIAL = re.compile("|".join(map(re.escape, _ESCAPES)))
_JOINED = re.compile(r"([-',])(?=\1)")  # TeX makes one sign of two of these
_HEADS = {Section.LATE: "Late, not ranked", Section.UNRANKED: "Not ranked"}


def escape(text: str) -> str:
    r"""Return a text so that LaTeX prints it as it is, on one line.

    Examples
    --------
    >>> print(escape("R&D_1 {50%}"))
    R\&D\_1 \textbraceleft{}50\%\textbraceright{}
    """
    escaped = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], one_line(text))
    return _JOINED.sub(r"\1{}", escaped)


def sentence(text: str) -> str:
    r"""Return a sentence as the pages have it for LaTeX: its thin spaces and minus signs are commands there.

    Examples
    --------
    >>> print(sentence("17\u202f886 queries, \u22120.1 in 95\u202f%"))
    17\,886 queries, $-$0.1 in 95\,\%
    """
    parts = (escape(part) for part in text.split(THIN_SPACE))
    return r"\,".join(parts).replace(MINUS, "$-$").replace(RANGE, "--")


def one_line(text: str) -> str:
    """Return a text without line ends and what else does not print."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def leaderboard_tex(
    board: Leaderboard,
    *,
    now: datetime,
    intervals: bool = False,
    name_of: Callable[[str], str] = str,
) -> str:
    """Return a leaderboard as a `tabular`; the best value of each column is bold.

    The best is looked for among ranked runs and baselines: what is late or not ranked is no winner.

    Parameters
    ----------
    intervals
        Whether each score has its 95 % interval beside it.
    name_of
        What people call a metric.
    """
    heads = [f"{escape(name_of(metric))} {_arrow(metric)}" for metric in board.metrics]
    lines = [
        rf"\begin{{tabular}}{{rll{'r' * len(heads)}}}",
        r"\toprule",
        _row(["Rank", "Team", "Run", *heads]),
        r"\midrule",
        *_body(board, intervals=intervals),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    ascii_only = all(map(str.isascii, lines))
    return "\n".join([*_comments(board, now, ascii_only=ascii_only), *lines]) + "\n"


def _comments(board: Leaderboard, now: datetime, *, ascii_only: bool) -> Iterator[str]:
    chosen = "the best run of each team" if board.best else "all runs"
    if board.only != ALL_RUNS:
        chosen += " that a filter let through"
    yield f"% {one_line(board.task.title)}: {chosen}, sorted by {one_line(board.sort)}; {now:%Y-%m-%d} (UTC)."
    if board.task.generated:
        yield "% The queries and the ground truth of this task are generated: compare with nothing."
    yield r"% Needs \usepackage{booktabs} and \usepackage[T1]{fontenc}. Bold is the best of a column among ranked runs and baselines."
    if not ascii_only:
        yield "% In UTF-8; names in other than Latin letters need LuaLaTeX or XeLaTeX and a font that has them."


def _arrow(metric: str) -> str:
    return r"$\uparrow$" if parse_metric(metric).direction == "higher" else r"$\downarrow$"


def _body(board: Leaderboard, *, intervals: bool) -> Iterator[str]:
    best = {metric: _best(board, metric) for metric in board.metrics}
    section: int = Section.RANKED
    for entry in board.entries:
        if entry.section != section:
            section = entry.section
            yield r"\midrule"
            yield _row(
                [rf"\multicolumn{{{len(best) + 3}}}{{l}}{{\emph{{{_HEADS[entry.section]}}}}}"]
            )
        cells = [_score(entry.scores.get(name), best[name], entry, intervals) for name in best]
        yield _row([_rank(entry), escape(entry.run.registration.team.name), _run(entry), *cells])


def _best(board: Leaderboard, metric: str) -> str:
    """Return the best value of a column as it is printed: what looks equal is equally bold."""
    ranked = (
        entry.scores.get(metric) for entry in board.entries if entry.section == Section.RANKED
    )
    values = [score.value for score in ranked if score and score.value is not None]
    pick = max if parse_metric(metric).direction == "higher" else min
    return _number(pick(values)) if values else ""


def _score(
    score: ShownScore | None,
    best: str,
    entry: LeaderboardEntry,
    intervals: bool,
) -> str:
    if score is None or score.value is None:
        return "--"
    text = _number(score.value)
    if text == best and entry.section == Section.RANKED:
        text = rf"\textbf{{{text}}}"
    if not intervals or score.low is None or score.high is None:
        return text
    return rf"{text} {{\footnotesize [{_number(score.low)}, {_number(score.high)}]}}"


def _number(value: float) -> str:
    text = f"{value:.{DIGITS}f}"
    return f"${text}$" if text.startswith("-") else text


def _rank(entry: LeaderboardEntry) -> str:
    return "--" if entry.rank is None else str(entry.rank)


def _run(entry: LeaderboardEntry) -> str:
    marks = [entry.mark.replace("_", " ")] if entry.mark not in {"", "late"} else []
    marks += ["generated"] if entry.run.generated else []
    name = f"Run {entry.run.number}" + (f": {entry.run.name}" if entry.run.name else "")
    return escape(f"{name} ({', '.join(marks)})" if marks else name)


def _row(cells: list[str]) -> str:
    return f"{' & '.join(cells)} \\\\"
