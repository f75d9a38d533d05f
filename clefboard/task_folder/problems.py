"""What is wrong with a task folder, said so that its organiser can put it right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing to put right.

    Attributes
    ----------
    file
        Path inside the folder, e.g. ``task.yaml`` or ``data/test/data.yaml``.
    line
        Line of the file, the first is 1; None where a whole file is meant.
    message
        What was read and what would be right.
    """

    file: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.message}"


class InvalidTaskFolder(ValueError):
    """A task folder that cannot be loaded; carries every problem found, not only the first.

    Attributes
    ----------
    problems
        All of them, in the order of files and lines.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda p: (p.file, p.line or 0, p.message))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: object, known: Sequence[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the nearest known word, or nothing."""
    nearest = get_close_matches(str(word), known, n=1, cutoff=0.5)
    return f" (did you mean '{nearest[0]}'?)" if nearest else ""
