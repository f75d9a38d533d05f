"""Some images of a test: those of some organs, or of any other values of a column of media.csv."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from scoring.nearest import did_you_mean
from scoring.problems import shown
from scoring.truth.ground_truth import GroundTruth, TestSet
from scoring.truth.tables import Table

_CHOSEN = "yes"


class NoSuchImages(ValueError):
    """A column or a value that media.csv does not have; the text says which there are."""


@dataclass(frozen=True)
class Selection:
    """Images by the values of a column of media.csv.

    Attributes
    ----------
    column
        Its name, e.g. ``Organ``.
    values
        The values that count, e.g. ``("leaf", "flower")``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> selection = Selection("View", ("side_a",))
    >>> print(selection, len(selection.images(test_set)))
    View=side_a 400
    """

    column: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.column}={','.join(self.values)}"

    def images(self, test_set: TestSet) -> frozenset[str]:
        """Return the images.

        Raises
        ------
        NoSuchImages
            When media.csv has no such column, or the column not one of these values.
        """
        media = _media(test_set)
        texts = _column(media, self.column)
        for value in self.values:
            _need(value, texts, f"no image has {self.column}")
        ids = media.columns["MediaId"]
        return frozenset(i for i, text in zip(ids, texts, strict=True) if text in self.values)


def marked(truth: GroundTruth, selection: Selection) -> tuple[GroundTruth, tuple[str, str]]:
    """Return a truth with a column more in its media, and what that says of the chosen images.

    So the observations that have such an image are a subset like any other: every metric and every
    interval goes by the rules of subsets.
    """
    chosen = selection.images(truth.test_set)
    media = _media(truth.test_set)
    name = _new_name(str(selection), truth)
    marks = [_CHOSEN if image in chosen else "" for image in media.columns["MediaId"]]
    wider = Table(media.name, {**media.columns, name: marks})
    return replace(truth, test_set=replace(truth.test_set, media=wider)), (name, _CHOSEN)


def _media(test_set: TestSet) -> Table:
    if test_set.media is None:
        raise NoSuchImages("images are chosen by media.csv (MediaId;QueryId), which is not here")
    return test_set.media


def _column(media: Table, name: str) -> list[str]:
    _need(name, list(media.columns), "media.csv has no column")
    return media.columns[name]


def _need(name: str, there_are: Sequence[str], what: str) -> None:
    if name in there_are:
        return
    names = sorted(set(there_are))
    raise NoSuchImages(f"{what} {shown(name)}{did_you_mean(name, names) or _listed(names)}")


def _listed(names: Collection[str]) -> str:
    return f"; there are {', '.join(names)}" if len(names) <= 20 else ""


def _new_name(name: str, truth: GroundTruth) -> str:
    """Return a name that no table of a truth has a column of."""
    public = truth.test_set
    tables = (public.queries, public.media, public.classes, truth.table)
    while any(table is not None and name in table.columns for table in tables):
        name += "_"
    return name
