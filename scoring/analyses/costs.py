"""What a score costs: the runs that nobody beats at a lower price."""

from collections.abc import Sequence


def pareto_front(costs: Sequence[float], values: Sequence[float]) -> list[int]:
    """Return the places of what is better than all that costs as much or less, the cheapest first.

    Parameters
    ----------
    costs
        The lower the better.
    values
        The higher the better, one for each cost.

    Raises
    ------
    ValueError
        When there are not as many of one as of the other.

    Examples
    --------
    >>> pareto_front([10, 1, 5, 5], [0.9, 0.5, 0.4, 0.6])
    [1, 3, 0]
    """
    if len(costs) != len(values):
        raise ValueError(f"{len(costs)} costs for {len(values)} values; right is one for each")
    front: list[int] = []
    for place in sorted(range(len(costs)), key=lambda place: (costs[place], -values[place])):
        if not front or values[place] > values[front[-1]]:
            front.append(place)
    return front
