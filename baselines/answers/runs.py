"""Runs written of what networks say: one of the images, and one of the observations they show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from baselines.answers.models import Model
from baselines.chance import Draw, torch_generator
from baselines.data.images import BROKEN, read_image
from baselines.data.items import Findings
from baselines.data.views import Shown
from baselines.training.progress import Progress
from scoring import RunReport, RunRules, Selection, TestSet, check_run, fuse_images, layout_of
from scoring.run_files.writer import RunWriter, written_whole

_BATCH = 32


class CannotAnswer(ValueError):
    """Models and a task that do not go together, or a run that would not be valid."""


@dataclass(frozen=True)
class Question:
    """What is asked of whom.

    Attributes
    ----------
    models
        Whose answers are fused; all name the same classes.
    views
        In which each image is shown to each of them; names of `baselines.data.views.FIXED`.
    files
        The file of each medium.
    most
        Classes that are answered for an image; None for all.
    """

    models: Sequence[Model]
    views: Sequence[str]
    files: Mapping[str, Path]
    most: int | None = None


def answers(
    question: Question, findings: Findings, progress: Progress
) -> Iterator[tuple[str, Tensor]]:
    """Yield the probabilities of the classes for each medium: the mean over models and views.

    A medium whose file cannot be read is left out, and found.
    """
    progress.begin(1, 1, len(question.files))
    names = list(question.files)
    for first in range(0, len(names), _BATCH):
        part = names[first : first + _BATCH]
        images = dict(_opened(part, question.files, findings))
        if images:
            yield from zip(images, _fused(question, list(images.values())), strict=True)
        progress.images(len(part))


def _opened(
    names: Sequence[str], files: Mapping[str, Path], findings: Findings
) -> Iterator[tuple[str, Tensor]]:
    for name in names:
        try:
            yield name, read_image(files[name])
        except BROKEN:
            findings.add("cannot be read, not answered", name)


def _fused(question: Question, images: Sequence[Tensor]) -> Tensor:
    """Return the mean of the probabilities over models and views."""
    nothing_drawn = torch_generator(Draw.ITEM, 0)
    outputs = []
    for model in question.models:
        view = Shown(model.size, tuple(question.views))
        squares = torch.stack([view(image, nothing_drawn) for image in images])
        outputs += [model.probabilities(square) for square in squares.unbind(1)]
    return torch.stack(outputs).mean(0)


def write_image_run(
    path: Path,
    question: Question,
    test_set: TestSet,
    rules: RunRules,
    findings: Findings,
    progress: Progress,
) -> RunReport:
    """Write what is said of each image, and return the judgement on it.

    Raises
    ------
    CannotAnswer
        When the models name different classes, or the run would not be valid.
    """
    said = answers(question, findings, progress)
    return write_answers(path, classes_of(question.models), said, test_set, rules, question.most)


def write_answers(
    path: Path,
    classes: Sequence[str],
    said: Iterable[tuple[str, Tensor]],
    test_set: TestSet,
    rules: RunRules,
    most: int | None = None,
) -> RunReport:
    """Write the image run of probabilities of classes, one tensor of them for each medium.

    Raises
    ------
    CannotAnswer
        When the run would not be valid.
    """
    queries = set(test_set.answerable("image_run"))
    with written_whole(path) as file:
        writer = RunWriter(file, layout_of(rules, "image_run"), queries)
        for name, probabilities in said:
            if name in queries:
                writer.write(name, rows_of(classes, probabilities, most))
    return judged(check_run(path, test_set, rules, kind="image_run"), path)


def write_run(
    path: Path,
    image_run: Path,
    test_set: TestSet,
    rules: RunRules,
    only: Selection | None = None,
) -> RunReport:
    """Write the run that an image run makes, the images of each observation fused, or only some of them.

    Raises
    ------
    CannotAnswer
        When it would not be valid.
    """
    fuse_images(image_run, path, test_set, rules, only=only)
    return judged(check_run(path, test_set, rules), path)


def classes_of(models: Sequence[Model]) -> tuple[str, ...]:
    """Return what all of some models name.

    Raises
    ------
    CannotAnswer
        When they name different classes.
    """
    first, *others = models
    for other in others:
        if other.classes != first.classes:
            raise CannotAnswer(f"{first.name} and {other.name} name different classes")
    return first.classes


def rows_of(
    classes: Sequence[str], probabilities: Tensor, most: int | None
) -> Iterator[tuple[str, float]]:
    """Yield the most probable classes of a query, with as many digits as single precision has."""
    # Of equal ones the first class comes first, on every machine.
    order = probabilities.argsort(descending=True, stable=True)[:most].tolist()
    for number in order:
        yield classes[number], float(f"{float(probabilities[number]):.6g}")


def judged(report: RunReport, path: Path) -> RunReport:
    """Return the judgement on a run, and refuse one that is not valid."""
    if not report.valid:
        problems = "; ".join(problem.message for problem in report.problems)
        raise CannotAnswer(f"{path.name} is no valid run: {problems}")
    return report
