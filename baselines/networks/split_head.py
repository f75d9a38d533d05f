"""The last layer for very many classes, split over ranks: no rank holds all of it, nor all its logits.

With 300,000 classes on 1,280 features the weights are 1.5 GB, and 6.1 GB with their gradient and what
AdamW remembers. Each rank has the rows of its own classes. Features travel (batch × features), and a
few numbers for each image; logits never do. The loss and all gradients are those of the whole layer.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.autograd.function import FunctionCtx
from torch.distributed import all_reduce

from baselines.place import Place


def rows_of(n_classes: int, rank: int, world: int) -> range:
    """Return the classes of a rank; no two ranks differ by more than one.

    Examples
    --------
    >>> [rows_of(10, rank, 3) for rank in range(3)]
    [range(0, 3), range(3, 6), range(6, 10)]
    """
    return range(n_classes * rank // world, n_classes * (rank + 1) // world)


class SplitHead(nn.Module):
    """A linear layer and its cross entropy, of which each rank has a part.

    It must not be wrapped in DistributedDataParallel: its ranks have different weights. What it hands
    back to the features is made for a body that is wrapped in it, which divides by the ranks.

    Parameters
    ----------
    n_features, n_classes
        Of the whole layer.
    place
        Which rank this is.
    generator
        Draws the weights of the whole layer, so that they are the same for any number of ranks.
    smoothing
        Share of the target that all classes have in common.
    """

    def __init__(
        self,
        n_features: int,
        n_classes: int,
        place: Place,
        generator: torch.Generator,
        *,
        smoothing: float = 0.0,
    ) -> None:
        super().__init__()
        self.n_classes = n_classes
        self.place = place
        self.smoothing = smoothing
        self.rows = rows_of(n_classes, place.rank, place.world)
        self.weight = nn.Parameter(
            _drawn(self.rows, n_classes, n_features, generator).to(place.device)
        )
        self.bias = nn.Parameter(torch.zeros(len(self.rows), device=place.device))

    def forward(self, features: Tensor, classes: Tensor) -> Tensor:
        """Return the mean loss over the images of all ranks, the same on each.

        Parameters
        ----------
        features
            ``(images, features)`` of this rank; as many on each.
        classes
            ``(images,)``, numbers of the whole layer.
        """
        everywhere = _gathered(features, self.place)
        wanted = _gathered(classes, self.place)
        logits = nn.functional.linear(everywhere.to(self.weight.dtype), self.weight, self.bias)
        part = _Part(self.rows.start, self.n_classes, self.smoothing, self.place)
        loss: Tensor = _SplitCrossEntropy.apply(logits, wanted, part)
        return loss


def _drawn(rows: range, n_classes: int, n_features: int, generator: torch.Generator) -> Tensor:
    """Draw all rows a thousand at a time, and keep those of this rank."""
    kept = torch.empty(len(rows), n_features)
    for first in range(0, n_classes, 1024):
        n = min(1024, n_classes - first)
        drawn = torch.randn(n, n_features, generator=generator) * n_features**-0.5
        low, high = max(first, rows.start), min(first + n, rows.stop)
        if low < high:
            kept[low - rows.start : high - rows.start] = drawn[low - first : high - first]
    return kept


@dataclass(frozen=True)
class _Part:
    first: int
    n_classes: int
    smoothing: float
    place: Place


class _Gather(torch.autograd.Function):
    """Gives every rank the rows of all; hands each its own gradient back, summed over ranks."""

    @staticmethod
    def forward(ctx: FunctionCtx, mine: Tensor, place: Place) -> Tensor:
        ctx.place, ctx.n = place, len(mine)  # type: ignore[attr-defined]  # as torch means it
        every = mine.new_zeros(place.world * len(mine), *mine.shape[1:])
        every[place.rank * len(mine) :][: len(mine)] = mine
        all_reduce(every)  # gloo and nccl both sum; the sum with zeros is exact
        return every

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor, None]:
        place, n = ctx.place, ctx.n  # type: ignore[attr-defined]  # as torch means it
        whole = gradient.contiguous()
        all_reduce(whole)
        # The body averages over ranks what was meant to be summed.
        return whole[place.rank * n :][:n] * place.world, None


def _gathered(mine: Tensor, place: Place) -> Tensor:
    if not place.is_joined:
        return mine
    every: Tensor = _Gather.apply(mine, place)
    return every


class _SplitCrossEntropy(torch.autograd.Function):
    """Cross entropy of logits whose columns are split over ranks."""

    @staticmethod
    def forward(ctx: FunctionCtx, logits: Tensor, wanted: Tensor, part: _Part) -> Tensor:
        ours = logits if logits.dtype is torch.float64 else logits.float()
        highest = part.place.largest(ours.amax(1))
        exponentials = (ours - highest[:, None]).exp_()
        total = part.place.total(exponentials.sum(1))
        own = wanted - part.first
        is_ours = (own >= 0) & (own < ours.shape[1])
        own = own.clamp(0, ours.shape[1] - 1)
        aimed = part.place.total(ours.gather(1, own[:, None])[:, 0] * is_ours)
        loss = total.log() + highest - (1 - part.smoothing) * aimed
        if part.smoothing:
            loss = loss - part.smoothing * part.place.total(ours.sum(1)) / part.n_classes
        shares = exponentials.div_(total[:, None])
        ctx.save_for_backward(shares, own, is_ours)
        ctx.part = part  # type: ignore[attr-defined]  # as torch means it
        ctx.dtype = logits.dtype  # type: ignore[attr-defined]  # as torch means it
        return loss.mean()

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor, None, None]:
        shares, own, is_ours = ctx.saved_tensors  # type: ignore[attr-defined]  # as torch means it
        part: _Part = ctx.part  # type: ignore[attr-defined]  # as torch means it
        errors = shares - part.smoothing / part.n_classes
        aimed = is_ours.to(errors.dtype) * (part.smoothing - 1)
        errors.scatter_add_(1, own[:, None], aimed[:, None])
        scaled = errors.mul_(gradient / len(errors))
        return scaled.to(ctx.dtype), None, None  # type: ignore[attr-defined]  # as torch means it
