"""A network while it learns: one step after another, and all that must be kept to go on."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_, clip_grads_with_norm_, get_total_norm

from baselines.chance import Draw, seed_torch
from baselines.config import TrainingConfig
from baselines.data.batches import Batch
from baselines.networks.classifier import Classifier
from baselines.networks.split_head import SplitHead
from baselines.place import Place
from baselines.training.losses import LossOfAnswers, Mixup
from baselines.training.optimisation import Average, Schedule, make_optimizer, set_rate


class Learner:
    """What changes while a network learns.

    Nothing is read from the device while it steps: on a GPU work is queued, and reading would wait.

    Parameters
    ----------
    classifier
        On its device already.
    schedule
        Of the whole training.
    head
        The last layer where it is split over ranks; the network gives features then.
    """

    def __init__(
        self,
        classifier: Classifier,
        loss: LossOfAnswers,
        config: TrainingConfig,
        schedule: Schedule,
        place: Place,
        seed: int,
        head: SplitHead | None = None,
    ) -> None:
        self.classifier = classifier
        self.head = head
        self.learning = nn.ModuleDict({"network": classifier.network})
        if head is not None:
            self.learning["head"] = head
        self.loss = loss
        self.config = config
        self.schedule = schedule
        self.place = place
        self.seed = seed
        self.step_number = 0
        self.optimizer = make_optimizer(self.learning, config)
        self.average = Average(self.learning, config.average) if config.average else None
        self._shared = place.shared(classifier)
        self._weights = [p for p in classifier.parameters() if p.requires_grad]
        self._loss_sum = torch.zeros((), dtype=torch.float64, device=place.device)
        self._n_summed = 0

    @property
    def rate(self) -> float:
        """The learning rate of the next step."""
        return self.schedule.at(self.step_number)

    def step(self, batch: Batch) -> None:
        """Learn from a batch."""
        place = self.place
        # What dropout draws depends on the step and the rank alone, so nothing of it is stored.
        seed_torch(Draw.STEP, self.seed, self.step_number, place.rank)
        set_rate(self.optimizer, self.rate)
        pixels = place.to_device(batch.pixels, channels_last=self.config.channels_last)
        classes, organs = place.to_device(batch.classes), place.to_device(batch.organs)
        loss = self._loss_of(pixels, classes, organs)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # untyped there
        if self.config.clip_norm:
            self._clip(self.config.clip_norm)
        self.optimizer.step()
        if self.average:
            self.average.follow(self.step_number)
        self._loss_sum += loss.detach()
        self._n_summed += 1
        self.step_number += 1

    def _loss_of(self, pixels: Tensor, classes: Tensor, organs: Tensor) -> Tensor:
        # One share for all ranks: a split last layer works out the loss of all their images.
        mixup = Mixup.drawn(self.config.mixup, self.seed, self.step_number)
        with self.place.autocast(self.config.precision):
            answers = self._shared(mixup.images(pixels) if mixup else pixels)
        return self.loss(answers, classes, organs, mixup)

    def _clip(self, longest: float) -> None:
        if self.head is None:
            clip_grad_norm_(self._weights, longest, foreach=True)
            return
        own = [p for p in self._weights if p.grad is not None]
        split = list(self.head.parameters())
        squares = [_squared_norm(own), self.place.total(_squared_norm(split))]
        norm = torch.stack(squares).sum().sqrt()
        clip_grads_with_norm_([*own, *split], longest, norm, foreach=True)

    def take_loss(self) -> float:
        """Return the mean loss over ranks and over the steps since it was last taken.

        This waits for the device.
        """
        total = float(self.place.total(self._loss_sum)) / self.place.world
        n, self._n_summed = self._n_summed, 0
        self._loss_sum.zero_()
        return total / max(1, n)

    def agree(self) -> None:
        """Let all ranks have the statistics of the first: each one's batch norms saw other images."""
        states = [self.learning.state_dict()] + ([self.average.state] if self.average else [])
        for state in states:
            for tensor in _inside("network.", state).values():
                self.place.given(tensor, 0)

    def best_weights(self) -> Mapping[str, Tensor]:
        """Return the network's weights to evaluate and to keep: their average where there is one."""
        return _inside("network.", self._best())

    def best_head(self) -> Mapping[str, Tensor]:
        """Return those of this rank's part of a split last layer."""
        return _inside("head.", self._best())

    def _best(self) -> Mapping[str, Tensor]:
        return self.average.state if self.average else self.learning.state_dict()

    def whole_head(self) -> Mapping[str, Tensor]:
        """Return a split last layer whole, on the first rank; all ranks ask at once."""
        return (
            {}
            if self.head is None
            else {k: self.head.whole(t) for k, t in self.best_head().items()}
        )

    # ------------------------------------------------------------ kept and taken up again
    def tensors(self) -> dict[str, Tensor]:
        """Return all that going on needs, but the number of the step; all ranks ask at once.

        What is split is whole on the first rank: any number of ranks can go on.
        """
        kept = {f"learning/{k}": self._whole(k, t) for k, t in self.learning.state_dict().items()}
        if self.average:
            kept |= {f"average/{k}": self._whole(k, t) for k, t in self.average.state.items()}
        names = self._optimized()
        for number, state in self.optimizer.state_dict()["state"].items():
            kept |= {
                f"optimizer/{number}/{k}": self._whole(names[number], t) for k, t in state.items()
            }
        return kept

    def restore(self, tensors: Mapping[str, Tensor], step_number: int) -> None:
        """Go on where another learner of the same config was."""
        own = {k: self._part(k, t) for k, t in _inside("learning/", tensors).items()}
        self.learning.load_state_dict(own)
        if self.average:
            for name, tensor in _inside("average/", tensors).items():
                self.average.state[name].copy_(self._part(name, tensor))
        self._restore_optimizer(_inside("optimizer/", tensors))
        self.step_number = step_number

    def _restore_optimizer(self, tensors: Mapping[str, Tensor]) -> None:
        weights = [p for group in self.optimizer.param_groups for p in group["params"]]
        names = self._optimized()
        state: dict[int, dict[str, Any]] = {}
        for name, tensor in tensors.items():
            number, _, key = name.partition("/")
            own = self._part(names[int(number)], tensor)
            state.setdefault(int(number), {})[key] = _laid_out_as(weights[int(number)], own)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})

    def _optimized(self) -> list[str]:
        """Return the names of the weights in the order in which the optimizer numbers them."""
        names = {weight: name for name, weight in self.learning.named_parameters()}
        return [names[p] for group in self.optimizer.param_groups for p in group["params"]]

    def _whole(self, name: str, tensor: Tensor) -> Tensor:
        head = self._head_of(name, tensor)
        return head.whole(tensor) if head else tensor

    def _part(self, name: str, tensor: Tensor) -> Tensor:
        head = self._head_of(name, tensor)
        return head.part(tensor) if head else tensor

    def _head_of(self, name: str, tensor: Tensor) -> SplitHead | None:
        """Return what a tensor is split by; steps are counted alike everywhere."""
        return self.head if name.startswith("head.") and tensor.ndim else None


def _squared_norm(weights: list[nn.Parameter]) -> Tensor:
    gradients = [weight.grad for weight in weights if weight.grad is not None]
    return get_total_norm(gradients, foreach=True).square()


def _laid_out_as(weight: nn.Parameter, tensor: Tensor) -> Tensor:
    """Return a tensor in the memory format of its weight: files keep no formats."""
    if tensor.shape != weight.shape:
        return tensor
    return torch.empty_like(weight, dtype=tensor.dtype).copy_(tensor)


def _inside(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
