"""GoogLeNet three times: as published in 2014, as torchvision has it, and as Pl@ntNet extended it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from torch import nn
from torchvision.models import GoogLeNet
from torchvision.models.googlenet import Inception, InceptionAux

_Block = Callable[..., nn.Module]


class _Plain(nn.Sequential):
    """A convolution of 2014: a bias, and no batch normalisation."""

    def __init__(self, n_in: int, n_out: int, **shape: Any) -> None:
        super().__init__(nn.Conv2d(n_in, n_out, **shape), nn.ReLU(inplace=True))


class _NormPRelu(nn.Sequential):
    """A convolution with batch normalisation, and a slope learnt for each of its maps."""

    def __init__(self, n_in: int, n_out: int, **shape: Any) -> None:
        convolution = nn.Conv2d(n_in, n_out, bias=False, **shape)
        super().__init__(convolution, nn.BatchNorm2d(n_out, eps=0.001), nn.PReLU(n_out))


def plain(n_outputs: int) -> nn.Module:
    """Return the network of 2014; the two auxiliary classifiers help it to learn at all."""
    return _as_published(_Plain, n_outputs)


def batch_norm(n_outputs: int) -> nn.Module:
    """Return torchvision's, whose weights it takes."""
    network: nn.Module = GoogLeNet(n_outputs, aux_logits=True, init_weights=False)
    return network


def batch_norm_prelu(n_outputs: int) -> nn.Module:
    """Return Pl@ntNet's."""
    return _as_published(_NormPRelu, n_outputs)


def _as_published(block: _Block, n_outputs: int) -> nn.Module:
    # Inception and InceptionAux would fall back to torchvision's own block inside of them.
    blocks: list[_Block] = [
        block,
        partial(Inception, conv_block=block),
        partial(InceptionAux, conv_block=block),
    ]
    network: nn.Module = GoogLeNet(n_outputs, aux_logits=True, init_weights=False, blocks=blocks)
    for module in network.modules():
        if isinstance(module, Inception):
            _widen(module, block)
    network.apply(_initialise)
    return network


def _widen(inception: Inception, block: _Block) -> None:
    """Make the 5 × 5 branch 5 × 5; torchvision keeps 3 × 3 for the weights it once published."""
    branch = inception.branch3
    assert isinstance(branch, nn.Sequential)
    narrow = next(m for m in branch[1].modules() if isinstance(m, nn.Conv2d))
    branch[1] = block(narrow.in_channels, narrow.out_channels, kernel_size=5, padding=2)


def _initialise(module: nn.Module) -> None:
    """Keep the size of signals from layer to layer: torch's default lets them fade without norms."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)
