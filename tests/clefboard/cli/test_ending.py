"""The end of the command: at once, and nothing is lost."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clefboard.cli.ending import FINE, USAGE
from tests.clefboard.cli.small_runs import write_files

RUN = """
import sys
from clefboard.cli import command
sys.argv = ["clefboard", "score", "run.csv", "--truth", "truth.csv", "--metrics", "mrr"]
{before}
code = command()
print("Python's own end", file=sys.stderr)
sys.exit(code)
"""
ASKED = "import atexit; atexit.register(print, 'asked')"
AT_WORK = (
    "import threading as t, time; t.Thread(target=lambda: (time.sleep(2), print('done'))).start()"
)
WATCHED = "sys.setprofile(lambda *_: None)"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    write_files()


def ended(before: str = "", stdout: Any = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run the command in a Python that keeps what it prints until it ends."""
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.run(
        [sys.executable, "-c", RUN.format(before=before)],
        env=buffered,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_it_ends_at_once_and_all_is_printed():
    found = ended()

    assert (found.returncode, found.stderr) == (0, "")
    assert "mrr     0.4167  3" in found.stdout


@pytest.mark.parametrize(
    ("before", "last"),
    [(ASKED, "asked"), (AT_WORK, "done"), (WATCHED, "mrr     0.4167  3")],
    ids=["asked", "at work", "watched"],
)
def test_what_somebody_waits_for_is_done(before: str, last: str):
    found = ended(before)

    assert (found.returncode, found.stderr) == (0, "Python's own end\n")
    assert last in found.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_said():
    with Path("/dev/full").open("w") as full:
        found = ended(stdout=full)

    first, *_, last = found.stderr.splitlines()
    assert first == "clefboard: No space left on device"
    assert last == "OSError: [Errno 28] No space left on device", "Python's own end says so too"
    assert found.returncode not in {FINE, USAGE}
