"""The command as a person at a terminal sees it."""

import os
import pty
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path


def on_a_terminal(
    *words: str | Path, folder: Path, width: int = 100, **environment: str
) -> tuple[int, str]:
    """Run the installed command on a pseudo-terminal; return its exit code and all it wrote."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (40, width))
    command = subprocess.Popen(
        [Path(sys.executable).parent / "clefboard", *words],
        cwd=folder,
        env={**_plain(os.environ), "HOME": str(folder), "TERM": "xterm-256color", **environment},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    with suppress(OSError), os.fdopen(ours, "rb", buffering=0) as screen:  # EIO is the end
        while piece := screen.read(65536):
            written += piece
    return command.wait(60), written.decode().replace("\r\n", "\n")


def _plain(environment: "os._Environ[str]") -> dict[str, str]:
    hiding = ("CLEFBOARD_", "XDG_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_")
    return {k: v for k, v in environment.items() if not k.startswith(hiding)}
