"""Archives from elsewhere: right ones are unpacked, all others cost nothing and say why."""

import stat
import struct
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from clefboard.task_folder import (
    ArchiveLimits,
    InvalidTaskFolder,
    read_task_folder,
    unpack_task_folder,
)
from tests.clefboard.task_folder.folders import make_folder

SMALL = ArchiveLimits(n_entries=20, n_bytes=100_000, ratio=10, free_bytes=10_000)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "folder.zip"


def pack(archive: Path, folder: Path, root: str = "") -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in sorted(folder.rglob("*")):
            target.write(path, f"{root}{path.relative_to(folder)}")


def add(archive: Path, name: str, content: bytes = b"x", *, mode: int = 0, kind: int = 0) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    entry.compress_type = kind
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of a name that is there already
        with zipfile.ZipFile(archive, "a") as target:
            target.writestr(entry, content)


def unpack(archive: Path, limits: ArchiveLimits = SMALL) -> Path:
    target = archive.parent / "room" / "folder"
    target.parent.mkdir()
    return unpack_task_folder(archive, target, limits)


def refused(archive: Path, limits: ArchiveLimits = SMALL) -> str:
    """Return what is said of an archive, of which nothing may have been written."""
    before = sorted(archive.parent.iterdir())
    with pytest.raises(InvalidTaskFolder) as raised:
        unpack(archive, limits)
    room = archive.parent / "room"
    assert list(room.iterdir()) == []
    room.rmdir()
    assert sorted(archive.parent.iterdir()) == before
    return str(raised.value)


# ---------------------------------------------------------------- right ones
@pytest.mark.parametrize("root", ["", "tiny-2017/"])
def test_a_folder_comes_with_or_without_its_name_around_it(tmp_path, archive, root):
    folder = make_folder(tmp_path)
    pack(archive, folder, root)

    assert read_task_folder(unpack(archive)) == read_task_folder(folder)


def test_the_campaign_may_lie_beside_it(tmp_path, archive):
    pack(archive, make_folder(tmp_path), "tiny-2017/")
    add(archive, "campaign.yaml", b"campaign: lab-2017\n")

    assert (unpack(archive).parent / "campaign.yaml").read_text() == "campaign: lab-2017\n"


def test_what_a_mac_adds_is_left_out(tmp_path, archive):
    folder = make_folder(tmp_path)
    pack(archive, folder, "tiny-2017/")
    for name in ("__MACOSX/tiny-2017/._task.yaml", "tiny-2017/.DS_Store", ".DS_Store"):
        add(archive, name)

    unpacked = unpack(archive)

    assert read_task_folder(unpacked) == read_task_folder(folder)
    assert [path.name for path in unpacked.parent.iterdir()] == ["tiny-2017"]


def test_a_small_file_may_pack_well(tmp_path, archive):
    folder = make_folder(tmp_path)
    (folder / "overview.md").write_text("a" * 9_000)
    pack(archive, folder)

    assert len((unpack(archive) / "overview.md").read_text()) == 9_000


# ---------------------------------------------------------------- what leads elsewhere
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../task.yaml", "leads out of the archive"),
        ("a/../../task.yaml", "leads out of the archive"),
        ("/etc/passwd", "leads out of the archive"),
        ("..", "leads out of the archive"),
        ("a\\..\\..\\b", "means another place elsewhere"),
        ("C:/task.yaml", "means another place elsewhere"),
        ("a/\x1b[31mred", "means another place elsewhere"),
        ("a//b", "an empty or too long name"),
        ("./a", "an empty or too long name"),
        ("x" * 256, "an empty or too long name"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, archive, name, words):
    pack(archive, make_folder(tmp_path))
    add(archive, name)

    said = refused(archive)

    assert words in said
    assert "\x1b" not in said


def test_a_link_is_refused_even_among_what_is_left_out(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    add(archive, "classes", b"/etc/passwd", mode=stat.S_IFLNK | 0o777)
    add(archive, ".hidden", b"/etc/passwd", mode=stat.S_IFLNK | 0o777)

    said = refused(archive)

    assert "classes: is a link" in said
    assert ".hidden: is a link" in said


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_device_is_refused(tmp_path, archive, kind):
    pack(archive, make_folder(tmp_path))
    add(archive, "data", b"", mode=kind | 0o644)

    assert "data: is a device or a pipe" in refused(archive)


@pytest.mark.parametrize("name", ["task.yaml", "task.yaml/inside"])
def test_a_name_stands_there_once(tmp_path, archive, name):
    pack(archive, make_folder(tmp_path))
    add(archive, name, b"task: other\n")

    assert "stands in the archive twice" in refused(archive)


# ---------------------------------------------------------------- what is too much
def test_a_bomb_is_refused_by_its_ratio(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    add(archive, "overview.txt", b"a" * 90_000, kind=zipfile.ZIP_DEFLATED)

    assert "times as large as it is" in refused(archive)


def test_a_bomb_is_refused_by_its_size(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    add(archive, "overview.txt", b"a" * 200_000, kind=zipfile.ZIP_DEFLATED)

    assert "right is at most 0 MB" in refused(archive)
    assert "right is at most 0 MB" in refused(archive, ArchiveLimits(n_bytes=150_000, ratio=10**9))


def test_too_many_files_are_refused(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    for number in range(20):
        add(archive, f"{number}.txt")

    assert "holds 26 files; right is at most 20" in refused(archive)


def test_a_list_too_long_to_be_read_is_refused_unread(archive):
    """Five megabytes of nothing but names: Python would make an object of each before it is asked."""
    archive.write_bytes(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9, 9, 5_000_000, 0, 0))

    assert "more files or bytes than a task's folder needs" in refused(archive)


def test_the_wide_form_of_zip_is_refused(archive):
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    archive.write_bytes(locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0, 0, 0, 0, 0))

    assert "more files or bytes than a task's folder needs" in refused(archive)


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path, archive):
    """The list says ten bytes; more never reach the disk."""
    pack(archive, make_folder(tmp_path))
    add(archive, "long.txt", b"a" * 50_000, kind=zipfile.ZIP_DEFLATED)
    content = archive.read_bytes()
    lying = content.replace(struct.pack("<L", 50_000), struct.pack("<L", 10))
    assert lying != content
    archive.write_bytes(lying)
    target = tmp_path / "room"

    with pytest.raises(InvalidTaskFolder, match="is no whole zip archive"):
        unpack_task_folder(archive, target, SMALL)

    assert (target / "long.txt").stat().st_size <= 10


# ---------------------------------------------------------------- what cannot be read
def test_an_encrypted_file_is_refused(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    content = bytearray(archive.read_bytes())
    place = content.find(b"PK\x01\x02")
    content[place + 8] |= 1
    archive.write_bytes(content)

    assert "is encrypted: pack the folder without a password" in refused(archive)


@pytest.mark.parametrize("kind", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_rare_packing_is_refused(tmp_path, archive, kind):
    pack(archive, make_folder(tmp_path))
    add(archive, "a.txt", b"x" * 100, kind=kind)

    assert "right is plain zip" in refused(archive)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06", b"x" * 100_000])
def test_what_is_no_archive_is_said_so(archive, content):
    archive.write_bytes(content)

    assert "is no zip archive" in refused(archive)


def test_half_an_archive_is_refused_whole(tmp_path, archive):
    pack(archive, make_folder(tmp_path))
    content = archive.read_bytes()
    archive.write_bytes(content[200:])

    with pytest.raises(InvalidTaskFolder, match="its beginning is missing"):
        unpack(archive)


@pytest.mark.parametrize("place", range(0, 1500, 7))
def test_no_broken_byte_is_more_than_a_problem(tmp_path, archive, place):
    pack(archive, make_folder(tmp_path), "tiny-2017/")
    content = bytearray(archive.read_bytes())
    content[place % len(content)] ^= 0xFF
    archive.write_bytes(content)

    with suppress(InvalidTaskFolder):
        unpack(archive)
    assert {path.name for path in tmp_path.iterdir()} <= {"tiny-2017", "folder.zip", "room"}


# ---------------------------------------------------------------- which task
def test_an_archive_without_a_task_is_said_so(archive):
    add(archive, "readme.txt")

    with pytest.raises(InvalidTaskFolder, match=r"holds no task\.yaml"):
        unpack(archive)


def test_two_tasks_are_one_too_many(tmp_path, archive):
    folder = make_folder(tmp_path)
    pack(archive, folder, "a/")
    with zipfile.ZipFile(archive, "a") as target:
        target.write(folder / "task.yaml", "b/task.yaml")

    with pytest.raises(InvalidTaskFolder, match=r"holds several tasks \(a, b\)"):
        unpack(archive)


def test_what_lies_beside_the_folder_would_be_lost(tmp_path, archive):
    pack(archive, make_folder(tmp_path), "a/")
    add(archive, "ground_truth.csv")

    with pytest.raises(InvalidTaskFolder, match=r"ground_truth.csv: lies beside the task's folder"):
        unpack(archive)
