"""Spectrograms: the mel scale, decibels, and what learning changes in them."""

from dataclasses import replace

import pytest
import torch

from baselines.chance import Draws
from baselines.config import SoundAugmentationConfig, SoundConfig
from baselines.sound.augmentation import drawn_changes, happens, mixed, noisy, quiet_noise
from baselines.sound.mel import hertz_of, mel_filters, mel_of
from baselines.sound.spectrograms import Changes, mel_power, spectrograms, unchanged
from tests.baselines.sound_world import RATE, power_at, sound_config, tone

SOUND = sound_config(height=32, width=126)  # as many rows as bands, as many columns as frames


def draws(seed=1):
    return Draws(torch.Generator().manual_seed(seed))


def pictures(waves, sound=SOUND, changes=None):
    """Return pictures upside down: the lowest band first."""
    return spectrograms(waves, sound, changes or unchanged(len(waves))).flip(2)


# ---------------------------------------------------------------- mel
def filters(pitch=1.0):
    frequencies = torch.linspace(0, 22_050 / 2, 513, dtype=torch.float64)
    return mel_filters(frequencies, 128, 150.0, 11_025.0, torch.tensor([pitch]))[0]


def test_the_scale_and_its_inverse():
    hertz = torch.tensor([0.0, 150, 999, 1000, 1001, 11_025], dtype=torch.float64)
    mels = torch.tensor([mel_of(float(h)) for h in hertz], dtype=torch.float64)
    torch.testing.assert_close(hertz_of(mels), hertz)
    assert mel_of(1000) == pytest.approx(15)


LIBROSA = {
    (0, 8): 0.03670100178898594,
    (0, 9): 0.009004421247374439,
    (1, 9): 0.03159515626745354,
    (20, 31): 0.04013386769143078,
    (40, 55): 0.027774978150929098,
    (40, 56): 0.004081479392938032,
    (64, 101): 0.01639978031090517,
    (100, 251): 0.006796423715147698,
    (127, 499): 0.003615956143724653,
    (127, 500): 0.003422270548056079,
}


def test_the_filters_are_no_wider_than_those_of_librosa():
    assert float(filters().sum()) == pytest.approx(5.943153504582712, rel=1e-9)
    assert int((filters() > 0).sum()) == 996


@pytest.mark.parametrize("place", LIBROSA)
def test_the_filters_are_those_of_librosa(place):
    """Numbers of ``librosa.filters.mel(sr=22050, n_fft=1024, n_mels=128, fmin=150, fmax=11025)``."""
    assert float(filters()[place]) == pytest.approx(LIBROSA[place], rel=1e-9)


def test_a_filter_of_another_pitch_hears_what_is_raised():
    """A frequency raised by an octave is heard in the band of twice the frequency."""
    octave, plain = filters(2.0), filters()
    torch.testing.assert_close(octave[:, :256], plain[:, 0:512:2])


# ---------------------------------------------------------------- pictures
def band_of(hertz, sound=SOUND):
    edges = torch.linspace(mel_of(sound.lowest), mel_of(sound.highest), sound.bands + 2)
    return int((hertz_of(edges[1:-1]) - hertz).abs().argmin())


@pytest.mark.parametrize("hertz", [300.0, 900.0, 2000.0, 3500.0])
def test_a_tone_lights_its_band(hertz):
    waves = torch.stack([tone(hertz)[:RATE]])
    picture = pictures(waves)
    assert picture.shape == (1, 3, 32, 126)
    assert picture.dtype == torch.uint8
    rows = picture[0, 0].float().mean(1)
    assert abs(int(rows.argmax()) - band_of(hertz)) <= 1
    assert torch.equal(picture[:, 0], picture[:, 1])
    assert torch.equal(picture[:, 0], picture[:, 2])


def test_the_lowest_band_is_below():
    picture = spectrograms(tone(300)[None], SOUND, unchanged(1))[0, 0].float()
    assert int(picture.mean(1).argmax()) == SOUND.bands - 1 - band_of(300)


def test_time_goes_to_the_right():
    wave = torch.cat([torch.zeros(RATE // 2), tone(900, 0.5)])
    row = pictures(wave[None])[0, 0, band_of(900)]
    assert row[:55].max() == 0
    assert row[70:].min() > 200


def test_the_loudest_is_white_and_eighty_decibels_below_is_black():
    for loudness in (1.0, 1e-3):
        picture = pictures(tone(900, loudness=loudness)[None])
        assert picture.max() == 255
    halves = [tone(900, 0.5, loudness=10.0 ** (-below / 20)) for below in (0, 40)]
    row = pictures(torch.cat(halves)[None])[0, 0, band_of(900)]
    assert row[80:120].float().mean() == pytest.approx(255 / 2, abs=6)
    halves[1] = halves[1] / 1e3
    row = pictures(torch.cat(halves)[None])[0, 0, band_of(900)]
    assert row[80:120].max() == 0


def test_silence_is_black():
    assert pictures(torch.zeros(1, RATE)).max() == 0


def test_each_sound_of_a_batch_is_as_if_alone():
    waves = torch.stack([tone(500), tone(1500, loudness=0.01), torch.zeros(RATE)])
    together = pictures(waves)
    for wave, picture in zip(waves, together, strict=True):
        torch.testing.assert_close(pictures(wave[None])[0], picture, atol=1, rtol=0)


def test_a_picture_has_the_size_that_is_asked_for():
    sound = SoundConfig()
    wave = tone(2000, 5.0, sound.rate)
    assert len(wave) == sound.length
    assert mel_power(wave[None], sound, torch.ones(1)).shape == (1, 128, 431)
    assert pictures(wave[None], sound).shape == (1, 3, 160, 320)
    assert pictures(wave[None], replace(sound, height=96, width=500)).shape == (1, 3, 96, 500)


# ---------------------------------------------------------------- changes of pictures
def test_pitch_is_shifted_and_time_is_not():
    wave = torch.cat([torch.zeros(RATE // 2), tone(900, 0.5)])
    fifth = 2 ** (7 / 12)
    raised = pictures(wave[None], changes=unchanged(1)._replace(pitch=torch.tensor([fifth])))
    right = pictures(torch.cat([torch.zeros(RATE // 2), tone(900 * fifth, 0.5)])[None])
    rows = [own[0, 0, :, 80:].float().mean(1).argmax() for own in (raised, right)]
    assert abs(int(rows[0] - rows[1])) <= 1
    assert int(rows[0]) > band_of(900) + 3
    assert raised[0, 0, :, :55].max() == 0


def test_each_sound_has_its_own_pitch():
    changes = unchanged(2)._replace(pitch=torch.tensor([1.0, 2.0]))
    plain, raised = pictures(tone(900).repeat(2, 1), changes=changes)
    assert torch.equal(plain, pictures(tone(900)[None])[0])
    assert abs(int(raised[0].float().mean(1).argmax()) - band_of(1800)) <= 1


def test_nothing_is_heard_where_a_mask_is():
    noise = torch.randn(1, RATE, generator=torch.Generator().manual_seed(1))
    changes = Changes(
        torch.ones(1), torch.tensor([[[0.25, 0.5], [0.75, 0.75]]]), torch.tensor([[[0.5, 0.75]]])
    )
    plain, masked = pictures(noise)[0, 0], pictures(noise, changes=changes)[0, 0]
    hidden = torch.zeros_like(plain, dtype=torch.bool)
    hidden[8:16] = True
    hidden[:, 63:94] = True  # of 126
    assert masked[hidden].max() == 0
    assert torch.equal(masked[~hidden], plain[~hidden])
    assert plain[hidden].float().mean() > 100


def test_changes_are_within_what_is_asked_for():
    by = SoundAugmentationConfig(pitch=2.0, masks=3, longest_mask=0.2, widest_mask=0.4)
    source = draws()
    found = [drawn_changes(by, source) for _ in range(300)]
    semitones = 12 * torch.stack([own.pitch for own in found]).log2()
    assert -2 <= float(semitones.min()) < -1.8
    assert 1.8 < float(semitones.max()) <= 2
    for name, widest in (("times", 0.2), ("bands", 0.4)):
        masks = torch.stack([getattr(own, name) for own in found])
        widths = masks[..., 1] - masks[..., 0]
        assert masks.shape == (300, 3, 2)
        assert masks.min() >= 0
        assert 0.95 < float(masks.max()) <= 1
        assert 0.95 * widest < float(widths.max()) <= widest * 1.0001


def test_nothing_is_changed_where_nothing_is_asked_for():
    changes = drawn_changes(SoundAugmentationConfig(), draws())
    assert changes.pitch == 1
    assert changes.bands.shape == changes.times.shape == (0, 2)
    assert not happens(0, draws())
    assert all(happens(1, draws(seed)) for seed in range(20))
    assert 20 < sum(happens(0.3, draws(seed)) for seed in range(100)) < 40


# ---------------------------------------------------------------- changes of sounds
def test_a_mixture_has_both_and_more_of_its_own():
    for seed in range(10):
        sound = mixed(tone(500), tone(1500, loudness=0.01), draws(seed))
        own, other = power_at(sound, 500), power_at(sound, 1500)
        assert 0 < other <= own  # though the other was quieter by far
    assert mixed(tone(500), torch.zeros(RATE), draws()).isfinite().all()


def test_noise_is_quieter_by_what_is_drawn():
    shares = []
    for seed in range(50):
        sound = noisy(tone(500), tone(1500, loudness=0.9), draws(seed))
        shares.append(power_at(sound, 1500) / power_at(sound, 500))
    assert 10**-3.01 < min(shares) < 10**-2
    assert 10**-1 < max(shares) < 10**-0.29
    assert torch.equal(noisy(tone(500), torch.zeros(RATE), draws()), tone(500))
    levels = [power_at(noisy(tone(500), tone(1500), draws(seed)), 1500) for seed in range(40)]
    assert max(levels) > 10 * min(levels)  # drawn anew, over more than ten decibels


def bursts():
    """Return a song with pauses, and over all of it a soft hum."""
    sings = (torch.arange(4 * RATE) // RATE % 2).float()
    return sings * tone(1500, 4.0) + tone(300, 4.0, loudness=0.01)


def test_noise_is_what_is_heard_in_the_pauses():
    noise = quiet_noise(bursts(), 2 * RATE, draws())
    assert len(noise) == 2 * RATE
    assert power_at(noise, 1500) < 1e-4 * power_at(bursts(), 1500)
    spread = float(noise.square().mean())
    assert 0.2 * 5e-5 < spread < 2 * 5e-5  # as loud as the hum was


def test_noise_is_put_together_without_clicks():
    """A steady sound stays steady: two pieces that are faded into each other add up to one."""
    noise = quiet_noise(torch.full((RATE,), 0.25), RATE, draws())
    torch.testing.assert_close(noise, torch.full((RATE,), 0.25))


def test_no_noise_is_taken_where_nothing_at_all_is_heard():
    padded = torch.cat([tone(300, 0.5, loudness=0.01), torch.zeros(RATE)])
    assert quiet_noise(padded, RATE, draws()).square().mean() > 1e-6
    assert torch.equal(quiet_noise(torch.zeros(RATE), 500, draws()), torch.zeros(500))
    assert len(quiet_noise(tone(300, 0.01), 500, draws())) == 500
