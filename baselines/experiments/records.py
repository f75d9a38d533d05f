"""What stands beside a result, so that anybody can tell what it is a result of."""

import hashlib
import json
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from baselines.cards.facts import code_digest
from scoring import SCORER_VERSION
from scoring.run_files.writer import replaced

_ROOT = Path(__file__).parents[2]


@cache
def commit() -> Mapping[str, str | None]:
    """Return the commit of the code, and what was changed since; None outside of a repository."""
    return {
        "commit": _git("rev-parse", "HEAD"),
        "changed": _git("status", "--porcelain", "--untracked-files=no", "baselines", "scoring"),
    }


def _git(*words: str) -> str | None:
    command = ["git", "-C", str(_ROOT), *words]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return ended.stdout.strip()


def key_of(*parts: Any) -> str:
    """Return a digest of the code and of plain data: equal ones have equal keys."""
    whole = [code_digest(), SCORER_VERSION, *parts]
    return hashlib.sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def write_json(path: Path, data: Any) -> None:
    """Write plain data, whole or not at all."""
    with replaced(path) as part:
        part.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
