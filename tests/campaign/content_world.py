"""A test whose parts are as hard as one likes: 120 observations of 60 species, in images of three organs.

Even observations have a leaf and a flower, odd ones a leaf and a fruit; those of the first thirty species,
which have few training images, come first. Six in a row are of one author. The site is hidden.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from campaign.models import Run, Task, Team
from campaign.models.results import Part
from campaign.services.analyses.board import read_board
from campaign.services.analyses.makers import MAKERS
from tests.campaign.factories import make_registration, make_run, make_task, score_run

N = 120
IMAGES = {
    f"m{i}{organ[0]}": (i, organ)
    for i in range(N)
    for organ in ("leaf", "flower" if i % 2 == 0 else "fruit")
}
TABLES = {
    "classes.csv": "ClassId;TrainImages;Genus\n"
    + "".join(f"c{i};{2 if i < 30 else 500};G{i // 30}\n" for i in range(60)),
    "queries.csv": "QueryId;Domain;Author\n"
    + "".join(f"q{i};{'sheet' if i % 4 else 'photo'};a{i // 6}\n" for i in range(N)),
    "media.csv": "MediaId;QueryId;Organ\n"
    + "".join(f"{image};q{i};{organ}\n" for image, (i, organ) in IMAGES.items()),
    "ground_truth.csv": "QueryId;ClassId;Site\n"
    + "".join(f"q{i};c{i // 2};{'north' if i % 3 else 'south'}\n" for i in range(N)),
}

Right = Callable[[int], bool]


def make_content_task(
    slug: str = "", tables: Mapping[str, str] | None = None, **fields: Any
) -> Task:
    """Make the task; it shows scores by domain, by the hidden site and by genus."""
    usual: dict[str, Any] = {
        "metrics": ["mrr"],
        "subsets": ["Domain", "Site", "Genus"],
        "runs_per_team": 50,
    }
    return make_task(slug, files=TABLES | dict(tables or {}), **(usual | fields))


def send_content(
    task: Task,
    team: Team,
    tmp_path: Path,
    right: Right,
    *,
    organs: Mapping[str, Right] | None = None,
    **submission: Any,
) -> Run:
    """Send and score a run that is right in these observations, and for each organ in these images."""
    registration = task.registrations.filter(team=team).first()
    registration = registration or make_registration(task, team)
    run = make_run(
        registration,
        tmp_path,
        "".join(_line(f"q{i}", i, right(i)) for i in range(N)),
        image_content="".join(_image_lines(organs)) if organs else "",
        **submission,
    )
    if organs:
        score_run(run.image_run)
    return score_run(run)


def _image_lines(organs: Mapping[str, Right]) -> Iterator[str]:
    """Yield the answers to images of these organs; others are not answered."""
    for image, (i, organ) in IMAGES.items():
        if organ in organs:
            yield _line(image, i, organs[organ](i))


def _line(name: str, i: int, is_right: bool) -> str:
    """Return a line that is right, or names another species."""
    return f"{name};c{(i // 2 + (0 if is_right else 7)) % 60};0.9\n"


def made(task: Task, kind: str, part: Part = Part.ALL) -> dict[str, Any]:
    """Make an analysis as a worker does."""
    return MAKERS[kind](read_board(task, part))
