"""A first folder for a task that is still to be described: small, commented, and right as it is."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clefboard.task_folder.problems import InvalidTaskFolder
from clefboard.task_folder.yaml_source import read_yaml

Shape = Literal["ranked", "segment", "set", "label"]


@dataclass(frozen=True)
class _Start:
    """What is different for each shape of task."""

    question: str
    line: str
    metrics: str
    run: str
    subsets: str
    tables: Mapping[str, str]


STARTS: Mapping[Shape, _Start] = {
    "ranked": _Start(
        question="Which species is this observation?",
        line="QueryId;ClassId;Probability",
        metrics="  - mrr\n  - top_1\n  - top_5\n",
        run="  max_predictions_per_query: 100       # null: as many as there are classes\n"
        "  missing_queries: zero                # or reject: a run must answer every query\n"
        "  scores: probability                  # from 0 to 1; any: any finite number\n"
        "  image_runs: false                    # true: answers image by image too; needs media.csv\n",
        subsets="  - Organ\n  - column: TrainImages\n    bands:\n      - 10\n      - 50\n      - 200\n",
        tables={
            "classes.csv": "ClassId;Species;Genus;Family;TrainImages\n"
            "1355868;Acer campestre L.;Acer;Sapindaceae;214\n"
            "1355920;Betula pendula Roth;Betula;Betulaceae;61\n"
            "1356022;Cornus mas L.;Cornus;Cornaceae;8\n",
            "queries.csv": "QueryId;Organ\nobs-1;leaf\nobs-2;flower\nobs-3;leaf\n",
            "ground_truth.csv": "QueryId;ClassId\nobs-1;1355868\nobs-2;1356022\nobs-3;1355920\n",
        },
    ),
    "segment": _Start(
        question="Which birds sing in these five seconds?",
        line="MediaId;hh:mm:ss-hh:mm:ss;ClassId;Probability",
        metrics="  - map\n  - cmap\n",
        run="  max_predictions_per_query: 100       # for each segment; null: as many as there are classes\n"
        "  missing_queries: zero                # or reject: a run must answer every segment\n"
        "  scores: probability                  # from 0 to 1; any: any finite number\n",
        subsets="  - Site\n",
        tables={
            "classes.csv": "ClassId;Species\nturmer;Turdus merula Linnaeus, 1758\n"
            "eritru;Erithacus rubecula (Linnaeus, 1758)\n",
            "queries.csv": "QueryId;Site\nrec-1/00:00:00-00:00:05;forest\n"
            "rec-1/00:00:05-00:00:10;forest\nrec-2/00:00:00-00:00:05;garden\n",
            "ground_truth.csv": "QueryId;ClassId\nrec-1/00:00:00-00:00:05;turmer\n"
            "rec-1/00:00:00-00:00:05;eritru\nrec-1/00:00:05-00:00:10;\n"
            "rec-2/00:00:00-00:00:05;turmer\n",
        },
    ),
    "set": _Start(
        question="Which species grow in this plot?",
        line="QueryId;[ClassId, ClassId, ...]",
        metrics="  - f1_samples\n  - f1_macro\n",
        run="  max_predictions_per_query: null      # or the most classes that an answer may name\n"
        "  group_by: Transect                   # the mean of each first, then over all; null: over queries\n",
        subsets="  - Transect\n",
        tables={
            "classes.csv": "ClassId;Species\n1355868;Acer campestre L.\n1356022;Cornus mas L.\n",
            "queries.csv": "QueryId;Transect\nplot-1;north\nplot-2;north\nplot-3;south\n",
            "ground_truth.csv": "QueryId;ClassId\nplot-1;1355868\nplot-1;1356022\nplot-2;1356022\n"
            "plot-3;1355868\n",
        },
    ),
    "label": _Start(
        question="Which species is this fungus?",
        line="QueryId;ClassId",
        metrics="  - fungi_3\n  - f1_macro\n",
        run="  unknown_class: true                  # -1 may be answered, and be the class of a query\n",
        subsets="  - Habitat\n",
        tables={
            "classes.csv": "ClassId;Species;poisonous\n11;Boletus edulis Bull.;0\n"
            "12;Amanita phalloides (Vaill. ex Fr.) Link;1\n",
            "queries.csv": "QueryId;Habitat\nobs-1;forest\nobs-2;meadow\nobs-3;forest\n",
            "ground_truth.csv": "QueryId;ClassId\nobs-1;11\nobs-2;12\nobs-3;-1\n",
        },
    ),
}

_TASK = """\
# {slug}: all that the platform knows of the task stands in this folder.
# Check it as often as you like, with clefboard task check; nothing is made by that.
task: {slug}
campaign: {campaign}
title:
  en: {title}
question:                              # one line, under the title
  en: {question}
shape: {shape}{pad}# a line of a run: {line}
run:
{run}  max_upload: 500 MB                   # of a run file, packed and unpacked
metrics:                               # the first ranks; METRIC@Column=value is one on a subset
{metrics}subsets:                               # columns by whose values scores are shown apart
{subsets}limits:
  runs_per_team: 4                     # null: no limit
  runs_per_day: null
visibility: never                      # scores show when results open; live: at once
truth: hidden                          # released: everybody may see the labels behind the scores
# split:                               # a hidden column parts the queries: public before results open
#   column: Usage                      # of ground_truth.csv; with share, it is drawn when first loaded
#   share: 0.3
#   final: private                     # what ranks in the end; or all
phases:                                # moments with a zone: Z is UTC, +02:00 is Paris in summer
  registration:
    opens: {year}-01-15T00:00:00Z
    closes: {year}-04-30T23:59:59Z
  training_data:
    opens: {year}-01-15T00:00:00Z
  test_data:                           # queries.csv, media.csv and classes.csv are public from then on
    opens: {year}-03-15T00:00:00Z
  submission:
    opens: {year}-03-15T00:00:00Z
    closes: {year}-05-08T23:59:59Z
  results:                             # all scores are public from then on
    opens: {year}-05-15T00:00:00Z
  post_campaign:                       # late runs: scored, shown apart; a moved deadline moves this too
    opens: {year}-05-08T23:59:59Z
registration:
  approval: false                      # true: an organiser approves each team
method_description:
  required:                            # without these a run is scored, but not official
    - training_data
    - architectures
    - automatic
# required_runs:                       # shown to each team as ticks
#   - at_least: 1
#     training_data:
#       - trusted
"""
_OVERVIEW = """\
What is to be recognised, why it is hard, and why it matters.

## Data

Where the data come from, and what a query is.

## Evaluation

How runs are scored, in your words; the page shows the metrics and the format of a run by itself.
"""
_RULES = """\
1. Say of each run what it was trained on.
2. The test data may not be looked at, labelled, or trained on.
3. A run may use further data if its description says which.
"""


def write_start(target: Path, *, shape: Shape, year: int) -> None:
    """Write a folder that says something true for a small task, to be put right line by line.

    Parameters
    ----------
    target
        A folder that does not exist yet, or is empty; its name becomes the task's.
    shape
        How a line of a run looks.
    year
        Of the phases.

    Raises
    ------
    FileExistsError
        When the target holds something already.
    """
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise FileExistsError(f"{target} is not empty; right is a new or an empty folder")
    start = STARTS[shape]
    texts = {
        "task.yaml": _task_yaml(target, start, shape, year),
        "overview.md": _OVERVIEW,
        "rules.md": _RULES,
        **start.tables,
    }
    for name, text in texts.items():
        (target / name).write_text(text, "utf-8", newline="\n")


def _task_yaml(target: Path, start: _Start, shape: Shape, year: int) -> str:
    slug = _slug(target)
    return _TASK.format(
        slug=slug,
        campaign=_campaign(target),
        title=slug.replace("-", " ").capitalize(),
        question=start.question,
        shape=shape,
        pad=" " * (32 - len(shape)),
        line=start.line,
        run=start.run,
        metrics=start.metrics,
        subsets=start.subsets,
        year=year,
    )


def _slug(target: Path) -> str:
    """Return the folder's name as a slug that YAML takes for a text: one that begins with a letter."""
    slug = "-".join(re.findall(r"[a-z0-9]+", target.resolve().name.lower()))
    return (slug if _is_plain(slug) else f"task-{slug or 'new'}")[:100].strip("-")


def _campaign(target: Path) -> str:
    """Return the campaign of the campaign.yaml beside the folder, else a name to be replaced."""
    try:
        data = read_yaml(target.resolve().parent / "campaign.yaml", "campaign.yaml").data
    except InvalidTaskFolder:
        return "my-campaign"
    slug = data.get("campaign") if isinstance(data, dict) else None
    if not isinstance(slug, str):
        return "my-campaign"
    return slug if _is_plain(slug) else json.dumps(slug)


def _is_plain(slug: str) -> bool:
    return bool(re.fullmatch(r"[a-z][a-z0-9-]*", slug)) and slug not in {"null", "true", "false"}
