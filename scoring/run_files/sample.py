"""A small run file that is right in form: what to copy, and what programs are tried with."""

from collections.abc import Iterator, Sequence
from itertools import islice

from scoring.run_files.layouts import Layout, layout_of
from scoring.run_files.lists import write_list
from scoring.run_files.writer import quoted_field
from scoring.run_rules import Kind, RunRules
from scoring.truth.ground_truth import TestSet

_N_QUERIES = 10
_PROBABILITIES = ("0.7", "0.2", "0.1")
_ANY_CLASSES = ["a", "b", "c"]  # where every class is right


def sample_run(test_set: TestSet, rules: RunRules, *, kind: Kind = "run") -> str:
    """Return a run file over the first queries, or over all where none may be missing.

    Its answers are the classes in turn, so they say nothing of what is right.

    Examples
    --------
    >>> from pathlib import Path
    >>> from scoring import read_test_set
    >>> test_set = read_test_set(Path("fixtures/practice/leaves-practice"))
    >>> print(sample_run(test_set, RunRules("ranked", max_predictions_per_query=2))[:47])
    QueryId;ClassId;Probability
    1000;c01;0.7
    1000;c
    """
    layout = layout_of(rules, kind)
    every = rules.rejects_missing(kind)
    queries = islice(test_set.answerable(kind), None if every else _N_QUERIES)
    classes = test_set.classes.columns["ClassId"] if test_set.classes else _ANY_CLASSES
    n_classes = min(len(_PROBABILITIES), len(classes), rules.max_predictions_per_query or 3)
    lines = [";".join(layout.columns)]
    for place, query in enumerate(queries):
        answer = [classes[(place + step) % len(classes)] for step in range(n_classes)]
        lines += _lines(layout, query, answer)
    return "".join(f"{line}\n" for line in lines)


def _lines(layout: Layout, query: str, classes: Sequence[str]) -> Iterator[str]:
    # A segment's id is its recording and its time, which are two columns of a run.
    start = ";".join(map(quoted_field, query.rsplit("/", layout.n_query - 1)))
    if layout.has_list:
        yield f"{start};{write_list(classes)}"
    elif layout.one_line:
        yield f"{start};{quoted_field(classes[0])}"
    else:
        for name, probability in zip(classes, _PROBABILITIES, strict=False):
            yield f"{start};{quoted_field(name)};{probability}"
