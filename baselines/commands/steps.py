"""The steps from a config to a run: training, the runs of single networks, the fused one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from baselines.answers.files import CannotAnswer, files_of
from baselines.answers.hearing import Hearing, write_heard
from baselines.answers.judging import judge_of
from baselines.answers.models import load_models
from baselines.answers.runs import Question, fuse_networks, write_answers, write_run
from baselines.answers.tasks import Task
from baselines.bagging.parts import Part, folders_of, parts_of
from baselines.bagging.training import found_in, train_parts
from baselines.config import FrozenBaseline, LearntBaseline
from baselines.config_file import as_data
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.place import Place
from baselines.training.checkpoints import read_about
from baselines.training.loop import MODEL
from baselines.training.progress import Progress
from scoring import RunReport
from scoring.run_rules import Kind

RUN = "run.csv.gz"
IMAGE_RUN = "run.images.csv.gz"


@dataclass(frozen=True)
class Work:
    """A baseline, and where and how it is worked on.

    Attributes
    ----------
    folder
        Of all that is written.
    cache
        Of features of frozen networks.
    """

    config: LearntBaseline | FrozenBaseline
    folder: Path
    cache: Path
    place: Place
    progress: Progress
    said: list[str] = field(default_factory=list)

    @property
    def folders(self) -> list[Path]:
        """Where its networks are."""
        return folders_of(self.config, self.folder)

    def tell(self, findings: Findings) -> None:
        """Tell what was found, and remember it."""
        for finding in findings.all():
            self.remember(str(finding))

    def remember(self, line: str) -> None:
        """Tell a line, once."""
        if line not in self.said:
            self.said.append(line)
            self.progress.say(line)


def train(work: Work) -> list[Part]:
    """Train the networks of a config, or go on with them."""
    work.folder.mkdir(parents=True, exist_ok=True)
    material = read_material(
        work.config, judge_of(work.config, work.folder, work.place, work.progress)
    )
    parts = parts_of(work.config, material, work.folder)
    work.tell(material.findings)
    train_parts(parts, work.cache, work.place, work.progress)
    for part in parts:
        for line in found_in(part):
            work.remember(line)
    return parts


def predict(work: Work, task: Task) -> None:
    """Write the run of each network, and its image run where a task has images of its queries."""
    if not work.place.is_first:
        return
    answers = work.config.answers
    models = load_models(_models_of(work), work.place)
    findings = Findings()
    said = [folder / _answers_of(work, task) for folder in work.folders]
    rest = (task, findings, work.progress)
    if work.config.sound:
        hearing = Hearing(models, files_of(answers), work.place, answers.most)
        reports = write_heard(said, hearing, *rest)
    else:
        workers = work.config.data.workers
        question = Question(models, answers.views, files_of(answers), answers.most, workers)
        reports = write_answers(said, question, *rest)
    if said[0].name == IMAGE_RUN:
        reports = [write_run(path.with_name(RUN), path, task) for path in said]
    work.tell(findings)
    for path, report in zip(said, reports, strict=True):
        _tell(work, path.with_name(RUN), report)


def _models_of(work: Work) -> list[Path]:
    """Return the files of the networks, which must be those of the config."""
    paths = [folder / MODEL for folder in work.folders]
    wanted = as_data(work.config)
    for path in paths:
        if not path.is_file():
            raise CannotAnswer(
                f"{path}: is not trained yet; right is `train` first, with this config"
            )
        theirs = read_about(path)["config"]
        for key in ("network", "sound"):
            if theirs[key] != wanted[key]:
                raise CannotAnswer(
                    f"{path} is another network's, its [{key}] differs; right is the config it was trained with"
                )
    return paths


def fuse(work: Work, task: Task) -> None:
    """Write the mean of what the networks say, whose runs are there already.

    Raises
    ------
    CannotAnswer
        When the config has one network.
    """
    _must_be_several(work.config)
    if not work.place.is_first:
        return
    out = work.folder / _answers_of(work, task)
    for path in (folder / out.name for folder in work.folders):
        if not path.is_file():
            raise CannotAnswer(f"{path}: there is no such run; right is `predict` first")
    kind: Kind = "image_run" if out.name == IMAGE_RUN else "run"
    report = fuse_networks([folder / out.name for folder in work.folders], out, task, kind)
    if kind == "image_run":
        report = write_run(work.folder / RUN, out, task)
    _tell(work, work.folder / RUN, report)


def bag(work: Work, task: Task) -> None:
    """Train all networks, write their runs, and fuse them.

    Raises
    ------
    CannotAnswer
        When the config has one network.
    """
    _must_be_several(work.config)
    train(work)
    predict(work, task)
    fuse(work, task)


def _answers_of(work: Work, task: Task) -> str:
    """Return what networks write: of sound always runs, whatever media a query has."""
    return RUN if work.config.sound or task.kind == "run" else IMAGE_RUN


def _must_be_several(config: LearntBaseline | FrozenBaseline) -> None:
    if config.bagging.networks == 1:
        raise CannotAnswer(
            f"{config.name} has one network, and nothing to fuse; right is [bagging] networks = 2 or"
            " more"
        )


def _tell(work: Work, path: Path, report: RunReport) -> None:
    work.progress.say(f"{path}: {report.n_queries:,} queries, {report.n_predictions:,} predictions")


def outputs_of(work: Work) -> Sequence[Path]:
    """Return the run files that there are of the whole baseline."""
    return [path for name in (RUN, IMAGE_RUN) if (path := work.folder / name).is_file()]
