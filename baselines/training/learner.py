"""A network while it learns: one step after another, and all that must be kept to go on."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from baselines.chance import Draw, seed_torch
from baselines.config import TrainingConfig
from baselines.data.batches import Batch
from baselines.networks.classifier import Classifier
from baselines.place import Place
from baselines.training.losses import Loss, Mixup
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
    """

    def __init__(
        self,
        classifier: Classifier,
        loss: Loss,
        config: TrainingConfig,
        schedule: Schedule,
        place: Place,
        seed: int,
    ) -> None:
        self.classifier = classifier
        self.loss = loss
        self.config = config
        self.schedule = schedule
        self.place = place
        self.seed = seed
        self.step_number = 0
        self.optimizer = make_optimizer(classifier, config)
        self.average = Average(classifier.network, config.average) if config.average else None
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
            clip_grad_norm_(self._weights, self.config.clip_norm, foreach=True)
        self.optimizer.step()
        if self.average:
            self.average.follow(self.step_number)
        self._loss_sum += loss.detach()
        self._n_summed += 1
        self.step_number += 1

    def _loss_of(self, pixels: Tensor, classes: Tensor, organs: Tensor) -> Tensor:
        place = (self.seed, self.step_number, self.place.rank)
        mixup = Mixup.drawn(self.config.mixup, *place)
        with self.place.autocast(self.config.precision):
            answers = self._shared(mixup.images(pixels) if mixup else pixels)
        return self.loss(answers, classes, organs, mixup)

    def take_loss(self) -> float:
        """Return the mean loss over ranks and over the steps since it was last taken.

        This waits for the device.
        """
        total = float(self.place.total(self._loss_sum)) / self.place.world
        n, self._n_summed = self._n_summed, 0
        self._loss_sum.zero_()
        return total / max(1, n)

    def best_weights(self) -> Mapping[str, Tensor]:
        """Return the weights to evaluate and to keep: their average where there is one."""
        return self.average.state if self.average else self.classifier.network.state_dict()

    # ------------------------------------------------------------ kept and taken up again
    def tensors(self) -> dict[str, Tensor]:
        """Return all that going on needs, but the number of the step."""
        kept = {f"network/{k}": t for k, t in self.classifier.network.state_dict().items()}
        if self.average:
            kept |= {f"average/{k}": t for k, t in self.average.state.items()}
        for number, state in self.optimizer.state_dict()["state"].items():
            kept |= {f"optimizer/{number}/{k}": t for k, t in state.items()}
        return kept

    def restore(self, tensors: Mapping[str, Tensor], step_number: int) -> None:
        """Go on where another learner of the same config was."""
        self.classifier.network.load_state_dict(_inside("network/", tensors))
        if self.average:
            for name, tensor in _inside("average/", tensors).items():
                self.average.state[name].copy_(tensor)
        self._restore_optimizer(_inside("optimizer/", tensors))
        self.step_number = step_number

    def _restore_optimizer(self, tensors: Mapping[str, Tensor]) -> None:
        weights = [p for group in self.optimizer.param_groups for p in group["params"]]
        state: dict[int, dict[str, Any]] = {}
        for name, tensor in tensors.items():
            number, _, key = name.partition("/")
            state.setdefault(int(number), {})[key] = _laid_out_as(weights[int(number)], tensor)
        self.optimizer.load_state_dict({**self.optimizer.state_dict(), "state": state})


def _laid_out_as(weight: nn.Parameter, tensor: Tensor) -> Tensor:
    """Return a tensor in the memory format of its weight: files keep no formats."""
    if tensor.shape != weight.shape:
        return tensor
    return torch.empty_like(weight, dtype=tensor.dtype).copy_(tensor)


def _inside(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
