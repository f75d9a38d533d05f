"""Data sets of a task folder: described, present, and unchanged."""

from hashlib import sha256
from pathlib import Path

import pytest

from clefboard.task_folder import DataFile, DataSet, check_task_folder, read_task_folder
from tests.clefboard.task_folder.folders import make_folder

CONTENT = b"pretend this is a picture"
DATA = """title: Trusted
role: training_trusted
licence: CC BY 4.0
files:
  - {name: a.bin, size: 25, sha256: DIGEST}
  - {name: b.zip, size: 7, sha256: DIGEST, url: "https://data.example/b.zip"}
"""


def make_data_set(parent: Path, text: str = DATA) -> Path:
    folder = make_folder(parent)
    data = folder / "data" / "trusted"
    data.mkdir(parents=True)
    digest = sha256(CONTENT).hexdigest()
    (data / "data.yaml").write_text(text.replace("DIGEST", digest))
    (data / "a.bin").write_bytes(CONTENT)
    return folder


def test_a_data_set_is_read(tmp_path: Path):
    digest = sha256(CONTENT).hexdigest()

    (data_set,) = read_task_folder(make_data_set(tmp_path)).data_sets

    assert data_set == DataSet(
        slug="trusted",
        title="Trusted",
        role="training_trusted",
        licence="CC BY 4.0",
        files=(
            DataFile("a.bin", 25, digest),
            DataFile("b.zip", 7, digest, "https://data.example/b.zip"),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("role: training_trusted", "role: trusted", 2, "did you mean 'training_trusted'?"),
        ("size: 25", "size: 24", 5, "has 25 bytes"),
        ("name: a.bin", "name: c.bin", 5, "is not beside data.yaml and has no url"),
        ("name: a.bin", "name: ../a.bin", 5, "a file name without folders"),
        ("name: a.bin", "name: ..", 5, "a file name without folders"),
        ("https://", "ftp://", 6, "starts with https://"),
        ("licence: CC BY 4.0\n", "", 1, "'licence' is missing"),
        ("name: b.zip", "name: a.bin", 6, "'a.bin' is taken; right is a name for each file"),
        ("name: b.zip", "name: data.yaml", 6, "'data.yaml' is taken"),
        ("name: b.zip", 'name: "b\\nb"', 6, "a file name without folders"),
        ("size: 7", "size: 90000000000000000000", 6, "a number of bytes"),
        ("licence: CC BY 4.0", "licence: CC BY 4.0\nversion: 1/2", 4, "letters, digits, . _ and -"),
    ],
)
def test_a_fault_of_data_yaml_has_its_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
):
    problems = check_task_folder(make_data_set(tmp_path, DATA.replace(old, new))).problems

    found = [p for p in problems if words in p.message]
    assert [(p.file, p.line) for p in found] == [("data/trusted/data.yaml", line)]


def test_a_changed_file_is_found_by_its_checksum(tmp_path: Path):
    folder = make_data_set(tmp_path)
    (folder / "data/trusted/a.bin").write_bytes(CONTENT.upper())

    (problem,) = check_task_folder(folder).problems

    assert "SHA-256" in problem.message
    assert problem.line == 5


def test_a_file_that_data_yaml_does_not_name_is_a_problem(tmp_path: Path):
    folder = make_data_set(tmp_path)
    (folder / "data/trusted/secret.csv").write_text("?")

    (problem,) = check_task_folder(folder).problems

    assert problem.file == "data/trusted/secret.csv"


@pytest.mark.parametrize("name", ["My_Set", "a b", "-a", "a--b", "é", "x" * 101])
def test_a_data_set_is_called_as_an_address_can_be(tmp_path: Path, name: str):
    folder = make_data_set(tmp_path)
    (folder / "data/trusted").rename(folder / "data" / name)

    (problem,) = check_task_folder(folder).problems

    assert problem.file == f"data/{name}"
    assert "small letters, digits and single hyphens" in problem.message


def test_a_file_outside_of_a_data_set_would_be_lost(tmp_path: Path):
    folder = make_data_set(tmp_path)
    (folder / "data/readme.txt").write_text("?")
    (folder / "data/.DS_Store").write_text("?")
    (folder / "data/.checkpoints").mkdir()

    (problem,) = check_task_folder(folder).problems

    assert problem.file == "data/readme.txt"


def test_data_is_a_folder(tmp_path: Path):
    folder = make_folder(tmp_path)
    (folder / "data").write_text("?")

    (problem,) = check_task_folder(folder).problems

    assert "is a file" in problem.message


def test_the_order_of_files_says_nothing(tmp_path: Path):
    folder = make_data_set(tmp_path)
    before = read_task_folder(folder)
    path = folder / "data/trusted/data.yaml"
    *head, first, second = path.read_text().splitlines()
    path.write_text("\n".join([*head, second, first]) + "\n")

    assert read_task_folder(folder) == before
