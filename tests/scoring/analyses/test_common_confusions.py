"""Classes that runs take for one another: siblings are, by the recipe; the rest is chance."""

import pytest

from scoring import common_confusions, confusions, read_ground_truth
from tests.scoring.analyses.worlds import answers_in, make_runs, read

LEVELS = (-0.5, 0.0, 0.5, 1.0)
N_SEEDS = 6


@pytest.mark.parametrize("seed", range(N_SEEDS))
def test_what_is_common_is_between_siblings(tmp_path, seed):
    answers = answers_in(tmp_path, make_runs(tmp_path, seed=seed, levels=LEVELS))
    classes = read_ground_truth(tmp_path).test_set.classes
    assert classes
    genus = dict(zip(classes.columns["ClassId"], classes.columns["Genus"], strict=True))
    found = common_confusions(answers)
    assert found
    assert all(genus[one.right] == genus[one.instead] for one in found)


def test_the_counts_are_those_of_the_confusions_of_all_runs(tmp_path):
    runs = make_runs(tmp_path, seed=1, levels=LEVELS)
    truth, traces = read(tmp_path, runs)
    wanted = {(c.right, c.instead): (c.n_queries, c.n_runs) for c in confusions(traces, truth)}
    found = common_confusions(answers_in(tmp_path, runs))
    for one in found:
        assert (one.n_confused, one.n_runs) == wanted[one.right, one.instead]
        assert 0 < one.share <= one.n_confused / one.n_queries
        assert (one.low is None) == (one.n_queries < 10)
