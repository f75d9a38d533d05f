"""A network that hears: learns by the one loop, or stays as it is."""

import hashlib
import shutil
from dataclasses import replace

import pytest
import soundfile
import torch

from baselines.data.folds import folds
from baselines.data.material import read_material
from baselines.frozen.features import Body
from baselines.frozen.hearing import features_of_recordings
from baselines.frozen.training import frozen_body, train_frozen
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL, Training
from baselines.training.progress import Silent
from tests.baselines.sound_world import (
    RATE,
    frozen_config,
    learnt_config,
    sound_config,
    tone,
    write_recordings,
)
from tests.baselines.test_training import Stops
from tests.baselines.world import CPU


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("recordings")
    write_recordings(place)
    return place


@pytest.fixture(scope="module")
def frozen(tmp_path_factory, folder):
    place = tmp_path_factory.mktemp("frozen")
    config = frozen_config(folder)
    train_frozen(config, read_material(config), place, place / "cache", CPU, Silent())
    return place / MODEL


def learnt(config, place):
    return Training(config, read_material(config), place, CPU, Silent()).run()


def digest(folder):
    return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()


# ---------------------------------------------------------------- the one loop
def test_learns_to_tell_species_apart(folder, tmp_path):
    history = learnt(learnt_config(folder, epochs=12, batch_size=4, learning_rate=0.1), tmp_path)
    assert history.best.top_1 == 1.0
    assert read_checkpoint(tmp_path / MODEL)[1]["config"]["sound"]["rate"] == RATE


def test_the_same_seed_gives_the_same_file_with_any_number_of_workers(folder, tmp_path):
    for workers in (0, 2):
        config = learnt_config(folder)
        config = replace(config, data=replace(config.data, workers=workers))
        learnt(config, tmp_path / str(workers))
    one, two = (read_checkpoint(tmp_path / str(n) / MODEL)[0] for n in (0, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("steps", [1, 3])
def test_goes_on_as_if_it_had_never_stopped(folder, tmp_path, steps):
    config = learnt_config(folder, save_every=1, average=0.9, mixup=0.2)
    learnt(config, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        Training(config, read_material(config), tmp_path / "parts", CPU, Stops(steps)).run()
    learnt(config, tmp_path / "parts")
    assert digest(tmp_path / "parts") == digest(tmp_path / "whole")


def test_broken_recordings_are_survived_and_reported(folder, tmp_path):
    there = tmp_path / "recordings"
    shutil.copytree(folder, there)
    soundfile.write(there / "wren_0.flac", tone(2900, 5.0).numpy(), RATE)
    whole = (there / "wren_0.flac").read_bytes()
    (there / "wren_0.flac").write_bytes(whole[:100] + bytes(len(whole) - 100))
    (there / "wren_1.flac").write_bytes(b"")
    config = replace(learnt_config(there, epochs=3), seed=1)
    material = read_material(config)
    assert [finding.what for finding in material.findings.all()] == [
        "shorter than it says, heard as far as it goes",
        "no sound that can be read, left out",
    ]
    material = replace(
        material,
        split=material.split._replace(
            training=(*material.split.training, *material.split.validation), validation=()
        ),
    )
    Training(config, material, tmp_path / "to", CPU, Silent()).run()
    broken = material.findings.all()[-1]
    assert (broken.what, broken.examples) == (
        "cannot be read, counted for nothing",
        ("wren_0.flac",),
    )


# ---------------------------------------------------------------- frozen
class Counts(Silent):
    def __init__(self):
        self.n = 0

    def images(self, n):
        self.n += n


def test_random_features_tell_species_apart(folder, tmp_path):
    config = frozen_config(folder)
    outcome = train_frozen(
        config, read_material(config), tmp_path, tmp_path / "cache", CPU, Silent()
    )
    assert (outcome.n_images, outcome.n_validation, outcome.top_1) == (12, 6, 1.0)


def test_each_window_has_features_of_its_own(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    paths = sorted(folder.glob("*.flac"))[:6]
    heard = features_of_recordings(paths, body, sound_config(), tmp_path, Silent())
    assert [len(rows) for rows in heard.rows] == [1, 2, 4, 1, 2, 4]  # 0.4, 0.7 and 1.1 s
    again = features_of_recordings(paths[::-1], body, sound_config(), tmp_path, Silent())
    for one, other in zip(heard.rows, again.rows[::-1], strict=True):
        assert torch.equal(one, other)
    assert not torch.allclose(heard.rows[2][0], heard.rows[5][0])


def test_features_are_kept_by_content_and_way_of_hearing(folder, tmp_path):
    shown = []

    class Counting(Body):
        """Counts what it is shown."""

        def features(self, pixels):
            shown.append(len(pixels))
            return super().features(pixels)

    body = Counting(**vars(frozen_body(frozen_config(folder), CPU)[0]))
    there = tmp_path / "elsewhere"
    shutil.copytree(folder, there)

    def n_shown(folder, **settings):
        shown.clear()
        paths = sorted(folder.glob("*_2.flac"))
        features_of_recordings(paths, body, sound_config(**settings), tmp_path / "c", Silent())
        return sum(shown)

    assert n_shown(folder) == 12
    assert n_shown(folder) == n_shown(there) == 0
    assert n_shown(folder, bands=20) == 12
    assert n_shown(folder, step=0.125) == 6  # six windows each, and four of them were there


def test_broken_recordings_have_no_features(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    paths = [folder / "wren_0.flac", tmp_path / "a.wav"]
    heard = features_of_recordings(paths, body, sound_config(), tmp_path, Silent())
    assert heard.broken == (tmp_path / "a.wav",)
    assert [len(rows) for rows in heard.rows] == [1, 0]


def test_a_recording_has_features_as_far_as_it_goes(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    path = tmp_path / "a.flac"
    soundfile.write(path, torch.rand(8 * RATE).numpy(), RATE)
    whole = features_of_recordings([path], body, sound_config(), tmp_path, Silent()).rows[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    heard = features_of_recordings([path], body, sound_config(), tmp_path, Silent())
    assert heard.broken == ()
    n = len(heard.rows[0])
    assert len(whole) == 31
    assert n == pytest.approx(15, abs=3)
    torch.testing.assert_close(heard.rows[0], whole[:n])


def test_folds_by_recordist_are_learnt_one_by_one(folder, tmp_path):
    config = frozen_config(folder)
    material = read_material(config)
    items = [*material.split.training, *material.split.validation]
    n = 0
    for number, split in enumerate(folds(items, 3, seed=1, group="author")):
        own = replace(material, split=split)
        to = tmp_path / str(number)
        outcome = train_frozen(config, own, to, tmp_path / "cache", CPU, Silent())
        assert outcome.top_1 == 1.0
        n += outcome.n_validation
    assert n == len(items)
