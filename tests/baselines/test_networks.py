"""Every network of the table learns from scratch, and gives features of the width it says."""

import pytest
import torch
from torch import nn
from torchvision.models.googlenet import Inception

from baselines.config import TrainingConfig
from baselines.networks.classifier import Classifier
from baselines.networks.table import NETWORKS, UnknownNetwork, body_of, find_network
from baselines.training.learner import Learner
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from tests.baselines.world import CPU, random_batch

SIZE = 96
N_CLASSES, N_ORGANS = 3, 2


@pytest.mark.parametrize("name", NETWORKS)
def test_learns_a_step_from_scratch(name):
    torch.manual_seed(1)
    row = NETWORKS[name]
    network = row.build(N_CLASSES + N_ORGANS)
    classifier = Classifier(network, row.mean, row.deviation).train()
    config = TrainingConfig(epochs=1, learning_rate=1e-3, clip_norm=1.0, average=0.9)
    schedule = Schedule(1e-3, 0, 10)
    learner = Learner(classifier, Loss(N_CLASSES, CPU, 0.1, 0.3), config, schedule, CPU, seed=1)
    before = network.get_parameter(f"{row.last_layer}.weight").clone()
    learner.step(random_batch(2, SIZE, N_CLASSES, N_ORGANS))
    assert 0 < learner.take_loss() < 20
    for weight in network.parameters():
        assert weight.grad is not None  # nothing is left out of the sum of answers
        assert weight.grad.isfinite().all()
    assert not torch.equal(network.get_parameter(f"{row.last_layer}.weight"), before)


@pytest.mark.parametrize("name", NETWORKS)
def test_its_features_are_what_its_last_layer_takes(name):
    row = NETWORKS[name]
    network = row.build(N_CLASSES).eval()
    last = network.get_submodule(row.last_layer)
    assert isinstance(last, nn.Linear)
    with torch.inference_mode():
        images = torch.rand(1, 3, SIZE, SIZE)
        answer = network(images)
        features = body_of(row, network)(images)
        assert features.shape == (1, last.in_features)
        torch.testing.assert_close(last(features), answer)


def kinds(network, kind):
    return sum(isinstance(module, kind) for module in network.modules())


@pytest.mark.parametrize(
    ("name", "norms", "slopes"),
    [("googlenet", 0, 0), ("googlenet_bn", 59, 0), ("googlenet_bn_prelu", 59, 59)],
)
def test_googlenet_is_of_one_kind_of_block_throughout(name, norms, slopes):
    network = NETWORKS[name].build(3)
    assert kinds(network, nn.Conv2d) == 59
    assert kinds(network, nn.BatchNorm2d) == norms
    assert kinds(network, nn.PReLU) == slopes


def test_googlenet_as_published_sees_five_by_five():
    network = NETWORKS["googlenet"].build(3)
    branches = [m.branch3 for m in network.modules() if isinstance(m, Inception)]
    assert len(branches) == 9
    for branch in branches:
        sizes = [m.kernel_size for m in branch.modules() if isinstance(m, nn.Conv2d)]
        assert sizes == [(1, 1), (5, 5)]


def test_googlenet_without_norms_keeps_its_signal():
    torch.manual_seed(1)
    network = NETWORKS["googlenet"].build(3).eval()
    features = body_of(NETWORKS["googlenet"], network)(torch.randn(2, 3, SIZE, SIZE))
    assert 0.05 < features.std().item() < 20


def test_an_unknown_name_is_told_the_nearest():
    with pytest.raises(UnknownNetwork, match="did you mean 'resnet50'"):
        find_network("resnet_50")


def test_pixels_become_what_the_network_wants():
    seen = []

    class Sees(nn.Module):
        def forward(self, images):
            seen.append(images)
            return images.mean((2, 3))

    pixels = torch.tensor([0, 255, 51], dtype=torch.uint8).view(1, 3, 1, 1)
    Classifier(Sees(), (0.5, 0.5, 0.2), (0.5, 0.25, 0.1))(pixels)
    torch.testing.assert_close(seen[0].flatten(), torch.tensor([-1.0, 2.0, 0.0]))
