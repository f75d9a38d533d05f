"""The costs of FungiCLEF and SnakeCLEF 2023: some errors are worse than others.

An answer or a truth of -1, unknown, is neither poisonous nor edible, neither venomous nor harmless.
"""

import math
from collections.abc import Callable, Mapping

from scoring.metrics.averages import NO_LABEL, Average, Averaging, mean_of
from scoring.metrics.outcome import Outcome
from scoring.metrics.outcomes import Results
from scoring.metrics.set_averages import f1_macro
from scoring.records import replace
from scoring.run_rules import UNKNOWN_CLASS

_POISONOUS_CALLED_EDIBLE = 100
_EDIBLE_CALLED_POISONOUS = 1
_UNKNOWN_CALLED_KNOWN = 10
_KNOWN_CALLED_UNKNOWN = 0.1

# By whether the truth is venomous, then whether the answer is; both being other species.
_SNAKE_WEIGHTS = {(False, False): 1, (False, True): 2, (True, False): 5, (True, True): 2}

Flags = Mapping[str, bool]
Cost = Callable[[str, str, Flags], float]
"""From the right class, the answer, and which classes are dangerous, to a cost."""


def fungi_1(right: str, answer: str, _: Flags) -> float:
    """Return 1 for an error."""
    return float(answer != right)


def fungi_2(right: str, answer: str, poisonous: Flags) -> float:
    """Return 100 for a poisonous species called edible, 1 for an edible one called poisonous."""
    if poisonous.get(right) is True and poisonous.get(answer) is False:
        return _POISONOUS_CALLED_EDIBLE
    if poisonous.get(right) is False and poisonous.get(answer) is True:
        return _EDIBLE_CALLED_POISONOUS
    return 0.0


def fungi_3(right: str, answer: str, poisonous: Flags) -> float:
    """Return the costs of tracks 1 and 2."""
    return fungi_1(right, answer, poisonous) + fungi_2(right, answer, poisonous)


def fungi_4(right: str, answer: str, _: Flags) -> float:
    """Return 10 for an unknown species called known, 0.1 for the contrary, 1 for any other error."""
    if answer == right:
        return 0.0
    if right == UNKNOWN_CLASS:
        return _UNKNOWN_CALLED_KNOWN
    return _KNOWN_CALLED_UNKNOWN if answer == UNKNOWN_CLASS else 1.0


def snake_cost(right: str, answer: str, venomous: Flags) -> float:
    """Return the weight of a confusion of two species, by whether each is venomous."""
    if answer == right or right not in venomous or answer not in venomous:
        return 0.0
    return _SNAKE_WEIGHTS[venomous[right], venomous[answer]]


def over_labels(cost: Cost, attribute: str | None = None, *, total: bool = False) -> Averaging:
    """Return the mean cost over the queries of a label task, or the sum of the costs.

    Parameters
    ----------
    attribute
        The column of classes.csv that says which classes are dangerous.
    total
        Whether it is a sum.
    """

    def average(results: Results, _: int) -> Average:
        flags = _flags(results, attribute)
        if flags is None:
            return _without(attribute)
        values = {o.query: float(cost(*_answered(o), flags)) for o in _judged(results)}
        found = mean_of(values, len(results.outcomes) - len(values), reason=NO_LABEL)
        if not total or found.value is None:
            return found
        return replace(found, value=math.fsum(values.values()), scale=float(len(values)))

    return average


fungi_track_1 = over_labels(fungi_1)
fungi_track_2 = over_labels(fungi_2, "poisonous")
fungi_track_3 = over_labels(fungi_3, "poisonous")
fungi_track_4 = over_labels(fungi_4)
snake_track_2 = over_labels(snake_cost, "venomous", total=True)


def snake_track_1(results: Results, _: int = 0) -> Average:
    """Return the weighted mean of macro F1 and of the shares of confusions that were avoided, in %."""
    venomous = _flags(results, "venomous")
    if venomous is None:
        return _without("venomous")
    outcomes = _judged(results)
    parts = [(100 * (f1_macro(results).value or 0.0), 1)]
    for (dangerous, called), weight in _SNAKE_WEIGHTS.items():
        of_kind = [o for o in outcomes if venomous.get(_answered(o)[0]) is dangerous]
        if not of_kind:
            kind = "venomous" if dangerous else "harmless"
            return Average(None, reason=f"no query is of a {kind} species", has_interval=False)
        confused = sum(_is_confusion(o, venomous, called) for o in of_kind)
        parts.append((100 - 100 * confused / len(of_kind), weight))
    value = math.fsum(part * times for part, times in parts) / sum(times for _, times in parts)
    units = tuple(outcome.query for outcome in outcomes)
    return Average(value, units, n_left_out=len(results.outcomes) - len(units), has_interval=False)


def _is_confusion(outcome: Outcome, venomous: Flags, called: bool) -> bool:
    right, answer = _answered(outcome)
    return answer != right and venomous.get(answer) is called


def _judged(results: Results) -> list[Outcome]:
    """Return the queries that have one right class; there is no other in a label task."""
    return [outcome for outcome in results.outcomes if len(outcome.foreground) == 1]


def _answered(outcome: Outcome) -> tuple[str, str]:
    """Return the right class and the answer; every query of a valid run has one."""
    return outcome.foreground[0], (outcome.predicted or ("",))[0]


def _flags(results: Results, attribute: str | None) -> Flags | None:
    return {} if attribute is None else results.truth.test_set.flags(attribute)


def _without(attribute: str | None) -> Average:
    return Average(None, reason=f"classes.csv has no column '{attribute}'", has_interval=False)
