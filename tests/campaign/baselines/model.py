"""A small reference model that speaks as `python -m baselines official` does, and needs no torch.

    python -m tests.campaign.baselines.model official CONFIG --task FOLDER --to DIR --progress-json

Its config says how it behaves: `steps` of `seconds` each, and an `end` of its own. It answers each
query with the first classes, and goes on from the step in `DIR/checkpoint`.
"""

import argparse
import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

DESCRIPTION = {
    "architectures": ["first classes"],
    "n_networks": 1,
    "automatic": True,
    "hardware": "ACME Tensor Mill 9000, 24 GB",
    "n_gpus": 2,
    "training_hours": 1.5,
}
CARD = "# First classes\n\nAnswers **each** query alike. <script>alert(1)</script>\n"
STUBBORN_S = 600


def say(event: str, **fields: Any) -> None:
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def main() -> None:
    options = _options()
    config = tomllib.loads(options.config.read_text("utf-8"))
    signal.signal(signal.SIGTERM, _stop if config.get("end") != "stubborn" else signal.SIG_IGN)
    say("said", text=f"begins with {sorted(path.name for path in options.task.iterdir())}")
    train(config, options.to)
    _ENDS[config.get("end", "well")](options.task, options.to)
    say("done")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["official"])
    parser.add_argument("config", type=Path)
    parser.add_argument("--task", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--progress-json", action="store_true", required=True)
    return parser.parse_args()


def _stop(signum: int, frame: FrameType | None) -> NoReturn:
    say("said", text="stops, and can go on")
    sys.exit(143)


def train(config: dict[str, Any], to: Path) -> None:
    """Count steps, from where an earlier process of the same folder stopped."""
    checkpoint, steps = to / "checkpoint", config.get("steps", 3)
    begun = int(checkpoint.read_text()) if checkpoint.exists() else 0
    with (to / "begun").open("a") as file:
        file.write(f"{os.getpid()} {begun}\n")
    for step in range(begun, steps):
        time.sleep(config.get("seconds", 0))
        _keep(checkpoint, step + 1)
        left = (steps - step - 1) * config.get("seconds", 0)
        say(
            "progress",
            phase="training",
            done=step + 1,
            total=steps,
            images_per_s=12.5,
            seconds_left=left,
        )


def _keep(checkpoint: Path, step: int) -> None:
    """Write a checkpoint whole or not at all, whenever this process is ended."""
    written = checkpoint.with_name("checkpoint.new")
    written.write_text(str(step))
    written.replace(checkpoint)


# ---------------------------------------------------------------- how it ends
def well(task: Path, to: Path) -> None:
    classes = [row["ClassId"] for row in _table(task / "classes.csv")]
    queries = [row["QueryId"] for row in _table(task / "queries.csv")]
    _write(to / "run.csv.gz", [f"{query};{classes[0]};0.5\n" for query in queries])
    if (task / "media.csv").exists():
        media = [row["MediaId"] for row in _table(task / "media.csv")]
        _write(to / "run.images.csv.gz", [f"{one};{classes[0]};0.5\n" for one in media])
    record = {"environment": sorted(os.environ), "seconds": {"training": 5400.0}}
    (to / "description.json").write_text(json.dumps(DESCRIPTION))
    (to / "record.json").write_text(json.dumps(record))
    (to / "card.md").write_text(CARD)


def invalid(task: Path, to: Path) -> None:
    well(task, to)
    _write(to / "run.csv.gz", ["q0;no such class;0.5\n"])


def badly_described(task: Path, to: Path) -> None:
    well(task, to)
    (to / "description.json").write_text('{"colour": "green"}')


def unspeakable(task: Path, to: Path) -> None:
    """Leave a record with a number that no database keeps."""
    well(task, to)
    (to / "record.json").write_text('{"loss": 1e999}')


def babble(task: Path, to: Path) -> None:
    """Print as libraries do, and numbers that no database keeps."""
    sys.stdout.write("{'no': 'json'}\n[1, 2]\n" + "x" * 200_000 + "\n")
    sys.stdout.flush()
    os.write(2, b"a half \xff\n")
    say("progress", phase="loss", done=3, total=float("nan"), images_per_s=10**400, left=[])
    well(task, to)


def nothing(task: Path, to: Path) -> None:
    """Say that it is done with nothing to show."""


def refuse(task: Path, to: Path) -> NoReturn:
    say("failed", text="[data] folder: there is no folder ../shared/none\x00")
    sys.exit(1)


def die(task: Path, to: Path) -> None:
    """Be killed the first two times, as by the kernel when memory is short."""
    if len((to / "begun").read_text().splitlines()) < 3:
        os.kill(os.getpid(), signal.SIGKILL)
    well(task, to)


def always_die(task: Path, to: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def crash(task: Path, to: Path) -> None:
    raise ModuleNotFoundError("No module named 'torch'")


def hang(task: Path, to: Path) -> None:
    time.sleep(STUBBORN_S)


def have_children(task: Path, to: Path) -> None:
    """Wait with a child that ignores SIGTERM, as a loader of data might."""
    ignoring = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", ignoring])
    (to / "child").write_text(str(child.pid))
    say("said", text="has a child")
    child.wait()


_ENDS: dict[str, Callable[[Path, Path], None]] = {
    "well": well,
    "invalid": invalid,
    "badly described": badly_described,
    "unspeakable": unspeakable,
    "babble": babble,
    "nothing": nothing,
    "refuse": refuse,
    "die": die,
    "always die": always_die,
    "crash": crash,
    "hang": hang,
    "stubborn": hang,
    "children": have_children,
}


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=";"))


def _write(path: Path, lines: list[str]) -> None:
    with path.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        packed.write("".join(lines).encode())


if __name__ == "__main__":
    main()
