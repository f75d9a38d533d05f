"""Features kept in a file, found by the content of what they were made of."""

import hashlib
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


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
            with safe_open(path, framework="pt") as file:
                digests = file.get_tensor("digests").numpy()
                rows = file.get_tensor("rows")
            names = (bytes(digest).hex() for digest in digests)
            self.rows = dict(zip(names, rows, strict=True))

    def write(self) -> None:
        """Write all there are, whole or not at all."""
        if not self.rows:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        digests = torch.tensor([list(bytes.fromhex(name)) for name in self.rows], dtype=torch.uint8)
        part = self._path.with_suffix(".part")
        save_file({"digests": digests, "rows": torch.stack(list(self.rows.values()))}, part)
        part.replace(self._path)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; of one that cannot be opened that of its name."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return hashlib.sha256(str(path).encode()).hexdigest()
