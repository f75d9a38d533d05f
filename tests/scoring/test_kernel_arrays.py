"""The arrays that the kernel fills: those that do not fit are refused before anything is written."""

from array import array
from typing import Any

import pytest

from tests.scoring.both_readings import needs_kernel
from tests.scoring.kernel_parts import CLASSES, N_PAIRS, counted, judge, reading

pytestmark = needs_kernel


def test_a_reading_fills_what_it_is_handed():
    own, arrays, count = reading(), judge(), counted()
    own.judge(**arrays)
    own.count(*count)
    taken: list[Any] = []
    own.give(lambda *answer: taken.append(answer), CLASSES)
    assert own.feed(b"1;a;0.5\n1;b;0.5\n2;c;0.75\n3;d;1") == 0
    own.finish()
    assert arrays["positions"].tolist() == [2, 0, 1, 0]
    assert arrays["n_predictions"].tolist() == [2, 1]
    assert arrays["first_classes"].tolist() == [2, 3]  # b is wrong, and first
    assert arrays["chance_positions"].tolist() == [0, 1, 0, 0]
    assert arrays["groups"][0][1].tolist() == [1, 1]
    assert count[-1][0][1].tolist() == [0, 1, 0, 0, 0, 0, 0, 1]
    assert taken == [
        (0, 1, ["a", "b"], [0.5, 0.5], []),
        (1, 3, ["c"], [0.75], []),
        (2, 4, ["d"], [1.0], []),
    ]
    assert own.figures()["n_predictions"] == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"places": array("i", [0, 1])},
        {"places": array("i", [0, 1, 2])},
        {"places": array("i", [0, 1, -2])},
        {"starts": array("i", [0, N_PAIRS])},
        {"starts": array("i", [1, 1, N_PAIRS])},
        {"starts": array("i", [0, 5, N_PAIRS])},
        {"starts": array("i", [0, -1, N_PAIRS])},
        {"starts": array("i", [0, 1, N_PAIRS + 1])},
        {"starts": array("i")},
        {"n_foreground": array("i", [2, 2])},
        {"n_foreground": array("i", [-1, 2])},
        {"n_foreground": array("i", [1])},
        {"pairs": array("i", [0, 1, 2, 4])},
        {"pairs": array("i", [0, 1, 2, -2])},
        {"pairs": array("i", [0, 1, 2])},
        {"n_predictions": array("i", [0])},
        {"first_classes": array("i", [0] * 3)},
        {"positions": array("i", [0] * 3)},
        {"probabilities": array("d", [0] * 3)},
        {"swapped": array("i", [3, 2, 1, 4])},
        {"swapped": array("i", [3, 2, 1])},
        {"chance_positions": array("i", [0] * 3)},
        {"chance_positions": None},
        {"chance_probabilities": array("d", [0] * 5)},
        {"chance_probabilities": None},
        {"probabilities": None},
        {"groups": [(array("i", [1, 1, 2]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, 5]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, -1]), array("i", [0, 0]))]},
        {"groups": [(array("i", [1, 1, 2, 0]), array("i", [0]))]},
    ],
    ids=range(30),
)
def test_arrays_of_a_judge_that_do_not_fit(changes):
    own = reading()
    with pytest.raises(ValueError, match=r"array|none of the numbers|ascend"):
        own.judge(**judge(**changes))
    assert own.feed(b"1;a;0.5\n2;c;0.75") == 0  # none of them is filled
    own.finish()


@pytest.mark.parametrize(
    "changes",
    [
        {"places": array("q", [0, 1, -1])},
        {"places": b"abc"},
        {"places": None},
        {"positions": bytes(16)},
        {"positions": memoryview(array("i", [0] * N_PAIRS)).toreadonly()},
        {"positions": memoryview(array("i", [0] * 2 * N_PAIRS))[::2]},
        {"positions": memoryview(bytearray(16)).cast("i", (2, 2))},
        {"probabilities": array("f", [0] * N_PAIRS)},
        {"probabilities": [0.5] * N_PAIRS},
        {"swapped": array("I", [0] * N_PAIRS)},
        {"groups": ()},
        {"groups": None},
        {"groups": [(array("i", [1, 1, 2, 0]),)]},
        {"groups": [(array("i", [1, 1, 2, 0]), array("d", [0, 0]))]},
    ],
    ids=range(14),
)
def test_what_is_no_array_of_a_judge(changes):
    with pytest.raises((TypeError, BufferError)):
        reading().judge(**judge(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": array("i", [0, 2])},
        {"columns": array("i", [-2])},
        {"starts": array("i", [0, 4, 3])},
        {"starts": array("i", [0, 1])},
        {"starts": array("i")},
        {"steps": array("d", [0.5])},
        {"parts": [(bytes(2), array("q", [0] * 8))]},
        {"parts": [(bytes(3), array("q", [0] * 7))]},
    ],
    ids=range(8),
)
def test_arrays_of_a_count_that_do_not_fit(changes):
    own = reading()
    with pytest.raises(ValueError, match=r"array|none of the numbers|ascend"):
        own.count(*counted(**changes))
    assert own.feed(b"1;a;0.5\n2;c;0.75") == 0
    own.finish()


def test_an_array_is_held_while_it_is_filled():
    arrays = judge()
    own = reading()
    own.judge(**arrays)
    with pytest.raises(BufferError):
        arrays["positions"].append(1)
    own.judge(**judge())  # instead of them
    arrays["positions"].append(1)
    del own


def test_classes_without_a_column_are_not_counted():
    own, count = reading(), counted(columns=array("i", [0]))
    own.count(*count)
    assert own.feed(b"1;d;0.5\n1;a;0.25\n1;b;1") == 0
    own.finish()
    assert count[-1][0][1].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
