"""What a network knows at the beginning: nothing, a file, what a package ships, or the hub has."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError  # noqa: TID251  # how torch refuses to unpickle

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from baselines.config import NetworkConfig
from baselines.networks.hub import PREFIX, CannotFetch, fetch
from baselines.networks.table import Network

SCRATCH = "scratch"
PACKAGE = "package"
_RIGHT = "right is a file of nothing but tensors by name"
_AUXILIARY = ("aux1.", "aux2.")  # classifiers beside the way, with last layers of their own


class CannotLoad(ValueError):
    """Weights that are not there, not what was asked for, or of another network."""


@dataclass(frozen=True)
class Origin:
    """Where weights came from, to be written down.

    Attributes
    ----------
    source
        ``scratch``, a package, the name of a file, or ``hf-hub:`` and a repository.
    sha256
        Of the file; empty where there was none.
    """

    source: str
    sha256: str = ""


def load_weights(network: nn.Module, row: Network, wanted: NetworkConfig) -> Origin:
    """Give a network the weights that a config asks for.

    The last layers start anew where the file's have another number of outputs; all else must fit.

    Raises
    ------
    CannotLoad
        When there are none, they are others than asked for, or another network's.
    """
    if wanted.weights == SCRATCH:
        return Origin(SCRATCH)
    if wanted.weights == PACKAGE:
        return _load_packaged(network, row, wanted.name)
    path = _found(wanted.weights)
    digest = _checked(path, wanted.sha256)
    _fill(network, row, read_tensors(path), path.name)
    from_hub = wanted.weights.startswith(PREFIX)
    return Origin(wanted.weights if from_hub else path.name, digest)


def _found(weights: str) -> Path:
    """Return the file of weights that a config names, fetched where it is the hub's."""
    if not weights.startswith(PREFIX):
        return Path(weights)
    try:
        return fetch(weights.removeprefix(PREFIX))
    except CannotFetch as error:
        raise CannotLoad(str(error)) from error


def _load_packaged(network: nn.Module, row: Network, name: str) -> Origin:
    if row.packaged is None:
        raise CannotLoad(f"no package ships weights of {name}; right is 'scratch' or a file")
    path = row.packaged.find()
    if path is None:
        raise CannotLoad(
            f"the weights of {name} are in the package {row.packaged.distribution}, which is not installed"
        )
    digest = _checked(path, row.packaged.sha256)
    _fill(network, row, row.packaged.renamed(read_tensors(path)), path.name)
    return Origin(row.packaged.distribution, digest)


def read_tensors(path: Path) -> Mapping[str, Tensor]:
    """Return the tensors of a file by name; nothing in it is ever run.

    Raises
    ------
    CannotLoad
        When the file holds anything but tensors.
    """
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:  # whose text says how to run what is in the file
        raise CannotLoad(
            f"{path}: {_RIGHT}; this one has other things in it, or is cut off"
        ) from error
    except (OSError, RuntimeError, EOFError, KeyError, ValueError, SafetensorError) as error:
        raise CannotLoad(f"{path}: {_RIGHT}; {error}") from error
    if not isinstance(state, Mapping) or not all(
        isinstance(name, str) and isinstance(tensor, Tensor) for name, tensor in state.items()
    ):
        raise CannotLoad(f"{path}: {_RIGHT}")
    return state


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(path: Path, wanted: str) -> str:
    if not path.is_file():
        raise CannotLoad(f"{path}: there is no such file")
    digest = file_digest(path)
    if wanted and digest != wanted:
        raise CannotLoad(f"{path}: its SHA-256 is {digest}, wanted is {wanted}")
    return digest


def _fill(network: nn.Module, row: Network, state: Mapping[str, Tensor], name: str) -> None:
    own = network.state_dict()
    anew = set(_of_other_size(own, state, (f"{row.last_layer}.", *_AUXILIARY)))
    missing = [key for key in own if key not in state]
    unknown = [key for key in state if key not in own]
    if missing or unknown:
        raise CannotLoad(
            f"{name} is another network's: {_listed('it lacks', missing)}"
            f"{_listed(' it has besides', unknown)}"
        )
    network.load_state_dict({**own, **{k: t for k, t in state.items() if k not in anew}})


def _of_other_size(
    own: Mapping[str, Tensor], state: Mapping[str, Tensor], last: tuple[str, ...]
) -> Iterable[str]:
    """Yield what belongs to last layers of another number of outputs; anything else is an error."""
    for key, tensor in state.items():
        if key in own and own[key].shape != tensor.shape:
            if not key.startswith(last) or own[key].shape[1:] != tensor.shape[1:]:
                raise CannotLoad(
                    f"{key} is {tuple(tensor.shape)}, here it is {tuple(own[key].shape)}"
                )
            yield key


def _listed(what: str, names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what} {', '.join(names[:3])}{more};" if names else ""


def state_digest(state: Mapping[str, Tensor]) -> str:
    """Return a SHA-256 that two networks share only if all their tensors are the same."""
    digest = hashlib.sha256()
    for name, tensor in state.items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()
