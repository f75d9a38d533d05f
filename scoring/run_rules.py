"""What a task asks of a run file."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from scoring.records import dataclass, replace

Shape = Literal["ranked", "segment", "set", "label"]
Kind = Literal["run", "image_run"]

UNKNOWN_CLASS = "-1"  # what a label task may let a run answer

_ANY_SIZE = 2**62


@dataclass(frozen=True)
class RunRules:
    """The rules of a task that a file alone can break.

    Attributes
    ----------
    shape
        How a line looks: ``ranked``, ``segment``, ``set`` or ``label``.
    max_predictions_per_query
        None is without a limit.
    missing_queries
        ``zero``: an unanswered query counts 0; ``reject``: it makes the file invalid. Label and set
        runs have a rule of their own, see `rejects_missing`.
    scores
        ``probability``: from 0 to 1; ``any``: any finite number.
    unknown_class
        Whether a label run may answer -1.
    image_runs
        Whether an image run may come beside a run.
    group_by
        The column within which the F1 of a set task is nested.
    max_upload_bytes
        Of the file as it comes and of the file unpacked.

    Examples
    --------
    >>> RunRules.from_json({"shape": "ranked", "max_predictions_per_query": 100}).missing_queries
    'zero'
    """

    shape: Shape
    max_predictions_per_query: int | None = None
    missing_queries: Literal["zero", "reject"] = "zero"
    scores: Literal["probability", "any"] = "probability"
    unknown_class: bool = False
    image_runs: bool = False
    group_by: str | None = None
    max_upload_bytes: int = 500_000_000

    def rejects_missing(self, kind: Kind = "run") -> bool:
        """Return whether an unanswered query makes a run of a kind invalid.

        A label run must answer every query. A set run always does: no line is an empty answer.
        """
        if kind == "run" and self.shape in {"label", "set"}:
            return self.shape == "label"
        return self.missing_queries == "reject"

    def for_accepted(self) -> Self:
        """Return the rules by which a run is read again that was accepted once, whatever they were then."""
        return replace(
            self,
            max_predictions_per_query=None,
            scores="any",
            unknown_class=True,
            max_upload_bytes=_ANY_SIZE,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the rules as plain data."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the rules that plain data describes; what is left out has its default.

        Names that this version does not know are left out: an older command must be able to read
        what a newer platform says.
        """
        known = cls.__match_args__
        return cls(**{name: value for name, value in data.items() if name in known})
