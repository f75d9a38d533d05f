"""The task whose runs are analysed, made by the platform's own code in a process with its settings.

python -m tests.bench.analyses.world campaign FOLDER N
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from tests.bench.rescoring.world import record_traced, session_of, token_of  # sets Django up

# isort: split
from django.conf import settings
from django.core.management import call_command

from campaign import storage
from campaign.clock import now
from campaign.models import CampaignRole, Run, Task
from campaign.reads.analyses import KINDS
from campaign.reads.levels import level_metrics
from campaign.services.runs import Submission, Upload, submit_run
from clefboard.task_folder import materialise, read_task_folder
from tests.bench.analyses.run_files import BASES, base_of, write_base
from tests.bench.rescoring.run_files import Traced, Wanted, is_full, write_and_trace
from tests.campaign.factories import make_registration, make_team, make_user
from tests.load.boards import RUNS_PER_TEAM, make_registrations

_AT_ONCE = 2  # processes that make runs
_IMAGES_EVERY = 50  # one run in so many has an image run beside it
_CHOSEN = 50
_PLANTCLEF = settings.FIXTURES_DIR / "practice" / "plantclef-practice"


def campaign(folder: str, n_runs: str) -> dict[str, Any]:
    """Make a task with so many scored runs, one better than all to be sent, and who organises it."""
    place = Path(folder)
    materialise(read_task_folder(_PLANTCLEF), place / "task")
    shutil.copy(_PLANTCLEF.parent / "campaign.yaml", place)
    call_command("load_task", place / "task", stdout=sys.stderr)
    task = Task.objects.select_related("current_truth").get(slug=_PLANTCLEF.name)
    (place / "images").mkdir()
    with ProcessPoolExecutor(_AT_ONCE, get_context("spawn")) as pool:
        bases = list(pool.map(partial(write_base, place), range(BASES)))
        runs = list(_scored_runs(task, place, int(n_runs), pool))
    captain, organiser = make_user("sender"), make_user("organiser")
    make_registration(task, make_team(captain.username, captain))
    CampaignRole.objects.create(campaign=task.campaign, user=organiser)
    own = [run for run in runs if run.image_run_of_id is None]
    return {
        "task": task.slug,
        "runs": len(own),
        "image_runs": len(runs) - len(own),
        "bytes": sum(run.stored_bytes for run in runs),
        "kinds": list(KINDS),
        "chosen": sorted(run.pk for run in own[:: max(1, len(own) // _CHOSEN)])[:_CHOSEN],
        "file": str(bases[-1]),
        "sender": token_of(captain),
        "organiser": token_of(organiser),
        "session": session_of(organiser),
    }


def _scored_runs(task: Task, place: Path, n_runs: int, pool: ProcessPoolExecutor) -> Iterator[Run]:
    """Submit and record runs by the platform's services; what they are made of is made beside."""
    assert task.current_truth
    make = partial(
        write_and_trace,
        truth_folder=storage.local_folder(task.current_truth.folder),
        rules=task.run_rules_json,
        # With the first at a level: or the worker would score all runs at levels meanwhile.
        metrics=[*task.current_truth.metrics, *level_metrics(task.current_truth)[:1]],
    )

    def wanted(numbers: Sequence[int], folder: Path) -> list[Wanted]:
        return [Wanted(base_of(folder, i, n_runs), i, is_full(i)) for i in numbers]

    with_images = range(0, n_runs, _IMAGES_EVERY)
    of_images = pool.map(partial(make, kind="image_run"), wanted(with_images, place / "images"))
    images = dict(zip(with_images, of_images, strict=True))
    registrations = make_registrations(task, n_runs)
    for number, traced in enumerate(pool.map(make, wanted(range(n_runs), place))):
        registration = registrations[number // RUNS_PER_TEAM]
        yield from _scored(registration, _description(number, traced), traced, images.get(number))


def _scored(
    registration: Any, description: Mapping[str, Any], traced: Traced, images: Traced | None
) -> Iterator[Run]:
    sent = Submission(
        upload=_upload(traced),
        description=dict(description),
        image_upload=_upload(images) if images else None,
    )
    run = submit_run(registration=registration, submission=sent, by=None, began_at=now(), now=now())
    yield record_traced(run, traced)
    if images:
        yield record_traced(run.image_run, images)


def _upload(traced: Traced) -> Upload:
    return Upload(path=traced.path, name=traced.path.name)


_DATA = (["trusted"], ["trusted", "noisy"], ["noisy"], ["filtered"], ["trusted", "external"])
_NETWORKS = ("ResNet-50", "GoogLeNet", "VGG-16", "Inception-v4", "DenseNet-121", "ViT-B/16")
_AUGMENTATION = ("horizontal flip", "rotation", "random crop", "colour jitter", "mixup")


def _description(number: int, traced: Traced) -> dict[str, Any]:
    """Return what a team may say of a run: a good one has mostly more networks; one in ten says no cost."""
    draw = Random(number)
    more = 1 + 15 * (traced.scores[0].value or 0) * draw.random()
    said = {
        "training_data": draw.choice(_DATA),
        "architectures": sorted(draw.sample(_NETWORKS, draw.randint(1, 3))),
        "n_networks": int(more),
        "pre_training": draw.choice(["none", "ImageNet-1k", "ImageNet-1k", "ImageNet-21k"]),
        "augmentation": sorted(draw.sample(_AUGMENTATION, draw.randint(1, 4))),
        "test_time_outputs": draw.choice([1, 5, 10, 100]),
    }
    if draw.random() > 0.1:
        said |= {
            "training_hours": round(10 * more * draw.uniform(0.5, 2), 1),
            "hardware_price_eur": draw.choice([500, 800, 6_000, 20_000]),
            "preparation_days": draw.randint(1, 30),
            "inference_per_minute": round(2_000 / more),
        }
    return said


if __name__ == "__main__":
    makers: Mapping[str, Callable[..., Any]] = {"campaign": campaign}
    json.dump(makers[sys.argv[1]](*sys.argv[2:]), sys.stdout)
