"""Packed files: told by their bytes, read in small pieces, refused with a reason."""

import errno
import gzip
import io
import lzma
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from scoring import InvalidRun, content_digest
from tests.scoring.small_task import kinds

CONTENT = b"1;a;0.9\n2;b;0.8\n3;c;0.7\n4;d;0.6\n9;e;0.5\n"
LIMIT = 1_000_000


def as_zip(*contents: bytes, method: int = zipfile.ZIP_DEFLATED, folder: bool = False) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        if folder:
            archive.mkdir("runs")
        for number, content in enumerate(contents):
            archive.writestr(f"run{number}.csv", content)
    return data.getvalue()


PACK: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "gzip in members": lambda content: gzip.compress(content[:9]) + gzip.compress(content[9:]),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "zstd in frames": lambda content: (
        zstandard.compress(content[:9]) + zstandard.compress(content[9:])
    ),
    "zip": as_zip,
    "zip stored": lambda content: as_zip(content, method=zipfile.ZIP_STORED),
    "zip with a folder": lambda content: as_zip(content, folder=True),
}


@pytest.mark.parametrize("pack", PACK.values(), ids=PACK)
def test_packed_alike(task, pack):
    path = task.write(pack(CONTENT), "run.pdf")  # its name says nothing
    assert content_digest(path, LIMIT) == (sha256(CONTENT).hexdigest(), len(CONTENT))


@pytest.mark.parametrize("name", ["gzip", "zstd", "zip"])
def test_the_report_says_how_it_was_packed(task, name):
    report = task.check(PACK[name](CONTENT))
    assert report.valid
    assert report.packing == name


def refusal(tmp_path: Path, data: bytes, limit: int = LIMIT) -> tuple[str, str]:
    path = tmp_path / "run.csv"
    path.write_bytes(data)
    with pytest.raises(InvalidRun) as caught:
        content_digest(path, limit)
    (problem,) = caught.value.problems
    assert str(caught.value) == problem.message
    return problem.kind, problem.message


@pytest.mark.parametrize("name", ["gzip", "zstd", "zip"])
def test_what_was_cut_off(tmp_path, name):
    content = b"".join(b"%d;%d;0.5\n" % (i, i * i % 97) for i in range(2000))
    data = PACK[name](content)
    kind, message = refusal(tmp_path, data[: len(data) // 2])
    assert kind == "packing"
    assert "cut off" in message or "damaged" in message


@pytest.mark.parametrize("name", ["gzip", "zstd", "zip"])
def test_what_is_damaged(tmp_path, name):
    data = bytearray(PACK[name](CONTENT * 50))
    data[len(data) // 3] ^= 0xFF
    data[len(data) // 2] ^= 0xFF
    assert refusal(tmp_path, bytes(data))[0] == "packing"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (as_zip(CONTENT, CONTENT), "2 files ('run0.csv', 'run1.csv'); right is exactly one"),
        (as_zip(*[CONTENT] * 9), "9 files"),
        (as_zip(), "0 files"),
        (as_zip(folder=True), "0 files"),
        (as_zip(CONTENT, method=zipfile.ZIP_LZMA), "rare way"),
    ],
)
def test_zips_that_are_no_run(tmp_path, data, words):
    kind, message = refusal(tmp_path, data)
    assert kind == "packing"
    assert words in message


def test_a_zip_with_a_password(tmp_path):
    data = bytearray(as_zip(CONTENT))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    assert "password" in refusal(tmp_path, bytes(data))[1]


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, zstandard.compress, as_zip, lzma.compress],
    ids=["gzip", "zstd", "zip", "xz"],
)
def test_packed_twice(tmp_path, pack):
    kind, message = refusal(tmp_path, as_zip(pack(CONTENT)))
    assert kind == "not_text"
    assert "packed" in message


@pytest.mark.parametrize("name", ["plain", "gzip", "zstd", "zip"])
def test_larger_than_allowed(tmp_path, name):
    kind, message = refusal(tmp_path, PACK[name](b"1;a;0.5\n" * 200_000))
    assert kind == "too_large"
    assert "1,000,000 bytes" in message


@pytest.mark.parametrize("pack", ["plain", "gzip", "zip"])
def test_as_large_as_allowed(tmp_path, pack):
    content = CONTENT * 40  # more than what packing adds
    (tmp_path / "run").write_bytes(PACK[pack](content))
    assert content_digest(tmp_path / "run", len(content))[1] == len(content)
    assert refusal(tmp_path, PACK[pack](content), len(content) - 1)[0] == "too_large"


def bomb(pack: str, size: int) -> bytes:
    """Return few bytes that grow to many."""
    if pack == "gzip":
        packer = zlib.compressobj(9, wbits=31)
        return b"".join(
            [*(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)), packer.flush()]
        )
    if pack == "zstd":
        return zstandard.compress(bytes(size), 19)
    return as_zip(bytes(size))


@pytest.mark.parametrize("pack", ["gzip", "zstd", "zip"])
def test_a_bomb_costs_no_memory(task, pack):
    data = bomb(pack, 48 << 20)
    assert len(data) < 1 << 20
    path = task.write(data)
    tracemalloc.start()
    with pytest.raises(InvalidRun, match="larger"):
        content_digest(path, 40_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    assert kinds(task.check(data, max_upload_bytes=20_000_000)).keys() & {
        "too_large",
        "long_line",
        "columns",
    }


def test_a_directory_of_a_zip_is_not_read_when_it_is_huge(tmp_path):
    """The end record may lie: a directory of half a gigabyte would be read at once, and kept."""
    data = as_zip(CONTENT)
    end = data.index(b"PK\x05\x06")
    huge = 50_000_000
    record = bytearray(data[end:])
    struct.pack_into("<I", record, 12, huge)
    kind, message = refusal(tmp_path, data[:end] + bytes(huge) + record, limit=10**9)
    assert kind == "packing"
    assert "exactly one file" in message


def test_problems_before_the_end_of_a_broken_file_are_kept(task):
    data = gzip.compress(b"1;zz;0.5\n" * 50_000)
    report = task.check(data[:-8])
    assert [p.kind for p in report.problems] == ["packing", "unknown_class"]
    assert report.problems[1].count > 1000


# ---------------------------------------------------------------- a zip that only its library minds
def renamed(name: bytes, *, length: int) -> bytes:
    """Return a zip whose file has a name of bytes that no program would write."""
    data = as_zip(CONTENT).replace(b"run0.csv", name.ljust(8, b"."))
    for header, flags, lengths in ((b"PK\x03\x04", 6, 26), (b"PK\x01\x02", 8, 28)):
        start = data.index(header)
        part = bytearray(data[start : start + lengths + 4])
        part[flags : flags + 2] = struct.pack("<H", 0x800)  # the name is UTF-8
        part[lengths : lengths + 4] = struct.pack("<HH", length, 8 - length)  # the rest is extra
        data = data[:start] + bytes(part) + data[start + len(part) :]
    return data


@pytest.mark.parametrize(
    "data",
    [
        renamed(b"\xff\xfe", length=8),
        renamed(b"\x01\x63\x04\x00", length=0),
        as_zip(CONTENT)[:4] + as_zip(CONTENT)[14:],
    ],
    ids=["a name that is no text", "no name", "it begins before its beginning"],
)
def test_a_zip_with_odd_names_and_places_is_damaged(task, data):
    report = task.check(data)
    assert list(kinds(report)) == ["packing"]
    assert "damaged" in report.problems[0].message


def test_a_disk_that_fails_is_no_fault_of_the_zip(task, monkeypatch):
    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    path = task.write(as_zip(CONTENT))
    monkeypatch.setattr(zipfile.ZipExtFile, "read", fail)
    with pytest.raises(OSError, match="Input/output"):
        content_digest(path, LIMIT)
