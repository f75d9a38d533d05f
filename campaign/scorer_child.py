"""The first thing the scorer's child process runs: it limits itself, then becomes `scoring`.

It is started by its path, with the standard library only, and reads nothing before the limits hold.
The parent could set them between fork and exec, but that is unsafe beside the web server's threads.

    python -I scorer_child.py PARENT MAX_BYTES MAX_SECONDS trace|check ...
"""

import ctypes
import os
import resource
import runpy
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def main(parent: int, max_bytes: int, max_seconds: int) -> None:
    """Take on the limits, and the tie to whoever started us; then run `scoring`."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit("whoever started this is gone")
    resource.setrlimit(resource.RLIMIT_AS, (max_bytes, max_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (max_seconds, max_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Where nothing is installed, as in a container, `scoring` is beside our package.
    sys.path.append(str(Path(__file__).parents[1]))
    runpy.run_module("scoring", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _limits = [int(word) for word in sys.argv[1:4]]
    del sys.argv[1:4]
    main(*_limits)
