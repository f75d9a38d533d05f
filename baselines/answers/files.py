"""Which file shows what a task asks about."""

from collections.abc import Mapping
from pathlib import Path

from baselines.config import AnswersConfig
from baselines.data.media import read_media


class CannotAnswer(ValueError):
    """Models and a task that do not go together, or a run that would not be valid."""


def files_of(config: AnswersConfig) -> Mapping[str, Path]:
    """Return the file of each medium: as a table names it, or the one that is called like it.

    Raises
    ------
    CannotAnswer
        When the config does not say where they are, or two files are called alike.
    CannotRead
        When there is no such table.
    """
    folder = Path(config.images)
    if not config.images or not folder.is_dir():
        raise CannotAnswer(
            f"answers.images: {config.images!r}; right is the folder of the task's images"
        )
    if config.media:
        return {name: folder / file for name, file in read_media(Path(config.media)).items()}
    found: dict[str, Path] = {}
    for path in sorted(own for own in folder.rglob("*") if own.is_file()):
        if path.suffix.lower() == ".xml":
            continue
        other = found.setdefault(path.stem, path)
        if other is not path:
            raise CannotAnswer(
                f"answers.images: {other} and {path} are called alike; right is one file for a"
                " medium, or a table answers.media"
            )
    return found
