"""The three ways to send a run packed."""

import gzip
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copyfileobj

import zstandard


def _gzip(run: Path) -> None:
    with run.open("rb") as file, gzip.open(f"{run}.gz", "wb", compresslevel=6) as packed:
        copyfileobj(file, packed)


def _zstd(run: Path) -> None:
    with run.open("rb") as file, Path(f"{run}.zst").open("wb") as packed:
        zstandard.ZstdCompressor().copy_stream(file, packed)


def _zip(run: Path) -> None:
    with zipfile.ZipFile(f"{run}.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(run, run.name)


PACKERS: Mapping[str, Callable[[Path], None]] = {".gz": _gzip, ".zst": _zstd, ".zip": _zip}
