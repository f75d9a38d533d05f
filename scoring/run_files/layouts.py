"""How the lines of each shape look: their columns, and what each of them holds."""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from scoring.records import dataclass, field
from scoring.run_rules import Kind, RunRules

_ID_NAMES = frozenset(
    {
        "queryid",
        "observationid",
        "obsid",
        "mediaid",
        "imageid",
        "plotid",
        "quadratid",
        "surveyid",
        "id",
    }
)
_RESERVED = ("queryid", "classid", "probability", "rank")
_FILLING = str.maketrans("", "", "_ \t\"'")
SEGMENT = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, eq=False)
class Layout:
    """The columns of a line.

    Attributes
    ----------
    columns
        Their names, in their order. The class follows what names the query.
    optional
        Names that may follow, on every line or on none.
    n_query
        How many columns name the query.
    written
        How documentation writes a column, where not by its name.
    one_line
        Whether a line is the whole answer of its query.
    has_list
        Whether the class column holds a list of them, perhaps an empty one.
    """

    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    n_query: int = 1
    written: Mapping[str, str] = field(default_factory=dict)
    one_line: bool = False
    has_list: bool = False

    def __str__(self) -> str:
        return self.joined(";")

    def joined(self, separator: str) -> str:
        """Return the line as documentation writes it: ``QueryId;ClassId;Probability[;Rank]``."""
        columns = separator.join(self.written.get(name, name) for name in self.columns)
        return columns + "".join(f"[{separator}{name}]" for name in self.optional)

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Return how many columns a line may have."""
        least = len(self.columns)
        return tuple(range(least, least + len(self.optional) + 1))

    def place(self, name: str) -> int:
        """Return the index of a column."""
        return (self.columns + self.optional).index(name)

    def is_header(self, fields: Sequence[str], queries: Collection[str]) -> bool:
        """Tell whether the first line of a file names columns instead of answering a query."""
        query = "/".join(fields[: self.n_query])
        return plain_name(fields[0]) in _ID_NAMES and query not in queries

    def misplaced(self, header: Sequence[str]) -> str | None:
        """Return the first name in a header that belongs to another column, None if none does."""
        names = [plain_name(name) for name in self.columns + self.optional]
        homes = {name: names.index(name) if name in names else None for name in _RESERVED}
        homes |= {"queryid": 0, "classid": self.n_query}
        for place, name in enumerate(header):
            if homes.get(plain_name(name), place) != place:
                return name
        return None


LAYOUTS: Mapping[str, Layout] = {
    "ranked": Layout(("QueryId", "ClassId", "Probability"), ("Rank",)),
    "segment": Layout(
        ("MediaId", "Time", "ClassId", "Probability"),
        n_query=2,
        written={"Time": "hh:mm:ss-hh:mm:ss"},
    ),
    "set": Layout(
        ("QueryId", "ClassIds"),
        written={"ClassIds": "[ClassId, ClassId, ...]"},
        one_line=True,
        has_list=True,
    ),
    "label": Layout(("QueryId", "ClassId"), one_line=True),
    "image_run": Layout(("MediaId", "ClassId", "Probability")),
}


def layout_of(rules: RunRules, kind: Kind) -> Layout:
    """Return how the lines of a task's runs of a kind look."""
    return LAYOUTS["image_run" if kind == "image_run" else rules.shape]


def plain_name(name: str) -> str:
    """Return the name of a column as it is compared: small, without blanks, ``_`` and quotes."""
    return name.lower().translate(_FILLING)
