"""There and back: the same order, the same doubles, the same ids; damaged files; memory."""

import csv
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from clefboard.formats import CannotConvert, convert_run, format_by_name
from tests.clefboard.formats.converting import convert, text
from tests.scoring.fusion.slow_fusion import SlowRun, place

words = st.text(alphabet="ab1/:é", min_size=1, max_size=3)
hard = st.one_of(
    words, st.sampled_from(["a;b", 'say "x"', "two words", "NA", "007", "QueryId", "id"])
)
scores = st.one_of(
    st.sampled_from([0.0, 0.5, 1.0, 0.1, -2.0, 5e-324, 1e300]),
    st.floats(allow_nan=False, allow_infinity=False),
)


@st.composite
def runs(draw: st.DrawFn, ids: st.SearchStrategy[str]) -> SlowRun:
    ranks = st.just(0) if draw(st.booleans()) else st.integers(1, 3)
    answers = st.dictionaries(ids, st.tuples(scores, ranks), min_size=1, max_size=6)
    run: SlowRun = draw(st.dictionaries(ids, answers, min_size=1, max_size=4))
    return run


def written(run: SlowRun) -> str:
    file = StringIO()
    rows = csv.writer(file, delimiter=";", lineterminator="\n")
    has_ranks = any(rank for answer in run.values() for _, rank in answer.values())
    rows.writerow(["Obs_Id", "ClassId", "Probability", *["Rank"] * has_ranks])
    for query, answer in run.items():
        for name, (score, rank) in answer.items():
            rows.writerow([query, name, repr(score), *[rank] * has_ranks])
    return file.getvalue()


def read_back(path: Path) -> SlowRun:
    run: dict[str, dict[str, tuple[float, int]]] = {}
    for query, name, score, *rank in list(csv.reader(StringIO(text(path)), delimiter=";"))[1:]:
        run.setdefault(query, {})[name] = (float(score), int(rank[0]) if rank else 0)
    return run


def places(run: SlowRun) -> dict[str, dict[str, tuple[float, int]]]:
    """Return the score of every class, and how many stand before it or beside it."""
    return {
        query: {name: (score, place(answer, name)) for name, (score, _) in answer.items()}
        for query, answer in run.items()
    }


many = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)


@many
@given(runs(words))
def test_through_trec(folder, run):
    convert(folder, written(run), "through.trec")
    convert(folder, text(folder / "through.trec"), "back.csv", layout="ranked", of="trec")

    assert places(read_back(folder / "back.csv")) == places(run)


@many
@given(runs(hard))
def test_through_parquet(folder, run):
    convert(folder, written(run), "through.parquet")
    convert(folder, (folder / "through.parquet").read_bytes(), "back.csv", layout="ranked")

    assert places(read_back(folder / "back.csv")) == places(run)


@many
@given(runs(words))
def test_scaled_scores_keep_their_order(folder, run):
    try:
        convert(folder, written(run), "scaled.csv", layout="ranked", scale=True)
    except CannotConvert:
        return
    scaled = read_back(folder / "scaled.csv")

    assert {
        query: {n: p for n, (_, p) in own.items()} for query, own in places(scaled).items()
    } == {query: {n: p for n, (_, p) in own.items()} for query, own in places(run).items()}
    assert all(0 <= score <= 1 for answer in scaled.values() for score, _ in answer.values())


# ---------------------------------------------------------------- damaged files
CASES = ("run", "trec", "parquet")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Return a right file of each form."""
    folder = tmp_path_factory.mktemp("whole")
    content = "".join(f"q{q};c{c};0.5;{c + 1}\n" for q in range(3) for c in range(4))
    for to in CASES:
        convert(folder, content, f"whole.{to}.csv" if to == "run" else f"whole.{to}")
    return {path.name.split(".")[1]: path.read_bytes() for path in folder.glob("whole*")}


@settings(many, max_examples=200)
@given(
    st.sampled_from(CASES),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 3), st.binary(max_size=3)), min_size=1, max_size=4
    ),
)
def test_a_damaged_file_is_a_problem_or_a_run(whole, folder, of, damages):
    content = whole[of]
    for where, length, new in damages:
        at = int(where * len(content))
        content = content[:at] + new + content[at + length :]
    (folder / "back.csv").unlink(missing_ok=True)
    try:
        has_problems = bool(convert(folder, content, "back.csv", of=of).problems)
    except CannotConvert:  # what is left looks like labels
        has_problems = True

    assert (folder / "back.csv").exists() == (not has_problems)


@many
@given(st.sampled_from(CASES), st.binary(max_size=60))
def test_any_bytes(folder, of, content):
    with suppress(CannotConvert):  # of sets or labels
        assert convert(folder, content, "back.csv", of=of).problems or of != "parquet"


# ---------------------------------------------------------------- memory
def peak(folder: Path, each: int, target: str) -> int:
    """Return the most bytes held while a run of a thousand queries is converted."""
    source = folder / "large.csv"
    with source.open("w") as file:
        file.writelines(f"{q};{c};{1 / (c + 2)}\n" for q in range(1000) for c in range(each))
    tracemalloc.start()
    done = convert_run(source, folder / target, to=format_by_name(Path(target)) or "run")
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.n_predictions == 1000 * each
    return found


def test_memory_does_not_grow_with_the_lines(folder: Path):
    assert peak(folder, 70, "large.trec") < peak(folder, 25, "large.trec") + 400_000
