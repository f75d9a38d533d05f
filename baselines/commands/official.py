"""An official run: made by one command, with all that goes with it."""

import json
from pathlib import Path

from baselines.answers.files import files_of
from baselines.answers.tasks import Task
from baselines.bagging.parts import Part
from baselines.cards.description import InvalidDescription, describe
from baselines.cards.effort import Effort
from baselines.cards.facts import Facts, TrainedNetwork, items_of
from baselines.cards.hardware import Hardware
from baselines.cards.model_card import model_card
from baselines.cards.record import record_of
from baselines.commands.steps import IMAGE_RUN, Work, fuse, outputs_of, predict, train
from baselines.config import FrozenBaseline, LearntBaseline
from baselines.data.views import Shown
from baselines.networks.weights import file_digest
from scoring import check_method_description
from scoring.run_files.writer import replaced

DESCRIPTION = "description.json"
CARD = "card.md"
RECORD = "record.json"
EFFORT = "effort.json"


def official(work: Work, task: Task) -> None:
    """Train, answer, and write down what was done; again in the same folder it goes on."""
    _check(work.config)
    work.folder.mkdir(parents=True, exist_ok=True)
    effort = Effort(work.folder / EFFORT, work.place)
    with effort.spent("training"):
        parts = train(work)
    if not work.place.is_first:
        return
    with effort.spent("answering", anew=True):
        predict(work, task)
        if len(parts) > 1:
            fuse(work, task)
    if not task.takes_image_runs:
        (work.folder / IMAGE_RUN).unlink(missing_ok=True)
    _write_papers(work, task, parts, effort)


def _check(config: LearntBaseline | FrozenBaseline) -> None:
    """Refuse before hours of training what would be refused after them."""
    files_of(config.answers)
    Shown(config.data.size, config.answers.views)
    pre_training = config.card.pre_training
    if problems := check_method_description({"pre_training": pre_training} if pre_training else {}):
        raise InvalidDescription(f"card.pre_training: {problems[0]}")


def _write_papers(work: Work, task: Task, parts: list[Part], effort: Effort) -> None:
    facts = Facts(
        work.config,
        [TrainedNetwork.of(part, work.folder) for part in parts],
        items_of(parts),
        task.asked,
        Hardware.found(work.place),
        effort.phases,
        work.said,
        {path.name: file_digest(path) for path in outputs_of(work)},
    )
    record = record_of(facts)
    _write(work.folder / DESCRIPTION, _json(describe(facts)))
    _write(work.folder / CARD, model_card(facts, record))
    _write(work.folder / RECORD, _json(record))


def _json(data: object) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    with replaced(path) as part:
        part.write_text(text, "utf-8")
