"""What cannot be done is refused in words, before anything is lost."""

import struct
from dataclasses import replace

import pytest
import torch
from safetensors.torch import save_file
from torchvision.models import googlenet

from baselines.__main__ import main
from baselines.answers.tasks import InvalidTask, read_task
from baselines.config import NetworkConfig
from baselines.config_file import InvalidConfig, as_data, config_from
from baselines.data.batches import Shuffled
from baselines.data.tables import CannotRead
from baselines.networks.classifier import Classifier
from baselines.networks.table import NETWORKS
from baselines.networks.weights import CannotLoad, load_weights
from baselines.place import NoSuchDevice, Place, this_place
from baselines.training.loop import make_classifier
from baselines.training.split import CannotSplit, split_off
from tests.baselines.sound_world import sound_config
from tests.baselines.test_commands import FROZEN, LEARNT
from tests.baselines.test_frozen import config_of as frozen_config
from tests.baselines.world import CPU, config_of, with_data, write_folder, write_task


# ---------------------------------------------------------------- configs
def problems_of(config):
    with pytest.raises(InvalidConfig) as refused:
        config_from(as_data(config))
    return refused.value.problems


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"organs": True}, "data.organs: is for networks that learn"),
        ({"is_balanced": True}, "data.is_balanced: is for networks that learn"),
    ],
)
def test_what_a_frozen_network_has_no_use_for(folder, change, problem):
    (found,) = problems_of(with_data(frozen_config(folder), **change))
    assert found.startswith(problem)


def test_patience_needs_something_to_be_judged_by(folder):
    config = with_data(config_of(folder, patience=2), validation=0.0)
    assert problems_of(config)[0].startswith("training.patience: nothing is kept apart")


@pytest.mark.parametrize(
    ("training", "problem"),
    [
        ({"warmup": 3.0}, "training.warmup: 3 epochs; right is at most training.epochs, 2"),
        ({"momentum": 1.0}, "training.momentum: 1.0; right is from 0 to 0.999999"),
        ({"learning_rate": float("inf")}, "training.learning_rate: inf; right is 0 or more"),
    ],
)
def test_a_training_that_cannot_be(folder, training, problem):
    assert problems_of(config_of(folder, **training)) == (problem,)


def test_a_baseline_has_a_name(folder):
    (problem,) = problems_of(replace(config_of(folder), name=" "))
    assert problem.startswith("name: is empty")


def test_sound_is_not_filtered_by_what_looks_at_images(folder):
    config = replace(with_data(frozen_config(folder), roles="filtered"), sound=sound_config())
    assert any(problem.startswith("data.roles: 'filtered' asks") for problem in problems_of(config))


def test_an_empty_list_says_what_is_lacking(folder):
    data = as_data(frozen_config(folder))
    data["frozen"]["views"] = []
    with pytest.raises(InvalidConfig, match=r"frozen.views: \[\]; right is a list of at least one"):
        config_from(data)


def test_a_file_is_named_with_what_is_wrong_in_it(tmp_path):
    (tmp_path / "it.toml").write_text("[frozen]\n[training]\nepochs = 1\n")
    with pytest.raises(SystemExit) as refused:
        main(["train", str(tmp_path / "it.toml"), "--to", str(tmp_path / "to")])
    assert f"{tmp_path / 'it.toml'}: training, frozen: right is one of them" in str(refused.value)


# ---------------------------------------------------------------- networks
@pytest.mark.parametrize(("network", "size"), [("alexnet", 32), ("vit_small", 100)])
def test_pictures_that_a_network_does_not_take(folder, network, size):
    config = with_data(config_of(folder, network=network), size=size)
    with pytest.raises(InvalidConfig, match=f"takes no pictures of {size} × {size} pixels"):
        make_classifier(config, 3, CPU)


def test_a_part_without_weights_learns_nothing(folder):
    config = config_of(folder, network="resnet50", learn_from="global_pool")
    with pytest.raises(InvalidConfig, match=r"no part 'global_pool' that learns; it begins with"):
        make_classifier(config, 3, CPU)


def test_torchvisions_googlenet_is_given_its_own_colours():
    """Its weights were learnt with `transform_input`, which ours says by mean and deviation."""
    row = NETWORKS["googlenet_bn"]
    ours = row.build(5).eval()
    theirs = googlenet(weights=None, num_classes=5, transform_input=True, init_weights=False)
    theirs.load_state_dict(ours.state_dict())
    pixels = torch.randint(0, 256, (2, 3, 64, 64), generator=torch.Generator().manual_seed(1))
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    deviation = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    with torch.inference_mode():
        expected = theirs.eval()((pixels / 255 - mean) / deviation)
        own = Classifier(ours, row.mean, row.deviation).eval()(pixels)[0]
    torch.testing.assert_close(own, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        {1: torch.ones(1)},
        {"a": [1, 2]},
        struct.pack("<I", 7) * 40,
        b"\x80\x02}q\x00.",
    ],
    ids=["numbers", "lists", "junk", "cut"],
)
def test_a_file_of_other_things_is_no_weights(tmp_path, content):
    path = tmp_path / "it.pth"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    row = NETWORKS["small_cnn"]
    with pytest.raises(CannotLoad, match="right is a file of nothing but tensors by name") as it:
        load_weights(row.build(3), row, NetworkConfig("small_cnn", str(path)))
    assert "weights_only" not in str(it.value)  # advice to run what is in it


def test_only_last_layers_begin_anew(tmp_path):
    row = NETWORKS["small_cnn"]
    state = row.build(3).state_dict()
    state["0.0.0.weight"] = torch.zeros(64, *state["0.0.0.weight"].shape[1:])
    save_file(state, tmp_path / "it.safetensors")
    with pytest.raises(CannotLoad, match=r"0\.0\.0\.weight is \(64, 3, 3, 3\), here it is"):
        load_weights(
            row.build(3), row, NetworkConfig("small_cnn", str(tmp_path / "it.safetensors"))
        )


# ---------------------------------------------------------------- ranks and devices
def test_a_batch_has_an_image_for_each_rank():
    with pytest.raises(CannotRead, match="3 images in batches of 64 are too few for 4 ranks"):
        Shuffled(3, 64, Place(torch.device("cpu"), 0, 4), 1)


def test_a_layer_of_few_classes_is_not_split(folder):
    config = replace(config_of(folder), network=NetworkConfig("small_cnn", head="split"))
    row = NETWORKS["small_cnn"]
    classifier = Classifier(row.build(1), row.mean, row.deviation)
    with pytest.raises(CannotSplit, match="2 classes cannot be split over 4 ranks"):
        split_off(config, classifier, 2, Place(torch.device("cpu"), 0, 4))


@pytest.mark.parametrize("name", ["foo", "cuda:x", "cuda", "cuda:1"])
def test_a_device_that_is_not_there(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(NoSuchDevice, match=f"--device {name}: "), this_place(name):
        pass


# ---------------------------------------------------------------- commands
@pytest.fixture
def task(tmp_path):
    folder = tmp_path / "task"
    folder.mkdir()
    write_task(folder)
    return folder


@pytest.fixture
def refused(tmp_path, folder, task):
    """Return what a command with a config refuses to do, in its own words."""

    def run(command, text):
        path = tmp_path / "config.toml"
        path.write_text(text.format(folder=folder, task=task))
        words = [command, str(path), "--to", str(tmp_path / "to"), "--device", "cpu"]
        with pytest.raises(SystemExit) as end:
            main([*words, "--task", str(task)])
        return str(end.value)

    return run


def test_a_typo_is_found_before_hours_of_training(refused, tmp_path):
    said = refused("official", LEARNT.replace('"mirrored"', '"mirorred"'))
    assert "there is no view 'mirorred'" in said
    assert not (tmp_path / "to").exists()
    said = refused("official", f"{LEARNT}[card]\npre_training = '{'x' * 300}'\n")
    assert "card.pre_training: 'pre_training' is" in said
    assert not (tmp_path / "to").exists()


def test_who_has_not_learnt_does_not_answer(refused):
    assert "is not trained yet; right is `train` first" in refused("predict", FROZEN)
    bagged = f"{FROZEN}[bagging]\nnetworks = 2\n"
    assert "there is no such run; right is `predict` first" in refused("fuse", bagged)


def test_another_network_does_not_answer_for_one(refused, tmp_path):
    main(["train", str(config_at(tmp_path)), "--to", str(tmp_path / "to"), "--device", "cpu"])
    said = refused("predict", FROZEN.replace('"small_cnn"', '"alexnet"'))
    assert "is another network's, its [network] differs" in said


def config_at(tmp_path):
    images = tmp_path / "images"
    images.mkdir()
    write_folder(images)
    path = tmp_path / "first.toml"
    path.write_text(FROZEN.format(folder=images, task=tmp_path))
    return path


def test_a_number_of_predictions_is_a_number(task):
    (task / "task.yaml").write_text("shape: ranked\nrun: {max_predictions_per_query: abc}\n")
    with pytest.raises(InvalidTask, match=r"max_predictions_per_query: 'abc'; right is e\.g\. 100"):
        read_task(task)
