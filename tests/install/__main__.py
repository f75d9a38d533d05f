"""Every golden run, read by the kernel and by its twin: what a new wheel is tried with on its system.

python -m tests.install
"""

import os
import subprocess
import sys

from scoring.kernel import SWITCH, slow_reading


def main() -> int:
    """Return 1 where there is no kernel, or where one of the two finds another figure than is kept."""
    if slow := slow_reading():
        print(f"This installation reads runs {slow}.")
        return 1
    return max(_differences(choice) for choice in ("", "off"))


def _differences(choice: str) -> int:
    print(f"{SWITCH}={choice}:", flush=True)
    golden = [sys.executable, "-m", "tests.scoring.golden"]
    return subprocess.run(golden, env=os.environ | {SWITCH: choice}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
