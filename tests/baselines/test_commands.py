"""The commands from end to end, as people and the platform start them."""

import json
import os
import signal
import subprocess
import sys

import pytest

from baselines.__main__ import main
from baselines.answers.tasks import read_task
from baselines.commands.official import CARD, DESCRIPTION, EFFORT, RECORD
from baselines.commands.steps import IMAGE_RUN, RUN
from baselines.networks.weights import file_digest
from baselines.stopping import STOPPED
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import LAST, LOG, MODEL
from scoring import check_method_description, evaluate_run, read_ground_truth
from tests.baselines.world import write_task

FROZEN = """
name = "test"
seed = 7
[network]
name = "small_cnn"
[data]
size = 32
validation = 0.25
[[data.sources]]
folder = '{folder}'
[frozen]
[answers]
images = '{folder}'
media = '{task}/files.csv'
views = ["whole", "mirrored"]
"""
BAGGED = f"{FROZEN}[bagging]\nnetworks = 2\n"
LEARNT = FROZEN.replace("[frozen]", "[training]\nepochs = 6\nbatch_size = 6\naverage = 0.9")


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    place = tmp_path_factory.mktemp("task")
    write_task(place)
    return place


@pytest.fixture
def config(tmp_path, folder, task):
    def write(text):
        path = tmp_path / "config.toml"
        path.write_text(text.format(folder=folder, task=task))
        return path

    return write


@pytest.fixture
def run(capfd):
    """Return what runs a command here: a process of its own takes seconds to load torch."""

    def run_here(*words):
        """Return exit code, what was written out, and what was written of errors."""
        try:
            main([*map(str, words), "--device", "cpu"])
        except SystemExit as end:
            code = end.code
        else:
            code = 0
        written = capfd.readouterr()
        if isinstance(code, str):  # as the interpreter does it
            return 1, written.out, written.err + code
        return code, written.out, written.err

    return run_here


def start(*words):
    """Start a command in a process of its own, on as many threads as here."""
    command = [sys.executable, "-m", "baselines", *map(str, words), "--device", "cpu"]
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def events_of(lines):
    return [json.loads(line) for line in lines]


def top_1(task, path, kind="run"):
    truth, rules = read_ground_truth(task), read_task(task).rules
    found = evaluate_run(path, truth, rules, ["top_1"], kind=kind)
    assert found.report.valid
    return found.scores[0].value


def test_official_runs_are_the_same_byte_for_byte(config, task, tmp_path, run):
    words = ("official", config(BAGGED), "--task", task, "--progress-json", "--to")
    with start(*words, tmp_path / "one") as child:
        first = events_of(child.stdout)
    assert child.returncode == 0
    code, out, _ = run(*words, tmp_path / "two")
    second = events_of(out.splitlines())
    assert code == 0
    for events in (first, second):
        assert events[-1] == {"event": "done"}
        assert {own["event"] for own in events} == {"progress", "said", "done"}
        phases = {own["phase"] for own in events if own["event"] == "progress"}
        assert {"network 1 of 2, features", "answers"} <= phases
    for name in (RUN, IMAGE_RUN, f"network_1/{RUN}", f"network_2/{MODEL}"):
        one, two = ((tmp_path / own / name).read_bytes() for own in ("one", "two"))
        assert one == two, name
    check_official(tmp_path / "one", task)


def check_official(folder, task):
    assert top_1(task, folder / RUN) == 1.0
    assert top_1(task, folder / IMAGE_RUN, "image_run") == 1.0
    description = json.loads((folder / DESCRIPTION).read_text())
    assert check_method_description(description) == []
    assert (description["n_networks"], description["test_time_outputs"]) == (2, 8)
    record = json.loads((folder / RECORD).read_text())
    assert record["runs"][RUN] == file_digest(folder / RUN)
    assert record["phases"]["training"]["seconds"] > 0
    assert record["data"]["sha256"] in (folder / CARD).read_text()


def test_a_task_without_image_runs_gets_none(config, task, tmp_path, run):
    own = tmp_path / "task"
    own.mkdir()
    for name in ("queries.csv", "classes.csv", "media.csv"):
        (own / name).write_text((task / name).read_text())
    (own / "task.yaml").write_text('{"shape": "ranked", "run": {"max_predictions_per_query": 2}}')
    code, out, _ = run("official", config(FROZEN), "--task", own, "--to", tmp_path / "to")
    assert (code, out) == (0, "")
    assert not (tmp_path / "to" / IMAGE_RUN).exists()
    assert json.loads((tmp_path / "to" / RECORD).read_text())["runs"].keys() == {RUN}


def test_steps_come_to_what_bag_does(config, task, tmp_path, run):
    path = config(BAGGED)
    for step in ("train", "predict", "fuse"):
        words = () if step == "train" else ("--task", task)
        assert run(step, path, *words, "--to", tmp_path / "steps")[0] == 0
    assert run("bag", path, "--task", task, "--to", tmp_path / "bag")[0] == 0
    steps, bag = ((tmp_path / own / RUN).read_bytes() for own in ("steps", "bag"))
    assert steps == bag
    assert (tmp_path / "bag" / "network_2" / IMAGE_RUN).is_file()
    assert not (tmp_path / "bag" / CARD).exists()


def test_what_cannot_be_done_is_said(config, task, tmp_path, run):
    path, to = config(FROZEN), tmp_path / "to"
    for command in ("bag", "fuse"):
        code, _, errors = run(command, path, "--task", task, "--to", to)
        assert (code, "right is [bagging] networks = 2 or more" in errors) == (1, True)
    code, out, _ = run(
        "official", path, "--task", tmp_path / "nowhere", "--to", to, "--progress-json"
    )
    (event,) = events_of(out.splitlines())
    assert (code, event["event"]) == (1, "failed")
    assert "there is no such folder" in event["text"]
    path = config(FROZEN.replace("size = 32", "size = 32\nwithout = '{task}/files.csv'"))
    code, _, errors = run("train", path, "--to", to)
    assert (code, "nothing in it has a class to learn" in errors) == (1, True)  # all is the test's
    assert not list(to.glob("*.safetensors"))


def test_a_fault_of_ours_is_told_too(config, task, tmp_path, capfd):
    to = tmp_path / "to"
    to.write_text("a file where the folder must be")
    words = ("official", config(FROZEN), "--task", task, "--to", to, "--progress-json")
    with pytest.raises(FileExistsError):  # so that the traceback is seen, and the exit code is 1
        main([*map(str, words)])
    (event,) = events_of(capfd.readouterr().out.splitlines())
    assert event == {"event": "failed", "text": f"FileExistsError: [Errno 17] File exists: '{to}'"}


def test_sigterm_ends_it_and_it_goes_on(config, task, tmp_path, run):
    """Stopped in the middle, it comes to the run that it would have come to."""
    to = tmp_path / "to"
    words = ("official", config(LEARNT), "--task", task, "--progress-json", "--to")
    with start(*words, to) as child:
        for line in child.stdout:
            if "epoch 2  loss" in line:
                child.send_signal(signal.SIGTERM)
                break
        told = events_of(child.stdout)
    assert child.returncode == STOPPED
    assert told[-1]["event"] == "said"
    assert 6 <= read_checkpoint(to / LAST)[1]["step"] < 18
    assert json.loads((to / EFFORT).read_text())["training"]["seconds"] > 0
    assert run(*words, to)[0] == 0
    assert (to / LOG).read_text().splitlines()[-1].startswith("6.0,18,")
    assert run(*words, tmp_path / "whole")[0] == 0
    for name in (RUN, IMAGE_RUN, MODEL):
        assert (to / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
