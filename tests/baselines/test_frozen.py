"""A network that stays as it is, with a last layer that learns."""

import shutil

import pytest
import torch

from baselines.config import DataConfig, FrozenBaseline, FrozenConfig, NetworkConfig, SourceConfig
from baselines.data.material import read_material
from baselines.frozen.features import features_of
from baselines.frozen.head import learn_head
from baselines.frozen.training import frozen_body, train_frozen
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL
from baselines.training.progress import Silent
from tests.baselines.world import CPU

VIEWS = ("whole", "mirrored")


def config_of(folder, views=VIEWS, network="small_cnn"):
    return FrozenBaseline(
        name="test",
        network=NetworkConfig(network),
        data=DataConfig((SourceConfig(str(folder)),), size=32, validation=0.25),
        frozen=FrozenConfig(views),
        seed=7,
    )


def train(config, tmp_path):
    material = read_material(config)
    cache = tmp_path / "cache"
    outcome = train_frozen(config, material, tmp_path / "to", cache, CPU, Silent())
    return outcome, material


class Counts(Silent):
    def __init__(self):
        self.n = 0

    def images(self, n):
        self.n += n


def seen(folder, cache, views=VIEWS):
    body, _ = frozen_body(config_of(folder), CPU)
    told = Counts()
    paths = sorted(folder.glob("*.jpg"))
    return features_of(paths, body, 32, views, cache, told), told.n


def test_random_features_tell_colours_apart(folder, tmp_path):
    outcome, _ = train(config_of(folder), tmp_path)
    assert (outcome.n_images, outcome.n_validation, outcome.top_1) == (18, 6, 1.0)
    tensors, about = read_checkpoint(tmp_path / "to" / MODEL)
    assert about["classes"] == ["ash", "elm", "oak"]
    assert tensors["head/weight"].shape == (3, 256)


def test_the_same_config_gives_the_same_file(folder, tmp_path):
    for name in ("one", "two"):
        train(config_of(folder), tmp_path / name)
    one, two = ((tmp_path / name / "to" / MODEL).read_bytes() for name in ("one", "two"))
    assert one == two


def test_features_are_made_once(folder, tmp_path):
    first, n_first = seen(folder, tmp_path)
    again, n_again = seen(folder, tmp_path)
    assert (n_first, n_again) == (24, 0)
    assert torch.equal(first.rows, again.rows)
    more, n_more = seen(folder, tmp_path, ("whole", "turned"))
    assert n_more == 24
    assert torch.equal(more.rows[:, 0], first.rows[:, 0])
    assert not torch.equal(more.rows[:, 1], first.rows[:, 1])


def test_features_are_found_by_content(folder, tmp_path):
    first, _ = seen(folder, tmp_path / "cache")
    there = tmp_path / "elsewhere"
    shutil.copytree(folder, there)
    moved, n = seen(there, tmp_path / "cache")
    assert n == 0
    assert torch.equal(moved.rows, first.rows)


def test_broken_images_are_left_out_and_reported(folder, tmp_path):
    there = tmp_path / "images"
    shutil.copytree(folder, there)
    for number in range(8):
        (there / f"oak_{number}.jpg").write_bytes(b"\xff\xd8\xff%d" % number)
    outcome, material = train(config_of(there), tmp_path)
    assert (outcome.n_images, outcome.n_validation) == (12, 4)
    assert material.findings.all()[0].what == "cannot be read, counted for nothing"


def test_the_last_layer_is_at_its_optimum():
    generator = torch.Generator().manual_seed(1)
    features = torch.randn(60, 5, generator=generator)
    classes = (features @ torch.randn(5, 3, generator=generator)).argmax(1)
    head = learn_head(features, classes, 3, length=4.0, decay=0.1)
    weight, bias = (t.clone().requires_grad_() for t in (head.weight, head.bias))
    inputs = torch.nn.functional.normalize(features, dim=-1) * 4
    loss = torch.nn.functional.cross_entropy(inputs @ weight.T + bias, classes)
    (loss + 0.05 * weight.square().sum()).backward()
    assert all(own.grad is not None and own.grad.abs().max() < 1e-3 for own in (weight, bias))
    torch.testing.assert_close(head.probabilities(features).sum(-1), torch.ones(60))


@pytest.mark.parametrize("factor", [0.1, 10])
def test_only_the_direction_of_features_counts(factor):
    features = torch.randn(12, 5, generator=torch.Generator().manual_seed(1))
    head = learn_head(features, torch.arange(12) % 3, 3, length=16.0, decay=1e-3)
    torch.testing.assert_close(head.probabilities(features * factor), head.probabilities(features))
