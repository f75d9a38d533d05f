"""What a run would score by chance, and the columns of classes: what is counted while a file is read."""

import pytest

from scoring import Trace, chance_places, parse_metric, read_truth_file, score
from scoring.traces.chance import Swap, by_chance, permutation, swap_of
from scoring.traces.tracing import subsets_of
from tests.scoring.small_task import TABLES, make_task

RUN = "1;b;0.9\n1;e;0.9\n1;a;0.1\n2;c;0.5\n2;b;0.5\n2;d;0.5\n3;a;0.9\n3;d;0.8\n4;c;0.2\n9;a;1\n"


def permuted(task, content: str) -> str:
    swap = swap_of(task.truth)
    assert swap is not None
    lines = [line.split(";") for line in content.split()]
    return "\n".join(";".join([query, swap.written[name], p]) for query, name, p in lines)


def test_the_permutation_is_drawn_with_the_seed_of_the_truth(task):
    swap = swap_of(task.truth)
    assert swap is not None
    places = permutation(task.truth.seed, 5)
    assert swap.written == {
        name: "abcde"[place] for name, place in zip("abcde", places, strict=True)
    }
    assert swap.read == {new: old for old, new in swap.written.items()}


def test_the_permutation_is_that_of_the_sorted_classes(task, tmp_path):
    head, *lines = TABLES["classes.csv"].split()
    other_way = make_task(tmp_path / "other", classes="\n".join([head, *lines[2:], *lines[:2]]))
    swaps = [swap_of(own.truth) for own in (task, other_way)]
    assert swaps[0] is not None
    assert swaps[1] is not None
    assert swaps[0].written == swaps[1].written


def test_a_permutation_is_pinned():
    """It must be the same on every machine and with every version of numpy."""
    assert permutation(12345, 8) == PINNED


PINNED = [4, 3, 0, 2, 1, 6, 7, 5]


@pytest.mark.parametrize("name", ["mrr", "top_2", "map", "macro_mrr", "cmap", "mrr@Domain=photo"])
def test_it_is_the_score_of_the_permuted_file(task, name):
    metric = parse_metric(name)
    trace = by_chance(task.trace(RUN, metrics=[metric]), task.truth)
    assert trace is not None
    written_out = task.score(permuted(task, RUN), name)
    assert score(trace, task.truth, metric) == written_out


def test_whoever_has_the_permutation_gives_it(task):
    places = chance_places(task.truth)
    assert places is not None
    assert task.trace(RUN, chance=places).to_bytes() == task.trace(RUN).to_bytes()
    assert sorted(places) == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="zip"):
        task.trace(RUN, chance=places[:3])


def test_where_any_class_may_be_named_nothing_is_permuted(task):
    alone = read_truth_file(task.folder / "task" / "ground_truth.csv")
    assert chance_places(alone) is None
    assert swap_of(alone) is None


def test_no_chance_where_it_was_not_counted(task):
    trace = Trace.from_bytes(task.trace(RUN, chance=False).to_bytes())
    assert by_chance(trace, task.truth) is None


def test_unknown_stays_unknown():
    swap = Swap(["a", "b", "c"], permutation(1, 3))
    assert swap.codes([0, 1, 2, 3])[0] == 0
    assert sorted(swap.codes([1, 2, 3])) == [1, 2, 3]


# ---------------------------------------------------------------- class columns
def test_the_subsets_that_are_ranked():
    metrics = [parse_metric(name) for name in ("mrr", "cmap", "cmap@Domain=photo")]
    part = ("Usage", "public")
    assert subsets_of(metrics, [frozenset({part})]) == (
        frozenset(),
        frozenset({("Domain", "photo")}),
        frozenset({part}),
        frozenset({("Domain", "photo"), part}),
    )
    assert subsets_of(metrics[:1], [frozenset({part})]) == ()


@pytest.mark.parametrize("part", ["public", "private"])
def test_cmap_on_a_part_is_that_of_a_truth_cut_to_it(tmp_path, part):
    whole = make_task(tmp_path / "whole")
    cmap = parse_metric("cmap")
    trace = whole.trace(RUN, metrics=[cmap], parts=[frozenset({("Usage", part)})])
    head, *lines = TABLES["ground_truth.csv"].split()
    kept = "\n".join([head, *(line for line in lines if line.endswith(part))])
    cut = make_task(tmp_path / "cut", ground_truth=kept)
    found = score(Trace.from_bytes(trace.to_bytes()), whole.truth, cmap, within=("Usage", part))
    assert found == cut.score(RUN, "cmap")
    assert found.value is not None


def test_a_part_for_which_the_run_was_not_read(task):
    trace = task.trace(RUN, metrics=[parse_metric("cmap")])
    found = score(trace, task.truth, parse_metric("cmap@Domain=photo"))
    assert found.value is None
    assert "read again" in (found.reason or "")


def test_rank_is_ignored_in_a_column(task):
    ranked = "1;a;0.5;2\n2;a;0.5;1\n3;c;0.5;1\n"
    assert (
        task.score(ranked, "cmap").value == task.score(ranked.replace(";2\n", ";1\n"), "cmap").value
    )


def test_a_ranked_run_never_answers_unknown(tmp_path):
    """Only a label run may, whatever the rules allow there."""
    task = make_task(tmp_path)
    report, _ = task.read("1;-1;0.5\n", unknown_class=True)
    assert [problem.kind for problem in report.problems] == ["unknown_class"]
