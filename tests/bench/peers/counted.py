"""Columns read by pandas or pyarrow; numpy counts who is better than the right class. No checks.

python counted.py pandas|pyarrow RUN TRUTH
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

COLUMNS = ["QueryId", "ClassId", "Probability"]
Arrays = tuple[Any, ...]


def by_pandas(run: str, truth: str) -> tuple[Arrays, Arrays]:
    import pandas as pd  # noqa: PLC0415  # one of them is measured at a time

    run_columns = pd.read_csv(run, sep=";", names=COLUMNS)
    truth_columns = pd.read_csv(truth, sep=";").sort_values("QueryId")
    return _arrays(run_columns, COLUMNS), _arrays(truth_columns, COLUMNS[:2])


def by_pyarrow(run: str, truth: str) -> tuple[Arrays, Arrays]:
    from pyarrow import csv  # noqa: PLC0415  # as above

    semicolon = csv.ParseOptions(delimiter=";")
    names = csv.ReadOptions(column_names=COLUMNS)
    run_columns = csv.read_csv(run, read_options=names, parse_options=semicolon)
    truth_columns = csv.read_csv(truth, parse_options=semicolon).sort_by("QueryId")
    return _arrays(run_columns, COLUMNS), _arrays(truth_columns, COLUMNS[:2])


def _arrays(table: Any, names: list[str]) -> Arrays:
    return tuple(table[name].to_numpy() for name in names)


READERS: dict[str, Callable[[str, str], tuple[Arrays, Arrays]]] = {
    "pandas": by_pandas,
    "pyarrow": by_pyarrow,
}

(queries, classes, probabilities), (asked, right_classes) = READERS[sys.argv[1]](*sys.argv[2:])
of = np.asarray(np.searchsorted(asked, queries))
is_right = classes == right_classes[of]
right = np.full(len(asked), np.nan)
right[of[is_right]] = probabilities[is_right]
better = np.bincount(of, weights=probabilities > right[of], minlength=len(asked))
positions = np.where(np.isnan(right), np.inf, 1 + better)

scores = {
    "mrr": float(np.mean(1 / positions)),
    "top_1": float(np.mean(positions <= 1)),
    "top_5": float(np.mean(positions <= 5)),
}
print(json.dumps(scores))
