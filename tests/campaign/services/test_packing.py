"""A zip that is written as it goes."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from campaign.services.packing import Packing

MB = 1_000_000


class Endless(io.RawIOBase):
    """So many bytes of nothing, made as they are read."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self.left = length

    def read(self, size: int = -1) -> bytes:
        n = min(size, self.left)
        self.left -= n
        return bytes(n)


def test_a_large_file_needs_no_more_memory_than_a_small_one(tmp_path: Path):
    with (
        (tmp_path / "a.zip").open("w+b") as target,
        Packing(target, "a", lambda: None) as packing,
    ):
        tracemalloc.start()
        packing.add_stream("large", Endless(100 * MB))  # type: ignore[arg-type]  # it reads
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 8 * MB
    with zipfile.ZipFile(tmp_path / "a.zip") as zipped:
        assert zipped.getinfo("a/large").file_size == 100 * MB


def test_an_empty_file_is_a_file(tmp_path: Path):
    target = io.BytesIO()
    with Packing(target, "a", lambda: None) as packing:
        packing.add_bytes("empty", b"")
    assert zipfile.ZipFile(target).read("a/SHA256SUMS").decode() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n"
    )


def test_what_is_packed_already_is_not_packed_again(tmp_path: Path):
    target = io.BytesIO()
    with Packing(target, "a", lambda: None) as packing:
        packing.add_bytes("run.csv.gz", b"\x1f\x8b" + bytes(1000))
        packing.add_bytes("run.csv", bytes(1000))
    infos = {info.filename: info for info in zipfile.ZipFile(target).infolist()}
    assert infos["a/run.csv.gz"].compress_type == zipfile.ZIP_STORED
    assert infos["a/run.csv"].compress_type == zipfile.ZIP_DEFLATED


def test_the_heartbeat_may_stop_it(tmp_path: Path):
    def stop() -> None:
        raise TimeoutError

    target = io.BytesIO()
    with pytest.raises(TimeoutError), Packing(target, "a", stop) as packing:
        packing.add_stream("large", Endless(MB))  # type: ignore[arg-type]  # it reads
    with zipfile.ZipFile(target) as zipped:
        assert "a/SHA256SUMS" not in zipped.namelist()
