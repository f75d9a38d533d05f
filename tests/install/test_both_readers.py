"""What a new wheel is tried with, tried on what is installed here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scoring.kernel import SWITCH, slow_reading


def both_readers(choice: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.install"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {SWITCH: choice},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(slow_reading() is not None, reason="there is no kernel here")
def test_the_two_readers_find_what_is_kept():
    ended = both_readers("")

    assert ended.returncode == 0
    assert ended.stdout.count("\n0 of ") == 2


def test_a_wheel_without_its_kernel_does_not_pass():
    ended = both_readers("off")

    assert (ended.returncode, ended.stdout[:30]) == (1, "This installation reads runs i")
