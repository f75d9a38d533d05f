"""Configs: typed, and wrong ones told all that is wrong with them."""

from dataclasses import asdict

import pytest

from baselines.config import (
    DataConfig,
    FrozenBaseline,
    LearntBaseline,
    NetworkConfig,
    SourceConfig,
    TrainingConfig,
)
from baselines.config_file import _ONE_OF_TWO, InvalidConfig, as_data, config_from, read_config

GOOD = """
name = "leaves"
seed = 3
[network]
name = "resnet50"
[data]
size = 160
[[data.sources]]
folder = "leaves"
[[data.sources]]
folder = "web"
layout = "plantclef"
role = "noisy"
[training]
epochs = 3
learning_rate = 1
optimizer = "sgd"
"""


def read(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text)
    return read_config(path)


def test_a_file_is_read(tmp_path):
    assert read(tmp_path, GOOD) == LearntBaseline(
        name="leaves",
        network=NetworkConfig("resnet50"),
        data=DataConfig(
            (SourceConfig("leaves"), SourceConfig("web", "plantclef", "noisy")), size=160
        ),
        training=TrainingConfig(epochs=3, learning_rate=1.0, optimizer="sgd"),
        seed=3,
    )


def test_a_whole_number_for_a_number_makes_the_same_config(tmp_path):
    config = read(tmp_path, GOOD)
    assert isinstance(config.training.learning_rate, float)
    assert config_from(as_data(config)) == config
    assert as_data(config)["data"]["sources"][0]["folder"] == "leaves"
    assert as_data(config)["training"] == asdict(config.training)


FROZEN = """
name = "leaves"
[network]
name = "resnet50"
[[data.sources]]
folder = "leaves"
[frozen]
views = ["whole", "mirrored"]
"""


def test_a_network_may_stay_as_it_is(tmp_path):
    config = read(tmp_path, FROZEN)
    assert isinstance(config, FrozenBaseline)
    assert config.frozen.views == ("whole", "mirrored")
    assert config_from(as_data(config)) == config
    for wrong in ('"whole"', "[]", "[1]"):
        with pytest.raises(InvalidConfig, match="right is a "):
            read(tmp_path, FROZEN.replace('["whole", "mirrored"]', wrong))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("epochs = 3", ""), "training.epochs: is missing"),
        (("epochs = 3", "epochs = 0"), "training.epochs: 0; right is 1 or more"),
        (("epochs = 3", "epochs = 2.5"), "training.epochs: 2.5; right is a whole number"),
        (("epochs = 3", "epochs = true"), "training.epochs: True; right is a whole number"),
        (('"sgd"', '"adam"'), "training.optimizer: 'adam'; right is one of adamw, sgd"),
        (('"leaves"', "5"), "data.sources[1].folder: 5; right is a text"),
        (('"noisy"', '"loud"'), "data.sources[2].role: 'loud'; right is one of trusted, noisy"),
        (("size = 160", "validation = 2"), "data.validation: 2; right is from 0 to 1"),
        (("size = 160", "organs = 1"), "data.organs: 1; right is true or false"),
        (("epochs", "epoch"), "training.epoch: there is no such key (did you mean 'epochs'?)"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, problem):
    with pytest.raises(InvalidConfig) as refused:
        read(tmp_path, GOOD.replace(*change))
    assert problem in refused.value.problems


def test_all_problems_come_at_once(tmp_path):
    with pytest.raises(InvalidConfig) as refused:
        read(tmp_path, "seed = -1\nnetwork = 1\n[data]\nsize = 1.5\n")
    assert set(refused.value.problems) == {
        "name: is missing",
        "seed: -1; right is 0 or more",
        "network: a section is expected, [network]",
        "data.size: 1.5; right is a whole number",
        "data.sources: is missing",
        _ONE_OF_TWO,
    }


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe"])
def test_what_is_no_toml_is_refused(tmp_path, content):
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(InvalidConfig, match=r"config\.toml"):
        read_config(path)
    with pytest.raises(InvalidConfig, match="nowhere"):
        read_config(tmp_path / "nowhere.toml")
