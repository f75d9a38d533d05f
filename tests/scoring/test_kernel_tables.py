"""What the kernel refuses of who hands it tables."""

from array import array

import pytest

kernel = pytest.importorskip("scoring._kernel")


@pytest.mark.parametrize(
    "wrong",
    [
        ("a;b", -1, ";", [[], []]),
        ("a;b", 4, ";", [[], []]),
        ("a;b", 0, ";;", [[], []]),
        ("a;b", 0, ";", []),
        ("a;b", 0, ";", [[], ()]),
        ("a;b", 0, ";", [[], [1]]),
        (b"a;\xff", 0, ";", [[], ["b"]]),
        ("a;\ud800", 0, ";", [[], []]),
    ],
)
def test_what_cannot_be_cut(wrong):
    with pytest.raises((TypeError, ValueError, SystemError)):
        kernel.cut(*wrong)


def test_what_is_cut_with_care():
    for text in ("", "\n", "a", "a;b;c", "a;b\n\nc;d", 'a;"b"', "a;b\r\r\n", "a;b\nc", "a\nb;c"):
        assert kernel.cut(text, 0, ";", [[], []]) is None
    for text in ("", " ", "a\n \nb", "a\n\nb", "é"):
        assert kernel.cut(text, 0, ";", [[]]) is None
    assert kernel.cut("é;b\nc;\r\n;\n\n", 0, ";", [["x"], []]) == [["é", "c", ""], ["b", "", ""]]


def test_items_stand_where_the_machine_reads_them():
    beside = memoryview(bytearray(9))[1:].cast("i")
    for call in (kernel.order, kernel.take, kernel.Ids(["a"], bytes(16)).find):
        with pytest.raises(TypeError, match="an array of 'i' is needed"):
            call(["a", "b"], beside)


def test_orders_and_places_fit_their_texts():
    for texts, places in (
        (["a"], array("i")),
        (["a"], array("d", [0])),
        (["a"], [0]),
        (("a",), array("i", [0])),
        (["a", 1], array("i", [0, 0])),
        (["a" * 20, "\ud800"], array("i", [0, 0])),
    ):
        with pytest.raises((TypeError, ValueError, BufferError)):
            kernel.order(texts, places)
    for places in ([1], [-1]):
        with pytest.raises(ValueError, match="none of the numbers"):
            kernel.take(["a"], array("i", places))


def paired(**changes):
    ints = array("i", bytes(12))
    own = {
        "queries": ["1", "2"],
        "names": ["a", "b"],
        "flags": None,
        "all_differ": False,
        "rows": array("i", [0, 1]),
        "starts": ints[:],
        "middles": ints[:],
        "n_foreground": ints[:],
        "places": ints[:],
    }
    return kernel.pairs(*(own | changes).values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"queries": ["1"]},
        {"queries": ["1", 2]},
        {"names": ["a"]},
        {"names": ["a", 2]},
        {"names": ["a", "\ud800"], "flags": ["1", "\ud800"]},
        {"queries": ["1", "1"], "names": [None, "a"]},
        {"flags": []},
        {"flags": "11"},
        {"flags": ["1", 1]},
        {"rows": array("i", [0, 2])},
        {"rows": array("i", [-1, 0])},
        {"rows": array("i", [0])},
        {"starts": array("i", [0, 0])},
        {"middles": array("d", [0, 0, 0])},
        {"places": b"123456789012"},
    ],
)
def test_columns_and_arrays_fit_each_other(wrong):
    assert paired() == (["1", "2"], ["a", "b"], False)
    with pytest.raises((TypeError, ValueError, BufferError)):
        paired(**wrong)


def test_what_is_written_moves_no_row():
    n = 100
    room, counts = array("i", range(n + 2)), array("i", bytes(4 * n + 4))
    rows, middles = memoryview(room)[:n], memoryview(room)[1:]
    queries = [f"{number:03}" for number in range(n)]
    found = paired(
        queries=queries,
        names=["a"] * n,
        all_differ=True,
        rows=rows,
        starts=counts[:],
        middles=middles,
        n_foreground=counts,
        places=counts,
    )
    assert found == (queries, ["a"] * n, False)
