"""What a run made of one query, for what has to look at one query after the other."""

from typing import NamedTuple


class Outcome(NamedTuple):
    """What a run made of one query.

    Attributes
    ----------
    query, owner
        Its id, and the query of queries.csv it belongs to: itself, but for images.
    foreground, background
        Its relevant classes.
    foreground_positions, background_positions
        The position of each of them in the run's answer; 0 for one that was not found.
    n_predictions
        How many classes were answered.
    predicted
        Which ones; only of set and label runs.
    """

    query: str
    owner: str
    foreground: tuple[str, ...] = ()
    background: tuple[str, ...] = ()
    foreground_positions: tuple[int, ...] = ()
    background_positions: tuple[int, ...] = ()
    n_predictions: int = 0
    predicted: tuple[str, ...] = ()

    @property
    def right(self) -> frozenset[str]:
        """Return the relevant classes, background included."""
        return frozenset(self.foreground + self.background)

    @property
    def hits(self) -> frozenset[str]:
        """Return the relevant classes among the predicted ones."""
        return self.right.intersection(self.predicted)
