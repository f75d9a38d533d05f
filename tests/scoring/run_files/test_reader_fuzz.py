"""Right files of which a few bytes are changed: never a crash, a hang, or a wrong "valid"."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, strategies as st

from scoring import RunRules
from tests.scoring.run_files.two_readers import (
    QUERIES,
    SHAPES,
    agree,
    odd_task,
    pieces,
    quote,
    same_task,
)
from tests.scoring.small_task import SmallTask


@pytest.fixture(scope="module")
def task(tmp_path_factory) -> SmallTask:
    return odd_task(tmp_path_factory.mktemp("fuzz"))


# ---------------------------------------------------------------- packed and unpacked
def as_zip(content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("run.csv", content)
    return data.getvalue()


def from_zip(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (entry,) = (entry for entry in archive.infolist() if not entry.is_dir())
        return archive.read(entry)


def from_zstd(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "zip": as_zip,
}
UNPACK: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"\x28\xb5\x2f\xfd": from_zstd,
    b"PK\x03\x04": from_zip,
    b"PK\x05\x06": from_zip,
}


def unpack(data: bytes) -> bytes | None:
    """Return what is packed, None where it is damaged."""
    how = next((how for magic, how in UNPACK.items() if data.startswith(magic)), bytes)
    try:
        return how(data)
    except (EOFError, OSError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError):
        return None
    except (LookupError, NotImplementedError, ValueError):  # of a zip's directory
        return None


# ---------------------------------------------------------------- right files, and changed ones
RIGHT: dict[str, bytes] = {
    "ranked": 'QueryId;ClassId;Probability;Rank\n1;a;0.9;1\n1;"say ""x""";1e-3;2\n2;NA;.5;1\né;007;1;1\n'.encode(),
    "segment": b"r,00:00:00-00:00:05,a,0.5\r\nr,00:00:00-00:00:05,b,0.5\r\n1,00:00:05-00:00:10,c,0\r\n",
    "set": '\ufeffPlotId\tspecies\n1\t[a, \'d, e\', "l\'orme"]\n2\t[]\n"q;x"\t"[b, ""c""]"\n3\t[g h]\n'.encode(),
    "label": "".join(f"{quote(query)},a\n" for query in QUERIES).encode(),
}


@st.composite
def mutations(draw: st.DrawFn, data: bytes) -> bytes:
    """Draw a file of which a few bytes are other ones, gone, or there twice."""
    for _ in range(draw(st.integers(0, 3))):
        start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
        before, part, after = data[:start], data[start : start + length], data[start + length :]
        byte = st.sampled_from([*b"\n\r;,\t\"'[] \0a10.-", 0xFF, 0xC3]).map(lambda b: bytes([b]))
        mask = draw(st.integers(0, 255))
        part = draw(
            st.one_of(
                byte,
                st.just(part + part),
                st.just(part[::-1]),
                st.just(b""),
                st.binary(max_size=4),
                st.just(bytes(b ^ mask for b in part)),
            )
        )
        data = draw(st.sampled_from([before + part + after] * 7 + [before]))
    return data


@pytest.mark.timeout(120)
@pytest.mark.parametrize("shape", SHAPES)
@same_task
@given(data=st.data(), pack=st.sampled_from(["plain", "plain", *PACKINGS]), piece=pieces)
def test_right_files_with_changed_bytes(task, shape, data, pack, piece):
    content = data.draw(mutations(RIGHT[shape]))
    file = PACKINGS[pack](content)
    if pack != "plain" and data.draw(st.booleans()):
        file = data.draw(mutations(file))
    agree(task, file, piece, RunRules(shape), unpack=unpack)


@pytest.mark.parametrize("pack", PACKINGS)
@pytest.mark.parametrize("shape", SHAPES)
def test_unchanged_they_are_right(task, shape, pack):
    assert task.check(PACKINGS[pack](RIGHT[shape]), shape=shape).valid
