"""Metrics at the level of genera and families, against a slow twin written from the definition."""

import random
from pathlib import Path
from statistics import fmean, median

import pytest

from scoring import (
    RunRules,
    Trace,
    UnknownMetric,
    evaluate_run,
    near_chance,
    parse_metric,
    read_ground_truth,
    score_all,
    trace_run,
)

GENUS = {f"c{i}": f"G{i // 3}" if i < 24 else "" for i in range(27)}
FAMILY = {f"c{i}": f"F{i // 9}" for i in range(27)}
TABLES = {"Genus": GENUS, "Family": FAMILY}
RULES = RunRules("ranked")

Answers = dict[str, list[tuple[str, float]]]


def write(folder: Path, seed: int, *, columns=("Genus", "Family"), several=False) -> Answers:
    """Write a truth of 60 queries and a run with ties and gaps; return what the run answers."""
    chance = random.Random(seed)
    classes = "".join(f"{c};{';'.join(TABLES[n][c] for n in columns)}\n" for c in GENUS)
    (folder / "classes.csv").write_text(f"ClassId;{';'.join(columns)}\n{classes}")
    (folder / "queries.csv").write_text(
        "QueryId;Domain\n" + "".join(f"q{i};{'ab'[i % 2]}\n" for i in range(60))
    )
    right = {f"q{i}": [f"c{i % 27}"] + [f"c{(5 * i + 1) % 27}"] * several for i in range(60)}
    (folder / "ground_truth.csv").write_text(
        "QueryId;ClassId\n"
        + "".join(f"{q};{c}\n" for q, own in right.items() for c in dict.fromkeys(own))
    )
    answers = {
        q: [
            (c, chance.choice((0.2, 0.5, 0.9)))
            for c in dict.fromkeys(
                [own[0], *chance.sample(list(GENUS), 6)][chance.random() < 0.4 :]
            )
        ]
        for q, own in right.items()
        if chance.random() < 0.9
    }
    lines = [f"{q};{c};{p}\n" for q, own in answers.items() for c, p in own]
    (folder / "run.csv").write_text("".join(lines))
    return answers


def positions(folder: Path, answers: Answers, level: str) -> dict[str, tuple[str, int]]:
    """Return of each query with a right genus that genus, and the position of its first class; 0 for none."""
    group = TABLES[level]
    lines = (folder / "ground_truth.csv").read_text().splitlines()[1:]
    right: dict[str, set[str]] = {}
    for query, name in (line.split(";") for line in lines):
        right.setdefault(query, set()).add(group[name])
    found = {}
    for query, groups in right.items():
        groups -= {""}
        if groups:
            # Equal probabilities against the run: what is of another genus first.
            order = sorted(
                answers.get(query, []), key=lambda one: (-one[1], group[one[0]] in groups)
            )
            hits = [at for at, one in enumerate(order, start=1) if group[one[0]] in groups]
            found[query] = (min(groups), hits[0] if hits else 0)
    return found


def twin(metric: str, found: dict[str, tuple[str, int]]) -> float:
    name = metric.partition(":")[0]
    k = int(name[-1]) if name[-1].isdecimal() else 0
    if name == "median_position":
        return median(at or float("inf") for _, at in found.values())

    def value(at: int) -> float:
        return float(0 < at <= k) if k else 1 / at if at else 0.0

    if not name.startswith("macro"):
        return fmean(value(at) for _, at in found.values())
    groups = {group for group, _ in found.values()}
    return fmean(fmean(value(at) for own, at in found.values() if own == group) for group in groups)


METRICS = ("mrr", "top_1", "top_3", "macro_mrr", "macro_top_3", "median_position")


@pytest.mark.parametrize("level", ["Genus", "Family"])
@pytest.mark.parametrize("seed", range(5))
def test_a_score_at_a_level_is_that_of_its_definition(tmp_path, seed, level):
    answers = write(tmp_path, seed)
    truth = read_ground_truth(tmp_path)
    names = [f"{name}:{level}" for name in METRICS]
    found = evaluate_run(tmp_path / "run.csv", truth, RULES, names, intervals=True)
    by_definition = positions(tmp_path, answers, level)
    for own in found.scores:
        assert own.value == pytest.approx(twin(own.metric, by_definition), abs=1e-12), own.metric
        assert own.n_left_out == 60 - len(by_definition)
    sure = {own.metric for own in found.scores if own.low is not None}
    # Genera with a query are 8, fewer than an interval needs; families are 3.
    assert sure == {f"{name}:{level}" for name in ("mrr", "top_1", "top_3")}


def test_with_several_right_classes_any_of_their_genera_is_right(tmp_path):
    answers = write(tmp_path, 7, several=True)
    truth = read_ground_truth(tmp_path)
    mrr, macro = evaluate_run(
        tmp_path / "run.csv", truth, RULES, ["mrr:Genus", "macro_mrr:Genus"]
    ).scores
    assert mrr.value == pytest.approx(twin("mrr", positions(tmp_path, answers, "Genus")))
    assert macro.reason == "a query has several foreground classes"


def test_a_coarser_level_is_never_worse_and_needs_no_other_reading(tmp_path):
    write(tmp_path, 1)
    truth = read_ground_truth(tmp_path)
    _, trace = trace_run(tmp_path / "run.csv", truth, RULES)
    assert trace
    kept = Trace.from_bytes(trace.to_bytes())
    names = ["mrr@Domain=a", "mrr:Genus@Domain=a", "mrr:Family@Domain=a"]
    scores = score_all(kept, truth, list(map(parse_metric, names)))
    assert [own.metric for own in scores] == names
    values = [own.value or 0 for own in scores]
    assert values == sorted(values)
    assert scores[0].n == scores[2].n > scores[1].n  # some classes have no genus


def test_without_the_column_it_is_undefined_and_says_why(tmp_path):
    write(tmp_path, 1, columns=("Family",))
    truth = read_ground_truth(tmp_path)
    [found] = evaluate_run(tmp_path / "run.csv", truth, RULES, ["mrr:Genus"]).scores
    assert (found.value, found.reason) == (None, "classes.csv has no column Genus")


def test_at_a_level_nobody_is_said_to_be_near_chance(tmp_path):
    """The permuted file was counted for classes only: its genera would be those of the file itself."""
    write(tmp_path, 1)
    truth = read_ground_truth(tmp_path)
    _, trace = trace_run(tmp_path / "run.csv", truth, RULES)
    assert trace
    metric = parse_metric("mrr:Genus")
    [found] = score_all(trace, truth, [metric])
    assert found.low is not None
    assert near_chance(trace, truth, metric, found) is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mrr:Order", "no level is called 'Order'; there are Genus, Family"),
        ("mrr:", "no level is called ''; there are Genus, Family"),
        ("map:Genus", "map has no level of genera or families; mrr, top_k"),
        ("cmap:Family", "cmap has no level"),
    ],
)
def test_what_has_no_level_is_refused(name, said):
    with pytest.raises(UnknownMetric) as refused:
        parse_metric(name)
    assert said in str(refused.value)
