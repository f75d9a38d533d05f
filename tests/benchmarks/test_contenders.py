"""Everybody who is measured finds the right scores, or is not measured."""

import json
import subprocess

import pytest

from tests.bench.scoring.contenders import (
    COLD_NUMBA,
    COLD_RANX,
    CONTENDERS,
    NUMBA,
    ONE_THREAD,
    PANDAS,
    RANX,
    TREC_EVAL,
    disagreement,
)

# They compile, ranx for a minute, where they never did before.
_SLOW = {NUMBA, COLD_NUMBA, RANX, COLD_RANX}


@pytest.mark.parametrize(
    "contender", [own for own in CONTENDERS.values() if own.name not in _SLOW], ids=lambda c: c.name
)
def test_it_finds_the_right_scores(tiny, contender):
    if contender.missing:
        pytest.skip(f"{contender.name}: {contender.missing}")
    done = subprocess.run(
        [*map(str, contender.command(tiny))],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", **contender.environment},
    )

    assert disagreement(contender, done.stdout, tiny.right) == ""


def test_wrong_scores_are_told_with_what_is_right():
    right = {"mrr": 0.5, "top_1": 0.25, "top_5": 0.75}
    wrong = json.dumps({**right, "mrr": 0.49})

    assert disagreement(CONTENDERS[PANDAS], json.dumps(right), right) == ""
    assert disagreement(CONTENDERS[PANDAS], wrong, right) == (
        "naive pandas: mrr is 0.49, right is 0.5"
    )


@pytest.mark.parametrize("name", [PANDAS, ONE_THREAD, TREC_EVAL])
@pytest.mark.parametrize("answer", ["", "Killed", '{"mrr": 1}', '{"metrics": {}}'])
def test_no_scores_are_no_agreement(name, answer):
    assert disagreement(CONTENDERS[name], answer, {"top_1": 1.0})


def test_trec_eval_is_read_to_its_four_digits():
    answer = "recip_rank            \tall\t0.6880\nsuccess_1             \tall\t0.6038\n"

    assert disagreement(CONTENDERS[TREC_EVAL], answer, {"mrr": 0.687989, "top_1": 0.603768}) == ""
    assert disagreement(CONTENDERS[TREC_EVAL], answer, {"mrr": 0.6881})
