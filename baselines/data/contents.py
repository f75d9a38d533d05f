"""Files known by what is in them: a copy under another name is the same image."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from baselines.data.items import Findings, Item
from baselines.networks.weights import file_digest


class Contents:
    """What is in some files.

    Parameters
    ----------
    files
        All of them are there.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self._files = set(files)
        self._digests: dict[int, set[str]] = {}
        for file in self._files:
            self._digests.setdefault(file.stat().st_size, set()).add(file_digest(file))

    def without(self, items: Sequence[Item], whose: str, findings: Findings) -> tuple[Item, ...]:
        """Leave out items whose file is one of these, or has the same bytes under another name.

        Parameters
        ----------
        whose
            What these files are, in the text of what was found.
        """
        kept = []
        for item in items:
            if item.path in self._files:
                continue
            if self._has_copy_of(item.path):
                findings.add(f"the same bytes as a file {whose}, left out", item.path.name)
            else:
                kept.append(item)
        return tuple(kept)

    def _has_copy_of(self, path: Path) -> bool:
        # Only a file as long as one of these is read: a copy is as long as what it is a copy of.
        alike = self._digests.get(path.stat().st_size)
        return alike is not None and file_digest(path) in alike
