"""What is trained answers a task, and its runs are valid."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from baselines.answers.files import CannotAnswer, files_of
from baselines.answers.models import Model, load_models
from baselines.answers.runs import Question, fuse_networks, write_answers, write_run
from baselines.answers.tasks import InvalidTask, read_task
from baselines.config import AnswersConfig
from baselines.data.items import Findings
from baselines.data.views import UnknownView
from baselines.training.checkpoints import BrokenCheckpoint, write_checkpoint
from baselines.training.loop import MODEL
from baselines.training.progress import Silent
from scoring import evaluate_run, read_ground_truth
from tests.baselines.test_frozen import config_of as frozen_config, train as train_frozen_one
from tests.baselines.world import CPU, KINDS, config_of, trained, with_data, write_task


@pytest.fixture(scope="module")
def task_folder(tmp_path_factory):
    """Return a task that asks for what was learnt: eight images of four observations of each class."""
    place = tmp_path_factory.mktemp("task")
    write_task(place)
    return place


@pytest.fixture(scope="module")
def task(task_folder):
    return read_task(task_folder)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory, folder):
    place = tmp_path_factory.mktemp("frozen")
    train_frozen_one(frozen_config(folder), place)
    return place / "to" / MODEL


@pytest.fixture(scope="module")
def files(folder):
    return {f"m_{kind}_{n}": folder / f"{kind}_{n}.jpg" for kind in KINDS for n in range(8)}


def with_rules(task, **rules):
    return replace(task, rules=replace(task.rules, **rules))


def answer(path, question, task):
    """Write what one model says, and return the judgement and the findings."""
    findings = Findings()
    (report,) = write_answers([path], question, task, findings, Silent())
    return report, findings.all()


def score(folder, run, task, kind="run"):
    found = evaluate_run(run, read_ground_truth(folder), task.rules, ["top_1"], kind=kind)
    assert found.report.valid
    return found.scores[0].value


def says(*probabilities, classes=("ash", "elm", "oak")):
    return Model("m", classes, 8, lambda pixels: torch.tensor([probabilities] * len(pixels)))


# ---------------------------------------------------------------- models
def test_a_frozen_model_answers_a_task(frozen, task_folder, task, files, tmp_path):
    question = Question(load_models([frozen], CPU), ["whole", "mirrored"], files)
    images, run = tmp_path / "images.csv", tmp_path / "run.csv"
    report, findings = answer(images, question, task)
    assert (report.coverage, report.n_predictions, findings) == (1.0, 72, ())
    assert write_run(run, images, task).coverage == 1.0
    assert score(task_folder, run, task) == 1.0
    assert score(task_folder, images, task, "image_run") == 1.0


def test_a_learnt_model_answers_probabilities(folder, tmp_path):
    config = with_data(config_of(folder), organs=True)
    trained(config, tmp_path)
    (model,) = load_models([tmp_path / MODEL], CPU)
    assert (model.classes, model.size) == (("ash", "elm", "oak"), 32)
    probabilities = model.probabilities(torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8))
    torch.testing.assert_close(probabilities.sum(1), torch.ones(2))


def test_models_on_the_same_features_look_once(frozen, monkeypatch):
    looked = []

    def look(_, pixels):
        looked.append(pixels)
        return torch.ones(len(pixels), 256)

    one, two = load_models([frozen, frozen], CPU)
    monkeypatch.setattr("baselines.frozen.features.Body.features", look)
    pixels = torch.zeros(2, 3, 32, 32, dtype=torch.uint8)
    assert torch.equal(one.probabilities(pixels), two.probabilities(pixels))
    assert len(looked) == 1
    one.probabilities(pixels.clone())
    assert len(looked) == 2


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(BrokenCheckpoint):
        load_models([tmp_path / "nothing"], CPU)
    write_checkpoint(tmp_path / "it", {"a": torch.ones(1)}, {"config": {}})
    with pytest.raises(ValueError, match="name: is missing"):
        load_models([tmp_path / "it"], CPU)


# ---------------------------------------------------------------- runs
def test_the_mean_over_views_is_answered(folder, task, tmp_path):
    light = Model("m", ("ash", "elm", "oak"), 8, _by_light)
    question = Question([light], ["whole", "mirrored"], {"m_oak_0": folder / "oak_0.jpg"})
    answer(tmp_path / "i.csv", question, task)
    whole, mirrored = (Question([light], [view], question.files) for view in ("whole", "mirrored"))
    both = []
    for number, own in enumerate((whole, mirrored)):
        answer(tmp_path / f"{number}.csv", own, task)
        both.append(rows_of(tmp_path / f"{number}.csv"))
    fused = rows_of(tmp_path / "i.csv")
    assert both[0] != both[1]
    for key, value in fused.items():
        assert value == pytest.approx((both[0][key] + both[1][key]) / 2, rel=1e-5)


def _by_light(pixels):
    left = pixels[..., :2].float().mean((1, 2, 3)) / 255
    return torch.stack([left / 2, 1 - left, left / 2], 1)


def rows_of(path):
    lines = [line.split(";") for line in path.read_text().splitlines()[1:]]
    return {(query, own): float(value) for query, own, value in lines}


def test_networks_are_fused(folder, task, tmp_path):
    models = [says(0.5, 0.5, 0.0), says(0.0, 0.5, 0.5)]
    question = Question(models, ["whole", "turned"], {"m_oak_0": folder / "oak_0.jpg"})
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    write_answers(paths, question, task, Findings(), Silent())
    assert paths[0].read_text().splitlines()[1:] == [
        "m_oak_0;ash;0.5",
        "m_oak_0;elm;0.5",
        "m_oak_0;oak;0.0",
    ]
    fuse_networks(paths, tmp_path / "both.csv", task, task.kind)
    lines = (tmp_path / "both.csv").read_text().splitlines()
    assert lines[1:] == ["m_oak_0;elm;0.5", "m_oak_0;ash;0.25", "m_oak_0;oak;0.25"]


def test_a_network_whose_run_is_not_valid_is_not_fused(task, tmp_path):
    (tmp_path / "one.csv").write_text("MediaId;ClassId;Probability\nm_oak_0;fern;0.5\n")
    with pytest.raises(CannotAnswer, match=r"one\.csv is no valid run"):
        fuse_networks([tmp_path / "one.csv"], tmp_path / "both.csv", task, task.kind)
    assert not (tmp_path / "both.csv").exists()


def test_a_broken_image_is_left_out_and_found(frozen, task, files, tmp_path):
    broken = files | {"m_oak_0": Path("gone.jpg"), "m_oak_1": tmp_path}
    question = Question(load_models([frozen], CPU), ["whole"], broken, most=2)
    images, run = tmp_path / "images.csv", tmp_path / "run.csv"
    report, (finding,) = answer(images, question, task)
    assert (report.n_queries, report.n_predictions) == (22, 44)
    assert finding.examples == ("m_oak_0", "m_oak_1")
    assert write_run(run, images, task).n_queries == 11


def test_where_all_must_be_answered_a_broken_image_is_too(task, files, tmp_path):
    whole = with_rules(task, missing_queries="reject")
    broken = {name: path for name, path in files.items() if name not in {"m_oak_0", "m_oak_1"}}
    question = Question([says(0.0, 0.25, 0.75)], ["whole"], broken)
    images, run = tmp_path / "images.csv", tmp_path / "run.csv"
    report, (finding,) = answer(images, question, whole)
    assert (report.coverage, finding.count) == (1.0, 2)
    assert write_run(run, images, whole).coverage == 1.0
    rows = rows_of(run)
    assert len({rows["oak_0", kind] for kind in KINDS}) == 1
    assert rows["oak_1", "oak"] == 0.75


def test_a_task_says_how_much_is_answered(task, files, tmp_path):
    question = Question([says(0.2, 0.3, 0.5)], ["whole"], files)
    limited = with_rules(task, max_predictions_per_query=1)
    report, _ = answer(tmp_path / "i.csv", question, limited)
    assert report.n_predictions == 24
    report, _ = answer(tmp_path / "i.csv", replace(question, most=2), task)
    assert report.n_predictions == 48


def test_where_queries_are_images_the_answers_are_the_run(task_folder, folder, tmp_path):
    for name in ("queries.csv", "classes.csv"):
        (tmp_path / name).write_text((task_folder / name).read_text())
    own = read_task(tmp_path)
    assert (own.kind, own.takes_image_runs) == ("run", False)
    files = {f"{kind}_{n}": folder / f"{kind}_{n}.jpg" for kind in KINDS for n in range(4)}
    report, _ = answer(tmp_path / "r.csv", Question([says(0.2, 0.3, 0.5)], ["whole"], files), own)
    assert report.coverage == 1.0


def test_classes_the_task_does_not_have_are_left_out(task, files, tmp_path):
    model = says(0.5, 0.3, 0.2, classes=("fern", "elm", "oak"))
    report, (finding,) = answer(tmp_path / "i.csv", Question([model], ["whole"], files), task)
    assert (report.valid, report.n_predictions) == (True, 48)
    assert finding.examples == ("fern",)
    stranger = says(1.0, classes=("fern",))
    with pytest.raises(CannotAnswer, match=r"no class of the task; it knows e\.g\. 'fern'"):
        answer(tmp_path / "none.csv", Question([stranger], ["whole"], files), task)
    assert not (tmp_path / "none.csv").exists()


def test_what_does_not_go_together_is_refused(task, files, tmp_path):
    models = [says(0.5, 0.5, 0.0), says(0.0, 1.0, classes=("ash", "elm"))]
    with pytest.raises(CannotAnswer, match="different classes"):
        write_answers(
            [tmp_path / "1.csv", tmp_path / "2.csv"],
            Question(models, ["whole"], files),
            task,
            Findings(),
            Silent(),
        )
    with pytest.raises(UnknownView, match="there is no view 'sideways'"):
        answer(tmp_path / "1.csv", Question(models[:1], ["sideways"], files), task)
    with pytest.raises(CannotAnswer, match="no valid run"):
        answer(tmp_path / "1.csv", Question(models[:1], ["whole"], {}), task)
    assert not list(tmp_path.iterdir())


# ---------------------------------------------------------------- tasks and files
def write_tables(folder):
    (folder / "queries.csv").write_text("QueryId\n1\n")
    (folder / "classes.csv").write_text("ClassId\noak\n")


def test_rules_are_those_of_the_task(task_folder, task, tmp_path):
    assert (task.rules.shape, task.rules.image_runs, task.kind) == ("ranked", True, "image_run")
    assert task.rules.max_upload_bytes == 5_000_000
    write_tables(tmp_path)
    said = {
        "shape": "segment",
        "run": {"max_predictions_per_query": 7, "missing_queries": "reject"},
    }
    (tmp_path / "task.yaml").write_text(json.dumps(said))
    rules = read_task(tmp_path).rules
    assert (rules.shape, rules.max_predictions_per_query) == ("segment", 7)
    assert (rules.missing_queries, rules.max_upload_bytes) == ("reject", 500_000_000)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("shape: set", "shape: 'set'; baselines answer ranked and segment"),
        ("run: {}", "shape: None; baselines answer"),
        ("shape: ranked\nrun: 3", "right is a task.yaml with the keys shape and run"),
        ("- shape", "right is a task.yaml with the keys shape and run"),
        ("shape: [", "task.yaml"),
        ("shape: ranked\nrun: {max_upload: much}", "right is e.g. 500 MB"),
    ],
)
def test_a_task_that_cannot_be_answered_is_refused(tmp_path, text, problem):
    write_tables(tmp_path)
    (tmp_path / "task.yaml").write_text(text)
    with pytest.raises(InvalidTask) as refused:
        read_task(tmp_path)
    assert problem in str(refused.value)
    with pytest.raises(InvalidTask, match="there is no such folder"):
        read_task(tmp_path / "nowhere")


def test_files_are_called_like_their_media_or_named_by_a_table(tmp_path):
    images = tmp_path / "images"
    (images / "more").mkdir(parents=True)
    for name in ("a.jpg", "a.xml", "more/b.png"):
        (images / name).touch()
    own = AnswersConfig(images=str(images))
    assert files_of(own) == {"a": images / "a.jpg", "b": images / "more/b.png"}
    table = tmp_path / "media.csv"
    with table.open("w", newline="") as file:
        csv.writer(file).writerows([("MediaId", "file"), ("x", "a.jpg")])
    assert files_of(replace(own, media=str(table))) == {"x": images / "a.jpg"}
    (images / "a.png").touch()
    with pytest.raises(CannotAnswer, match="called alike"):
        files_of(own)
    for nowhere in ("", str(tmp_path / "nowhere")):
        with pytest.raises(CannotAnswer, match=r"right is the folder of the task's images"):
            files_of(AnswersConfig(images=nowhere))
