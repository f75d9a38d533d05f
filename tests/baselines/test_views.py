"""How images are shown: by chance from a generator alone, or in views that have names."""

import pytest
import torch
from torchvision.transforms import v2

from baselines.chance import Draws
from baselines.config import AugmentationConfig
from baselines.data import rand_augment as operations
from baselines.data.batches import Images, InOrder, loader
from baselines.data.images import read_image
from baselines.data.items import Item, Vocabulary
from baselines.data.rand_augment import rand_augment
from baselines.data.views import FIXED, Changed, Shown, UnknownView, Whole
from tests.baselines.world import CPU

NAMES = operations._NAMES


def noise(height=40, width=50):
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (3, height, width), dtype=torch.uint8, generator=generator)


def photograph(height=32, width=32):
    """Return an image with structure: operations on noise may come to nothing that is seen."""
    across = torch.linspace(20, 220, width).expand(3, height, width)
    image = across + 30 * torch.sin(torch.arange(height) / 3)[:, None]
    image[0] *= 0.5
    return image.clamp(0, 255).to(torch.uint8)


def draws(seed=1):
    return Draws(torch.Generator().manual_seed(seed))


# ---------------------------------------------------------------- RandAugment
@pytest.mark.parametrize("name", NAMES)
def test_an_operation_gives_bytes_and_changes_something(name):
    image = photograph()
    for sign in (-1, 1):
        changed = operations._OPERATIONS[name](image, 1.0, sign)
        assert (changed.shape, changed.dtype) == (image.shape, torch.uint8)
        assert torch.equal(changed, image) == (name == "identity")


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"autocontrast", "equalize"}))
def test_without_strength_an_operation_does_nothing(name):
    image = noise().clamp(max=254)  # to solarize turns the lightest over at the least
    assert torch.equal(operations._OPERATIONS[name](image, 0.0, 1), image)


# Names here and in torchvision, where a magnitude of 30 of 31 is the strongest.
THEIRS = {
    "shear_across": "ShearX",
    "shear_down": "ShearY",
    "shift_across": "TranslateX",
    "shift_down": "TranslateY",
    "turn": "Rotate",
    "lightness": "Brightness",
    "saturation": "Color",
    "contrast": "Contrast",
    "sharpness": "Sharpness",
    "posterize": "Posterize",
    "solarize": "Solarize",
    "autocontrast": "AutoContrast",
    "equalize": "Equalize",
}


@pytest.mark.parametrize("magnitude", [9, 30])
@pytest.mark.parametrize("name", THEIRS)
def test_operations_are_torchvisions(name, magnitude):
    image = photograph(33, 47)
    theirs = v2.RandAugment(magnitude=magnitude, interpolation=v2.InterpolationMode.BILINEAR)
    strengths, _ = theirs._AUGMENTATION_SPACE[THEIRS[name]]
    strength = strengths(31, 33, 47)
    strength = 0.0 if strength is None else float(strength[magnitude])
    fill = {torch.Tensor: operations.mean_colour(image)}
    wanted = theirs._apply_image_or_video_transform(
        image, THEIRS[name], strength, v2.InterpolationMode.BILINEAR, fill
    )
    ours = operations._OPERATIONS[name](image, magnitude / 30, 1)
    # Theirs are made of float32, and a byte may be rounded the other way.
    assert (ours.int() - wanted.int()).abs().max() <= 1


def test_it_depends_on_its_generator_alone():
    image = photograph()
    torch.manual_seed(1)
    one = rand_augment(image, draws(5), 2, 0.5)
    torch.manual_seed(2)
    assert torch.equal(rand_augment(image, draws(5), 2, 0.5), one)
    seen = {rand_augment(image, draws(s), 2, 0.5).numpy().tobytes() for s in range(20)}
    assert len(seen) > 15
    assert torch.equal(rand_augment(image, draws(), 0, 1.0), image)


def test_every_operation_is_drawn_both_ways():
    """Nine go either way; nothing is turned the other way by five."""
    image = photograph()
    seen = {rand_augment(image, draws(s), 1, 1.0).numpy().tobytes() for s in range(500)}
    assert len(seen) == 2 * 9 + 5


def test_a_config_asks_for_it():
    image, nothing = photograph(), AugmentationConfig(1.0, flip=False)
    asked = AugmentationConfig(1.0, flip=False, operations=2, strength=0.8)
    views = [Changed(32, by)(image, torch.Generator().manual_seed(3)) for by in (nothing, asked)]
    assert torch.equal(views[0], image)
    assert not torch.equal(views[1], image)


# ---------------------------------------------------------------- views with names
def shown(image, size, *names):
    return Shown(size, names)(image, torch.Generator())


def test_a_name_says_what_is_shown():
    image = noise(64, 96)
    names = ("whole", "mirrored", "upside_down", "turned", "turned_twice", "turned_thrice")
    whole, mirrored, over, turned, twice, thrice = shown(image, 64, *names)
    assert torch.equal(whole, image[:, :, 16:80])
    assert torch.equal(mirrored, whole.flip(-1))
    assert torch.equal(over, whole.flip(-2))
    assert torch.equal(turned.rot90(3, (-2, -1)), whole)
    assert torch.equal(twice, whole.flip(-1).flip(-2))
    assert torch.equal(thrice.rot90(1, (-2, -1)), whole)


def test_parts_reach_the_corners_of_the_image():
    image = noise(64, 96)
    parts = ("centre", "top_left", "top_right", "bottom_left", "bottom_right")
    squares = shown(image, 56, *parts)
    places = [(4, 20), (0, 0), (0, 40), (8, 0), (8, 40)]
    for square, (top, left) in zip(squares, places, strict=True):
        assert torch.equal(square, image[:, top : top + 56, left : left + 56])
    (both,) = shown(image, 56, "top_left_mirrored")
    assert torch.equal(both, squares[1].flip(-1))


def test_every_view_is_another():
    squares = shown(noise(64, 96), 32, *FIXED)
    assert squares.shape == (36, 3, 32, 32)
    # Turned twice is mirrored both ways, and no two others of the six turns are alike.
    assert len({square.numpy().tobytes() for square in squares}) == 36


@pytest.mark.parametrize("shape", [(1, 90), (3, 2), (40, 40)])
def test_small_images_have_all_views(shape):
    assert shown(noise(*shape), 8, *FIXED).shape == (36, 3, 8, 8)


def test_the_whole_is_what_is_validated_on():
    image = noise(41, 97)
    (whole,) = shown(image, 16, "whole")
    assert torch.equal(whole, Whole(16)(image, torch.Generator()))


def test_an_unknown_view_is_told_the_nearest():
    with pytest.raises(UnknownView, match="did you mean 'top_left'"):
        Shown(8, ("whole", "topleft"))


def test_a_loader_gives_images_in_several_views(folder, tmp_path):
    (tmp_path / "broken.jpg").touch()
    paths = [folder / "oak_0.jpg", tmp_path / "broken.jpg", folder / "elm_0.jpg"]
    items = [Item(path, path.name, path.name) for path in paths]
    nothing, names = Vocabulary(()), ("whole", "top_left_mirrored", "turned")
    images = Images(items, nothing, nothing, Shown(16, names), 16)
    (batch,) = loader(images, InOrder(3, 4, CPU), 2, CPU)
    assert batch.pixels.shape == (3, 3, 3, 16, 16)
    assert batch.broken.tolist() == [False, True, False]
    assert batch.pixels[1].unique() == 128
    assert torch.equal(batch.pixels[0], shown(read_image(paths[0]), 16, *names))


# ---------------------------------------------------------------- what is drawn
PLAIN = AugmentationConfig(least_crop=1, flip=False)


def changed(image, by, seeds=24):
    return [Changed(32, by)(image, torch.Generator().manual_seed(seed)) for seed in range(seeds)]


def test_a_crop_of_everything_is_the_largest_square():
    assert all(torch.equal(own, noise(32, 32)) for own in changed(noise(32, 32), PLAIN))
    across = torch.arange(96, dtype=torch.uint8).expand(3, 32, 96)
    for own in changed(across, PLAIN):
        first = int(own[0, 0, 0])
        assert torch.equal(own, across[:, :, first : first + 32])  # somewhere, and not squeezed


def test_no_crop_is_smaller_than_the_least(monkeypatch):
    sizes = []

    def note(image, top, left, height, width, size):
        sizes.append(height * width)
        assert 0 <= top <= image.shape[1] - height
        assert 0 <= left <= image.shape[2] - width
        return image[:, :size, :size]

    monkeypatch.setattr("baselines.data.views._cut", note)
    for image in (noise(100, 100), noise(100, 300)):
        changed(image, AugmentationConfig(least_crop=0.6, flip=False), 300)
    assert 0.58 * 100**2 < min(sizes) < 0.65 * 100**2
    assert max(sizes) <= 1.01 * 100**2  # whole pixels


@pytest.mark.parametrize(
    ("by", "dim"), [({"flip": True}, -1), ({"flip": False, "flip_vertically": True}, -2)]
)
def test_half_of_the_images_are_mirrored(by, dim):
    image = noise(32, 32)
    mirrored = [
        torch.equal(own, image.flip(dim))
        for own in changed(image, AugmentationConfig(1, **by), 200)
    ]
    as_it_is = [torch.equal(own, image) for own in changed(image, AugmentationConfig(1, **by), 200)]
    assert sum(mirrored) + sum(as_it_is) == 200
    assert 70 < sum(mirrored) < 130


def test_an_image_is_turned_either_way():
    image = torch.linspace(20, 220, 32).to(torch.uint8).expand(3, 32, 32)
    own = changed(image, AugmentationConfig(1, flip=False, rotation=30))
    down = [int(one[1, 22, 16]) - int(one[1, 10, 16]) for one in own]  # 0 where nothing is turned
    assert min(down) < -10 < 10 < max(down)


def test_saturation_and_lightness_are_changed_either_way():
    image = photograph().clamp(60, 180)
    image[0] //= 2
    light = [
        one.float().mean() for one in changed(image, AugmentationConfig(1, False, lightness=0.3))
    ]
    assert min(light) < image.float().mean() - 5 < image.float().mean() + 5 < max(light)

    def colour(one):
        return float((one[1].float() - one[0].float()).mean())

    gaps = [colour(one) for one in changed(image, AugmentationConfig(1, False, saturation=0.5))]
    assert min(gaps) < 0.8 * colour(image) < 1.2 * colour(image) < max(gaps)
