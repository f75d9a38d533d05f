"""What a task folder says, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Literal, Self

from scoring import RunRules

PHASES = ("registration", "training_data", "test_data", "submission", "results", "post_campaign")
OPEN_UNLESS_WRITTEN = frozenset({"registration", "training_data", "test_data"})
TABLES = ("classes.csv", "queries.csv", "media.csv", "ground_truth.csv")


@dataclass(frozen=True)
class Phase:
    """A stretch of time, from `opens` until just before `closes`; None is without an end."""

    opens: datetime | None = None
    closes: datetime | None = None


@dataclass(frozen=True)
class Limits:
    """How many runs a team may submit; None is without a limit."""

    runs_per_team: int | None = None
    runs_per_day: int | None = None


@dataclass(frozen=True)
class Subset:
    """A column by whose values scores are shown; with `bands`, by ranges of its numbers.

    Bands (10, 50, 200) are <10, 10-49, 50-199 and 200+.
    """

    column: str
    bands: tuple[int, ...] = ()


@dataclass(frozen=True)
class Split:
    """Which hidden column parts the queries into public and private.

    `final` says what the final ranking uses. With `share` the column is drawn once, when the
    folder is loaded, that share of the queries being public.
    """

    column: str
    final: Literal["all", "private"] = "private"
    share: float | None = None


@dataclass(frozen=True)
class RequiredRuns:
    """At least so many runs must have used only this training data; shown as ticks to a team."""

    at_least: int
    training_data: tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """How `scoring.synthetic` makes the tables of a folder that holds none."""

    recipe: str
    seed: int


@dataclass(frozen=True)
class DataFile:
    """One file of a data set: beside its data.yaml, or elsewhere at `url`."""

    name: str
    size: int
    sha256: str
    url: str = ""


@dataclass(frozen=True)
class DataSet:
    """A published package of a task."""

    slug: str
    title: str
    role: Literal["training_trusted", "training_noisy", "validation", "test"]
    licence: str
    access: Literal["public", "registered", "approved"] = "registered"
    version: str = "1"
    description: str = ""
    files: tuple[DataFile, ...] = ()


@dataclass(frozen=True)
class Table:
    """One csv file; two are equal when their bytes are, wherever they lie."""

    path: Path = field(compare=False)
    sha256: str

    @classmethod
    def at(cls, path: Path) -> Self:
        """Return the table that lies at a path."""
        with path.open("rb") as file:
            return cls(path, file_digest(file, "sha256").hexdigest())


@dataclass(frozen=True)
class TaskFolder:
    """All of a task.

    Attributes
    ----------
    folder
        Where it was read from; not part of what it says, so not compared.
    title, question
        Language code to text.
    generated
        Whether queries and ground truth are generated: every page of the task says so.
    generate
        The recipe of the tables where the folder holds none, see `materialise`.
    metrics
        The first one ranks.
    phases
        Each of `PHASES`; None is never.
    required_description
        Fields of the method description without which a run is not official.
    tables
        The csv files by name, a subset of `TABLES`.
    """

    folder: Path = field(compare=False)
    slug: str
    campaign: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    run_rules: RunRules
    metrics: tuple[str, ...]
    overview: str
    rules: str
    generated: bool = False
    generate: Recipe | None = None
    subsets: tuple[Subset, ...] = ()
    limits: Limits = field(default_factory=Limits)
    visibility: Literal["never", "live"] = "never"
    truth: Literal["hidden", "released"] = "hidden"
    split: Split | None = None
    phases: Mapping[str, Phase | None] = field(default_factory=dict)
    approval: bool = False
    required_description: tuple[str, ...] = ()
    required_runs: tuple[RequiredRuns, ...] = ()
    data_sets: tuple[DataSet, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)

    def table(self, name: str) -> Path | None:
        """Return where a table such as ``media.csv`` lies, None where the task has none."""
        return self.tables[name].path if name in self.tables else None


@dataclass(frozen=True)
class TimelineEntry:
    """A day of a campaign and what happened or happens then, by language."""

    date: str
    event: Mapping[str, str]


@dataclass(frozen=True)
class CampaignFile:
    """One edition of a lab, as campaign.yaml beside its task folders says it."""

    slug: str
    title: Mapping[str, str]
    description: str
    organisers: str = ""
    year: int | None = None
    timeline: tuple[TimelineEntry, ...] = ()
