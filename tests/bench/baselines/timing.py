"""Times on a device where work is only queued, and ratios of two ways that take turns."""

import statistics
import time
from collections.abc import Callable

from baselines.place import Place

Work = Callable[[], object]


def seconds(work: Work, place: Place, times: int = 1) -> float:
    """Return how long some work takes when it is done so many times, all of it done at the end."""
    place.wait()
    began = time.perf_counter()
    for _ in range(times):
        work()
    place.wait()
    return time.perf_counter() - began


def median_seconds(work: Work, place: Place, *, times: int, rounds: int) -> float:
    """Return the median time of one of so many, over some rounds, after one that does not count."""
    seconds(work, place, times)
    return statistics.median(seconds(work, place, times) for _ in range(rounds)) / times


def paired_ratios(bare: Work, ours: Work, place: Place, *, times: int, rounds: int) -> list[float]:
    """Return the time of ours over that of bare for each round; who is first changes each time."""
    seconds(bare, place, times)
    seconds(ours, place, times)
    ratios = []
    for number in range(rounds):
        pair = (bare, ours) if number % 2 else (ours, bare)
        taken = {work: seconds(work, place, times) for work in pair}
        ratios.append(taken[ours] / taken[bare])
    return ratios
