"""What a trace holds, and that only a trace is read as one."""

import io
import json
import pickle
import zipfile
from array import array
from typing import Any

import numpy as np
import pytest

from scoring import Trace, WrongTrace
from scoring.traces.trace import _npy
from tests.scoring.small_task import TABLES, make_task

RUN = "1;b;0.9\n1;e;0.9\n1;a;0.1\n2;c;0.5\n2;b;0.5\n2;d;0.5\n3;a;0.9\n3;d;0.8\n9;a;1\n"


def test_what_it_holds(task):
    trace = task.trace(RUN)
    assert (trace.kind, trace.shape, trace.digest) == (
        "run",
        "ranked",
        task.truth.judged("run").digest,
    )
    assert trace.positions.tolist() == [3, 3, 2, 0]  # 1 a; 2 b, then its background c; 3 c
    assert trace.n_predictions.tolist() == [3, 3, 2, 0]
    # Among equal ones a wrong one is first, and of these the one of the least id.
    assert [task.truth.judged("run").classes[code - 1] for code in trace.first_classes[:3]] == [
        "b",
        "d",
        "a",
    ]
    assert trace.first_classes[3] == 0


def test_positions_of_genus_and_family(task):
    trace = task.trace(RUN)
    # 1 is an Acer: b, tied with e, which is none. 2 too: b, after c and d. 3 is a Cornus: none.
    assert trace.group_positions["Genus"].tolist() == [2, 3, 0, 0]
    # 3 is of the Cornaceae: d.
    assert trace.group_positions["Family"].tolist() == [2, 3, 2, 0]


def test_equal_ones_of_the_same_genus_share_the_first_place(task):
    trace = task.trace("1;a;0.5\n1;b;0.5\n1;c;0.5\n")
    assert trace.group_positions["Genus"][0] == 2
    assert trace.positions[0] == 3


def test_no_genus_is_not_a_genus(task, tmp_path):
    truth = TABLES["ground_truth.csv"].replace("3;c", "3;e")
    trace = make_task(tmp_path / "other", ground_truth=truth).trace("3;d;1\n3;e;0.5\n")
    assert trace.group_positions["Genus"][2] == 0


def test_classes_without_a_taxonomy(tmp_path):
    trace = make_task(tmp_path, classes="ClassId\na\nb\nc\nd\ne\n").trace(RUN)
    assert not trace.group_positions
    assert not Trace.from_bytes(trace.to_bytes()).group_positions


def test_distractors_leave_nothing(task):
    assert task.trace(RUN).to_bytes() == task.trace(RUN.replace("9;a;1\n", "")).to_bytes()


def test_scattered_lines_leave_the_same(task):
    lines = RUN.splitlines()
    scattered = lines[::2] + lines[1::2]
    assert task.trace("\n".join(scattered)).to_bytes() == task.trace(RUN).to_bytes()


def test_there_and_back(task):
    for content, kind in ((RUN, "run"), ("m1;a;1\n", "image_run")):
        trace = task.trace(content, kind)
        again = Trace.from_bytes(trace.to_bytes())
        assert vars(again) == vars(trace) | {"judged": trace.digest}


def saved(about: object, **arrays: Any) -> bytes:
    data = io.BytesIO()
    columns: dict[str, Any] = {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}
    np.savez(data, **columns, **arrays)
    return data.getvalue()


ABOUT = {
    "version": 3,
    "kind": "run",
    "shape": "ranked",
    "judged": "x",
    "scorer": "1",
    "group_by": None,
    "other_classes": [],
    "group_positions": [],
    "class_positions": [],
    "chance_class_positions": [],
}
COLUMNS = ("positions", "n_predictions", "first_classes", "chance_positions", "predicted")
ARRAYS = {name: np.array([1], np.int32) for name in COLUMNS}


def test_what_is_one():
    assert Trace.from_bytes(saved(ABOUT, **ARRAYS)).positions.tolist() == [1]


class Boom:
    def __reduce__(self):
        return (print, ("run",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no npz",
        pickle.dumps([1]),  # what must not be read
        saved(ABOUT),
        saved(ABOUT | {"version": 1}, **ARRAYS),
        saved(ABOUT | {"class_positions": [[["Usage", "public"]]]}, **ARRAYS),
        saved({}, **ARRAYS),
        saved([], **ARRAYS),
        saved(ABOUT, **(ARRAYS | {"positions": np.array(["x"])})),
        saved(ABOUT, **(ARRAYS | {"positions": np.array([2**40])})),
        saved(ABOUT, **(ARRAYS | {"positions": np.array([Boom()], dtype=object)})),
    ],
    ids=range(11),
)
def test_what_is_no_trace(data):
    with pytest.raises(WrongTrace):
        Trace.from_bytes(data)


def test_a_trace_cut_off(task):
    data = task.trace(RUN).to_bytes()
    for end in range(0, len(data), 97):
        with pytest.raises(WrongTrace):
            Trace.from_bytes(data[:end])


@pytest.mark.parametrize(
    ("column", "dtype"),
    [
        ([], np.uint8),
        ([0, 255], np.uint8),
        ([0, 256], np.uint16),
        ([-1, 127], np.int8),
        ([-1, 128], np.int16),
        ([2**16 - 1], np.uint16),
        ([2**16], np.int32),
        ([-(2**15), 2**15 - 1], np.int16),
        ([-(2**15) - 1], np.int32),
        (list(range(1000)), np.uint16),
    ],
)
def test_numpy_reads_what_is_written_without_it(column, dtype):
    read = np.load(io.BytesIO(_npy(array("i", column))), allow_pickle=False)
    assert read.dtype == dtype
    assert read.tolist() == column


def test_the_same_trace_is_the_same_bytes(task):
    """None of them is a date, and the names are those of numpy's own writer."""
    data = task.trace(RUN).to_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {"about.npy", "positions.npy"} <= set(archive.namelist())


def test_it_is_small(task):
    with zipfile.ZipFile(io.BytesIO(task.trace(RUN).to_bytes())) as archive:
        widths = {e.filename: np.load(archive.open(e)).dtype.itemsize for e in archive.infolist()}
    assert set(widths.values()) == {1}
