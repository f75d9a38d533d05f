"""Task folders on their way to the platform."""

import hashlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from campaign.services.tasks import ANY, Loaded, Terms, load_task
from clefboard.task_folder import read_campaign, read_task_folder
from tests.campaign.factories import NOW
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
