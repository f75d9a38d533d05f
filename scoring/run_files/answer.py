"""What a run says of one query, and what is wrong with it as a whole."""

from scoring.problems import Sentence, said, shown
from scoring.records import dataclass, field


@dataclass
class Answer:
    """What a run says of one query; the order of its lines says nothing.

    Attributes
    ----------
    query
        Its id.
    first_line
        The line of the file where it begins.
    classes
        One for every prediction.
    probabilities, ranks
        The same; empty where the file has no such column.
    """

    query: str
    first_line: int
    classes: list[str] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)


class ReadAgain(Exception):
    """A file has to be read again, in another way."""


class ScatteredLines(ReadAgain):
    """A query came back after another one: the lines of a query do not stand together."""


def too_many(query: str, most: int | None) -> Sentence:
    """Return what is wrong with a query that has more predictions than are allowed."""
    return said(
        "more than %(n)s predictions for the query %(query)s; allowed are %(n)s",
        n=str(most),
        query=shown(query),
    )


def duplicate(query: str, name: str) -> Sentence:
    """Return what is wrong with a class that stands in an answer already."""
    return said(
        "the class %(class)s stands a second time for the query %(query)s; right is once",
        query=shown(query),
        **{"class": shown(name)},
    )
