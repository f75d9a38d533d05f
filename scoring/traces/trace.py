"""The trace: what a scoring leaves of a run file, enough for every metric."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import accumulate, pairwise
from sys import byteorder
from typing import TYPE_CHECKING, Any, Self

from scoring.records import dataclass, field
from scoring.run_rules import UNKNOWN_CLASS, Kind
from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    from scoring.truth.ground_truth import Judged

VERSION = 3

Subset = frozenset[tuple[str, str]]
"""The queries that have a value in each of some columns; empty: all queries."""


class WrongTrace(ValueError):
    """Bytes that are no trace, or the trace of another ground truth."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The product of a scoring.

    Queries and pairs stand in the order of `scoring.truth.ground_truth.Judged`. A class is a number: its
    place, from 1, in the sorted classes of the test, and then in `other_classes`.

    Attributes
    ----------
    kind
        ``run`` or ``image_run``.
    shape
        Of its lines; an image run is ``ranked``.
    judged
        What the run was judged by, or the digest of it where the trace was stored.
    positions
        The position of every relevant (query, class) pair in its query; 0 where the class was not
        found. Of set and label runs it says nothing.
    n_predictions
        How many classes each query was answered with.
    first_classes
        The class at the first position of each query, or the answer of a label run; 0 for a query
        without a prediction, for -1, and for several classes.
    chance_positions
        The positions in the same file with its classes permuted (see `scoring.traces.chance`); empty where
        they were not counted.
    predicted
        The classes of one query after the other, 0 for unknown; only of set and label runs.
    group_positions
        By column of classes.csv (``Genus``, ``Family``): the position of the first class that is of
        the genus of a foreground class; 0 where there is none.
    class_positions, chance_class_positions
        By subset of the queries: the position of every relevant (query, class) pair among all
        queries of the subset, ranked for that class; 0 where it was not found. Only where the task
        has ``cmap``.
    group_by
        The column within which the F1 of the task is nested.
    other_classes
        Classes that the test does not name, in a test that lets a run name any.
    scorer
        The version that made it.
    """

    kind: Kind
    shape: str
    judged: "Judged | str"
    positions: "array[int]"
    n_predictions: "array[int]"
    first_classes: "array[int]"
    chance_positions: "array[int]" = field(default_factory=lambda: array("i"))
    predicted: "array[int]" = field(default_factory=lambda: array("i"))
    group_positions: Mapping[str, "array[int]"] = field(default_factory=dict)
    class_positions: Mapping[Subset, "array[int]"] = field(default_factory=dict)
    chance_class_positions: Mapping[Subset, "array[int]"] = field(default_factory=dict)
    group_by: str | None = None
    other_classes: tuple[str, ...] = ()
    scorer: str = SCORER_VERSION

    def named(self, codes: Iterable[int], classes: Sequence[str]) -> Iterator[str]:
        """Yield the names of classes; `classes` are the sorted ones of the test."""
        names = (UNKNOWN_CLASS, *classes, *self.other_classes)
        return map(names.__getitem__, codes)

    def predicted_by_query(self, classes: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the classes each query was answered with; of set and label runs."""
        names = tuple(self.named(self.predicted, classes))
        ends = accumulate(self.n_predictions, initial=0)
        return [names[start:end] for start, end in pairwise(ends)]

    @property
    def digest(self) -> str:
        """Return the digest of what the run was judged by; only with the same can the trace be read."""
        return self.judged if isinstance(self.judged, str) else self.judged.digest

    def fits(self, judged: "Judged") -> bool:
        """Tell whether the trace can be read with what runs are judged by."""
        return self.judged is judged or self.digest == judged.digest

    def to_bytes(self) -> bytes:
        """Return the trace as npz: arrays and a line of JSON, no code in it.

        It is written without numpy, which takes longer to load than a million lines to read.
        """
        import json  # noqa: PLC0415  # to score a run takes no more than it has in memory
        from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo  # noqa: PLC0415  # as above

        about = {"version": VERSION, **{name: getattr(self, name) for name in _ABOUT}}
        about["judged"] = self.digest
        arrays = {name: getattr(self, name) for name in _COLUMNS}
        for name in _FAMILIES:
            family = getattr(self, name)
            about[name] = [_plain(key) for key in family]
            arrays |= {f"{name}_{place}": own for place, own in enumerate(family.values())}
        arrays["about"] = json.dumps(about).encode()
        content = BytesIO()
        with ZipFile(content, "w") as archive:
            for name, own in arrays.items():
                archive.writestr(ZipInfo(f"{name}.npy"), _npy(own), ZIP_DEFLATED)
        return content.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a trace.

        Raises
        ------
        WrongTrace
            When it is none, or of a version that this one does not know.
        """
        try:
            about, arrays = _load(data)
            families: dict[str, Any] = {
                name: {
                    _key(plain): arrays[f"{name}_{place}"]
                    for place, plain in enumerate(about[name])
                }
                for name in _FAMILIES
            }
            return cls(
                **{name: about[name] for name in _ABOUT if name != "other_classes"},
                other_classes=tuple(about["other_classes"]),
                **{name: arrays[name] for name in _COLUMNS},
                **families,
            )
        except (ValueError, KeyError, TypeError, EOFError, OSError, OverflowError) as error:
            raise WrongTrace(f"this is no trace of version {VERSION}: {error}") from error


_ABOUT = ("kind", "shape", "judged", "scorer", "group_by", "other_classes")
_COLUMNS = ("positions", "n_predictions", "first_classes", "chance_positions", "predicted")
_NPY = b"\x93NUMPY\x01\x00"
_FAMILIES = ("group_positions", "class_positions", "chance_class_positions")


def _plain(key: str | Subset) -> str | list[tuple[str, str]]:
    return key if isinstance(key, str) else sorted(key)


def _key(plain: str | list[list[str]]) -> Any:
    return plain if isinstance(plain, str) else frozenset((column, v) for column, v in plain)


def _load(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    import json  # noqa: PLC0415  # as above
    from zipfile import BadZipFile  # noqa: PLC0415  # as above

    import numpy as np  # noqa: PLC0415  # reading and scoring do without

    try:
        with np.load(BytesIO(data), allow_pickle=False) as content:
            about = json.loads(content["about"].tobytes())
            if about["version"] != VERSION:
                raise ValueError(f"it has version {about['version']}")
            return about, {n: _column(content[n]) for n in content if n != "about"}
    except BadZipFile as error:
        raise ValueError(str(error)) from error


def _column(stored: Any) -> "array[int]":
    """Return whole numbers as an array; a dtype that might not fit is refused."""
    return array("i", stored.astype("i", casting="safe").tobytes())


_NARROW = {
    "B": range(2**8),
    "b": range(-(2**7), 2**7),
    "H": range(2**16),
    "h": range(-(2**15), 2**15),
}


def _npy(column: Sequence[int]) -> bytes:
    """Return whole numbers as numpy writes them, version 1.0, in the fewest bytes that hold them all."""
    least, most = min(column, default=0), max(column, default=0)
    fitting = (code for code, numbers in _NARROW.items() if least in numbers and most in numbers)
    narrow = array(next(fitting, "i"), column)
    order = "<" if byteorder == "little" else ">"
    kind = "i" if narrow.typecode.islower() else "u"
    head = (
        f"{{'descr': '{order}{kind}{narrow.itemsize}', 'fortran_order': False,"
        f" 'shape': ({len(narrow)},), }}"
    )
    head += " " * (-(len(_NPY) + 2 + len(head) + 1) % 64) + "\n"
    return _NPY + len(head).to_bytes(2, "little") + head.encode() + narrow.tobytes()
