"""Sound files of any kind and rate, read whole or in stretches; broken ones are told from others."""

import numpy as np
import pytest
import soundfile
import torch

from baselines.data.audible import audible
from baselines.data.items import Findings, Item
from baselines.sound.files import (
    BROKEN_SOUND,
    is_cut_off,
    opened,
    read_sound,
    seconds_of,
    window_starts,
)
from baselines.sound.resampling import resampler
from tests.baselines.sound_world import RATE, power_at, tone


def write(path, sound, rate=RATE, **settings):
    soundfile.write(path, sound.numpy(), rate, **settings)
    return path


# ---------------------------------------------------------------- files
@pytest.mark.parametrize("rate", [RATE, 16_000, 44_100])
@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_any_kind_of_file_becomes_one_channel_at_one_rate(tmp_path, suffix, rate):
    path = write(tmp_path / f"a{suffix}", tone(440, 1.0, rate), rate)
    sound = read_sound(path, RATE)
    assert sound.dtype == torch.float32
    assert abs(len(sound) - RATE) < RATE / 10  # mp3 has a beginning and an end of its own
    assert power_at(sound, 440) == pytest.approx(0.125, rel=0.1)
    assert float(sound.double().square().mean()) == pytest.approx(0.125, rel=0.1)
    assert seconds_of(path) == pytest.approx(1, abs=0.1)


def test_channels_are_heard_as_one(tmp_path):
    left, right = tone(440), tone(440) / 2
    path = write(tmp_path / "a.wav", torch.stack([left, right], 1), subtype="FLOAT")
    torch.testing.assert_close(read_sound(path, RATE), (left + right) / 2)


@pytest.mark.parametrize("rate", [RATE, 11_025, 44_100, 4_000])
def test_a_stretch_is_the_same_as_in_the_whole(tmp_path, rate):
    noise = torch.randn(rate, generator=torch.Generator().manual_seed(1)) / 10
    path = write(tmp_path / "a.wav", noise, rate, subtype="FLOAT")
    whole = read_sound(path, RATE)
    torch.testing.assert_close(whole, resampler(rate, RATE)(noise))
    with opened(path, RATE) as recording:
        assert recording.n_samples == len(whole) == RATE
        for first, n in [(0, 10), (1, 999), (4321, 1000), (7999, 1), (5, RATE - 5)]:
            torch.testing.assert_close(recording.stretch(first, n), whole[first:][:n])
        after = recording.stretch(RATE - 10, 500)
        torch.testing.assert_close(after[:10], whole[-10:])
        assert recording.stretch(3 * RATE, 50).abs().max() == 0


def test_windows_cover_a_sound():
    for n in (1, 49, 50, 51, 60, 64, 200):
        starts = window_starts(n, 50, 15)
        covered = {k for start in starts for k in range(start, start + 50)}
        assert set(range(n)) <= covered
        assert len(set(starts)) == len(starts)
        assert all(start + 50 <= max(n, 50) for start in starts)


# ---------------------------------------------------------------- another rate
@pytest.mark.parametrize(
    ("rate_in", "rate_out"), [(44_100, 22_050), (48_000, 22_050), (8_000, 22_050), (96_000, 32_000)]
)
def test_what_both_rates_hold_stays_as_it_is(rate_in, rate_out):
    """Against the tone itself, sampled at the other rate."""
    lower = min(rate_in, rate_out)
    for hertz in (50.0, 0.2 * lower, 0.4 * lower):
        made = resampler(rate_in, rate_out)(tone(hertz, 0.2, rate_in))
        right = tone(hertz, 0.2, rate_out)
        assert len(made) == len(right)
        inside = slice(len(made) // 10, -len(made) // 10)
        assert float((made - right)[inside].abs().max()) < 2e-3 * 0.5


@pytest.mark.parametrize("hertz", [12_000.0, 15_000.0, 21_000.0])
def test_what_the_lower_rate_cannot_hold_is_gone(hertz):
    made = resampler(44_100, 22_050)(tone(hertz, 0.2, 44_100))
    inside = made[len(made) // 10 : -len(made) // 10]
    assert float(inside.square().mean()) < 0.125 * 1e-5  # 50 dB below


def test_a_rate_of_its_own_changes_nothing():
    sound = tone(3900)
    assert torch.equal(resampler(RATE, RATE)(sound), sound)


# ---------------------------------------------------------------- broken files
def wav_of_no_length(path):
    write(path, torch.zeros(0))


def cut(path, keep=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content))])


def noise(seconds=1.0):
    return torch.randn(round(seconds * RATE), generator=torch.Generator().manual_seed(1)) / 10


BROKEN = {
    "empty.wav": lambda path: path.touch(),
    "garbage.flac": lambda path: path.write_bytes(b"no sound at all" * 50),
    "gone.ogg": lambda path: None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_without_sound_is_left_out_and_found(tmp_path, name):
    BROKEN[name](tmp_path / name)
    with pytest.raises(BROKEN_SOUND):
        read_sound(tmp_path / name, RATE)
    findings = Findings()
    assert list(audible([Item(tmp_path / name, "m", "o")], findings)) == []
    assert str(findings.all()[0]) == f"no sound that can be read, left out: 1 ({name})"


def found_in(path, seconds=0.0):
    findings = Findings()
    kept = list(audible([Item(path, "m", "o", seconds=seconds)], findings))
    return len(kept), [finding.what for finding in findings.all()]


def test_a_header_alone_is_left_out_and_found(tmp_path):
    wav_of_no_length(tmp_path / "a.wav")
    assert found_in(tmp_path / "a.wav") == (0, ["a recording of no length, left out"])


def test_a_wav_file_that_is_cut_off_is_heard_as_far_as_it_goes(tmp_path):
    path = write(tmp_path / "a.wav", noise())
    assert found_in(path) == (1, [])
    cut(path)
    assert is_cut_off(path)
    assert found_in(path) == (1, ["shorter than it says, heard as far as it goes"])
    assert 0.4 * RATE < len(read_sound(path, RATE)) < 0.6 * RATE


def test_a_recording_shorter_than_its_table_says_is_found(tmp_path):
    path = write(tmp_path / "a.flac", noise())
    assert found_in(path, seconds=1.0) == (1, [])
    assert found_in(path, seconds=1.05) == (1, [])
    assert found_in(path, seconds=6.0) == (1, ["shorter than it says, heard as far as it goes"])


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3"])
def test_a_whole_file_is_not_cut_off(tmp_path, suffix):
    for rate in (RATE, 44_100):
        assert found_in(write(tmp_path / f"a{suffix}", noise(5), rate)) == (1, [])


@pytest.mark.parametrize("suffix", [".flac", ".mp3"])
def test_a_file_that_is_cut_off_is_found_and_broken_where_it_ends(tmp_path, suffix):
    path = write(tmp_path / f"a{suffix}", noise(5))
    cut(path)
    assert found_in(path) == (1, ["shorter than it says, heard as far as it goes"])
    with pytest.raises(BROKEN_SOUND):
        read_sound(path, RATE)
    with opened(path, RATE) as recording:
        assert recording.stretch(0, RATE).abs().max() > 0


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_broken(tmp_path, value):
    sound = noise()
    sound[500] = value
    path = write(tmp_path / "a.wav", sound, subtype="FLOAT")
    with pytest.raises(ValueError, match=r"a\.wav: there are samples that are no numbers"):
        read_sound(path, RATE)
