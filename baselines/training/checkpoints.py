"""Checkpoints: tensors and plain data in one safetensors file, the same content the same bytes."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

_KEY = "clefboard"


class BrokenCheckpoint(ValueError):
    """A file that is no checkpoint of ours."""


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
    """Write a checkpoint whole, or not at all.

    Parameters
    ----------
    about
        Plain data, as JSON has them.
    """
    # Safetensors writes no other memory format, and several keys in an order of its own.
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    metadata = {_KEY: json.dumps(about, sort_keys=True)}
    with TemporaryDirectory(prefix=".checkpoint-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        save_file(plain, part, metadata)
        part.replace(path)


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return the tensors of a checkpoint, on the CPU, and the data beside them.

    Raises
    ------
    BrokenCheckpoint
        When it cannot be read, or was written by another program.
    """
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        about: dict[str, Any] = json.loads(metadata[_KEY])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise BrokenCheckpoint(f"{path} is no checkpoint of a baseline: {error}") from error
    return tensors, about
