"""Every metric on every subset a second time, from the law's words: of a whole task, without a trace."""

from collections.abc import Mapping
from fractions import Fraction

from tests.scoring.metrics.cases import Case, Row, Run, Truth
from tests.scoring.metrics.slow_metrics import mean, ranking, reciprocal_rank, slow_metric
from tests.scoring.metrics.slow_sets import slow_cost, slow_f1

_ATTRIBUTE = {
    "fungi_2": "poisonous",
    "fungi_3": "poisonous",
    "snake_1": "venomous",
    "snake_2": "venomous",
}


def slow_score(case: Case, metric: str, *within: tuple[str, str]) -> Fraction | None:
    """Return a metric, exactly; None where it is undefined.

    Parameters
    ----------
    metric
        With its subset, e.g. ``top_1@Organ=leaf``.
    within
        More columns and their values.
    """
    name, _, subset = metric.partition("@")
    column, _, value = subset.partition("=")
    wanted = [*within, (column, value)] if subset else [*within]
    truth = {
        item: case.truth[query]
        for item, query in case.owners.items()
        if all(value in values(case, item, column) for column, value in wanted)
    }
    if not truth:
        return None
    if name == "coverage":
        return Fraction(sum(bool(case.answers.get(query)) for query in truth), len(truth))
    if name == "s_score":
        return s_score(case, truth)
    family = name.partition("_")[0]
    if family in {"f1", "fungi", "snake"}:
        return of_sets(case, name, truth)
    return slow_metric(name, case.answers, truth)


def of_sets(case: Case, name: str, truth: Truth) -> Fraction | None:
    if name.startswith("f1_"):
        answers, right = sets(case.answers, truth)
        column = case.group_by
        return slow_f1(name, answers, right, {q: groups(case, q, column) for q in right if column})
    pairs = [(own[0], next(iter(case.answers[query]))) for query, (own, _) in truth.items()]
    return slow_cost(name, pairs, flags(case, _ATTRIBUTE.get(name, "")))


def sets(answers: Run, truth: Truth) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    return (
        {query: frozenset(answers.get(query, ())) for query in truth},
        {query: frozenset([*own, *background]) for query, (own, background) in truth.items()},
    )


def flags(case: Case, attribute: str) -> Mapping[str, bool]:
    return {name: row.get(attribute) == "1" for name, row in case.classes.items()}


def s_score(case: Case, truth: Truth) -> Fraction | None:
    """Return the mean over authors of the mean over their plants of the mean over the plant's items."""
    rows = [*case.queries.values(), *(row for _, row in case.media.values())]
    if not any("Author" in row for row in rows):
        return None
    found: dict[str, dict[str, list[Fraction]]] = {}
    for item, (foreground, _) in truth.items():
        rank = reciprocal_rank(ranking(case.answers, truth, item), foreground)
        if rank is None:
            continue
        for author in groups(case, item, "Author"):
            found.setdefault(author, {}).setdefault(case.owners[item], []).append(rank)
    return mean([mean([mean(own) for own in plants.values()]) for plants in found.values()])


def groups(case: Case, item: str, column: str) -> set[str]:
    return set(filter(None, values(case, item, column))) or {"unknown"}


def values(case: Case, item: str, column: str) -> set[str]:
    """Return the values of a column for a query or an image, from the first table that has it."""
    query = case.owners[item]
    images = {i: row for i, (owner, row) in case.media.items() if owner == query}
    if case.kind == "image_run":
        images = {item: images[item]}
    right = [name for name in case.truth[query][0][:1] if name in case.classes]
    first = [
        (dict(case.queries), [query]),
        ({i: row for i, (_, row) in case.media.items()}, [*images]),
    ]
    if case.kind == "image_run":
        first.reverse()
    homes: list[tuple[Mapping[str, Row], list[str]]] = [
        *first,
        (case.hidden, [query]),
        (case.classes, right),
    ]
    for rows, keys in homes:
        if any(column in row for row in rows.values()):
            return {rows[key].get(column, "") for key in keys if key in rows}
    raise AssertionError(f"no table has {column}")
