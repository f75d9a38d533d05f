"""A stop from outside waits for what must not be broken, and loses nothing."""

import os
import signal

import pytest
import torch

from baselines.config_file import as_data
from baselines.data.material import read_material
from baselines.frozen.features import features_of
from baselines.frozen.training import frozen_body
from baselines.stopping import Stopped, stoppable, unbroken
from baselines.training import loop
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import LAST, MODEL, Training
from baselines.training.progress import Silent
from tests.baselines.test_frozen import config_of as frozen_config
from tests.baselines.world import CPU, config_of, trained, with_data


def stop():
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("own", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_where_it_comes(own):
    handler = signal.getsignal(own)
    went_on = []

    def work():
        with stoppable():
            os.kill(os.getpid(), own)
            went_on.append(own)

    with pytest.raises(Stopped):
        work()
    assert not went_on
    assert signal.getsignal(own) is handler


def test_what_must_not_be_broken_is_done_to_its_end():
    done = []

    def work():
        with stoppable():
            with unbroken():
                with unbroken():
                    stop()
                    done.append("inner")
                done.append("outer")
            done.append("more")

    with pytest.raises(Stopped):
        work()
    assert done == ["inner", "outer"]
    with stoppable(), unbroken():
        done.append("again")  # what was wanted then is forgotten
    assert done[-1] == "again"


class StopsAt(Silent):
    """Stops from outside after so many batches."""

    def __init__(self, n):
        self.left = n

    def images(self, n):
        self.left -= 1
        if not self.left:
            stop()


@pytest.mark.parametrize("batches", [1, 3])
def test_what_was_learnt_is_kept(folder, tmp_path, batches):
    """Without a checkpoint in between: none is asked for."""
    config = with_data(config_of(folder, epochs=2, mixup=0.2, average=0.9), validation=0.25)
    trained(config, tmp_path / "whole")
    with pytest.raises(Stopped), stoppable():
        Training(config, read_material(config), tmp_path / "parts", CPU, StopsAt(batches)).run()
    assert read_checkpoint(tmp_path / "parts" / LAST)[1]["step"] == batches
    trained(config, tmp_path / "parts")
    whole, parts = (tmp_path / own / MODEL for own in ("whole", "parts"))
    assert whole.read_bytes() == parts.read_bytes()


def test_an_epoch_stopped_at_its_validation_is_validated_later(folder, tmp_path, monkeypatch):
    config = config_of(folder)
    whole = trained(config, tmp_path / "whole")
    with monkeypatch.context() as patched:
        patched.setattr(loop, "evaluate", lambda *_: stop())
        with pytest.raises(Stopped), stoppable():
            trained(config, tmp_path / "parts")
    _, about = read_checkpoint(tmp_path / "parts" / LAST)
    assert (about["step"], about["history"][-1]["top_1"]) == (3, None)
    parts = trained(config, tmp_path / "parts")
    assert [line.top_1 for line in parts.lines] == [line.top_1 for line in whole.lines]
    assert as_data(config) == read_checkpoint(tmp_path / "parts" / MODEL)[1]["config"]


def test_features_made_so_far_are_kept(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("baselines.frozen.features.BATCH", 5)
    body, _ = frozen_body(frozen_config(folder), CPU)
    paths = sorted(folder.glob("*.jpg"))

    class Counts(Silent):
        n = 0

        def images(self, n):
            self.n += n

    with pytest.raises(Stopped), stoppable():
        features_of(paths, body, 32, ("whole",), tmp_path, StopsAt(2))
    told = Counts()
    found = features_of(paths, body, 32, ("whole",), tmp_path, told)
    assert told.n == 14
    fresh = features_of(paths, body, 32, ("whole",), tmp_path / "fresh", Silent())
    assert torch.equal(found.rows, fresh.rows)  # whatever batches they were made in
