"""Features kept in a file, found by the content of what they were made of."""

import hashlib
from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from baselines.networks.weights import file_digest
from scoring.run_files.writer import replaced


class Kept:
    """The features of one network and one way of looking, by a digest of what was looked at.

    Parameters
    ----------
    path
        Of the file; there may be none yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows: dict[str, Tensor] = {}
        if path.is_file():
            with suppress(OSError, SafetensorError, ValueError):  # what is cut off is made anew
                self.rows = _read(path)

    def write(self) -> None:
        """Write all there are, whole or not at all."""
        if not self.rows:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        digests = torch.tensor([list(bytes.fromhex(name)) for name in self.rows], dtype=torch.uint8)
        with replaced(self._path) as part:
            save_file({"digests": digests, "rows": torch.stack(list(self.rows.values()))}, part)


def _read(path: Path) -> dict[str, Tensor]:
    with safe_open(path, framework="pt") as file:
        names = (bytes(digest).hex() for digest in file.get_tensor("digests").numpy())
        return dict(zip(names, file.get_tensor("rows"), strict=True))


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; of one that cannot be opened that of its name."""
    try:
        return file_digest(path)
    except OSError:
        return hashlib.sha256(str(path).encode()).hexdigest()
