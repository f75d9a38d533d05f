"""Checkpoints: tensors and plain data in one safetensors file, the same content the same bytes."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from scoring.run_files.writer import replaced

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
    with replaced(path) as part:
        save_file(plain, part, metadata)


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return the tensors of a checkpoint, on the CPU, and the data beside them.

    Raises
    ------
    BrokenCheckpoint
        When it cannot be read, or was written by another program.
    """
    with _opened(path) as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # no mapping
        return tensors, json.loads(file.metadata()[_KEY])


def read_about(path: Path) -> dict[str, Any]:
    """Return the data beside the tensors of a checkpoint, which are not read.

    Raises
    ------
    BrokenCheckpoint
        As `read_checkpoint`.
    """
    with _opened(path) as file:
        about: dict[str, Any] = json.loads(file.metadata()[_KEY])
        return about


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with safe_open(path, framework="pt") as file:
            yield file
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise BrokenCheckpoint(f"{path} is no checkpoint of a baseline: {error}") from error
