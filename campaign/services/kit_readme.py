"""The README of an overview kit: what lies in it, of which moment, and what to know before it is printed."""

from collections.abc import Iterator
from datetime import datetime

from campaign.metric_names import metric_name
from campaign.models import Task
from campaign.reads.analyses import Analyses

_TEXT = """\
# {title}: for the overview

{campaign}. Made by Clefboard on {day} (UTC), of version {truth} of the ground truth; runs are ranked by {metric}{part}.
{notes}
| file | what it is |
|---|---|
| `leaderboard.tex`, `.csv` | all runs, with 95 % intervals; the LaTeX is a bare `tabular` |
| `leaderboard-best.tex`, `.csv` | the best run of each team, and the baselines |
| `references.bib` | the task's page, and the papers that teams name; a team that names none has an entry to be filled in |
| `teams.tex`, `.md` | a paragraph for each team: its best run, and what its method descriptions say; nobody checked these |
| `findings.tex`, `.md` | what the analyses say, each with its runs; only those that are called a finding are more than chance. The `.md` says how each figure is read, and at its end how each is computed |
| `analyses/NN-KIND.*` | {figures}; `.csv` has the numbers, and `-2.csv` those that need a table of their own |
| `SHA256SUMS` | checksums of all files here |

Tables have semicolons between columns. All files are UTF-8. The LaTeX is for `\\input`, and needs `\\usepackage{{booktabs}}` and
`\\usepackage[T1]{{fontenc}}`; names in other than Latin letters need LuaLaTeX or XeLaTeX. A table that is too wide fits with
`\\resizebox{{\\textwidth}}{{!}}{{\\input{{leaderboard}}}}` of graphicx. In `teams.tex`, `\\cite` names entries of `references.bib`.
"""
_PICTURES = "a figure as `.svg` and `.png`"
_PAGES = (
    "a figure as `.svg` and `.png`, or, where there are none, as a page that draws it, offline too, as long as"
    " `plotly.min.js` lies beside it (`.html`; the camera above the figure saves it as SVG), and as plotly's `.json`"
)


def readme(task: Task, analyses: Analyses, *, obstacle: str, hidden: bool, now: datetime) -> str:
    """Return the text.

    Parameters
    ----------
    obstacle
        Why not all figures are pictures; empty where they are.
    hidden
        Whether others see no score of this part of the test yet.
    """
    notes = list(_notes(task, analyses, obstacle=obstacle, hidden=hidden))
    return _TEXT.format(
        title=task.title,
        campaign=task.campaign.title,
        day=f"{now:%Y-%m-%d %H:%M}",
        truth=task.current_truth.number if task.current_truth else "none",
        metric=metric_name(task.metrics[0]),
        part=f", {analyses.part} part of the test" if task.split_column else "",
        notes="".join(f"\n{note}\n" for note in notes),
        figures=_PAGES if obstacle else _PICTURES,
    )


def _notes(task: Task, analyses: Analyses, *, obstacle: str, hidden: bool) -> Iterator[str]:
    if hidden:
        yield "**Not everybody may see these scores yet.** Publish nothing of it before results open."
    if task.generated:
        yield "**The queries and the ground truth of this task are generated**: compare with nothing."
    if analyses.waiting:
        yield "Analyses were being made anew when this was made: some may be of the leaderboard before."
    if obstacle:
        yield (
            f"Not all figures are pictures: {obstacle} With Chromium on the machine of the workers (setting"
            " `CHROMIUM`), ask for the kit again; or save single figures from their pages."
        )
