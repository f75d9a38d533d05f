"""What ships: configs that run a step, stored runs that are as good as the docs say."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from baselines.config import FrozenBaseline, SourceConfig
from baselines.config_file import as_data, config_from, read_config
from baselines.data.material import read_material
from baselines.experiments.lessons import CONFIGS, RULES
from baselines.experiments.listed import EXPERIMENTS, LEAVES
from baselines.experiments.report import BEGIN, END, renew, section
from baselines.experiments.results import NAME, Result, read_results, write_results
from baselines.experiments.series import CARD, LOG, RECORD
from baselines.experiments.shipped import RUNS, SHIPPED, compared
from baselines.frozen.training import train_frozen
from baselines.training.learner import Learner
from baselines.training.loop import make_classifier
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from baselines.training.progress import Silent
from scoring import check_method_description, evaluate_run, read_ground_truth
from tests.baselines.sound_world import write_recordings
from tests.baselines.world import CPU, random_batch

ROOT = Path(__file__).parents[2]
TASK = ROOT / "fixtures" / "practice" / "leaves-practice"
STORED = TASK.with_name("leaves-practice.baselines")
TRUTH = read_ground_truth(TASK)
SHIPPED_CONFIGS = sorted(CONFIGS.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED_CONFIGS, ids=lambda path: path.stem)
def test_each_config_runs_a_step(path, folder, tmp_path):
    config = read_config(path)
    assert config.name == path.stem
    assert config_from(as_data(config)) == config
    if config.sound:
        write_recordings(tmp_path)
        folder = tmp_path
    if isinstance(config, FrozenBaseline):
        sources = (SourceConfig(str(folder)),)
        data = replace(config.data, sources=sources, without="", size=64)
        config = replace(config, data=data)
        outcome = train_frozen(config, read_material(config), tmp_path, tmp_path, CPU, Silent())
        assert outcome.n_images == (18 if config.sound else 24)
        return
    classifier, _ = make_classifier(config, 3, CPU)
    before = {name: own.detach().clone() for name, own in classifier.named_parameters()}
    schedule = Schedule(1e-3, 0, 10)
    learner = Learner(classifier, Loss(3, CPU), config.training, schedule, CPU, config.seed)
    for _ in range(2):  # what adds nothing at the beginning passes nothing on in the first step
        learner.step(random_batch(4, 64))
    changed = {n for n, own in classifier.named_parameters() if not own.equal(before[n])}
    assert changed == {n for n, own in classifier.named_parameters() if own.requires_grad}
    assert changed


# ---------------------------------------------------------------- stored runs
def judged(path, kind="run"):
    return evaluate_run(path, TRUTH, RULES, ["top_1", "mrr", "top_5"], kind=kind, intervals=True)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_stored_run_is_as_good_as_its_result_says(name):
    found = judged(STORED / f"{name}.csv.gz")
    assert found.valid
    assert not found.warnings or LEAVES[name].asked
    top_1, mrr, top_5 = found.scores
    own = read_results(STORED / NAME)[name]
    assert (own.top_1, own.top_1_low, own.top_1_high) == (top_1.value, top_1.low, top_1.high)
    assert (own.mrr, own.mrr_low, own.mrr_high) == (mrr.value, mrr.low, mrr.high)
    assert (own.top_5, own.n) == (top_5.value, 400)
    assert judged(STORED / f"{name}.images.csv.gz", "image_run").valid


@pytest.mark.parametrize("name", SHIPPED)
def test_a_stored_run_has_its_config_record_and_log_beside_it(name):
    record = json.loads((STORED / f"{name}{RECORD}").read_text())
    config = read_config(STORED / f"{name}.toml")
    assert config.name == LEAVES[name].lesson.config
    assert len(record["data_sha256"]) == len(record["code"]["sha256"]) == 64
    assert record["versions"]["torch"]
    assert "of 40 " in (STORED / f"{name}{LOG}").read_text()
    assert "CC BY" in (STORED / f"{name}{CARD}").read_text()
    description = json.loads((STORED / RUNS).read_text())[name]
    assert description == record["description"]
    assert check_method_description(description) == []


def test_stored_files_hold_no_images_and_no_paths_of_a_machine():
    kinds = {"".join(path.suffixes) for path in STORED.iterdir()}
    assert kinds == {
        ".csv.gz",
        ".images.csv.gz",
        ".record.json",
        ".json",
        ".card.md",
        ".log",
        ".toml",
    }
    for path in STORED.iterdir():
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        assert b"/home" not in text
        assert b"/work" not in text
        assert b"/tmp" not in text  # looked for, not written to


def test_each_stored_result_has_its_control_beside_it():
    results = read_results(STORED / NAME)
    assert results.keys() == EXPERIMENTS.keys()


def test_results_are_as_good_as_was_promised():
    results = read_results(STORED / NAME)
    assert results["leaves_frozen_4_views"].top_1 >= 0.93
    for name, own in results.items():
        if name in LEAVES and not LEAVES[name].is_control:
            assert results[LEAVES[name].control_name].top_1 < own.top_1
    assert results["birds_frozen"].top_1 >= 0.52


# ---------------------------------------------------------------- the page
def test_the_page_says_what_is_stored():
    text = (ROOT / "docs" / "baselines.md").read_text()
    _, begin, rest = text.partition(f"{BEGIN}\n")
    between, end, _ = rest.partition(END)
    assert begin
    assert end
    assert between == section(STORED)


def test_the_page_is_renewed_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    renew(page, STORED)
    assert page.read_text() == f"before\n{BEGIN}\n{section(STORED)}{END}\nafter\n"
    page.write_text("no marks\n")
    with pytest.raises(ValueError, match="right is a page with the lines"):
        renew(page, STORED)
    assert page.read_text() == "no marks\n"


def result(top_1, **figures):
    own = {"top_1_low": 0.9, "top_1_high": 0.95, "mrr_low": 0.9, "mrr_high": 0.99} | figures
    return Result(
        top_1=top_1,
        mrr=0.95,
        top_5=0.99,
        n=400,
        seconds=1,
        cpu_seconds=2,
        singles=(),
        key="",
        **own,
    )


def test_what_lies_outside_of_a_stored_interval_is_said(tmp_path):
    stored = {"a": result(0.93), "b": result(0.93), "gone": result(0.93)}
    lines = list(compared(stored, {"a": result(0.91), "b": result(0.89), "new": result(0.5)}))
    assert lines == [
        "a: top-1 0.9100, in the stored interval 0.9000 to 0.9500 around 0.9300",
        "b: top-1 0.8900, OUTSIDE of the stored interval 0.9000 to 0.9500 around 0.9300",
    ]
    write_results(tmp_path / NAME, stored)
    assert read_results(tmp_path / NAME) == stored
