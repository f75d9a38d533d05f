"""Measure training on this machine: `python -m tests.bench.baselines [PART ...] [--json FILE]`.

It needs torch, torchvision and timm, and nothing of the platform.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import timm
import torch
import torchvision

from baselines.place import Place, this_place
from tests.bench.baselines import parts
from tests.bench.baselines.loops import Size

Part = Callable[[Place, Size, Path], Mapping[str, Any]]
PARTS: Mapping[str, Part] = {
    "agreement": parts.agreement,
    "same_seed": parts.same_seed,
    "overhead": parts.overhead,
    "speed": parts.speed,
    "split": parts.split,
    "files": parts.files,
}
_GPU = Size(batch=128, side=224, steps=6, rounds=4)
_CPU = Size(batch=16, side=96, steps=1, rounds=5)


def main() -> None:
    """Measure, print each figure as it comes, and write them all."""
    options = _options()
    figures: dict[str, Any] = {"machine": _machine()}
    with this_place(options.device) as place, tempfile.TemporaryDirectory() as folder:
        usual = _GPU if place.is_gpu else _CPU
        size = Size(*(getattr(options, f.name) or getattr(usual, f.name) for f in fields(Size)))
        for name in options.parts or PARTS:
            began = time.perf_counter()
            print(f"\n## {name}", flush=True)
            try:
                figures[name] = dict(PARTS[name](place, size, Path(folder)))
            except Exception as error:  # noqa: BLE001  # the other parts are worth having
                figures[name] = {"failed": f"{type(error).__name__}: {error}"}
            figures[name]["seconds"] = round(time.perf_counter() - began, 1)
            for what, figure in figures[name].items():
                print(f"{what}: {figure}", flush=True)
            if options.json:
                options.json.write_text(json.dumps(figures, indent=2))
    sys.exit(any("failed" in figures[name] for name in options.parts or PARTS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.baselines")
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), choices=[[], *PARTS])
    parser.add_argument("--json", type=Path, help="where the figures are written too")
    parser.add_argument("--device", default="auto", help="cpu, cuda; a GPU where there is one")
    for own in fields(Size):
        parser.add_argument(f"--{own.name}", type=int, help=f"{own.name} of what is timed")
    return parser.parse_args()


def _machine() -> dict[str, Any]:
    gpu = torch.cuda.get_device_properties(0) if torch.cuda.is_available() else None
    return {
        "gpu": gpu and f"{gpu.name}, {gpu.total_memory / 2**30:.0f} GiB",
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "timm": timm.__version__,
    }


if __name__ == "__main__":
    main()
