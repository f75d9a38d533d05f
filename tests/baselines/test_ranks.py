"""Several ranks do what one does."""

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from baselines.networks.split_head import SplitHead, rows_of
from baselines.place import Place
from tests.baselines import rank_steps
from tests.baselines.world import CPU

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
def ranks(tmp_path_factory):
    return run_ranks(tmp_path_factory.mktemp("ranks"), WORLD, CUDA_VISIBLE_DEVICES="")


def compare(theirs, ours):
    torch.testing.assert_close(theirs, ours.detach().to(theirs.dtype), rtol=1e-9, atol=1e-10)


def test_two_ranks_learn_what_one_does(ranks):
    alone = rank_steps.learnt(CPU)
    for part in ranks:
        for name, tensor in alone.items():
            compare(part[name], tensor)


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
