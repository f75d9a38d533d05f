"""Readings of the kernel, made by hand, and the arrays that they fill."""

from array import array
from typing import Any

from scoring.kernel import KERNEL

QUERIES, CLASSES = ["1", "2", "3"], ["a", "b", "c", "d"]
N_PAIRS = 4


def ids(names: list[str]) -> Any:
    assert KERNEL is not None
    return KERNEL.Ids(names, bytes(16))


def reading(**changes: Any) -> Any:
    assert KERNEL is not None
    asked: dict[str, Any] = {
        "queries": ids(QUERIES),
        "classes": ids(CLASSES),
        "separator": ";",
        "first_line": 1,
        "n_query": 1,
        "width": 0,
        "widths": (3, 4),
        "limit": 2**64 - 1,
        "takes_any": False,
        "takes_unknown": True,
        "any_score": False,
        "is_scattered": False,
    }
    return KERNEL.Reading(**(asked | changes))


def judge(**changes: Any) -> dict[str, Any]:
    arrays: dict[str, Any] = {
        "places": array("i", [0, 1, -1]),
        "starts": array("i", [0, 1, N_PAIRS]),
        "n_foreground": array("i", [1, 2]),
        "pairs": array("i", [0, 1, 2, -1]),
        "n_predictions": array("i", [0, 0]),
        "first_classes": array("i", [0, 0]),
        "positions": array("i", [0] * N_PAIRS),
        "probabilities": array("d", [0] * N_PAIRS),
        "swapped": array("i", [3, 2, 1, -1]),
        "chance_positions": array("i", [0] * N_PAIRS),
        "chance_probabilities": array("d", [0] * N_PAIRS),
        "groups": [(array("i", [1, 1, 2, 0]), array("i", [0, 0]))],
    }
    return arrays | changes


def counted(**changes: Any) -> list[Any]:
    arrays: dict[str, Any] = {
        "columns": array("i", [0, -1, 1, 1]),
        "starts": array("i", [0, 1, 3]),
        "steps": array("d", [0.5, 0.25, 0.75]),
        "parts": [(bytes([1, 0, 1]), array("q", [0] * 8))],
    }
    return list((arrays | changes).values())
