"""F1 of sets, and the costs of 2023, a second time: from their definitions, over plain sets."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

Sets = Mapping[str, frozenset[str]]
Flags = Mapping[str, bool]


def slow_f1(name: str, answers: Sets, right: Sets, groups: Mapping[str, Iterable[str]]) -> Fraction:
    """Return an F1, nested in the groups of each query if there are any."""
    of = {"f1_samples": samples, "f1_macro": macro, "f1_micro": micro}[name]
    names = {group for own in groups.values() for group in own}
    if not names:
        return of(answers, right)
    return mean(
        [of(answers, {q: own for q, own in right.items() if group in groups[q]}) for group in names]
    )


def samples(answers: Sets, right: Sets) -> Fraction:
    return mean([f1(answers[query], right[query]) for query in right])


def f1(answer: frozenset[str], right: frozenset[str]) -> Fraction:
    if not answer and not right:
        return Fraction(1)
    return Fraction(2 * len(answer & right), len(answer) + len(right))


def macro(answers: Sets, right: Sets) -> Fraction:
    names = {name for query in right for name in answers[query] | right[query]}
    return mean([class_f1(name, answers, right) for name in names]) if names else Fraction(1)


def class_f1(name: str, answers: Sets, right: Sets) -> Fraction:
    cells = [(name in answers[query], name in right[query]) for query in right]
    true_positives, false_positives = cells.count((True, True)), cells.count((True, False))
    false_negatives = cells.count((False, True))
    return Fraction(2 * true_positives, 2 * true_positives + false_positives + false_negatives)


def micro(answers: Sets, right: Sets) -> Fraction:
    size = sum(len(answers[query]) + len(right[query]) for query in right)
    both = sum(len(answers[query] & right[query]) for query in right)
    return Fraction(2 * both, size) if size else Fraction(1)


def slow_cost(name: str, pairs: Sequence[tuple[str, str]], flags: Flags) -> Fraction | None:
    """Return a metric of FungiCLEF or SnakeCLEF from right class and answer of each query."""
    if name == "snake_1":
        return snake_1(pairs, flags)
    wrong = [(right, answer) for right, answer in pairs if right != answer]
    missed = sum(right == "-1" for right, _ in wrong)
    feared = sum(answer == "-1" for _, answer in wrong)
    hh, hv, vh, vv = confusions(wrong, flags)
    sums = {
        "fungi_1": Fraction(len(wrong)),
        "fungi_2": Fraction(100 * vh + hv),
        "fungi_3": Fraction(len(wrong) + 100 * vh + hv),
        "fungi_4": len(wrong) - missed - feared + 10 * missed + Fraction(1, 10) * feared,
        "snake_2": Fraction(1 * hh + 2 * hv + 5 * vh + 2 * vv),
    }
    return sums[name] / (1 if name == "snake_2" else len(pairs))


def snake_1(pairs: Sequence[tuple[str, str]], flags: Flags) -> Fraction | None:
    harmless = sum(flags.get(right) is False for right, _ in pairs)
    venomous = sum(flags.get(right) is True for right, _ in pairs)
    if not harmless or not venomous:
        return None
    right_sets = {str(place): frozenset([right]) for place, (right, _) in enumerate(pairs)}
    answers = {str(place): frozenset([answer]) for place, (_, answer) in enumerate(pairs)}
    hh, hv, vh, vv = confusions(
        [(right, answer) for right, answer in pairs if right != answer], flags
    )
    points = [
        1 * 100 * macro(answers, right_sets),
        1 * (100 - Fraction(100 * hh, harmless)),
        2 * (100 - Fraction(100 * hv, harmless)),
        5 * (100 - Fraction(100 * vh, venomous)),
        2 * (100 - Fraction(100 * vv, venomous)),
    ]
    return sum(points, Fraction(0)) / 11


def confusions(wrong: Sequence[tuple[str, str]], flags: Flags) -> list[int]:
    """Return how many of one kind were called one of a kind; -1 is of none.

    Harmless called harmless, harmless called dangerous, dangerous called harmless, and both dangerous.
    """
    kinds = [(flags.get(right), flags.get(answer)) for right, answer in wrong]
    return [kinds.count((one, other)) for one in (False, True) for other in (False, True)]


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
