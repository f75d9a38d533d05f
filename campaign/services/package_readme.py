"""The README of a final package: what lies in it, for whoever opens it in ten years."""

from collections.abc import Sequence
from datetime import datetime

from campaign.models import Task
from campaign.reads.results import RunReport
from scoring import SCORER_VERSION

_TEXT = """\
# {title}: final package

{campaign}. Made by Clefboard on {day} (UTC), with {n_runs}.{generated}

**This holds the ground truth and the teams' files.** Whoever has it can score any run. Publish
parts of it only when the truth is released and the teams agree.

| file | what it is |
|---|---|
| `campaign.yaml`, `{slug}/` | the task's folder with its ground truth (version {truth}) and the files of its data sets that were kept here; `manage.py load_task {slug}` loads it again |
| `runs/TEAM/run-N.csv` | accepted runs (active and scored, late ones too) as they were sent; packed ones keep their packing: `.csv.gz`, `.csv.zst`, `.zip` |
| `runs/TEAM/run-N.json` | name, method description, scores of a run in full, its warnings, by which versions of truth and scorer |
| `runs/TEAM/run-N.trace.npz` | its trace: every metric, subset and interval is computed from it |
| `runs/TEAM/run-N.card.md`, `.record.json`, `.config.toml` | of a baseline: its model card, what it was made with and from, and the config that it was trained by |
| `runs/TEAM/run-N.images.*` | the same of the image run beside it, where there is one |
| `scores.csv` | all scores of these runs, on every part of the test, with 95 % intervals and all digits |
| `leaderboards/` | all runs, and the best of each team: CSV, JSON, LaTeX (booktabs), BibTeX; four digits |
| `registrations.*`, `funnel.*`, `runs.*` | who registered, how many of them sent runs, and all runs, rejected and withdrawn ones too; no mail addresses |
| `SHA256SUMS` | checksums of all files here |

Tables have semicolons between columns and are UTF-8. A text that a spreadsheet would take for a
formula begins with an apostrophe.

To see that nothing is damaged, and to score a run again (scorer {scorer} made these scores):

```
sha256sum --check SHA256SUMS
clefboard score runs/TEAM/run-1.csv --task {slug} --ci
```
"""


def readme(task: Task, runs: Sequence[RunReport], now: datetime) -> str:
    """Return the text for a package with these runs, image runs among them."""
    n = sum(1 for report in runs if report.run.image_run_of_id is None)
    truth = task.current_truth
    return _TEXT.format(
        title=task.title,
        campaign=task.campaign.title,
        day=f"{now:%Y-%m-%d}",
        n_runs=f"{n} accepted {'run' if n == 1 else 'runs'}",
        generated=" Its queries and ground truth are generated." if task.generated else "",
        slug=task.slug,
        truth=truth.number if truth else "none",
        scorer=SCORER_VERSION,
    )
