"""Bytes parsed by a compiled function, positions counted by another. No checks; ids are numbers."""

import json
import sys

import numba
import numpy as np

SEMICOLON, LINE_FEED, POINT, ZERO = map(ord, ";\n.0")


@numba.njit(cache=True)
def parsed(data, n):
    """Return the columns of n lines."""
    ids, probabilities = np.empty((2, n), np.int64), np.empty(n)
    place = 0
    for line in range(n):
        for column in range(2):
            number = 0
            while data[place] != SEMICOLON:
                number = 10 * number + data[place] - ZERO
                place += 1
            ids[column, line] = number
            place += 1
        digits, scale, step = 0, 1.0, 1.0
        while data[place] != LINE_FEED:
            if data[place] == POINT:
                step = 10.0
            else:
                digits = 10 * digits + data[place] - ZERO
                scale *= step
            place += 1
        probabilities[line] = digits / scale
        place += 1
    return ids[0], ids[1], probabilities


@numba.njit(cache=True)
def counted(of, is_right, probabilities, n):
    """Return the position of the right class of each query, infinite where it is not listed."""
    right, positions = np.full(n, np.nan), np.ones(n)
    for hit in np.flatnonzero(is_right):
        right[of[hit]] = probabilities[hit]
    for line in range(len(of)):
        positions[of[line]] += probabilities[line] > right[of[line]]
    return np.where(np.isnan(right), np.inf, positions)


run = np.fromfile(sys.argv[1], np.uint8)
truth = np.loadtxt(sys.argv[2], np.int64, delimiter=";", skiprows=1)
truth = truth[truth[:, 0].argsort()]

queries, classes, values = parsed(run, np.count_nonzero(run == LINE_FEED))
of_line = np.searchsorted(truth[:, 0], queries)
found = counted(of_line, classes == truth[of_line, 1], values, len(truth))

scores = {
    "mrr": float(np.mean(1 / found)),
    "top_1": float(np.mean(found <= 1)),
    "top_5": float(np.mean(found <= 5)),
}
print(json.dumps(scores))
