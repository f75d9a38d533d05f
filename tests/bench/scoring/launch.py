"""Run a command and say how long it took and how much memory it had.

python -I -S launch.py SECONDS ANSWER COMMAND...

A process of its own, and a small one: what a parent held when it started a child counts as the child's
own peak, so that a benchmark with numpy loaded would find no child below its own hundred megabytes.
"""

import json
import os
import signal
import sys
from time import perf_counter


def main() -> None:
    """Send the command's output into a file, and print seconds, those of processors, kilobytes at the peak, exit code."""
    limit, answer, *command = sys.argv[1:]
    output = (os.POSIX_SPAWN_OPEN, 1, answer, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    began = perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=[output])
    signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
    signal.alarm(int(limit))
    _, status, used = os.wait4(child, 0)
    seconds = perf_counter() - began
    peak = used.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    code = os.waitstatus_to_exitcode(status)
    cpu_s = used.ru_utime + used.ru_stime
    print(json.dumps({"seconds": seconds, "cpu_s": cpu_s, "peak_kb": peak, "code": code}))


if __name__ == "__main__":
    main()
