"""What became of a training so far, line by line."""

import csv
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from scoring.run_files.writer import replaced


@dataclass(frozen=True)
class Line:
    """A moment of a training at which its state was saved.

    Attributes
    ----------
    epoch, step
        How many of each are done.
    learning_rate
        Of the last step.
    loss
        Mean of the steps since the line before.
    images_per_s, seconds
        How fast these were, all ranks together, and how long they took.
    validation_loss, top_1, mrr
        At the end of an epoch, where a part of the data was kept apart.
    """

    epoch: float
    step: int
    learning_rate: float
    loss: float
    images_per_s: float
    seconds: float
    validation_loss: float | None = None
    top_1: float | None = None
    mrr: float | None = None

    def __str__(self) -> str:
        text = f"epoch {self.epoch:g}  loss {self.loss:.4f}"
        if self.top_1 is not None:
            text += f"  validation: top-1 {self.top_1:.3f}, MRR {self.mrr:.3f}"
        return f"{text}  {self.images_per_s:,.0f} images/s"


class History:
    """The lines of a training, and which epoch was the best.

    Parameters
    ----------
    lines
        Those of an interrupted training.
    """

    def __init__(self, lines: list[dict[str, Any]] | None = None) -> None:
        self.lines = [Line(**line) for line in lines or []]

    def add(self, line: Line) -> None:
        """Add a line."""
        self.lines.append(line)

    @property
    def validations(self) -> list[Line]:
        """The lines that end an epoch with a validation."""
        return [line for line in self.lines if line.top_1 is not None]

    @property
    def best(self) -> Line | None:
        """The validation with the highest top-1; of equal ones that with the lowest loss, the first."""
        return max(self.validations, key=_goodness, default=None)

    def is_stale(self, patience: int) -> bool:
        """Whether the best is so many validations ago."""
        validations = self.validations
        if not patience or not validations:
            return False
        best = max(range(len(validations)), key=lambda place: _goodness(validations[place]))
        return len(validations) - 1 - best >= patience

    def data(self) -> list[dict[str, Any]]:
        """Return the lines as plain data."""
        return [asdict(line) for line in self.lines]

    def write(self, path: Path) -> None:
        """Write the lines as a table."""
        with replaced(path) as part, part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [own.name for own in fields(Line)], lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.data())


def _goodness(line: Line) -> tuple[float, float]:
    assert line.top_1 is not None
    assert line.validation_loss is not None
    return line.top_1, -line.validation_loss
