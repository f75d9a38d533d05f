"""Items to learn from, and what was wrong with those that are not among them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_SHOWN = 10


@dataclass(frozen=True)
class Item:
    """One image or recording.

    Attributes
    ----------
    path
        Its file.
    media_id
        What the task calls it.
    observation
        What it shows: a plant has several images, and all of them go the same way.
    class_id
        What it is; empty where nobody says.
    organ
        What part is seen, in lower case; empty where nobody says.
    author
        Who made it.
    seconds
        How long a recording is said to be; 0 where nobody says.
    """

    path: Path
    media_id: str
    observation: str
    class_id: str = ""
    organ: str = ""
    author: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Finding:
    """One kind of thing that was wrong.

    Attributes
    ----------
    what
        What was read, and what became of it.
    examples
        The first ten.
    count
        How many there are.
    """

    what: str
    examples: tuple[str, ...]
    count: int

    def __str__(self) -> str:
        more = ", ..." if self.count > len(self.examples) else ""
        return f"{self.what}: {self.count:,} ({', '.join(self.examples)}{more})"


class Findings:
    """What is wrong with data is counted and listed, and stops nothing."""

    def __init__(self) -> None:
        self._examples: dict[str, list[str]] = defaultdict(list)
        self._counts: dict[str, int] = defaultdict(int)

    def add(self, what: str, example: str) -> None:
        """Count something that was found."""
        self._counts[what] += 1
        if len(self._examples[what]) < _SHOWN:
            self._examples[what].append(example)

    def all(self) -> tuple[Finding, ...]:
        """Return what was found, in the order in which it was first met."""
        return tuple(
            Finding(what, tuple(self._examples[what]), count)
            for what, count in self._counts.items()
        )


@dataclass(frozen=True)
class Vocabulary:
    """The names that a network answers with, in the order of its outputs."""

    names: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> "Vocabulary":
        """Return names sorted, each once, without the empty one."""
        return cls(tuple(sorted({name for name in names if name})))

    @property
    def numbers(self) -> Mapping[str, int]:
        """The place of each name."""
        return {name: number for number, name in enumerate(self.names)}

    def __len__(self) -> int:
        return len(self.names)
