"""How far weights go at each step."""

import math
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import SGD, AdamW, Optimizer

from baselines.config import TrainingConfig

_REFERENCE_BATCH = 256


@dataclass(frozen=True)
class Schedule:
    """Learning rates: up a line, down a cosine. It remembers nothing, so it cannot be resumed wrongly.

    Attributes
    ----------
    peak
        The highest.
    warmup
        Steps of the rise.
    steps
        Of the whole training.

    Examples
    --------
    >>> schedule = Schedule(peak=1.0, warmup=2, steps=6)
    >>> [round(schedule.at(step), 3) for step in range(6)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146]
    """

    peak: float
    warmup: int
    steps: int

    @classmethod
    def of(cls, config: TrainingConfig, steps_per_epoch: int, batch_size: int) -> "Schedule":
        """Return the schedule of a config, its peak in proportion to the batch."""
        return cls(
            config.learning_rate * batch_size / _REFERENCE_BATCH,
            round(config.warmup * steps_per_epoch),
            config.epochs * steps_per_epoch,
        )

    def at(self, step: int) -> float:
        """Return the learning rate of a step; the first is 0."""
        if step < self.warmup:
            return self.peak * (step + 1) / self.warmup
        done = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.peak * (1 + math.cos(math.pi * min(1.0, done))) / 2


def make_optimizer(network: nn.Module, config: TrainingConfig) -> Optimizer:
    """Return an optimizer of all weights that learn; biases, norms and slopes do not decay."""
    weights = [p for p in network.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in weights if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    # Fused, it needs no copies of the largest layer: half the memory with very many classes.
    if config.optimizer == "sgd":
        has_momentum = config.momentum > 0
        return SGD(groups, momentum=config.momentum, nesterov=has_momentum, fused=True)
    return AdamW(groups, betas=(config.momentum, 0.999), fused=True)


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Let an optimizer go on at a learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = rate


class Average:
    """The moving average of a network's weights: steadier than any of them.

    Parameters
    ----------
    network
        Whose weights are averaged.
    decay
        How much of the average is kept at a step; less in the first steps, when weights move far.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state = {
            name: tensor.detach().clone() for name, tensor in network.state_dict().items()
        }
        own = network.state_dict(keep_vars=True)
        floats = [name for name, tensor in own.items() if tensor.is_floating_point()]
        self._averaged = [self.state[name] for name in floats]
        self._followed = [own[name].detach() for name in floats]
        counts = [name for name in own if name not in set(floats)]
        self._copied = [(self.state[name], own[name]) for name in counts]

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Take a step after the weights."""
        decay = min(self.decay, (1 + step) / (10 + step))
        torch._foreach_lerp_(
            self._averaged, self._followed, 1 - decay
        )  # there is no other: one launch for all tensors
        for kept, own in self._copied:
            kept.copy_(own)
