"""What is trained answers a task, and its runs are valid."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from baselines.answers.models import Model, load_model
from baselines.answers.runs import CannotAnswer, Question, write_image_run, write_run
from baselines.data.items import Findings
from baselines.training.checkpoints import BrokenCheckpoint, write_checkpoint
from baselines.training.loop import MODEL
from baselines.training.progress import Silent
from scoring import RunRules, evaluate_run, read_ground_truth
from tests.baselines.test_frozen import config_of as frozen_config, train as train_frozen_one
from tests.baselines.world import CPU, KINDS, config_of, trained, with_data

RULES = RunRules("ranked", image_runs=True)


@pytest.fixture(scope="module")
def task(tmp_path_factory, folder):
    """Return a task that asks for what was learnt: eight images of four observations of each class."""
    place = tmp_path_factory.mktemp("task")
    images = [(kind, number) for kind in KINDS for number in range(8)]
    tables = {
        "classes": [("ClassId",), *((kind,) for kind in sorted(KINDS))],
        "queries": [("QueryId",), *((f"{k}_{n}",) for k in KINDS for n in range(4))],
        "ground_truth": [
            ("QueryId", "ClassId"),
            *((f"{k}_{n}", k) for k in KINDS for n in range(4)),
        ],
        "media": [("MediaId", "QueryId"), *((f"m_{k}_{n}", f"{k}_{n // 2}") for k, n in images)],
        "files": [("MediaId", "file"), *((f"m_{k}_{n}", f"{k}_{n}.jpg") for k, n in images)],
    }
    for name, rows in tables.items():
        with (place / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    return place


@pytest.fixture(scope="module")
def frozen(tmp_path_factory, folder):
    place = tmp_path_factory.mktemp("frozen")
    train_frozen_one(frozen_config(folder), place)
    return place / "to" / MODEL


def files_of(folder):
    return {f"m_{kind}_{n}": folder / f"{kind}_{n}.jpg" for kind in KINDS for n in range(8)}


def score(task, run, kind="run"):
    found = evaluate_run(run, read_ground_truth(task), RULES, ["top_1"], kind=kind)
    assert found.report.valid
    return found.scores[0].value


def test_a_frozen_model_answers_a_task(folder, frozen, task, tmp_path):
    truth = read_ground_truth(task)
    question = Question([load_model(frozen, CPU)], ["whole", "mirrored"], files_of(folder))
    images, run = tmp_path / "images.csv", tmp_path / "run.csv"
    report = write_image_run(images, question, truth.test_set, RULES, Findings(), Silent())
    assert (report.coverage, report.n_predictions) == (1.0, 72)
    assert write_run(run, images, truth.test_set, RULES).coverage == 1.0
    assert score(task, run) == 1.0
    assert score(task, images, "image_run") == 1.0


def test_a_learnt_model_answers_as_it_was_evaluated(folder, tmp_path):
    config = with_data(config_of(folder), organs=True)
    history = trained(config, tmp_path)
    model = load_model(tmp_path / MODEL, CPU)
    assert (model.classes, model.size) == (("ash", "elm", "oak"), 32)
    probabilities = model.probabilities(torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8))
    torch.testing.assert_close(probabilities.sum(1), torch.ones(2))
    assert history.best is not None


def test_a_broken_image_is_left_out_and_found(folder, frozen, task, tmp_path):
    truth, findings = read_ground_truth(task), Findings()
    files = files_of(folder) | {"m_oak_0": Path("gone.jpg"), "m_oak_1": tmp_path}
    question = Question([load_model(frozen, CPU)], ["whole"], files, most=2)
    images, run = tmp_path / "images.csv", tmp_path / "run.csv"
    report = write_image_run(images, question, truth.test_set, RULES, findings, Silent())
    assert report.n_queries == 22
    assert findings.all()[0].examples == ("m_oak_0", "m_oak_1")
    assert write_run(run, images, truth.test_set, RULES).n_queries == 11


def says(*probabilities, classes=("ash", "elm", "oak")):
    return Model("m", classes, 8, lambda pixels: torch.tensor([probabilities] * len(pixels)))


def test_models_are_fused(folder, task, tmp_path):
    truth = read_ground_truth(task)
    models = [says(0.5, 0.5, 0.0), says(0.0, 0.5, 0.5)]
    question = Question(models, ["whole", "turned"], {"m_oak_0": folder / "oak_0.jpg"})
    write_image_run(tmp_path / "i.csv", question, truth.test_set, RULES, Findings(), Silent())
    lines = (tmp_path / "i.csv").read_text().splitlines()
    assert lines[1:] == ["m_oak_0;elm;0.5", "m_oak_0;ash;0.25", "m_oak_0;oak;0.25"]


def test_models_of_other_classes_are_refused(folder, task, tmp_path):
    truth = read_ground_truth(task)
    models = [says(0.5, 0.5, 0.0), says(0.0, 1.0, classes=("ash", "elm"))]
    question = Question(models, ["whole"], files_of(folder))
    with pytest.raises(CannotAnswer, match="different classes"):
        write_image_run(tmp_path / "i.csv", question, truth.test_set, RULES, Findings(), Silent())
    assert not (tmp_path / "i.csv").exists()


def test_a_class_the_task_does_not_have_is_no_valid_run(folder, task, tmp_path):
    truth = read_ground_truth(task)
    question = Question([says(1.0, classes=("fern",))], ["whole"], files_of(folder))
    with pytest.raises(CannotAnswer, match="no valid run"):
        write_image_run(tmp_path / "i.csv", question, truth.test_set, RULES, Findings(), Silent())


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(BrokenCheckpoint):
        load_model(tmp_path / "nothing", CPU)
    write_checkpoint(tmp_path / "it", {"a": torch.ones(1)}, {"config": {}})
    with pytest.raises(ValueError, match="name: is missing"):
        load_model(tmp_path / "it", CPU)


CONFIG = """
name = "test"
[network]
name = "small_cnn"
[data]
size = 32
without = '{task}/files.csv'
[[data.sources]]
folder = '{folder}'
[frozen]
"""


def test_the_command_trains_and_answers(folder, task, tmp_path, frozen):
    def run(*words):
        command = [sys.executable, "-m", "baselines", *map(str, words), "--device", "cpu"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)

    told = tmp_path / "config.toml"
    told.write_text(CONFIG.format(folder=folder, task=task))
    refused = run("train", told, "--to", tmp_path / "to")
    assert refused.returncode == 1
    assert "nothing in it has a class to learn" in refused.stderr  # all of it is the test's
    done = run(
        *("predict", frozen, frozen, "--task", task, "--media", task / "files.csv"),
        *("--images", folder, "--to", tmp_path / "run.csv", "--progress", "json"),
    )
    assert done.returncode == 0, done.stderr
    assert "12 queries" in done.stdout
    assert score(task, tmp_path / "run.csv") == 1.0
