"""Which reader runs, and that it says so: the kernel, or the twin with its reason."""

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import scoring
from scoring.kernel import SWITCH

SAID = "from scoring.kernel import *; print(KERNEL is None, slow_reading(), reading_in_words(), sep='|')"


def said(folder: Path, **environment: str) -> list[str]:
    """Return whether the twin runs, why, and all of it in words, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-S", "-c", SAID],  # nothing of the packages that are installed
        cwd=folder,
        env=os.environ | {SWITCH: ""} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip().split("|")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a folder with the package in it, as where nothing was compiled."""
    shutil.copytree(
        Path(scoring.__file__).parent,
        tmp_path / "scoring",
        ignore=shutil.ignore_patterns("_kernel*", "__pycache__"),
    )
    return tmp_path


def test_the_switch_chooses_the_twin(copied: Path):
    is_twin, why, words = said(copied, CLEFBOARD_KERNEL="off")

    assert (is_twin, why) == (
        "True",
        "in plain Python, about 10 times slower: CLEFBOARD_KERNEL is off",
    )
    assert words == f"reads runs {why}"


def test_where_nothing_was_compiled_the_twin_runs_and_says_what_to_do(copied: Path):
    is_twin, why, words = said(copied)

    assert is_twin == "True"
    assert "the kernel was not compiled; with a C compiler at hand" in why
    assert words == f"reads runs {why}"


def test_a_kernel_that_cannot_be_loaded_is_left_out_with_the_reason(copied: Path):
    (copied / "scoring" / f"_kernel{EXTENSION_SUFFIXES[0]}").write_bytes(b"of another machine")

    is_twin, why, _ = said(copied)

    assert is_twin == "True"
    assert "the kernel cannot be loaded (" in why
    assert "with a C compiler at hand" in why
