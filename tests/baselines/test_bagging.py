"""Several networks of one config, each on its own part of the data."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from baselines.bagging.parts import BAG, folders_of, parts_of
from baselines.bagging.training import train_parts
from baselines.config import BaggingConfig
from baselines.data.folds import CannotFold
from baselines.data.items import Item
from baselines.data.material import read_material
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import LAST, MODEL, CannotGoOn
from baselines.training.progress import Silent
from tests.baselines.test_frozen import config_of as frozen_config
from tests.baselines.world import CPU, config_of

TO = Path("to")


def bagged(config, networks=3, by="bootstraps", group="observation"):
    return replace(config, bagging=BaggingConfig(networks, by, group))


def parts(config, folder=TO):
    return parts_of(config, read_material(config), folder)


def observations(items):
    return {item.observation for item in items}


def test_one_network_learns_from_everything(folder):
    config = config_of(folder)
    (part,) = parts(config)
    assert (part.folder, part.config, part.material.split) == (
        TO,
        config,
        read_material(config).split,
    )


def test_folds_leave_each_observation_out_once(folder):
    found = parts(bagged(config_of(folder), 4, "folds"))
    assert [part.folder.name for part in found] == [
        "network_1",
        "network_2",
        "network_3",
        "network_4",
    ]
    apart = Counter(item for part in found for item in part.material.split.validation)
    assert set(apart.values()) == {1}
    assert len(apart) == 24
    for part in found:
        split = part.material.split
        assert not observations(split.training) & observations(split.validation)
    with pytest.raises(CannotFold, match="from 2 to the number of observations"):
        parts(bagged(config_of(folder), 13, "folds"))


def test_bootstraps_draw_as_many_observations_of_each_class(folder):
    found = parts(bagged(config_of(folder), 5))
    for part in found:
        split = part.material.split
        assert Counter(item.class_id for item in split.training) == {"ash": 8, "elm": 8, "oak": 8}
        times = Counter(split.training)
        for item in times:  # both images of an observation are drawn together
            assert {times[own] for own in times if own.observation == item.observation} == {
                times[item]
            }
        assert not observations(split.training) & observations(split.validation)
        assert len(set(split.training)) + len(split.validation) == 24
    assert len({part.material.split for part in found}) == 5
    assert len({part.config.seed for part in found}) == 5


def test_a_bootstrap_is_the_same_among_any_number(folder):
    few, many = (parts(bagged(config_of(folder), n)) for n in (2, 4))
    assert [own.config for own in few] == [own.config for own in many[:2]]
    assert [own.material.split for own in few] == [own.material.split for own in many[:2]]
    other = parts(bagged(replace(config_of(folder), seed=8), 2))
    assert few[0].material.split != other[0].material.split


@pytest.mark.parametrize("by", ["folds", "bootstraps"])
def test_an_author_goes_one_way(folder, by):
    config = bagged(config_of(folder), 2, by, "author")
    material = read_material(config)

    def by_two(item: Item) -> Item:
        return replace(item, author=f"a{int(item.observation[-1]) % 3}")

    split = material.split
    both = type(split)(*(tuple(by_two(item) for item in side) for side in split))
    for part in parts_of(config, replace(material, split=both), TO):
        training, apart = part.material.split
        assert training
        assert not {item.author for item in training} & {item.author for item in apart}


@pytest.mark.parametrize("by", ["folds", "bootstraps"])
def test_noisy_images_judge_nobody(folder, by):
    config = bagged(config_of(folder), 3, by)
    material = read_material(config)
    noisy = frozenset(item for item in material.split.training if item.class_id == "oak")
    found = parts_of(config, replace(material, noisy=noisy), TO)
    assert any(noisy & set(part.material.split.training) for part in found)
    assert all(part.material.split.validation for part in found)
    assert not any(noisy & set(part.material.split.validation) for part in found)


def test_how_it_is_asked_is_not_what_it_learns(folder):
    config = bagged(config_of(folder))
    asked = replace(config, answers=replace(config.answers, most=3))
    assert [own.config for own in parts(config)] == [own.config for own in parts(asked)]


@pytest.mark.parametrize("make", [config_of, frozen_config], ids=["learnt", "frozen"])
def test_what_is_trained_is_not_trained_again(folder, tmp_path, make):
    config = bagged(make(folder), 2)
    found = parts(config, tmp_path)
    train_parts(found[:1], tmp_path / "cache", CPU, Silent())
    first = tmp_path / "network_1" / MODEL
    before = (first.read_bytes(), first.stat().st_mtime_ns)
    train_parts(parts(config, tmp_path), tmp_path / "cache", CPU, Silent())
    assert before == (first.read_bytes(), first.stat().st_mtime_ns)
    one, two = (read_checkpoint(own / MODEL)[0] for own in folders_of(config, tmp_path))
    assert any(not one[name].equal(two[name]) for name in one)
    assert (tmp_path / "network_2" / BAG).read_text().startswith("Observation;Times\nash_0;")
    other = parts(replace(config, seed=9), tmp_path)
    with pytest.raises(CannotGoOn, match=r"another config.seed, items; right is another folder"):
        train_parts(other, tmp_path / "cache", CPU, Silent())


def test_a_bag_says_what_was_learnt_from(folder, tmp_path):
    config = bagged(frozen_config(folder), 2)
    found = parts(config, tmp_path)
    train_parts(found, tmp_path / "cache", CPU, Silent())
    for part in found:
        rows = [line.split(";") for line in (part.folder / BAG).read_text().splitlines()[1:]]
        times = {name: int(n) for name, n in rows}
        assert sum(times.values()) == 12
        apart = {name for name, n in times.items() if n == 0}
        assert apart == observations(part.material.split.validation)


def test_an_interrupted_network_is_gone_on_with(folder, tmp_path):
    class Stops(Silent):
        n = 0

        def images(self, _):
            self.n += 1
            if self.n == 2:
                raise KeyboardInterrupt

    config = bagged(config_of(folder, epochs=1, save_every=1), 2)
    train_parts(parts(config, tmp_path / "whole"), tmp_path, CPU, Silent())
    with pytest.raises(KeyboardInterrupt):
        train_parts(parts(config, tmp_path / "parts"), tmp_path, CPU, Stops())
    assert (tmp_path / "parts" / "network_1" / LAST).is_file()
    train_parts(parts(config, tmp_path / "parts"), tmp_path, CPU, Silent())
    for own in ("network_1", "network_2"):
        whole, went_on = (tmp_path / name / own / MODEL for name in ("whole", "parts"))
        assert whole.read_bytes() == went_on.read_bytes()
