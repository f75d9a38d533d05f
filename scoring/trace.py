"""The trace: what a scoring leaves of a run file, enough for every metric."""

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self

from scoring.run_rules import Kind
from scoring.version import SCORER_VERSION

if TYPE_CHECKING:
    import numpy as np

VERSION = 1


class WrongTrace(ValueError):
    """Bytes that are no trace, or the trace of another ground truth."""


@dataclass(frozen=True, eq=False)
class Trace:
    """The product of a scoring.

    Queries and pairs stand in the order of `scoring.ground_truth.Judged`.

    Attributes
    ----------
    kind
        ``run`` or ``image_run``.
    shape
        Of the task.
    judged
        Digest of what the run was judged by; only with the same can the trace be read.
    positions
        The position of every relevant (query, class) pair in its query; 0 where the class was not
        found.
    n_predictions
        How many classes each query was answered with.
    first_classes
        The class at the first position of each query, counted from 1 in the sorted classes; 0 for a
        query without a prediction.
    group_positions
        By column of classes.csv (``Genus``, ``Family``): the position of the first class that is of
        the genus of a foreground class; 0 where there is none.
    scorer
        The version that made it.
    """

    kind: Kind
    shape: str
    judged: str
    positions: "array[int]"
    n_predictions: "array[int]"
    first_classes: "array[int]"
    group_positions: Mapping[str, "array[int]"] = field(default_factory=dict)
    scorer: str = SCORER_VERSION

    def to_bytes(self) -> bytes:
        """Return the trace as npz: arrays and a line of JSON, no code in it."""
        import numpy as np  # noqa: PLC0415  # reading and scoring do without

        about = {"version": VERSION, **{name: getattr(self, name) for name in _TEXTS}}
        columns = {name: getattr(self, name) for name in _COLUMNS}
        columns |= {_PREFIX + name: column for name, column in self.group_positions.items()}
        arrays: dict[str, Any] = {n: _narrow(np.array(c, np.int64)) for n, c in columns.items()}
        arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
        content = BytesIO()
        np.savez_compressed(content, **arrays)
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
            about, columns = _load(data)
            return cls(
                **{name: about[name] for name in _TEXTS},
                **{name: columns.pop(name) for name in _COLUMNS},
                group_positions={name.removeprefix(_PREFIX): c for name, c in columns.items()},
            )
        except (ValueError, KeyError, TypeError, EOFError, OSError, OverflowError) as error:
            raise WrongTrace(f"this is no trace of version {VERSION}: {error}") from error


_PREFIX = "group_"
_TEXTS = ("kind", "shape", "judged", "scorer")
_COLUMNS = ("positions", "n_predictions", "first_classes")


def _load(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    from zipfile import BadZipFile  # noqa: PLC0415  # as above

    import numpy as np  # noqa: PLC0415  # as above

    try:
        with np.load(BytesIO(data), allow_pickle=False) as content:
            about = json.loads(content["about"].tobytes())
            columns = {n: array("i", content[n].tolist()) for n in content if n != "about"}
    except BadZipFile as error:
        raise ValueError(str(error)) from error
    if about["version"] != VERSION:
        raise ValueError(f"it has version {about['version']}")
    return about, columns


def _narrow(column: "np.ndarray[Any, np.dtype[np.int64]]") -> "np.ndarray[Any, Any]":
    """Return whole numbers in the fewest bytes that hold them all."""
    import numpy as np  # noqa: PLC0415  # as above

    least, most = (column.min(), column.max()) if len(column) else (0, 0)
    return column.astype(np.promote_types(np.min_scalar_type(least), np.min_scalar_type(most)))
