"""Recordings with what is known of them, and the windows that a network learns from."""

from dataclasses import replace

import pytest
import soundfile
import torch

from baselines.config import SoundAugmentationConfig
from baselines.config_file import InvalidConfig, as_data, config_from, read_config
from baselines.data.batches import Shuffled, Visit, loader
from baselines.data.birdclef import read_birdclef
from baselines.data.items import Findings, Item, Vocabulary
from baselines.data.material import read_material
from baselines.data.recordings import Pictures, Recordings
from baselines.data.splits import Split
from baselines.training.loop import Training
from baselines.training.progress import Silent
from tests.baselines.sound_world import (
    EVERYTHING,
    RATE,
    SPECIES,
    learnt_config,
    power_at,
    sound_config,
    tone,
    write_recordings,
)
from tests.baselines.world import CPU


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("recordings")
    write_recordings(place)
    return place


# ---------------------------------------------------------------- BirdCLEF
XML = """<?xml version="1.0" encoding="UTF-8"?>
<Audio><MediaId>{}</MediaId><FileName>{}</FileName><Date>2014-05-01</Date><Author>Zoë</Author>
<AuthorID>{}</AuthorID><ClassId>{}</ClassId><Content>Song</Content><Quality>1</Quality></Audio>"""


def put(folder, stem, xml, suffix=".wav"):
    if suffix:
        pitch = 440 + len(list(folder.iterdir()))  # no two have the same bytes
        soundfile.write(folder / f"{stem}{suffix}", tone(pitch, 0.1).numpy(), RATE)
    if xml:
        (folder / f"{stem}.xml").write_text(xml, encoding="utf-8")


def found(findings):
    return {finding.what: finding.count for finding in findings.all()}


def test_an_xml_file_says_what_a_recording_is(tmp_path):
    (tmp_path / "deeper").mkdir()
    put(tmp_path, "LIFECLEF_1", XML.format(11, "LIFECLEF_1.wav", "XVBQ", "turmer"))
    put(tmp_path / "deeper", "2", XML.format(12, "", "", ""), ".ogg")
    findings = Findings()
    first, second = sorted(read_birdclef(tmp_path, findings), key=lambda item: item.media_id)
    assert first == Item(tmp_path / "LIFECLEF_1.wav", "11", "11", "turmer", "song", "XVBQ")
    assert (second.observation, second.class_id, second.author) == ("12", "", "Zoë")
    assert found(findings) == {"empty ClassId": 1}


def test_what_is_missing_is_counted_and_listed(tmp_path):
    put(tmp_path, "1", "<Audio>")
    put(tmp_path, "2", None)
    put(tmp_path, "3", XML.format(3, "3.wav", "A", "b"), suffix=None)
    put(tmp_path, "4", "<Audio/>", ".mp3")
    findings = Findings()
    (item,) = read_birdclef(tmp_path, findings)
    assert (item.media_id, item.observation, item.path.name) == ("4", "4", "4.mp3")
    assert found(findings) == {
        "XML file that cannot be read, left out": 1,
        "recording without an XML file, left out": 1,
        "XML file without its recording, left out": 1,
        "empty MediaId": 1,
        "empty ClassId": 1,
        "empty Author and AuthorID": 1,
    }


def test_a_config_learns_from_a_birdclef_folder(tmp_path):
    for number in range(4):
        put(tmp_path, str(number), XML.format(number, "", "A", f"c{number % 2}"))
    (tmp_path / "0.wav").write_bytes(b"")
    config = learnt_config(tmp_path)
    config = replace(
        config,
        data=replace(config.data, sources=(replace(config.data.sources[0], layout="birdclef"),)),
    )
    material = read_material(config)
    assert material.classes.names == ("c0", "c1")
    assert len(material.split.training) + len(material.split.validation) == 3
    assert found(material.findings) == {"no sound that can be read, left out": 1}


def test_a_table_says_who_recorded_what_and_how_long(folder):
    items = read_material(learnt_config(folder)).split.training
    item = next(item for item in items if item.path.name == "wren_2.flac")
    assert (item.observation, item.author, item.seconds) == ("XCwren2", "r2", 1.1)


# ---------------------------------------------------------------- config
TEXT = """
name = "birds"
[network]
name = "small_cnn"
[[data.sources]]
folder = "birds"
[sound]
rate = 8000
highest = 4000
[sound.augmentation]
mix = 0.5
[training]
epochs = 1
"""


def test_a_config_with_sound_is_read(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(TEXT)
    config = read_config(path)
    assert config.sound is not None
    assert config.sound.rate == RATE
    assert config.sound.augmentation.mix == 0.5
    assert config_from(as_data(config)) == config
    assert config.sound.unchanged.augmentation == SoundAugmentationConfig()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("mix = 0.5", "mix = 5"), "sound.augmentation.mix: 5; right is from 0 to 1"),
        (("rate", "rates"), "sound.rates: there is no such key (did you mean 'rate'?)"),
        (
            ("highest = 4000", "highest = 5000"),
            "sound.highest: 5000; right is more than sound.lowest, 150, and half of sound.rate at most, 4000",
        ),
        (
            ("highest = 4000", "highest = 4000\nseconds = 0.1"),
            "sound.fft: 1024; right is at most a window's samples, 800",
        ),
        (
            ("[training]", "[augmentation]\nflip = false\n[training]"),
            "augmentation: changes images; right for sound is [sound.augmentation]",
        ),
        (
            ("[training]\nepochs = 1", '[frozen]\nviews = ["turned"]'),
            "frozen.views: are of images; right for sound is to leave them out",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, problem):
    path = tmp_path / "config.toml"
    path.write_text(TEXT.replace(*change))
    with pytest.raises(InvalidConfig) as refused:
        read_config(path)
    assert refused.value.problems == (problem,)


# ---------------------------------------------------------------- windows
def recordings(folder, by=None, **sounds):
    """Return a window of each of some sounds, all of one class."""
    for name, sound in sounds.items():
        soundfile.write(folder / f"{name}.wav", sound.numpy(), RATE, subtype="FLOAT")
    items = [Item(folder / f"{name}.wav", name, name, "a") for name in sounds]
    return Recordings(items, Vocabulary(("a",)), Vocabulary(()), sound_config(), by, seed=3)


SHIFTED = SoundAugmentationConfig()
STILL = SoundAugmentationConfig(time_shift=False)


def test_without_changes_it_is_the_middle(tmp_path):
    ramp = torch.arange(RATE) / RATE
    own = recordings(tmp_path, None, long=ramp, short=ramp[:100])
    torch.testing.assert_close(own[Visit(0, 0)].waves, ramp[2000:6000])
    short = own[Visit(5, 1)].waves
    torch.testing.assert_close(short[:100], ramp[:100])
    assert short[100:].abs().max() == 0


def test_time_is_shifted_around_the_end(tmp_path):
    """Of a recording as long as a window, any window is the whole, turned."""
    noise = torch.rand(4000, generator=torch.Generator().manual_seed(1))
    own = recordings(tmp_path, SHIFTED, a=noise)
    firsts = set()
    for epoch in range(5):
        wave = own[Visit(epoch, 0)].waves
        first = int((noise - wave[0]).abs().argmin())
        torch.testing.assert_close(wave, noise.roll(-first))
        firsts.add(first)
    assert len(firsts) == 5


def test_a_shifted_window_is_somewhere_in_a_long_recording(tmp_path):
    ramp = torch.arange(2 * RATE) / (2 * RATE)
    own = recordings(tmp_path, SHIFTED, a=ramp)
    circle = torch.cat([ramp, ramp])
    firsts = []
    for epoch in range(30):
        wave = own[Visit(epoch, 0)].waves
        firsts.append(round(float(wave[0]) * 2 * RATE))
        torch.testing.assert_close(wave, circle[firsts[-1] :][:4000])
    assert min(firsts) < RATE / 2 < 1.5 * RATE < max(firsts)


def test_without_a_shift_it_is_one_of_those_that_are_answered_of(tmp_path):
    ramp = torch.arange(RATE) / RATE
    own = recordings(tmp_path, STILL, a=ramp)
    firsts = {round(float(own[Visit(epoch, 0)].waves[0]) * RATE) for epoch in range(30)}
    assert firsts == {0, 2000, 4000}


def test_a_window_depends_on_seed_epoch_and_item_alone(tmp_path):
    own = recordings(tmp_path, EVERYTHING, a=tone(500), b=tone(700), c=tone(900))
    one, same = own[Visit(1, 0)], own[Visit(1, 0)]
    assert torch.equal(one.waves, same.waves)
    assert all(torch.equal(a, b) for a, b in zip(one.changes, same.changes, strict=True))
    for other in (own[Visit(2, 0)], own[Visit(1, 1)]):
        assert not torch.equal(one.waves, other.waves)
        assert not torch.equal(one.changes.pitch, other.changes.pitch)


def test_recordings_of_one_class_are_mixed(tmp_path):
    items = []
    for name, hertz, class_id in [("a", 500, "x"), ("b", 1000, "x"), ("c", 2000, "y")]:
        soundfile.write(tmp_path / f"{name}.wav", tone(hertz).numpy(), RATE)
        items.append(Item(tmp_path / f"{name}.wav", name, name, class_id))
    names = (Vocabulary(("x", "y")), Vocabulary(()))
    by = SoundAugmentationConfig(mix=1.0)
    own = Recordings(items, *names, sound_config(), by)
    waves = [own[Visit(epoch, 0)].waves for epoch in range(20)]
    assert sum(power_at(wave, 1000) > 1e-4 for wave in waves) == 20  # never with itself
    assert all(power_at(wave, 500) > 1e-2 for wave in waves)
    assert all(power_at(wave, 2000) < 1e-6 for wave in waves)


def test_what_is_held_out_is_never_heard_while_others_are_learnt(folder):
    """All there is to learn is silenced but for a hum; what is held out has a tone of its own."""
    by = SoundAugmentationConfig(mix=1.0, noise=1.0)
    config = learnt_config(folder, by)
    material = read_material(config)
    held_out = {item.path for item in material.split.validation}
    copies = {path: path.with_name(f"marked_{path.name}") for path in held_out}
    for path in copies.values():
        soundfile.write(path, tone(3500, 0.7).numpy(), RATE)
    marked = [replace(item, path=copies[item.path]) for item in material.split.validation]
    material = replace(material, split=Split(material.split.training, tuple(marked)))
    training = Training(config, material, folder, CPU, Silent())
    learnt, apart = training.images, training.tests
    assert isinstance(learnt, Recordings)
    assert isinstance(apart, Recordings)
    for place in range(len(learnt)):
        for epoch in range(4):
            assert power_at(learnt[Visit(epoch, place)].waves, 3500) < 1e-4
    assert power_at(apart[Visit(0, 0)].waves, 3500) > 1e-2


def test_noise_of_other_recordings_is_laid_under(tmp_path):
    by = SoundAugmentationConfig(time_shift=False, noise=1.0)
    hum = tone(300, 1.0, loudness=0.01)
    own = recordings(tmp_path, by, a=tone(1500), b=hum)
    waves = [own[Visit(epoch, 0)].waves for epoch in range(20)]
    assert 3 < sum(power_at(wave, 300) > 1e-5 for wave in waves) < 17


def test_a_broken_recording_is_silent_and_counts_for_nothing(tmp_path):
    own = recordings(tmp_path, EVERYTHING, a=tone(500), b=tone(700))
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    broken = own[Visit(0, 0)]
    assert broken.broken
    assert (broken.classes, broken.organs, broken.places) == (-1, -1, 0)
    assert broken.waves.abs().max() == 0
    for epoch in range(20):  # however often it should have been laid over another
        assert not own[Visit(epoch, 1)].broken


def test_windows_become_pictures(folder):
    material = read_material(learnt_config(folder))
    own = Recordings(
        material.split.training, material.classes, material.organs, sound_config(), EVERYTHING
    )
    windows = loader(own, Shuffled(len(own), 4, CPU, 1), 0, CPU)
    batch = next(iter(Pictures(windows, own.sound, CPU)))
    assert batch.pixels.shape == (4, 3, 32, 48)
    assert batch.pixels.dtype == torch.uint8
    assert batch.classes.tolist() == [
        sorted(SPECIES).index(own.items[place].class_id) for place in batch.places.tolist()
    ]
