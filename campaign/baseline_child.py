"""The first thing the process of a baseline runs: alone in its folder, tied to whoever started it.

It is started by its path, with the standard library only, and becomes the command.

    python -I baseline_child.py PARENT FOLDER COMMAND ...
"""

import ctypes
import fcntl
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PATIENCE_S = 20.0


def main(parent: int, folder: Path, command: list[str]) -> None:
    """Take the folder from whatever an earlier attempt left, then become the command."""
    if sys.platform == "linux":
        # Not killed: it has a checkpoint to write, for whoever takes this up again.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit("whoever started this is gone")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _take(folder / "lock")
    os.execvp(command[0], command)  # noqa: S606 - a list of arguments, of the operator's own setting


def _take(path: Path) -> None:
    """Hold the lock until the command and all it starts have ended; who holds it is ended first."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)
    for signum in (0, signal.SIGTERM, signal.SIGKILL):
        for holder in _holders(path) if signum else ():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(holder, signum)
        if _locked(lock, _PATIENCE_S if signum else 0):
            return
    sys.exit(f"{path.parent} is in use by a process that cannot be ended")


def _locked(lock: int, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)


def _holders(path: Path) -> Iterator[int]:
    """Yield the processes of this machine that have a file open; where there is no /proc, none."""
    wanted = path.stat()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # it ended meanwhile, or is another account's
            found = link.stat()
            if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                pid = int(link.parts[2])
                if pid != os.getpid():
                    yield pid


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
