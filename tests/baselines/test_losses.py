"""What a network is told of its mistakes, with images mixed and not."""

import pytest
import torch
from torch.nn.functional import cross_entropy, one_hot

from baselines.training.losses import Loss, Mixup
from tests.baselines.world import CPU

N = 5


def logits(n=4, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, N, generator=generator, dtype=torch.float64)


CLASSES = torch.tensor([0, 4, 2, 2])
NONE = torch.full((4,), -1)


def soft(share):
    own = one_hot(CLASSES, N).double()
    return share * own + (1 - share) * own.flip(0)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_mixed_images_have_mixed_classes(share, smoothing):
    ours = Loss(N, CPU, smoothing)((logits(),), CLASSES, NONE, Mixup(share))
    theirs = cross_entropy(logits(), soft(share), label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_unmixed_it_is_the_cross_entropy(smoothing):
    numbers = torch.tensor([0, -1, 2, 2])
    ours = Loss(N, CPU, smoothing)((logits(),), numbers, NONE)
    theirs = cross_entropy(logits(), numbers, ignore_index=-1, label_smoothing=smoothing)
    torch.testing.assert_close(ours, theirs)


def test_the_gradient_is_that_of_soft_classes():
    ours, theirs = logits().requires_grad_(), logits().requires_grad_()
    Loss(N, CPU, 0.1)((ours,), CLASSES, NONE, Mixup(0.3)).backward()
    cross_entropy(theirs, soft(0.3), label_smoothing=0.1).backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_what_nobody_knows_counts_for_nothing_when_it_is_mixed():
    numbers = torch.tensor([0, -1, 2, 3])
    mixed = Loss(N, CPU)((logits(),), numbers, NONE, Mixup(0.25))
    own = cross_entropy(logits()[[0, 2, 3]], torch.tensor([0, 2, 3]))
    opposite = cross_entropy(logits()[[0, 1, 3]], torch.tensor([3, 2, 0]))
    torch.testing.assert_close(mixed, 0.25 * own + 0.75 * opposite)


def test_organs_and_auxiliary_answers_are_added():
    answers = (logits(), logits(seed=2))
    organs = torch.tensor([0, 1, -1, 1])

    def one(answer):
        species = cross_entropy(answer[:, :3], torch.tensor([0, 1, 2, 2]))
        return species + 0.5 * cross_entropy(answer[:, 3:], organs, ignore_index=-1)

    ours = Loss(3, CPU, organ_weight=0.5)(answers, torch.tensor([0, 1, 2, 2]), organs)
    torch.testing.assert_close(ours, one(answers[0]) + 0.3 * one(answers[1]))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32])
def test_images_are_laid_over_those_opposite(dtype):
    pixels = torch.randint(0, 256, (3, 3, 4, 4), generator=torch.Generator().manual_seed(1))
    pixels = pixels.to(dtype)
    before = pixels.clone()
    mixed = Mixup(0.25).images(pixels)
    torch.testing.assert_close(mixed, 0.25 * before.float() + 0.75 * before.flip(0).float())
    assert torch.equal(pixels, before)
    assert mixed.dtype is torch.float32
    last = pixels.to(memory_format=torch.channels_last)
    assert Mixup(0.25).images(last).is_contiguous(memory_format=torch.channels_last)


def test_a_share_is_drawn_for_a_place():
    drawn = [Mixup.drawn(0.4, 1, step, 0) for step in range(50)]
    assert drawn == [Mixup.drawn(0.4, 1, step, 0) for step in range(50)]
    assert len({mixup.share for mixup in drawn if mixup}) == 50
    assert all(0 <= mixup.share <= 1 for mixup in drawn if mixup)
    assert Mixup.drawn(0.0, 1, 2, 3) is None
