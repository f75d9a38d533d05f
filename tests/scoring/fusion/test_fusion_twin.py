"""Fusion against a slow twin written from the formulas, and within bounded memory."""

import tracemalloc
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from scoring import (
    CannotFuse,
    Selection,
    check_run,
    fuse_runs,
)
from scoring.run_rules import Kind
from tests.scoring.fusion.fused import (
    IMAGES,
    ORGANS,
    QUERIES,
    RULES,
    fuse,
    fuse_own_images,
    read_back,
)
from tests.scoring.fusion.slow_fusion import (
    Fused,
    SlowRun,
    fuse_images_slowly,
    fuse_slowly,
    mean_slowly,
    rrf_slowly,
)
from tests.scoring.small_task import SmallTask, make_task

# ---------------------------------------------------------------- the twin
classes = st.sampled_from("abcde")
probabilities = st.one_of(st.sampled_from([0.0, 0.25, 0.5, 1.0, 0.1, 5e-324]), st.floats(0, 1))


def answers(
    keys: Sequence[str], ranks: st.SearchStrategy[int]
) -> st.SearchStrategy[dict[str, dict[str, tuple[float, int]]]]:
    places = st.tuples(probabilities, ranks)
    return st.dictionaries(
        st.sampled_from(keys), st.dictionaries(classes, places, min_size=1), min_size=1
    )


def runs_of(keys: Sequence[str]) -> st.SearchStrategy[SlowRun]:
    return st.one_of(answers(keys, st.just(0)), answers(keys, st.integers(1, 3)))


def lines_of(run: SlowRun) -> list[str]:
    return [
        ";".join([query, name, repr(probability), *([str(rank)] if rank else [])])
        for query, answer in run.items()
        for name, (probability, rank) in answer.items()
    ]


@pytest.fixture(scope="module")
def one_task(tmp_path_factory: pytest.TempPathFactory) -> SmallTask:
    return make_task(tmp_path_factory.mktemp("twin"))


many = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None
)
mosts = st.sampled_from([None, 1, 3])
weights = st.one_of(st.sampled_from([1.0, 2.0]), st.floats(1e-6, 1e6))


def valid_and_the_same(task: SmallTask, slow: Fused, kind: Kind = "run") -> None:
    out = task.folder / "fused.csv"
    report = check_run(out, task.truth.test_set, RULES, kind=kind)
    assert report.valid, report.problems
    fast = read_back(out)
    assert fast == slow
    order = task.truth.test_set.answerable(kind)
    assert list(fast) == [query for query in order if query in slow]


@many
@given(st.lists(st.tuples(runs_of(QUERIES), weights), min_size=1, max_size=4), mosts, st.data())
def test_means_are_those_of_the_twin(one_task, parts, most, data):
    runs, ratio = [run for run, _ in parts], [weight for _, weight in parts]
    contents = ["\n".join(data.draw(st.permutations(lines_of(run)))) for run in runs]
    fuse(one_task, *contents, weights=ratio, most=most)

    valid_and_the_same(one_task, fuse_slowly(runs, mean_slowly(runs, ratio), most))


@many
@given(
    st.lists(st.tuples(runs_of(list(IMAGES)), weights), min_size=1, max_size=4),
    mosts,
    st.sampled_from([0, 1, 60]),
    st.data(),
)
def test_reciprocal_ranks_are_those_of_the_twin(one_task, parts, most, k, data):
    runs = [{q: {n: (p, 0) for n, (p, _) in a.items()} for q, a in run.items()} for run, _ in parts]
    ratio = [weight for _, weight in parts]
    contents = ["\n".join(data.draw(st.permutations(lines_of(run)))) for run in runs]
    fuse(one_task, *contents, kind="image_run", method="rrf", weights=ratio, k=k, most=most)

    slow = fuse_slowly(runs, rrf_slowly(runs, ratio, k), most)
    valid_and_the_same(one_task, slow, "image_run")


@many
@given(st.lists(runs_of(QUERIES), min_size=1, max_size=3), st.sampled_from([0, 60]))
def test_ranks_part_equal_ones_as_in_the_twin(one_task, runs, k):
    fuse(one_task, *("\n".join(lines_of(run)) for run in runs), method="rrf", k=k)

    slow = fuse_slowly(runs, rrf_slowly(runs, [1.0] * len(runs), k), None)
    valid_and_the_same(one_task, slow)


@many
@given(
    answers(list(IMAGES), st.just(0)),
    st.sampled_from(["mean", "max"]),
    st.sampled_from([None, ("leaf",), ("flower",), ("leaf", "flower")]),
    mosts,
)
def test_images_are_fused_as_by_the_twin(one_task, images, method, organs, most):
    def chosen(image: str) -> bool:
        return organs is None or ORGANS[image] in organs

    slow = fuse_images_slowly(images, IMAGES, chosen, method, most)
    only = Selection("Organ", organs) if organs else None
    content = "\n".join(lines_of(images))
    if slow:
        fuse_own_images(one_task, content, method=method, only=only, most=most)
        valid_and_the_same(one_task, slow)
    else:
        with pytest.raises(CannotFuse, match="empty run"):
            fuse_own_images(one_task, content, method=method, only=only, most=most)


@many
@given(st.permutations(range(3)), st.lists(runs_of(QUERIES), min_size=3, max_size=3))
def test_the_order_of_runs_changes_nothing(one_task, order, runs):
    contents = ["\n".join(lines_of(run)) for run in runs]
    fuse(one_task, *contents)
    before = (one_task.folder / "fused.csv").read_bytes()
    fuse(one_task, *(contents[place] for place in order))

    assert (one_task.folder / "fused.csv").read_bytes() == before


# ---------------------------------------------------------------- memory
N_QUERIES = 1_000


def large_run(path: Path, each: int, order: int) -> Path:
    with path.open("w") as file:
        file.writelines(
            f"{query};{place};{1 / (place + 2)}\n"
            for query in range(N_QUERIES)[::order]
            for place in range(each)
        )
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> SmallTask:
    tables: Mapping[str, str] = {
        "queries": "QueryId\n" + "".join(f"{query}\n" for query in range(N_QUERIES)),
        "classes": "ClassId\n" + "".join(f"{place}\n" for place in range(100)),
        "ground_truth": "QueryId;ClassId\n0;0\n",
    }
    return make_task(tmp_path_factory.mktemp("large"), media=None, **tables)


def peak_of_fusion(task: SmallTask, each: int) -> int:
    """Return the most bytes held while two runs are fused, their queries in opposite orders."""
    paths = [large_run(task.folder / f"{order}.csv", each, order) for order in (1, -1)]
    tracemalloc.start()
    fusion = fuse_runs(paths, task.folder / "fused.csv", task.truth.test_set, RULES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fusion.n_predictions == N_QUERIES * each
    return peak


def test_memory_does_not_grow_with_the_lines(large: SmallTask):
    """Of 70,000 lines more the machine numbers alone would be 840 kB."""
    few, many = peak_of_fusion(large, 25), peak_of_fusion(large, 60)

    assert many < few + 400_000
