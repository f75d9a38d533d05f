"""Runs written of what networks say: one of the images, and one of the observations they show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from baselines.answers.files import CannotAnswer
from baselines.answers.models import Model
from baselines.answers.tasks import Task
from baselines.data.batches import Batch, Images, InOrder, loader
from baselines.data.items import Findings, Item, Vocabulary
from baselines.data.views import Shown
from baselines.place import ALONE
from baselines.training.progress import Progress
from scoring import Fusion, RunReport, Selection, check_run, fuse_images, fuse_runs, layout_of
from scoring.run_files.writer import Bytes, RunWriter, replaced, written_whole
from scoring.run_rules import Kind

_BATCH = 32


@dataclass(frozen=True)
class Question:
    """What is asked of whom.

    Attributes
    ----------
    models
        Those that answer; all name the same classes, and want images of one size.
    views
        In which each image is shown to each of them; names of `baselines.data.views.FIXED`. A model's
        answer is its mean over them.
    files
        The file of each medium.
    most
        Classes that are answered for an image; 0 for as many as the task takes.
    workers
        Processes that decode images; 0 decodes in this one.
    """

    models: Sequence[Model]
    views: Sequence[str]
    files: Mapping[str, Path]
    most: int = 0
    workers: int = 0


# ---------------------------------------------------------------- what networks say
def write_answers(
    paths: Sequence[Path], question: Question, task: Task, findings: Findings, progress: Progress
) -> list[RunReport]:
    """Write what each model says of the images of a task, a file each, and return the judgements.

    These are image runs, or runs where the queries are images themselves. An image that cannot be read
    is left out, and found; where a task wants every one answered, it gets all classes alike.

    Raises
    ------
    CannotAnswer
        When models and task do not go together, or a run would not be valid.
    UnknownView
        When there is no such view.
    """
    said = _answers(question, task, findings, progress)
    return write_said(paths, question.models, said, task, task.kind, question.most, findings)


def write_said(
    paths: Sequence[Path],
    models: Sequence[Model],
    said: Iterable[tuple[str, Tensor]],
    task: Task,
    kind: Kind,
    most: int,
    findings: Findings,
) -> list[RunReport]:
    """Write the run of each model, and return the judgements on them.

    Parameters
    ----------
    said
        A query, or an image, and ``(models, classes)`` probabilities; what is not said is left out,
        or gets all classes alike where a task wants every one answered.
    most
        Classes that are answered for each; 0 for as many as the task takes.

    Raises
    ------
    CannotAnswer
        When models and task do not go together, or a run would not be valid.
    """
    columns = _columns(models, task, kind, findings)
    limits = (most, task.rules.max_predictions_per_query or 0)
    most = min((limit for limit in limits if limit), default=len(columns))
    numbers, classes = list(columns), list(columns.values())
    with ExitStack() as stack:
        parts = [stack.enter_context(replaced(path)) for path in paths]
        with ExitStack() as files:
            writers = [
                _writer(files.enter_context(written_whole(part)), task, kind) for part in parts
            ]
            for name, probabilities in _completed(said, models, task, kind):
                for writer, own in zip(writers, probabilities[:, numbers], strict=True):
                    writer.write(name, _rows(classes, own, most))
        return [_judged(part, task, kind) for part in parts]


def _completed(
    said: Iterable[tuple[str, Tensor]], models: Sequence[Model], task: Task, kind: Kind
) -> Iterator[tuple[str, Tensor]]:
    """Yield what is said, and what a task wants to have said about the rest."""
    silent = set(task.test_set.answerable(kind))
    for name, probabilities in said:
        silent.discard(name)
        yield name, probabilities
    if task.rules.rejects_missing(kind):
        n = len(models[0].classes)
        alike = torch.full((len(models), n), 1 / n)
        yield from ((name, alike) for name in sorted(silent))


def _writer(file: Bytes, task: Task, kind: Kind) -> RunWriter:
    return RunWriter(file, layout_of(task.rules, kind), set(task.test_set.answerable(kind)))


def _columns(models: Sequence[Model], task: Task, kind: Kind, findings: Findings) -> dict[int, str]:
    """Return the classes that models and task have in common, by their place in an answer."""
    first, *others = models
    for other in others:
        if (other.classes, other.size) != (first.classes, first.size):
            raise CannotAnswer(
                f"{first.name} and {other.name} name different classes, or see others"
            )
    taken = task.test_set.class_ids(task.rules, kind)
    names = set(first.classes if taken is None else taken)
    kept = {number: own for number, own in enumerate(first.classes) if own in names}
    for own in first.classes:
        if own not in names:
            findings.add("class that the task does not have, not answered", own)
    if not kept:
        raise CannotAnswer(
            f"{first.name} names no class of the task; it knows e.g. {first.classes[0]!r}"
        )
    return kept


def _answers(
    question: Question, task: Task, findings: Findings, progress: Progress
) -> Iterator[tuple[str, Tensor]]:
    """Yield ``(models, classes)`` probabilities for each medium."""
    names, nothing = task.names, Vocabulary(())
    items = [Item(question.files.get(name, Path()), name, name) for name in names]
    size = question.models[0].size
    images = Images(items, nothing, nothing, Shown(size, tuple(question.views)), size)
    progress.begin("answers", len(items))
    for batch in loader(images, InOrder(len(items), _BATCH, ALONE), question.workers, ALONE):
        said = _said(question, batch)
        for place, own, broken in zip(
            batch.places.tolist(), said.unbind(1), batch.broken.tolist(), strict=True
        ):
            if not broken:
                yield names[place], own
                continue
            findings.add("cannot be read, not answered by what it shows", names[place])
        progress.images(len(batch.places))


def _said(question: Question, batch: Batch) -> Tensor:
    """Return ``(models, images, classes)``: the mean over views."""
    total = torch.zeros(())
    for shown in batch.pixels.unbind(1):
        # One tensor for all models: those on the same frozen features look at it once.
        total = total + torch.stack([model.probabilities(shown) for model in question.models])
    return total / len(question.views)


def _rows(classes: Sequence[str], probabilities: Tensor, most: int) -> Iterator[tuple[str, float]]:
    # Of equal ones the first class comes first, on every machine.
    order = probabilities.argsort(descending=True, stable=True)[:most]
    for number, value in zip(order.tolist(), probabilities[order].tolist(), strict=True):
        yield classes[number], float(f"{value:.6g}")


# ---------------------------------------------------------------- runs of runs
def fuse_networks(paths: Sequence[Path], out: Path, task: Task, kind: Kind) -> RunReport:
    """Write the mean of what several networks say, as `write_answers` wrote it.

    Raises
    ------
    CannotAnswer
        When one of them is no valid run of the task, or the mean would be none.
    """
    with replaced(out) as part:
        fusion = fuse_runs(paths, part, task.test_set, task.rules, kind=kind)
        return _fused(fusion, paths, part, task, kind)


def write_run(path: Path, image_run: Path, task: Task, only: Selection | None = None) -> RunReport:
    """Write the run that an image run makes, the images of each observation fused, or only some.

    Raises
    ------
    CannotAnswer
        When the image run is not valid, or the run would not be.
    """
    with replaced(path) as part:
        fusion = fuse_images(image_run, part, task.test_set, task.rules, only=only)
        return _fused(fusion, [image_run], part, task, "run")


def _fused(fusion: Fusion, paths: Sequence[Path], out: Path, task: Task, kind: Kind) -> RunReport:
    for path, report in zip(paths, fusion.reports, strict=True):
        _must_be_valid(report, path)
    return _judged(out, task, kind)


def _judged(path: Path, task: Task, kind: Kind) -> RunReport:
    return _must_be_valid(check_run(path, task.test_set, task.rules, kind=kind), path)


def _must_be_valid(report: RunReport, path: Path) -> RunReport:
    if not report.valid:
        problems = "; ".join(problem.message for problem in report.problems)
        raise CannotAnswer(f"{path.name} is no valid run: {problems}")
    return report
