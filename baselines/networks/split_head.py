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
        """Return the mean loss over the images of all ranks whose class is known, the same on each.

        Parameters
        ----------
        features
            ``(images, features)`` of this rank; as many on each.
        classes
            ``(images,)``, numbers of the whole layer; negative where nobody says, which counts for nothing.
        """
        # In the weights' precision already: what travels back is summed over the ranks.
        everywhere = _gathered(features.to(self.weight.dtype), self.place)
        wanted = _gathered(classes, self.place)
        logits = nn.functional.linear(everywhere, self.weight, self.bias)
        part = _Part(self.rows.start, self.n_classes, self.smoothing, self.place)
        loss: Tensor = _SplitCrossEntropy.apply(logits, wanted, part)
        return loss

    @torch.no_grad()
    def judge(
        self, features: Tensor, classes: Tensor, weight: Tensor, bias: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return loss and place of the class, and which class it is, for the images of all ranks.

        Parameters
        ----------
        features, classes
            As of `forward`.
        weight, bias
            Of this rank, e.g. averages of its own.

        Returns
        -------
        tuple of Tensor
            ``(ranks × images,)`` each, the same on all ranks: losses without smoothing; places, the
            first is 1, and a class that shares its place comes last; classes.
        """
        everywhere = _gathered(features.to(weight.dtype), self.place)
        wanted = _gathered(classes, self.place)
        logits = _wide(nn.functional.linear(everywhere, weight, bias))
        part = _Part(self.rows.start, self.n_classes, 0.0, self.place)
        terms = _Terms.of(logits, wanted, part)
        places = self.place.total((logits >= terms.aimed[:, None]).sum(1)).clamp(min=1)
        return terms.losses, places, wanted

    def whole(self, part: Tensor) -> Tensor:
        """Return the rows of all ranks on the CPU of the first; all ranks ask at once.

        Parameters
        ----------
        part
            Rows of this rank, e.g. its weights. Other ranks than the first get them back.
        """
        parts = []
        for rank in range(self.place.world):
            n_rows = len(rows_of(self.n_classes, rank, self.place.world))
            is_own = rank == self.place.rank
            own = part.detach() if is_own else part.new_empty(n_rows, *part.shape[1:])
            sent = self.place.given(own.contiguous(), rank)
            if self.place.is_first or is_own:
                parts.append(sent.cpu())
        return torch.cat(parts)

    def part(self, whole: Tensor) -> Tensor:
        """Return the rows of this rank."""
        return whole[self.rows.start : self.rows.stop]


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


def _wide(logits: Tensor) -> Tensor:
    return logits if logits.dtype is torch.float64 else logits.float()


@dataclass(frozen=True)
class _Terms:
    """What the loss of each image is made of, of all ranks together; shares are of this rank's classes."""

    losses: Tensor
    shares: Tensor
    aimed: Tensor
    own: Tensor
    is_ours: Tensor

    @classmethod
    def of(cls, logits: Tensor, wanted: Tensor, part: _Part) -> "_Terms":
        """Work them out; the columns of the logits are this rank's classes."""
        place = part.place
        highest = place.largest(logits.amax(1))
        exponentials = (logits - highest[:, None]).exp_()
        total = place.total(exponentials.sum(1))
        own = wanted - part.first
        is_ours = (wanted >= 0) & (own >= 0) & (own < logits.shape[1])
        own = own.clamp(0, logits.shape[1] - 1)
        aimed = place.total(logits.gather(1, own[:, None])[:, 0] * is_ours)
        losses = total.log() + highest - (1 - part.smoothing) * aimed
        if part.smoothing:
            losses = losses - part.smoothing * place.total(logits.sum(1)) / part.n_classes
        return cls(losses, exponentials.div_(total[:, None]), aimed, own, is_ours)


class _SplitCrossEntropy(torch.autograd.Function):
    """Cross entropy of logits whose columns are split over ranks."""

    @staticmethod
    def forward(ctx: FunctionCtx, logits: Tensor, wanted: Tensor, part: _Part) -> Tensor:
        terms = _Terms.of(_wide(logits), wanted, part)
        known = (wanted >= 0).to(terms.losses.dtype)
        counts = known / known.sum().clamp(min=1)
        ctx.save_for_backward(terms.shares, terms.own, terms.is_ours, counts)
        ctx.part = part  # type: ignore[attr-defined]  # as torch means it
        ctx.dtype = logits.dtype  # type: ignore[attr-defined]  # as torch means it
        return (terms.losses * counts).sum()

    @staticmethod
    def backward(ctx: FunctionCtx, gradient: Tensor) -> tuple[Tensor, None, None]:
        shares, own, is_ours, counts = ctx.saved_tensors  # type: ignore[attr-defined]  # as torch means it
        part: _Part = ctx.part  # type: ignore[attr-defined]  # as torch means it
        errors = shares - part.smoothing / part.n_classes
        aimed = is_ours.to(errors.dtype) * (part.smoothing - 1)
        errors.scatter_add_(1, own[:, None], aimed[:, None])
        scaled = errors.mul_((gradient * counts)[:, None])
        return scaled.to(ctx.dtype), None, None  # type: ignore[attr-defined]  # as torch means it
