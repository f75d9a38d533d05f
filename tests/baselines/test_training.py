"""The loop: it learns, gives the same again, and goes on as if it had never stopped."""

import csv
import hashlib
from dataclasses import replace
from typing import Any

import pytest
import torch

from baselines.config_file import InvalidConfig, as_data
from baselines.data.material import read_material
from baselines.training.checkpoints import BrokenCheckpoint, read_checkpoint, write_checkpoint
from baselines.training.history import History, Line
from baselines.training.learner import Learner
from baselines.training.loop import LAST, LOG, MODEL, SPLIT, CannotGoOn, Training, make_classifier
from baselines.training.losses import Loss
from baselines.training.optimisation import Average, Schedule, make_optimizer
from baselines.training.progress import Silent
from tests.baselines.world import CPU, config_of, random_batch, trained, with_data

EVERYTHING: dict[str, Any] = {
    "average": 0.9,
    "clip_norm": 1.0,
    "label_smoothing": 0.1,
    "mixup": 0.2,
    "warmup": 0.5,
}

LEARNS: dict[str, Any] = {"batch_size": 3, "learning_rate": 0.1, "warmup": 1.0}


def drawn_for(config):
    """Return a config with RandAugment."""
    return replace(config, augmentation=replace(config.augmentation, operations=2, strength=0.5))


def digest(folder):
    return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()


def weights(folder):
    return read_checkpoint(folder / MODEL)[0]


def test_overfits_a_batch(folder):
    config = config_of(folder)
    classifier, _ = make_classifier(config, 3, CPU)
    learner = Learner(classifier, Loss(3, CPU), config.training, Schedule(3e-3, 5, 1000), CPU, 1)
    batch = random_batch(4, 32)
    for _ in range(40):
        learner.step(batch)
    learner.take_loss()
    learner.step(batch)
    assert learner.take_loss() < 0.05


def test_learns_to_tell_classes_apart(folder, tmp_path):
    history = trained(config_of(folder, epochs=10, **LEARNS), tmp_path)
    assert history.best is not None
    assert history.best.top_1 == 1.0
    assert history.best.mrr == 1.0
    _, about = read_checkpoint(tmp_path / MODEL)
    assert about["classes"] == ["ash", "elm", "oak"]
    assert about["weights"] == {"source": "scratch", "sha256": ""}
    assert about["step"] == history.best.step


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
def test_the_same_seed_gives_the_same_file(folder, tmp_path, optimizer):
    config = config_of(folder, optimizer=optimizer, **EVERYTHING)
    for name in ("one", "two"):
        trained(config, tmp_path / name)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    trained(replace(config, seed=8), tmp_path / "other")
    assert digest(tmp_path / "one") != digest(tmp_path / "other")


def test_workers_change_nothing(folder, tmp_path):
    config = drawn_for(config_of(folder, **EVERYTHING))
    for workers in (0, 2):
        trained(with_data(config, workers=workers), tmp_path / str(workers))
    none, two = weights(tmp_path / "0"), weights(tmp_path / "2")
    assert all(torch.equal(none[name], two[name]) for name in none)


class Stops(Silent):
    """Interrupts after so many steps."""

    def __init__(self, steps):
        self.left = steps

    def images(self, n):
        self.left -= 1
        if not self.left:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("steps", "workers"), [(1, 0), (2, 0), (3, 0), (5, 0), (6, 0), (5, 2)])
def test_goes_on_as_if_it_had_never_stopped(folder, tmp_path, steps, workers):
    config = config_of(folder, epochs=3, save_every=2, **EVERYTHING)
    config = drawn_for(with_data(config, workers=workers, is_balanced=True))
    whole = trained(config, tmp_path / "whole")
    material = read_material(config)
    with pytest.raises(KeyboardInterrupt):
        Training(config, material, tmp_path / "parts", CPU, Stops(steps)).run()
    parts = trained(config, tmp_path / "parts")
    assert digest(tmp_path / "parts") == digest(tmp_path / "whole")
    assert [line.loss for line in parts.lines] == [line.loss for line in whole.lines]


def test_goes_on_in_any_memory_format(folder, tmp_path):
    for channels_last in (True, False):
        config = config_of(folder, epochs=3, channels_last=channels_last, optimizer="sgd")
        trained(config, tmp_path / f"whole{channels_last}")
        parts = tmp_path / f"parts{channels_last}"
        with pytest.raises(KeyboardInterrupt):
            Training(config, read_material(config), parts, CPU, Stops(5)).run()
        trained(config, parts)
        assert digest(parts) == digest(tmp_path / f"whole{channels_last}")


def test_another_config_does_not_go_on(folder, tmp_path):
    trained(config_of(folder), tmp_path)
    with pytest.raises(
        CannotGoOn, match=r"another config.training.epochs; right is another folder"
    ):
        trained(config_of(folder, epochs=5), tmp_path)
    more_workers = config_of(folder)
    trained(replace(more_workers, data=replace(more_workers.data, workers=1)), tmp_path)


def test_stops_early_and_keeps_the_best(folder, tmp_path):
    # Without a learning rate nothing gets better than it is at first, on any machine.
    history = trained(config_of(folder, epochs=50, patience=3, learning_rate=0.0), tmp_path)
    assert len(history.lines) == 4
    assert history.best == history.lines[0]
    assert read_checkpoint(tmp_path / MODEL)[1]["step"] == history.best.step


def test_the_best_has_the_highest_share_and_then_the_lowest_loss():
    def line(step, top_1, loss):
        return Line(step, step, 0.1, 1.0, 1.0, 1.0, validation_loss=loss, top_1=top_1, mrr=top_1)

    history = History()
    for step, (top_1, loss) in enumerate([(0.5, 1.0), (0.7, 3.0), (0.7, 2.0), (0.6, 0.1)]):
        history.add(line(step, top_1, loss))
        assert not history.is_stale(2)
    assert history.best == line(2, 0.7, 2.0)
    history.add(line(4, 0.7, 2.0))
    assert history.is_stale(2)
    assert not history.is_stale(3)


def test_without_validation_the_last_is_kept(folder, tmp_path):
    history = trained(with_data(config_of(folder), validation=0.0), tmp_path)
    assert history.best is None
    assert read_checkpoint(tmp_path / MODEL)[1]["step"] == history.lines[-1].step


def test_learns_organs_too(folder, tmp_path):
    trained(with_data(config_of(folder), organs=True), tmp_path)
    tensors, about = read_checkpoint(tmp_path / MODEL)
    assert about["organs"] == ["flower", "leaf"]
    assert tensors["7.weight"].shape[0] == 5


def test_writes_down_what_it_did(folder, tmp_path):
    config = config_of(folder)
    history = trained(config, tmp_path)
    lines = list(csv.DictReader((tmp_path / LOG).read_text().splitlines()))
    assert [int(line["step"]) for line in lines] == [line.step for line in history.lines]
    assert float(lines[-1]["loss"]) == history.lines[-1].loss
    assert (tmp_path / SPLIT).read_text().startswith("Observation;Part\nash_0;")
    assert read_checkpoint(tmp_path / LAST)[1]["config"] == as_data(config)


def test_a_loss_that_is_no_number_ends_it(folder, tmp_path):
    with pytest.raises(CannotGoOn, match=r"the loss is (nan|inf) at step"):
        trained(config_of(folder, epochs=20, learning_rate=1e9, optimizer="sgd"), tmp_path)


# ---------------------------------------------------------------- its parts
def test_the_rate_grows_with_the_batch(folder):
    config = config_of(folder, learning_rate=0.5, epochs=4, warmup=1.0).training
    schedule = Schedule.of(config, steps_per_epoch=10, batch_size=512)
    assert schedule == Schedule(peak=1.0, warmup=10, steps=40)
    assert schedule.at(9) == schedule.at(10) == 1.0
    assert schedule.at(39) < 0.01


def test_biases_and_norms_do_not_decay(folder):
    config = config_of(folder, weight_decay=0.5)
    classifier, _ = make_classifier(config, 3, CPU)
    decayed, free = make_optimizer(classifier, config.training).param_groups
    assert {p.ndim for p in decayed["params"]} == {2, 4}
    assert {p.ndim for p in free["params"]} == {1}
    assert (decayed["weight_decay"], free["weight_decay"]) == (0.5, 0.0)


def test_the_average_follows():
    linear, norm = torch.nn.Linear(1, 1), torch.nn.BatchNorm1d(1)
    network = torch.nn.Sequential(linear, norm)
    average = Average(network, decay=0.75)
    with torch.no_grad():
        linear.weight += 4
        assert norm.num_batches_tracked is not None
        norm.num_batches_tracked += 3
    before = average.state["0.weight"].clone()
    average.follow(step=100)
    assert average.state["0.weight"] - before == 1
    assert average.state["1.num_batches_tracked"] == 3


def test_the_average_moves_fast_at_first():
    network = torch.nn.Linear(1, 1)
    average = Average(network, decay=0.9999)
    with torch.no_grad():
        network.weight += 10
    before = average.state["weight"].clone()
    average.follow(step=0)
    torch.testing.assert_close(average.state["weight"] - before, torch.tensor([[9.0]]))


def test_what_nobody_knows_counts_for_nothing():
    logits = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    loss = Loss(3, CPU, smoothing=0.1, organ_weight=1.0)
    numbers, unknown = torch.tensor([0, 1, -1]), torch.tensor([-1, -1, -1])
    known = loss((logits[:2],), numbers[:2], unknown[:2])
    torch.testing.assert_close(loss((logits,), numbers, unknown), known)
    assert loss((logits,), unknown, unknown) == 0


def test_checkpoints_have_the_same_bytes(tmp_path):
    tensors = {name: torch.ones(2, 3, 4, 5).to(memory_format=torch.channels_last) for name in "ba"}
    for name in ("one", "two"):
        write_checkpoint(tmp_path / name, tensors, {"b": 1, "a": [2], "name": "é"})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read, about = read_checkpoint(tmp_path / "one")
    assert torch.equal(read["a"], tensors["a"])
    assert about == {"b": 1, "a": [2], "name": "é"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


@pytest.mark.parametrize("content", [b"", b"nothing", None])
def test_what_is_no_checkpoint_is_refused(tmp_path, content):
    path = tmp_path / "it"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BrokenCheckpoint, match="no checkpoint of a baseline"):
        read_checkpoint(path)


# ---------------------------------------------------------------- learning from a part on
def test_what_stands_before_a_part_stays_and_the_rest_learns(folder, tmp_path):
    config = config_of(folder, learn_from="2", weight_decay=0.1)
    classifier, _ = make_classifier(config, 3, CPU)
    before = {name: t.clone() for name, t in classifier.network.state_dict().items()}
    trained(config, tmp_path)
    for name, tensor in weights(tmp_path).items():
        stays = name.startswith(("0.", "1."))
        assert torch.equal(tensor, before[name]) == stays, name


def test_statistics_of_batch_norms_stay(folder):
    config = config_of(folder, network="efficientnet_lite0", learn_from="blocks.6")
    classifier, _ = make_classifier(config, 3, CPU)
    classifier.eval()
    classifier.train()
    before = {name: own.clone() for name, own in classifier.named_buffers()}
    learner = Learner(classifier, Loss(3, CPU), config.training, Schedule(3e-3, 5, 1000), CPU, 1)
    learner.step(random_batch(4, 32))
    assert classifier.training
    assert all(torch.equal(own, before[name]) for name, own in classifier.named_buffers())


def test_a_part_that_is_not_there_is_refused(folder):
    config = config_of(folder, network="efficientnet_lite0", learn_from="block.6")
    with pytest.raises(InvalidConfig, match=r"no part 'block\.6'.*did you mean 'blocks\.6'"):
        make_classifier(config, 3, CPU)
