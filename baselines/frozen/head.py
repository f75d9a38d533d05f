"""The last layer: a linear one, brought to its optimum, so that there is nothing random in it."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

_STEPS = 200


@dataclass(frozen=True)
class Head:
    """Tells classes by features of a length that is the same for all images.

    Attributes
    ----------
    weight
        ``(classes, features)``.
    bias
        ``(classes,)``.
    length
        To which features are brought. Their direction says more than their size: standardising each
        feature was tried, and is worse the fewer images there are.
    """

    weight: Tensor
    bias: Tensor
    length: float

    def probabilities(self, features: Tensor) -> Tensor:
        """Return ``(..., classes)`` for ``(..., features)``."""
        return (_brought(features, self.length) @ self.weight.T + self.bias).softmax(-1)


def learn_head(
    features: Tensor, classes: Tensor, n_classes: int, *, length: float, decay: float
) -> Head:
    """Return the layer with the least cross entropy, and half the decay times its squared weights.

    Parameters
    ----------
    features
        ``(images, features)``.
    classes
        Their numbers.
    """
    inputs = _brought(features, length)
    weight = torch.zeros(n_classes, inputs.shape[1], requires_grad=True)
    bias = torch.zeros(n_classes, requires_grad=True)
    optimizer = torch.optim.LBFGS(
        [weight, bias], max_iter=_STEPS, history_size=20, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimizer.zero_grad()
        value = cross_entropy(inputs @ weight.T + bias, classes) + decay / 2 * weight.square().sum()
        value.backward()  # type: ignore[no-untyped-call]  # untyped there
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]  # untyped there
    return Head(weight.detach(), bias.detach(), length)


def _brought(features: Tensor, length: float) -> Tensor:
    return normalize(features, dim=-1) * length
