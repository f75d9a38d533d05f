"""Several ranks do what one does."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from baselines.answers.models import load_models
from baselines.config_file import InvalidConfig, config_from
from baselines.data.material import read_material
from baselines.networks.split_head import SplitHead, rows_of
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint
from baselines.training.evaluation import evaluate
from baselines.training.learner import Learner
from baselines.training.loop import LAST, MODEL, Training
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from baselines.training.progress import Silent
from baselines.training.split import CannotSplit
from tests.baselines import rank_steps, rank_training
from tests.baselines.world import CPU, config_of, random_batch

WORLD = 2


def run_ranks(folder, world, **environment):
    """Return what each rank wrote down."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += ["--nproc-per-node", str(world), "-m", "tests.baselines.rank_steps", str(folder)]
    env = {**os.environ, "OMP_NUM_THREADS": "1", **environment}
    done = subprocess.run(
        command, env=env, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [load_file(folder / f"{rank}.safetensors") for rank in range(world)]


@pytest.fixture(scope="module")
def place_of_ranks(tmp_path_factory):
    place = tmp_path_factory.mktemp("ranks")
    rank_training.write_images(place)
    return place


@pytest.fixture(scope="module")
def ranks(place_of_ranks):
    return run_ranks(place_of_ranks, WORLD, CUDA_VISIBLE_DEVICES="")


def compare(theirs, ours):
    torch.testing.assert_close(theirs, ours.detach().to(theirs.dtype), rtol=1e-9, atol=1e-10)


def test_two_ranks_learn_what_one_does(ranks):
    alone = rank_steps.learnt(CPU)
    for part in ranks:
        for name, tensor in alone.items():
            compare(part[name], tensor)


def test_ranks_agree_on_the_statistics_of_the_first(ranks):
    first, second = ranks
    assert not torch.equal(first["before"], second["before"])
    names = [name for name in first if name.startswith("agreed/")]
    assert len(names) == 9
    assert all(torch.equal(first[name], second[name]) for name in names)


def test_all_ranks_mix_by_one_share():
    """A split last layer works out the loss of the images of all of them."""
    config = replace(rank_training.STEP_CONFIG, mixup=0.5)
    learners = []
    for rank in range(2):
        torch.manual_seed(1)
        classifier = rank_training.classifier_at(CPU, 3)
        place = Place(torch.device("cpu"), rank, 2)
        learners.append(Learner(classifier, Loss(3, CPU), config, Schedule(1e-3, 2, 10), place, 1))
    for learner in learners:
        learner.step(random_batch())
    one, other = (learner.best_weights() for learner in learners)
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_two_ranks_count_every_image_once(ranks):
    alone = rank_steps.validated(CPU)
    for part in ranks:
        compare(part["validated"], torch.tensor([alone.loss, alone.top_1, alone.mrr, 11.0]))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_split_layer_learns_what_the_whole_does(ranks, smoothing):
    whole = rank_steps.whole_steps(smoothing)
    for part in ranks:
        compare(part[f"split {smoothing}/losses"], whole["losses"])
        compare(part[f"split {smoothing}/body"], whole["body"])
    for name in ("head", "bias"):
        parts = [part[f"split {smoothing}/{name}"] for part in ranks]
        assert [len(part) for part in parts] == [5, 6]
        compare(torch.cat(parts), whole[name])


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_one_rank_needs_no_others(smoothing):
    alone, whole = rank_steps.split_steps(CPU, smoothing), rank_steps.whole_steps(smoothing)
    for name, tensor in whole.items():
        compare(alone[name], tensor)


@pytest.mark.parametrize("world", [1, 2, 3, 7])
def test_the_rows_of_all_ranks_are_all_rows(world):
    rows = [row for rank in range(world) for row in rows_of(3000, rank, world)]
    assert rows == list(range(3000))


def test_the_whole_layer_is_the_same_for_any_number_of_ranks():
    def weights(rank, world):
        place = Place(torch.device("cpu"), rank, world)
        return SplitHead(4, 3000, place, torch.Generator().manual_seed(1)).weight

    parts = [weights(rank, 3) for rank in range(3)]
    assert torch.equal(torch.cat(parts), weights(0, 1))


# ---------------------------------------------------------------- a split layer in a training
def steps_of(part):
    return {k.removeprefix("steps/"): t for k, t in part.items() if k.startswith("steps/")}


def test_a_split_training_does_what_one_rank_does(ranks, tmp_path):
    """Network and head, averages and optimizer, clipped by the norm of all ranks; and its validation."""
    alone = rank_training.split_learnt(CPU, tmp_path)
    first, second = (steps_of(part) for part in ranks)
    assert first.keys() == alone.keys() == second.keys()
    assert [first["rows"].tolist(), second["rows"].tolist()] == [[0, 5], [5, 11]]
    assert first["learning/head.weight"].shape == (11, 256)  # whole where it is written
    for name in alone.keys() - {"rows"}:
        compare(first[name], alone[name])
    for name in ("loss", "seen", "learning/network.0.0.0.weight"):
        compare(second[name], alone[name])
    assert second["seen"][3] == 13


def test_a_split_training_does_what_a_whole_one_does(ranks):
    """The same network with a plain last layer, plain cross entropy and plain clipping."""
    whole = rank_training.whole_learner(CPU)
    for _ in range(rank_training.STEPS):
        whole.step(rank_training.batch_of_eleven(CPU))
    split, plain = steps_of(ranks[0]), whole.tensors()
    for kind in ("learning", "average"):
        compare(split[f"{kind}/head.weight"], plain[f"{kind}/network.7.weight"])
        compare(split[f"{kind}/head.bias"], plain[f"{kind}/network.7.bias"])
        compare(split[f"{kind}/network.3.0.0.weight"], plain[f"{kind}/network.3.0.0.weight"])
    seen = evaluate(
        whole.classifier,
        whole.best_weights(),
        rank_training.validation_batches(CPU),
        rank_training.N_CLASSES,
        rank_training.STEP_CONFIG,
        CPU,
    )
    # The whole one's logits are judged in single precision.
    torch.testing.assert_close(
        split["seen"].float(), torch.tensor([seen.loss, seen.top_1, seen.mrr, 13.0])
    )


@pytest.mark.parametrize("head", ["whole", "split"])
def test_ranks_train_to_the_same_model(ranks, place_of_ranks, tmp_path, head):
    """Started by torchrun: the same weights and the same validation as alone, none counted twice."""
    config = rank_training.training_config(place_of_ranks, head)
    history = rank_training.training_at(CPU, config, tmp_path).run()
    tensors, about = read_checkpoint(place_of_ranks / head / MODEL)
    alone, about_alone = read_checkpoint(tmp_path / MODEL)
    assert about == about_alone
    assert tensors.keys() == alone.keys()
    for name, tensor in alone.items():
        torch.testing.assert_close(tensors[name], tensor, rtol=1e-3, atol=1e-4)
    lines = read_checkpoint(place_of_ranks / head / LAST)[1]["history"]
    for line, own in zip(lines, history.lines, strict=True):
        assert line["validation_loss"] == pytest.approx(own.validation_loss, rel=1e-3)
        assert (line["top_1"], line["mrr"]) == pytest.approx((own.top_1, own.mrr))


@pytest.mark.parametrize("head", ["whole", "split"])
def test_ranks_go_on_as_if_they_had_never_stopped(ranks, place_of_ranks, head):
    whole, stopped = (place_of_ranks / own / MODEL for own in (head, f"{head}_stopped"))
    assert whole.read_bytes() == stopped.read_bytes()


def test_one_rank_goes_on_with_what_two_began(ranks, place_of_ranks, tmp_path):
    config = rank_training.training_config(place_of_ranks, "split")
    to = tmp_path / "to"
    shutil.copytree(place_of_ranks / "split", to)
    training = rank_training.training_at(CPU, config, to)
    history = training.run()
    assert [line.step for line in history.lines] == [2, 4]
    model = load_models([to / MODEL], CPU)[0]
    assert model.classes == ("ash", "elm", "oak")
    tensors, _ = read_checkpoint(to / LAST)
    assert training.learner.head is not None
    assert torch.equal(training.learner.head.weight, tensors["learning/head.weight"])


def test_what_is_split_must_be_one_layer(folder):
    config = config_of(folder, network="googlenet")
    config = replace(config, network=replace(config.network, head="split"))
    with pytest.raises(CannotSplit, match="googlenet has auxiliary classifiers"):
        Training(config, read_material(config), folder, CPU, Silent())
    for kind, more in (("training", {"epochs": 1}), ("frozen", {})):
        data = {
            "name": "x",
            "network": {"name": "small_cnn", "head": "split"},
            "data": {"sources": [{"folder": "x"}], "organs": True},
            kind: more,
        }
        with pytest.raises(InvalidConfig, match=r"species only|networks that learn"):
            config_from(data)
