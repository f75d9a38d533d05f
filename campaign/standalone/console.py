"""What the person in front of `manage.py up` reads."""

import json
from pathlib import Path
from typing import Any, TextIO

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)  # none of them red: red is Django's for errors
_NAME_WIDTH = 9


class Console:
    """Lines with their program's name in front, coloured on a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._colours: dict[str, int] = {}

    def say(self, name: str, line: str) -> None:
        label = f"{name:<{_NAME_WIDTH}}|"
        if self._stream.isatty():
            colour = self._colours.setdefault(name, _COLOURS[len(self._colours) % len(_COLOURS)])
            label = f"\033[{colour}m{label}\033[0m"
        self.show(f"{label} {line}")

    def show(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()


def refresh_accounts(path: Path, url: str) -> str:
    """Return the demo's accounts as a block for people; the file gets this start's address."""
    demo = json.loads(path.read_text()) | {"url": url}
    write_accounts(path, demo)
    columns = ("role", "username", "password", "token")
    rows = [columns, *([account[column] for column in columns] for account in demo["accounts"])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
    return "\n".join(f"  {line}" for line in lines)


def write_accounts(path: Path, demo: dict[str, Any]) -> None:
    """Write the demo's file whole, for its owner's eyes alone."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)  # its mode holds for a new file only
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(demo, indent=2) + "\n")
    fresh.replace(path)
