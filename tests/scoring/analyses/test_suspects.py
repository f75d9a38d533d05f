"""Suspected labels: swapped ones are found, ordinary confusions are not."""

from collections import Counter

import pytest

from scoring import read_ground_truth, suspected_classes, suspects
from tests.scoring.analyses.worlds import answers_in, make_runs, relabel

GOOD = (1.0, 1.3, 1.6, 1.9, 2.2)


@pytest.mark.parametrize("seed", range(4))
def test_two_classes_whose_labels_were_swapped_are_found_and_no_other(tmp_path, seed):
    runs = make_runs(tmp_path, seed=seed, levels=GOOD)
    counts = Counter(read_ground_truth(tmp_path).table.columns["ClassId"])
    one, other = (name for name, n in counts.most_common(12)[10:])
    relabel(tmp_path, {one: other, other: one})
    answers = answers_in(tmp_path, runs)
    found = suspects(answers)
    sure = [(c.label, c.instead) for c in suspected_classes(answers, found) if c.sure]
    assert sorted(sure) == sorted([(one, other), (other, one)])
    assert {query.label for query in found} <= {one, other}


@pytest.mark.parametrize("levels", [GOOD, (-1.0, -1.0, -0.8)])
@pytest.mark.parametrize("seed", range(4))
def test_siblings_that_all_runs_confuse_are_no_wrong_labels(tmp_path, seed, levels):
    answers = answers_in(tmp_path, make_runs(tmp_path, seed=seed, levels=levels))
    found = suspects(answers)
    assert not any(one.sure for one in suspected_classes(answers, found))
    assert len(found) <= 1


def test_two_runs_suspect_nothing(tmp_path):
    runs = make_runs(tmp_path, seed=1, levels=(2.0, 2.0))
    names = sorted(set(read_ground_truth(tmp_path).table.columns["ClassId"]))
    relabel(tmp_path, dict(zip(names, [*names[1:], names[0]], strict=True)))
    assert suspects(answers_in(tmp_path, runs)) == []
