"""The experiments on the birds: nobody answers a recording, or a recordist, that it has heard."""

import csv
import json

import pytest

from baselines.experiments import aviary as rooms
from baselines.experiments.aviary import Aviary
from baselines.experiments.lessons import CONFIGS
from baselines.experiments.listed import BIRDS
from baselines.experiments.results import read_results
from baselines.experiments.series import do_all
from baselines.training.progress import Silent
from tests.baselines.sound_world import RATE, SPECIES, write_recordings
from tests.baselines.world import CPU

SMALL = {
    '"efficientnet_lite0"': '"small_cnn"',
    'weights = "package"': "",
    "rate = 22050": f"rate = {RATE}\nfft = 256\nhop = 64\nbands = 32\nhighest = 4000.0",
    "seconds = 5.0": "seconds = 0.5",
    "height = 160": "height = 32",
    "width = 320": "width = 48",
}
BY_RECORDIST, BY_RECORDING = BIRDS["birds_frozen"], BIRDS["birds_frozen_control"]


@pytest.fixture
def aviary(tmp_path, monkeypatch):
    """Return a room with three species of six recordings, one of each by each of six people."""
    birds = tmp_path / "phoebe10birds"
    birds.mkdir()
    write_recordings(birds, n_authors=6)
    text = (CONFIGS / "birds_frozen.toml").read_text()
    for large, small in SMALL.items():
        assert large in text
        text = text.replace(large, small)
    (tmp_path / "birds_frozen.toml").write_text(text)
    monkeypatch.setattr(rooms, "CONFIGS", tmp_path)
    return Aviary(tmp_path, tmp_path / "to", CPU, Silent())


def heard(folder):
    """Return the recordings that a network learnt from."""
    rows = csv.DictReader((folder / "split.csv").read_text().splitlines(), delimiter=";")
    return {row["Observation"] for row in rows}


def test_birds_are_answered_by_who_never_heard_them(aviary):
    do_all(BIRDS.values(), aviary)
    recordings = {f"XC{species}{number}" for species in SPECIES for number in range(6)}
    held_out = [recordings - heard(folder) for folder in aviary.folders_of(BY_RECORDIST)]
    assert sorted(name for own in held_out for name in own) == sorted(recordings)
    for own in held_out:  # the last letter is the recordist
        assert own == {f"XC{species}{name[-1]}" for species in SPECIES for name in own}
    others = [recordings - heard(folder) for folder in aviary.folders_of(BY_RECORDING)]
    assert sorted(name for own in others for name in own) == sorted(recordings)
    assert any(len({name[-1] for name in own}) > 2 for own in others)


def test_birds_are_scored(aviary):
    do_all(BIRDS.values(), aviary)
    results = read_results(aviary.folder / "results.json")
    assert {own.n for own in results.values()} == {18}
    assert results["birds_frozen"].top_1 > 0.6  # species sing at pitches of their own
    record = json.loads((aviary.folder / "runs" / "birds_frozen.record.json").read_text())
    assert record["experiment"]["group_by"] == "author"
    assert record["data_sha256"] == aviary.digest
    assert record["description"]["n_networks"] == 1  # each recording is answered by one of five
    assert len(record["networks"]) == 5
    assert 4 <= record["description"]["images_per_class"] <= 5  # of six, without the first fold
    assert "files of 3 classes" in (aviary.folder / "runs" / "birds_frozen.log").read_text()
