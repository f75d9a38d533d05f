"""Task folders on their way to the platform."""

import hashlib
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.management import call_command

from campaign import storage
from campaign.models import Task
from campaign.services.folders import Place, Report, load_archive
from campaign.services.loadings import ANY, Loaded, Terms
from campaign.services.roles import on_record
from campaign.services.tasks import load_task
from clefboard.task_folder import STARTS, read_campaign, read_task_folder, write_start
from tests.campaign.factories import NOW, make_user
from tests.clefboard.task_folder.folders import make_folder

CAMPAIGN = "campaign: lab-2017\ntitle: {en: Lab 2017}\ndescription: About the lab.\n"
EVERYTHING = """generated: true
run: {max_predictions_per_query: 7, missing_queries: reject, scores: any, max_upload: 1234 B}
subsets: [Organ, {column: TrainImages, bands: [10, 50]}]
limits: {runs_per_team: 4, runs_per_day: 2}
visibility: live
truth: released
split: {column: Usage, final: all}
phases:
  registration: never
  submission: {opens: 2017-03-15T12:00:00.5+01:00, closes: 2017-05-08T12:00:00Z}
  post_campaign: {}
registration: {approval: true}
method_description: {required: [training_data]}
required_runs: [{at_least: 1, training_data: [trusted]}]
"""


def make_lab(parent: Path, more: str = "") -> Path:
    """Write a right task folder with its campaign beside it."""
    (parent / "campaign.yaml").write_text(CAMPAIGN)
    return make_folder(parent, more)


def add_data_set(folder: Path, content: bytes = b"ImageId\n1\n", name: str = "training") -> None:
    place = folder / "data" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "images.csv").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    (place / "data.yaml").write_text(
        "title: Training\nrole: training_trusted\nlicence: CC0\nfiles:\n"
        f"  - {{name: images.csv, size: {len(content)}, sha256: {sha256}}}\n"
        f"  - {{name: more.zip, size: 7, sha256: {sha256}, url: 'https://data.example/more.zip'}}\n"
    )


def packed(folder: Path, *, beside: bool = False, root: str = "tiny-2017/") -> bytes:
    """Return a folder as a zip archive, with the campaign.yaml beside it where asked for."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            target.write(path, f"{root}{path.relative_to(folder)}")
        if beside:
            target.write(folder.parent / "campaign.yaml", "campaign.yaml")
    return stream.getvalue()


def load(folder: Path, *, alone: bool = False) -> Loaded:
    """Load a folder as the operator would, whatever was changed since."""
    campaign = None if alone else read_campaign(folder.parent)
    return load_task(
        folder=read_task_folder(folder), campaign=campaign, now=NOW, terms=Terms(seen=ANY)
    )


_TEXTS = (
    "Fungi",
    "no",
    "2017-02-03",
    "a: b # c",
    "🌿 <b>Ünï</b>",
    "two\\nlines",
    "~",
    "'",
    "\u2028",
)
_MOMENTS = ("2030-01-01", "2030-01-01T12:00+01:00", "2030-01-01T00:00:00.123456Z", "0001-01-02")
_VALUES = {
    "  en": [f'"{text}"' for text in _TEXTS],
    "  runs_per_team": ["null", "1", "10000"],
    "  runs_per_day": ["null", "7"],
    "visibility": ["never", "live"],
    "truth": ["hidden", "released"],
    "    opens": _MOMENTS,
    "    closes": ["2040-05-08T23:59:59-11:00", "9999-12-31T23:59:59Z"],
    "  post_campaign": ["never", "{}"],
    "  approval": ["true", "false"],
    "  max_upload": ["1 B", "1500 kB", "2 GB"],
    "  missing_queries": ["zero", "reject"],
    "  max_predictions_per_query": ["null", "1", "4000000000"],
}


def invent(parent: Path, seed: int) -> Path:
    """Write a right folder with its campaign, whose values are drawn from what is awkward."""
    chance = Random(seed)
    (parent / "campaign.yaml").write_text(CAMPAIGN)
    folder = parent / "invented"
    write_start(folder, shape=chance.choice(sorted(STARTS)), year=2030)
    lines: list[str] = []
    for line in (folder / "task.yaml").read_text().splitlines():
        key, colon, _value = line.partition(":")
        if (
            key == "    opens"
            and lines[-1].startswith("  post_campaign: ")
            and "#" not in lines[-1]
        ):
            continue  # the block of a phase that became a word
        drawn = key in _VALUES and chance.random() < 0.5
        lines.append(f"{key}: {chance.choice(_VALUES[key])}" if drawn and colon else line)
    (folder / "task.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "overview.md").write_text(
        chance.choice(("x", "# é\n\n  y\n\n", "a\tb\u2028c\n")), "utf-8"
    )
    for number in range(chance.randrange(3)):
        add_data_set(folder, chance.randbytes(100), f"set-{number}")
    return folder


def send(
    folder: Path, archive: bytes | None = None, place: Place | None = None, **terms: Any
) -> Report:
    """Send a folder as a person would, or an archive as it is."""
    path = storage.incoming() / "sent.zip"
    path.write_bytes(packed(folder) if archive is None else archive)
    try:
        return load_archive(
            archive=path, now=NOW, terms=Terms(**terms), place=place or Place("tiny-2017")
        )
    finally:
        path.unlink()


def edit_task(task: Task, reason: str, **fields: object) -> None:
    """Change a task as an organiser's page would."""
    with on_record(by=make_user(f"alice-{reason}"), reason=reason):
        for name, value in fields.items():
            setattr(task, name, value)
        task.save()


def command(name: str, *args: object, **options: object) -> str:
    """Return what a command says."""
    out = StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


def files_of(private: Path) -> list[Path]:
    """Return all that private storage holds."""
    return sorted(path for path in private.rglob("*") if path.is_file())
