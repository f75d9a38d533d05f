"""The worked examples of the rules, and more that can be checked by hand."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings

from scoring import parse_metric, score
from tests.scoring.metrics.cases import CLASSES, Case, Row, Truth, cases
from tests.scoring.small_task import TABLES, make_answers, make_task


def values(case: Case, folder, *names: str) -> list[float | None]:
    task, metrics = case.task(folder), [parse_metric(name) for name in names]
    trace = case.trace(task, metrics)
    return [score(trace, task.truth, metric).value for metric in metrics]


def floats(*figures: Fraction) -> list[float]:
    return list(map(float, figures))


# ---------------------------------------------------------------- rankings
def test_14_of_4339_queries_answered_all_right(tmp_path):
    task = make_answers(tmp_path, {str(i): "a" for i in range(4339)})
    run = "\n".join(f"{i};a;0.9" for i in range(14))
    assert task.score(run, "mrr").value == 14 / 4339


def test_tied_with_nine_others_at_the_top(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    run = "\n".join(f"1;{name};0.5" for name in "abcdefghij")
    assert task.score(run, "mrr").value == 1 / 10
    assert task.score(run, "top_5").value == 0


def test_tied_with_one_background_and_one_wrong(tmp_path):
    task = make_answers(tmp_path, {"1": "aB"})
    run = "1;a;0.5\n1;b;0.5\n1;c;0.5\n"
    assert task.score(run, "mrr").value == 1 / 3
    assert task.score(run, "map").value == (1 / 2 + 2 / 3) / 2
    assert task.score(run, "map_foreground").value == 1 / 3


def test_the_first_of_several_relevant_classes_counts(tmp_path):
    task = make_answers(tmp_path, {"1": "abc"})
    run = "1;j;0.9\n1;a;0.8\n1;i;0.7\n1;b;0.6\n"
    assert task.score(run, "mrr").value == 1 / 2
    assert task.score(run, "median_position").value == 2
    assert [task.score(run, name).value for name in ("top_1", "top_2", "top_3")] == [0, 1, 1]
    assert task.score(run, "map").value == pytest.approx((1 / 2 + 2 / 4 + 0) / 3, rel=1e-15)


def test_the_oracle_of_birdclef_2014(tmp_path):
    task = make_answers(tmp_path, {"1": "aB", "2": "cDE"})
    both = "1;a;0.9\n1;b;0.8\n2;c;0.9\n2;d;0.8\n2;e;0.7\n"
    main_only = "1;a;0.9\n2;c;0.9\n"
    assert task.score(both, "map").value == 1
    assert task.score(main_only, "map_foreground").value == 1
    assert task.score(main_only, "map").value == (1 / 2 + 1 / 3) / 2


def test_the_bounds_of_mrr(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bounds")

    @settings(max_examples=40, deadline=None)
    @given(cases("ranked"))
    def holds(case: Case) -> None:
        mrr, top_1, top_5 = values(case, folder, "mrr", "top_1", "top_5")
        if mrr is None or top_1 is None or top_5 is None:
            return
        least = top_1 + (top_5 - top_1) / 5
        most = top_1 + (top_5 - top_1) / 2 + (1 - top_5) / 6
        assert least - 1e-12 <= mrr <= most + 1e-12

    holds()


def test_rank_parts_equal_probabilities_and_nothing_else(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    assert task.score("1;b;0.5;2\n1;a;0.5;1\n", "mrr").value == 1
    assert task.score("1;b;0.5;1\n1;a;0.4;0001\n", "mrr").value == 1 / 2
    assert task.score("1;b;0.5;1\n1;a;0.5;1\n", "mrr").value == 1 / 2


def test_probabilities_are_compared_as_doubles(tmp_path):
    task = make_answers(tmp_path, {"1": "a"})
    assert task.score("1;b;0.1\n1;a;0.10000000001\n", "mrr").value == 1
    assert task.score("1;b;0.1\n1;a;0.1000000000000000001\n", "mrr").value == 1 / 2
    assert task.score("1;b;0\n1;a;-0.0\n", "mrr").value == 1 / 2
    assert task.score("1;b;0\n1;a;1e-400\n", "mrr").value == 1 / 2


def test_sums_are_exact(tmp_path):
    """Ten times 1/10 are 1, and not what adding doubles makes of it: ties stay ties."""
    task = make_answers(tmp_path, {str(i): "j" for i in range(10)})
    run = "\n".join(
        f"{i};{n};{1 - at / 10}" for i in range(10) for at, n in enumerate("abcdefghij")
    )
    assert sum([1 / 10] * 10) != 1
    assert task.score(run, "mrr").value == 1 / 10


def test_the_macro_mean_weighs_classes_alike(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "a", "3": "a", "4": "b"})
    score = task.score("1;a;1\n2;a;1\n3;a;1\n", "macro_mrr")
    assert (score.value, score.n) == (1 / 2, 2)
    assert task.score("1;a;1\n2;a;1\n3;a;1\n", "mrr").value == 3 / 4


def test_the_macro_mean_needs_one_class_a_query(tmp_path):
    task = make_answers(tmp_path, {"1": "ab", "2": "a"})
    score = task.score("1;a;1\n", "macro_mrr")
    assert score.value is None
    assert score.reason == "a query has several foreground classes"


def test_the_median_position(tmp_path):
    task = make_answers(tmp_path, {"1": "a", "2": "a", "3": "a", "4": "a"})
    found = "1;a;1\n2;b;1\n2;a;0.5\n3;b;1\n3;c;0.5\n3;a;0.1\n"
    assert task.score(found, "median_position").value == 2.5
    score = task.score("1;a;1\n2;b;1\n2;a;0.5\n", "median_position")
    assert score.value is None
    assert "half" in (score.reason or "")


# ---------------------------------------------------------------- class columns
COLUMNS = Case(
    shape="ranked",
    truth={"1": (["a"], []), "2": (["a"], ["b"]), "3": (["b"], []), "4": ([], [])},
    queries={"9": {}},
    answers={
        "1": {"a": (0.9, 2), "b": (0.3, 1)},
        "2": {"a": (0.5, 1), "b": (0.2, 2)},
        "3": {"a": (0.6, 1)},
        "4": {"a": (0.5, 9), "b": (0.25, 1)},
        "9": {"a": (1.0, 1), "b": (1.0, 2)},
    },
)


def test_the_columns_of_classes(tmp_path):
    """Column a is 1, 3, 4, 2: 4 ties with 2, which has the class; 9 is a distractor.

    In column b stands 2 behind 1 and 4, and 3, which has no line for it, nowhere.
    """
    column_a = (Fraction(1, 1) + Fraction(2, 4)) / 2
    column_b = (Fraction(1, 3) + 0) / 2
    assert values(COLUMNS, tmp_path, "cmap") == floats((column_a + column_b) / 2)


# ---------------------------------------------------------------- authors
AUTHORS = {
    "i1": ("1", {"Author": "x"}),
    "i2": ("1", {"Author": "x"}),
    "i3": ("2", {"Author": "x"}),
    "i4": ("3", {"Author": "y"}),
    "i5": ("4", {"Author": ""}),
    "i6": ("3", {"Author": "x"}),
}
PLANTS: Truth = {plant: (["a"], []) for plant in "1234"}


def test_the_score_of_authors_of_plants_of_images(tmp_path):
    at = {"i1": "a", "i2": "ba", "i3": "bcda", "i4": "b", "i5": "a", "i6": "bca"}
    case = Case(
        shape="ranked",
        kind="image_run",
        truth=PLANTS,
        media=AUTHORS,
        answers={i: {n: (1 / (p + 1), 0) for p, n in enumerate(own)} for i, own in at.items()},
    )
    x = (Fraction(1 + Fraction(1, 2), 2) + Fraction(1, 4) + Fraction(1, 3)) / 3
    y, unknown = 0, 1
    assert values(case, tmp_path, "s_score") == [
        pytest.approx(float((x + y + unknown) / 3), rel=1e-15, abs=0)
    ]


def test_the_score_of_authors_of_plants(tmp_path):
    """Plant 3 was photographed by both authors, and counts for both."""
    answers = {"1": "ba", "2": "a", "3": "bca", "4": "a"}
    case = Case(
        shape="ranked",
        truth=PLANTS,
        media=AUTHORS,
        answers={q: {n: (1 / (p + 1), 0) for p, n in enumerate(own)} for q, own in answers.items()},
    )
    x = (Fraction(1, 2) + 1 + Fraction(1, 3)) / 3
    y, unknown = Fraction(1, 3), 1
    assert values(case, tmp_path, "s_score") == [
        pytest.approx(float((x + y + unknown) / 3), rel=1e-15, abs=0)
    ]


# ---------------------------------------------------------------- sets
def sets(*right: str, answers: str, group_by: str | None = None) -> Case:
    return Case(
        shape="set",
        truth={str(place): ([*own], []) for place, own in enumerate(right)},
        queries={str(place): {"transect": f"t{place // 2}"} for place in range(len(right))},
        answers={str(p): dict.fromkeys(own, (1.0, 0)) for p, own in enumerate(answers.split(","))},
        group_by=group_by,
    )


F1 = ("f1_samples", "f1_macro", "f1_micro")


def test_the_f1_of_sets(tmp_path):
    case = sets("ab", "c", "", answers="ac,,")
    samples = (Fraction(2, 4) + 0 + 1) / 3
    a, b, c = Fraction(2, 2), 0, Fraction(0, 2)
    micro = Fraction(2 * 1, 3 + 2)
    assert values(case, tmp_path, *F1) == floats(samples, (a + b + c) / 3, micro)


def test_the_f1_of_sets_nested_in_transects(tmp_path):
    case = sets("ab", "c", "", answers="ac,,", group_by="transect")
    first = Fraction(1, 4), Fraction(1, 3), Fraction(2, 5)
    assert values(case, tmp_path, *F1) == floats(*((own + 1) / 2 for own in first))


def test_background_is_right_in_a_set(tmp_path):
    case = Case(shape="set", truth={"1": (["a"], ["b"])}, answers={"1": {"b": (1.0, 0)}})
    assert values(case, tmp_path, *F1) == [2 / 3, 1 / 2, 2 / 3]


# ---------------------------------------------------------------- the costs of 2023
def labels(*pairs: str, classes: Mapping[str, Row] = CLASSES) -> Case:
    """Return a case of right class and answer, a letter each; ? is unknown."""
    named = [["-1" if letter == "?" else letter for letter in pair] for pair in pairs]
    return Case(
        shape="label",
        truth={str(place): ([right], []) for place, (right, _) in enumerate(named)},
        answers={str(place): {answer: (1.0, 0)} for place, (_, answer) in enumerate(named)},
        classes=classes,
    )


FUNGI = ("fungi_1", "fungi_2", "fungi_3", "fungi_4")
SNAKES = ("snake_1", "snake_2")


def test_the_costs_of_fungi(tmp_path):
    """Poisonous are a and c; edible b and e, and those of which nothing is said."""
    right = ["aa", "??"]
    poisonous_called_edible = ["ab"]
    edible_called_poisonous = ["ba", "jc"]
    alike = ["ac", "be"]
    unknown_called_known = ["?a"]
    known_called_unknown = ["b?", "c?"]
    case = labels(
        *right,
        *poisonous_called_edible,
        *edible_called_poisonous,
        *alike,
        *unknown_called_known,
        *known_called_unknown,
    )
    track_1 = Fraction(1 + 2 + 2 + 1 + 2, 10)
    track_2 = Fraction(100 * 1 + 1 * 2, 10)
    track_4 = (1 + 2 + 2 + 10 * 1 + Fraction(1, 10) * 2) / 10
    expected = floats(track_1, track_2, track_1 + track_2, track_4)
    assert values(case, tmp_path, *FUNGI) == expected


def test_the_costs_of_snakes(tmp_path):
    """Venomous are a and c; harmless b, d, e and j."""
    case = labels("bb", "bd", "ea", "j?", "aa", "ac", "cb", "?a")
    a, b, others = Fraction(2 * 1, 3 + 2), Fraction(2 * 1, 2 + 2), 0
    macro = (a + b + 5 * others) / 7  # a, b, c, d, e, j and unknown
    hh, hv = Fraction(100 * 1, 4), Fraction(100 * 1, 4)
    vh, vv = Fraction(100 * 1, 3), Fraction(100 * 1, 3)
    points = 1 * 100 * macro + 1 * (100 - hh) + 2 * (100 - hv) + 5 * (100 - vh) + 2 * (100 - vv)
    found = values(case, tmp_path, *SNAKES)
    assert found == [
        pytest.approx(float(points / 11), rel=1e-15, abs=0),
        1 * 1 + 2 * 1 + 5 * 1 + 2 * 1,
    ]


@pytest.mark.parametrize("flag", ["1", "0", ""])
def test_unknown_has_no_attributes_even_where_the_classes_name_it(flag, tmp_path):
    named = {**CLASSES, "-1": {"poisonous": flag, "venomous": flag}}
    pairs = ["aa", "bb", "a?", "b?", "?a", "?b"]
    names = (*FUNGI, *SNAKES)
    plain = values(labels(*pairs), tmp_path / "plain", *names)
    assert plain[1] == 0
    assert plain[5] == 0
    assert values(labels(*pairs, classes=named), tmp_path / "named", *names) == plain


# ---------------------------------------------------------------- subsets
def test_a_subset_is_looked_up_in_queries_then_images_then_truth_then_classes(tmp_path):
    task = make_task(
        tmp_path,
        queries="QueryId;Organ\n1;whole\n2;leaf\n3;\n4;\n",
        media="MediaId;QueryId;Organ;Year\nm1;1;leaf;2010\nm2;2;fruit;2011\nm3;1;leaf;2011\n",
        ground_truth=TABLES["ground_truth.csv"],
    )
    run, image_run = "1;a;1\n2;b;0.5\n2;c;1\n", "m1;a;1\nm2;b;1\n"
    assert task.score(run, "mrr@Organ=leaf").value == 1 / 2  # query 2
    assert task.score(run, "mrr@Year=2011").value == (1 + 1 / 2) / 2  # each by one of its images
    assert task.score(image_run, "mrr@Organ=leaf", "image_run").value == 1 / 2  # m1 and m3
    assert task.score(image_run, "mrr@Organ=fruit", "image_run").value == 1
    assert task.score(run, "mrr@Usage=private").value == 0  # query 3
    assert task.score(run, "mrr@Family=Sapindaceae").value == (1 + 1 / 2) / 2  # of classes a and b
