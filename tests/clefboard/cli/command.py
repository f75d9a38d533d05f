"""The installed `clefboard` command, run as people run it."""

import os
import subprocess
import sys
from pathlib import Path

FIXTURES = Path(__file__).parents[3] / "fixtures"
LEAVES = FIXTURES / "practice" / "leaves-practice"
PLANTS = FIXTURES / "practice" / "plantclef-practice"
LEAVES_RUNS = FIXTURES / "practice" / "leaves-practice.runs"


def clefboard(
    *words: str | Path, home: Path, folder: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command with a home folder of its own and no settings but those given."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CLEFBOARD_", "XDG_"))}
    return subprocess.run(
        [Path(sys.executable).parent / "clefboard", *words],
        cwd=folder,
        env={**inherited, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
