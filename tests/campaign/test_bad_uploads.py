"""What becomes of a bad file: what its team is told, and that nothing of it stays behind.

A file that is no text, or cannot be unpacked, is refused at the door. Everything else makes a run that
is rejected, with all its problems; it costs no place.
"""

import gzip
import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from campaign import storage
from campaign.models import Evaluation, Registration, Run
from campaign.reads.runs import quota_left
from campaign.refusals import Invalid
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

GOOD = ranked_lines().encode()
COLUMNS = "right is QueryId;ClassId;Probability[;Rank]"
TEXT = "right is text in UTF-8, plain or packed as gz, zst or zip"


def zipped(*contents: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, content in enumerate(contents):
            archive.writestr(f"run-{number}.csv", content)
    return packed.getvalue()


def with_password() -> bytes:
    """Return a zip whose one entry says that it has a password."""
    packed = bytearray(zipped(GOOD))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + flags] |= 1
    return bytes(packed)


# ---------------------------------------------------------------- at the door
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj", "not_text", f"the file is a PDF; {TEXT}"),
    "an image": (b"\x89PNG\r\n\x1a\n", "not_text", f"the file is an image; {TEXT}"),
    "UTF-16": (ranked_lines().encode("utf-16"), "not_text", f"text in UTF-16; {TEXT}"),
    "a zip of two files": (zipped(GOOD, GOOD), "packing", "holds 2 files"),
    "a zip of nothing": (zipped(), "packing", "holds 0 files"),
    "a zip of a zip": (zipped(zipped(GOOD)), "not_text", "packed twice: zip within"),
    "a gzip of a gzip": (gzip.compress(gzip.compress(GOOD)), "not_text", "packed twice"),
    "a zip with a password": (with_password(), "packing", "right is one without"),
    "half a zip": (zipped(GOOD)[:-30], "packing", "damaged"),
    "half a gzip": (gzip.compress(GOOD)[:-9], "packing", "it was cut off; send it again"),
    "half a zstd": (zstandard.compress(GOOD)[:-3], "packing", "it was cut off; send it again"),
    "a broken gzip": (b"\x1f\x8b" + b"x" * 99, "packing", "damaged"),
}


@pytest.fixture
def registration() -> Registration:
    return make_registration(make_task())


def files_of(private: Path) -> list[Path]:
    folders = (private / name for name in ("runs", "incoming"))
    return [path for folder in folders for path in folder.glob("**/*") if path.is_file()]


@pytest.mark.parametrize(("content", "kind", "words"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_text_is_refused_at_the_door(
    registration, tmp_path, private_files, content, kind, words
):
    with pytest.raises(Invalid) as refusal:
        make_run(registration, tmp_path, content)

    [problem] = refusal.value.details["problems"]
    assert problem["kind"] == kind
    assert words in problem["message"]
    assert refusal.value.message == problem["message"]
    assert not Run.objects.exists()
    assert not files_of(private_files)
    assert quota_left(registration, NOW).uploads_today == 0


def test_what_grows_to_ten_gigabytes_is_refused_as_soon_as_that_shows(
    registration, tmp_path, private_files
):
    content = gzip.compress(bytes(100_000_000), 1) * 100  # one after another they are one file
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Invalid, match="allowed are 500,000,000 bytes") as refusal:
        make_run(registration, tmp_path, content)

    assert [problem["kind"] for problem in refusal.value.details["problems"]] == ["too_large"]
    assert not files_of(private_files)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


# ---------------------------------------------------------------- in the worker
Problems = list[tuple[str, list[int], str]]
REJECTED: dict[str, tuple[bytes, Problems]] = {
    "empty": (b"", [("empty", [], "the file is empty; right are lines such as QueryId;ClassId")]),
    "only blank lines": (b"\n\n\n", [("empty", [], "the file is empty; right are lines such as")]),
    "only a header": (b"QueryId;ClassId;Probability\n", [("empty", [], "no prediction")]),
    "not UTF-8": (
        GOOD + "q1;cé;0.5\n".encode("latin-1"),
        [("not_utf8", [17], "the byte 0xE9 is not UTF-8; save the file as UTF-8")],
    ),
    "too few columns": (
        b"q1;c1\nq2;c2\n",
        [("columns", [1, 2], f"2 columns in 'q1;c1'; {COLUMNS}, separated by one semicolon")],
    ),
    "columns that change": (b"q1;c1;0.5\nq2;c2;0.5;1\n", [("columns", [2], "before have 3")]),
    "no separator": (b"q1 c1 0.5\n", [("columns", [1], "no ';', ',' or tab in the first line")]),
    "a web page": (
        b"<!DOCTYPE html><html>",
        [("columns", [1], f"'<!DOCTYPE html><html>'; {COLUMNS}")],
    ),
    "columns in another order": (
        b"QueryId;Probability;ClassId\nq1;c1;0.5\n",
        [("header", [1], "the header has 'Probability' in another column's place")],
    ),
    "ids of another task": (
        b"q1;c1;0.5\nq99;c1;0.5\nq2;C2;0.5\n",
        [
            ("unknown_query", [2], "the query 'q99' is not one of the 8 of this task"),
            ("unknown_class", [3], "the class 'C2' is not one of the 6 of this task (did you mean"),
        ],
    ),
    "a class twice": (
        b"q1;c1;0.5\nq1;c2;0.5\nq1;c1;0.4\n",
        [("duplicate", [3], "the class 'c1' stands a second time for the query 'q1'")],
    ),
    "numbers that are none": (
        b"q1;c1;nan\nq2;c1;inf\nq3;c1;+0.5\nq4;c1;1e999\nq5;c1;0_5\n",
        [("probability", [1, 2, 3, 4, 5], "the probability is 'nan'; right is a decimal number")],
    ),
    "out of range": (
        b"q1;c1;1.5\nq2;c1;-0.1\n",
        [
            (
                "probability",
                [1, 2],
                "the probability is '1.5'; right is a decimal number from 0 to 1",
            )
        ],
    ),
    "ranks that are none": (b"q1;c1;0.5;0\n", [("rank", [1], "right is a whole number from 1")]),
    "a blank line inside": (
        b"q1;c1;0.5\n\nq2;c1;0.5\n",
        [("blank_line", [2], "none but at the end")],
    ),
    "a line without an end": (
        b"q1;c1;0." + b"5" * 1_100_000,
        [("long_line", [1], "longer than 1 MB")],
    ),
    "ten thousand mistakes": (
        b"".join(b"q%d;c1;0.5\n" % number for number in range(100, 10_100)),
        [("unknown_query", list(range(1, 11)), "the query 'q100' is not one of the 8")],
    ),
}


@pytest.mark.parametrize(("content", "problems"), REJECTED.values(), ids=list(REJECTED))
def test_what_is_wrong_inside_makes_a_rejected_run(registration, tmp_path, content, problems):
    run = score_run(make_run(registration, tmp_path, content))

    evaluation = run.evaluations.get()
    found = [(problem["kind"], problem["lines"]) for problem in evaluation.problems]
    assert evaluation.state == Evaluation.State.REJECTED
    assert found == [(kind, lines) for kind, lines, _ in problems]
    for problem, (_, _, words) in zip(evaluation.problems, problems, strict=True):
        assert words in problem["message"]
    assert not evaluation.scores.exists()
    assert quota_left(registration, NOW).left == 4


def test_a_rejected_run_leaves_nothing_but_itself(registration, tmp_path, private_files):
    run = score_run(make_run(registration, tmp_path, b"q1;c1\n"))
    assert files_of(private_files) == [private_files / run.file_key]


# ---------------------------------------------------------------- memory
# Files that would fill the memory of a careless reader.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "one line of 80 MB": lambda: b"q1;c1;0." + b"5" * 80_000_000,
    "ten million blank lines": lambda: b"\n" * 10_000_000,
    "300,000 ids": lambda: b"".join(b"x%07d;c1;0.5\n" % n for n in range(300_000)),
    "ten million columns": lambda: b";" * 10_000_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_file_costs_little_memory(registration, tmp_path, content):
    (tmp_path / "rules.json").write_text('{"shape": "ranked"}')
    (tmp_path / "asked.json").write_text('{"metrics": ["mrr"], "parts": [], "chance": null}')
    (tmp_path / "run.csv").write_bytes(content())
    truth = storage.local_folder(registration.task.current_truth.folder)
    assert peak_mb(tmp_path, truth) < 200


def peak_mb(folder: Path, truth: Path) -> float:
    """Return the most memory that scoring's process had, by asking one that waited for it."""
    names = {"--rules": "rules.json", "--asked": "asked.json"}
    names |= {"--out": "trace.npz", "--report": "report.json"}
    flags = [word for flag, name in names.items() for word in (flag, str(folder / name))]
    command = [sys.executable, "-m", "scoring", "trace", str(folder / "run.csv"), *flags]
    asking = (
        "import resource, subprocess, sys; done = subprocess.run(sys.argv[1:]);"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asking, *command, "--truth", str(truth), "--kind", "run"],
        check=True,
        capture_output=True,
        text=True,
    )
    status, peak = answer.stdout.split()
    assert status == "1", answer.stderr
    return int(peak) / 1024
