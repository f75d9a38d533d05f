"""A short hunt without the compiler's guards, so that `make fuzz` is known to go."""

from tests.fuzz.hunt import hunt
from tests.scoring.both_readings import needs_kernel

pytestmark = needs_kernel


def test_a_short_hunt_finds_nothing(tmp_path):
    hunted = hunt(tmp_path / "at-hand.csv", seed=1, numbers=range(12), seconds=900, every=2)
    assert (hunted.n_files, hunted.n_compared, hunted.n_decimals) == (252, 6, 12_000)
    assert hunted.n_tables > 0
