"""Numbers as the kernel reads them: to the last bit those of Python."""

from random import Random

import pytest

from tests.fuzz.numbers import EDGES, hard_number, kernel_values, misread
from tests.scoring.both_readings import needs_kernel

pytestmark = needs_kernel


@pytest.mark.parametrize("text", EDGES, ids=range(len(EDGES)))
def test_edges(text):
    assert misread([text, f"-{text}".replace("--", ""), text.upper(), "0.25"]) == []


@pytest.mark.parametrize("seed", range(20))
def test_hard_numbers(seed):
    random = Random(seed)
    assert misread([hard_number(random) for _ in range(1000)]) == []


def test_every_length_at_every_place_of_a_word():
    """Digits are read eight at a time, wherever they begin."""
    digits = "1234567890" * 4
    texts = [
        f"{digits[:whole]}.{digits[-part:] if part else ''}{exponent}"
        for whole in range(1, 21)
        for part in range(40)
        for exponent in ("", "e-7", "E5")
    ]
    assert misread(texts) == []


@pytest.mark.parametrize(
    "stranger", [":", "/", "\0", "\x7f", "\x80", "\xff", "é", "\u0661", " ", "_", "x", "'"]
)
def test_what_is_no_digit_ends_a_number(stranger):
    texts = [
        "0.12345678"[:at] + stranger + "345678"[:rest] for at in range(3, 10) for rest in (0, 6)
    ]
    values, n_refused = kernel_values(texts)
    assert (values, n_refused) == ([], len(texts))
