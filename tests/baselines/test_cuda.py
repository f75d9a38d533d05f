"""What only a GPU shows. Where there is none, none of it runs."""

from dataclasses import replace

import pytest
import torch
from safetensors import safe_open

from baselines.config import TrainingConfig
from baselines.data.batches import Batch
from baselines.data.material import read_material
from baselines.networks.classifier import Classifier
from baselines.networks.table import NETWORKS
from baselines.place import Place, this_place
from baselines.training.checkpoints import read_checkpoint
from baselines.training.learner import Learner
from baselines.training.loop import MODEL, Training, make_classifier
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule
from baselines.training.progress import Silent
from tests.baselines import rank_steps, rank_training
from tests.baselines.test_ranks import compare, run_ranks
from tests.baselines.test_training import LEARNS
from tests.baselines.world import CPU, config_of, random_batch, with_data

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU"),
]
EVERYTHING = TrainingConfig(
    epochs=1, average=0.9, clip_norm=1.0, label_smoothing=0.1, mixup=0.2, precision="float32"
)


@pytest.fixture
def gpu():
    with this_place("cuda") as place:
        yield place


def stepped(name, config, place, *, double, steps=2):
    """Return the weights of a network after some steps."""
    torch.manual_seed(1)
    row = NETWORKS[name]
    network = row.build(3).eval()  # no dropout: its draws differ from device to device
    classifier = Classifier(network, row.mean, row.deviation)
    classifier = (classifier.double() if double else classifier).to(place.device)
    learner = Learner(classifier, Loss(3, place, 0.1), config, Schedule(1e-3, 0, 10), place, 1)
    for _ in range(steps):
        learner.step(random_batch(4, 64))
    return learner.take_loss(), {k: t.cpu() for k, t in learner.best_weights().items()}


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.parametrize("name", ["small_cnn", "resnet50", "vit_small", "googlenet_bn_prelu"])
def test_a_step_is_that_of_the_cpu(gpu, name, optimizer):
    config = replace(EVERYTHING, optimizer=optimizer, channels_last=False, mixup=0.0)
    loss, weights = stepped(name, config, CPU, double=True)
    on_gpu, theirs = stepped(name, config, gpu, double=True)
    assert on_gpu == pytest.approx(loss, rel=1e-7)
    for key, tensor in weights.items():
        torch.testing.assert_close(
            theirs[key], tensor, rtol=1e-6, atol=1e-7, msg=f"{key}: {{}}".format
        )


def pinned(batch):
    return Batch(*(field.pin_memory() for field in batch))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_no_step_waits_for_the_device(gpu, precision, folder):
    config = config_of(folder, network="resnet50")
    config = replace(config, training=replace(EVERYTHING, precision=precision))
    classifier, _ = make_classifier(config, 3, gpu)
    learner = Learner(classifier, Loss(3, gpu), config.training, Schedule(1e-3, 0, 10), gpu, 1)
    batch = pinned(random_batch(8, 64))
    learner.step(batch)
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(3):
            learner.step(batch)
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert torch.isfinite(torch.tensor(learner.take_loss()))


def test_bfloat16_is_what_it_computes_in_and_not_what_it_keeps(gpu, folder):
    config = config_of(folder, network="resnet50", precision="auto")
    assert gpu.dtype("auto") is torch.bfloat16
    classifier, _ = make_classifier(config, 3, gpu)
    with gpu.autocast("auto"):
        answer = classifier(gpu.to_device(random_batch(4).pixels))[0]
    assert answer.dtype is torch.bfloat16
    assert {p.dtype for p in classifier.parameters()} == {torch.float32}


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_overfits_a_batch(gpu, precision, folder):
    config = config_of(folder, network="resnet50", precision=precision)
    classifier, _ = make_classifier(config, 3, gpu)
    learner = Learner(classifier, Loss(3, gpu), config.training, Schedule(1e-3, 0, 200), gpu, 1)
    for _ in range(30):
        learner.step(random_batch(4, 64))
    learner.take_loss()
    learner.step(random_batch(4, 64))
    assert learner.take_loss() < 0.1


def train(config, folder, place, progress=None):
    return Training(config, read_material(config), folder, place, progress or Silent()).run()


def test_learns_to_tell_classes_apart(gpu, folder, tmp_path):
    config = config_of(folder, epochs=12, average=0.5, clip_norm=1.0, **LEARNS)
    history = train(with_data(config, workers=2), tmp_path, gpu)
    assert history.best.top_1 == 1.0
    tensors, _ = read_checkpoint(tmp_path / MODEL)
    assert {tensor.device.type for tensor in tensors.values()} == {"cpu"}


class Stops(Silent):
    def __init__(self):
        self.left = 4

    def images(self, n):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_goes_on_as_if_it_had_never_stopped(gpu, folder, tmp_path, optimizer):
    """On a GPU some sums have no order of their own, and AdamW makes much of small differences."""
    config = config_of(folder, epochs=3, optimizer=optimizer, average=0.9, precision="float32")
    train(config, tmp_path / "whole", gpu)
    with pytest.raises(KeyboardInterrupt):
        train(config, tmp_path / "parts", gpu, Stops())
    train(config, tmp_path / "parts", gpu)
    whole, parts = (read_checkpoint(tmp_path / n / MODEL)[0] for n in ("whole", "parts"))
    for name, tensor in whole.items():
        assert (parts[name] - tensor).norm() <= 0.01 * tensor.norm() + 1e-3


def test_a_world_of_one_rank_works_over_nccl(tmp_path):
    rank_training.write_images(tmp_path)
    (part,) = run_ranks(tmp_path, 1)
    with safe_open(tmp_path / "0.safetensors", framework="pt") as file:
        assert file.metadata()["device"] == "cuda"
    for name, tensor in rank_steps.learnt(CPU).items():
        torch.testing.assert_close(part[name], tensor.to(part[name].dtype), rtol=1e-6, atol=1e-7)
    for smoothing in (0.0, 0.1):
        for name, tensor in rank_steps.whole_steps(smoothing).items():
            compare(part[f"split {smoothing}/{name}"], tensor)


def test_a_rank_finds_its_device():
    with this_place() as place:
        assert place == Place(torch.device("cuda", 0))
