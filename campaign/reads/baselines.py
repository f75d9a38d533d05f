"""Baselines on their way: which configs there are, how far one is, what it cost.

For organisers only, but for the card, the record and the price: they show with the run that was sent.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from campaign.models import BaselineTraining, Campaign, HardwarePrice, Run, Task
from campaign.models.runs import NAME_MAX
from campaign.refusals import Invalid

_CONFIG_MAX = 100_000  # bytes
_SHOWN_LINES = 30


# ---------------------------------------------------------------- configs
@dataclass(frozen=True)
class Config:
    """The text that says how a baseline is trained, under the name of its file."""

    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def about(self) -> str:
        """Return what its first lines say of it."""
        lines = self.text.lstrip().splitlines()
        first = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        return " ".join(line.lstrip("# ").rstrip() for line in lines[:first])


def offered_configs() -> list[Config]:
    """Return what the operator put into `BASELINES_DIR`; a file that is no config is left out."""
    found = []
    for path in _files().values():
        try:
            found.append(config_in(path))
        except Invalid:
            continue
    return found


def config_named(name: str) -> Config:
    """Return one of the configs that are offered.

    Raises
    ------
    Invalid
        There is none of this name, or it is none. A name is never a way to another file.
    """
    files = _files()
    if name not in files:
        raise Invalid(
            _("There is no config '%(name)s'; there are: %(names)s.")
            % {"name": name[:NAME_MAX], "names": ", ".join(files) or _("none")},
            code="no_config",
            field="config",
        )
    return config_in(files[name])


def config_in(path: Path) -> Config:
    """Read a config.

    Raises
    ------
    Invalid
        It cannot be read, is no TOML, or its name is too long.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_CONFIG_MAX + 1)
        text = data.decode("utf-8")
        tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise _no_config(path, getattr(error, "strerror", None) or str(error)) from None
    if len(data) > _CONFIG_MAX or len(path.stem) > NAME_MAX:
        raise _no_config(
            path,
            _("right are at most %(bytes)s bytes and a name of at most %(letters)s letters")
            % {"bytes": f"{_CONFIG_MAX:,}", "letters": NAME_MAX},
        )
    return Config(path.stem, text.replace("\r\n", "\n"))


def _no_config(path: Path, why: str) -> Invalid:
    return Invalid(
        _("%(name)s is no config: %(why)s") % {"name": path.name, "why": why},
        code="bad_config",
        field="config",
    )


def _files() -> dict[str, Path]:
    folder = Path(settings.BASELINES_DIR)
    return {path.stem: path for path in sorted(folder.glob("*.toml")) if path.is_file()}


# ---------------------------------------------------------------- how far
@dataclass(frozen=True)
class Progress:
    """What a child said last of its work; what it did not say is None."""

    phase: str
    done: float | None
    total: float | None
    images_per_s: float | None
    left: timedelta | None

    @property
    def share(self) -> int | None:
        """Return how much of a phase is done, in percent."""
        if self.done is None or not self.total:
            return None
        return min(100, int(100 * self.done / self.total))


def progress_of(baseline: BaselineTraining) -> Progress | None:
    """Return how far a baseline is; None while nothing was said of it."""
    said = baseline.progress
    if not said:
        return None
    left = said.get("seconds_left")
    return Progress(
        phase=said.get("phase", ""),
        done=said.get("done"),
        total=said.get("total"),
        images_per_s=said.get("images_per_s"),
        # Nobody waits for a hundred years; a child may say what it likes.
        left=None if left is None else timedelta(seconds=min(left, 3e9)),
    )


def seen_of(baseline: BaselineTraining) -> str:
    """Return what to compare a later answer with."""
    said = f"{baseline.state}{baseline.progress}{baseline.cancel_asked_at}{baseline.log}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def log_tail(baseline: BaselineTraining) -> str:
    """Return the last lines of the log."""
    return "\n".join(baseline.log.splitlines()[-_SHOWN_LINES:])


def baselines_of(task: Task) -> Iterable[BaselineTraining]:
    """Return the baselines of a task, the newest first."""
    rows = task.trainings.select_related("task", "asked_by", "run__registration__team")
    return rows.defer("log", "config", "card", "record")


# ---------------------------------------------------------------- what it cost
def price_line(campaign: Campaign, hardware: str) -> HardwarePrice | None:
    """Return the line of a campaign's table that fits some hardware best: the longest name in its own."""
    own = _key(hardware)
    fitting = [line for line in campaign.prices.all() if _key(line.name) in own]
    return max(fitting, key=lambda line: len(line.name), default=None)


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def pieces_of(description: dict[str, Any]) -> int:
    """Return of how many pieces the price of one counts; one where none is a GPU."""
    return max(1, int(description.get("n_gpus", 1)))


def price_of(line: HardwarePrice | None, description: dict[str, Any]) -> dict[str, Any]:
    """Return what a training cost: hours × pieces × price; empty where that cannot be said."""
    hours = description.get("training_hours")
    if line is None or hours is None:
        return {}
    pieces = pieces_of(description)
    price = Decimal(str(hours)) * pieces * line.eur_per_hour
    return {
        "hardware": line.name,
        "hours": hours,
        "pieces": pieces,
        "eur_per_hour": float(line.eur_per_hour),
        "eur": float(round(price, 2)),
    }


# ---------------------------------------------------------------- beside its run
def baseline_of(run: Run) -> BaselineTraining | None:
    """Return the training that a run came of: the first, where others came to the same answers."""
    rows: Iterable[BaselineTraining] = run.trainings.order_by("pk").defer("log")[:1]
    return next(iter(rows), None)


def baselines_by_run(runs: Iterable[Run]) -> dict[int, BaselineTraining]:
    """Return the training that each run came of, by the run's number; of most runs there is none."""
    rows = BaselineTraining.objects.filter(run__in=list(runs)).order_by("-pk").defer("log")
    return {row.run_id: row for row in rows if row.run_id}  # the first, as `baseline_of`


def papers_of(baseline: BaselineTraining) -> dict[str, str]:
    """Return what is published beside the run of a baseline, by the names of the files."""
    record = json.dumps(baseline.record, ensure_ascii=False, indent=2)
    return {
        "card.md": baseline.card,
        "record.json": f"{record}\n",
        "config.toml": baseline.config,
    }


def trained_on(baseline: BaselineTraining) -> date | None:
    """Return the day on which a baseline was trained elsewhere, if its record says so."""
    with suppress(TypeError, ValueError):
        return date.fromisoformat(baseline.record.get("date"))
    return None
