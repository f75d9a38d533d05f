"""Rounds: interleaved, resumed where they were cut off, and honest about who failed."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.bench.scoring import measuring
from tests.bench.scoring.contenders import CONTENDERS, CSV, ONE_THREAD, PYTHON, Contender
from tests.bench.scoring.measuring import Records, Start, measure

LAUNCH = Path(measuring.__file__).with_name("launch.py")


def _start(contender: str, number: int, seconds: float, **more) -> Start:
    start = Start("S", contender, number, seconds, seconds, peak_kb=1000, busy=0.0)
    return replace(start, **more)


def _launch(limit, answer, *command):
    done = subprocess.run(
        [sys.executable, "-I", "-S", LAUNCH, str(limit), answer, *command],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.fixture
def records(tmp_path):
    return Records(tmp_path / "measured.jsonl", ["numpy 1"])


@pytest.fixture
def contenders(monkeypatch):
    """Three that are quick, in the tiny world alone."""
    own = {
        name: replace(CONTENDERS[name], on=frozenset(["tiny"]))
        for name in (PYTHON, ONE_THREAD, CSV)
    }
    monkeypatch.setattr(measuring, "CONTENDERS", own)
    return own


# ---------------------------------------------------------------- one start
def test_memory_is_the_child_s_own_whatever_the_parent_holds(tmp_path):
    held = b"x" * 300_000_000

    small = _launch(60, tmp_path / "a", sys.executable, "-c", "pass")
    large = _launch(60, tmp_path / "a", sys.executable, "-c", "x = b'x' * 200_000_000")

    assert len(held) > 1e8
    assert small["peak_kb"] < 50_000
    assert large["peak_kb"] > 190_000


def test_what_is_printed_and_how_it_ended_are_kept(tmp_path):
    code = "import time; time.sleep(0.2); print('said'); raise SystemExit(3)"

    done = _launch(60, tmp_path / "answer", sys.executable, "-c", code)

    assert (tmp_path / "answer").read_text() == "said\n"
    assert done["code"] == 3
    assert done["seconds"] >= 0.2 > done["cpu_s"] > 0


def test_who_takes_too_long_is_ended(tmp_path):
    assert _launch(1, tmp_path / "answer", "sleep", "60")["code"] == -9


# ---------------------------------------------------------------- rounds
def test_each_is_tried_and_then_started_once_a_round(records, tiny, contenders):
    told: list[Start] = []
    measure(records, "tiny", tiny, 3, told.append)

    assert told == records.starts
    assert Counter((own.contender, own.round) for own in told) == Counter(
        (name, number) for name in contenders for number in range(4)
    )
    orders = [[own.contender for own in told if own.round == number] for number in range(4)]
    assert len(set(map(tuple, orders))) > 1
    assert [own.round for own in told] == sorted(own.round for own in told)
    assert not any(own.problem for own in told)


def test_what_was_cut_off_goes_on(records, tiny, contenders, tmp_path):
    measure(records, "tiny", tiny, 1, lambda _: None)
    again = Records(tmp_path / "measured.jsonl", ["numpy 1"])
    new: list[Start] = []
    measure(again, "tiny", tiny, 2, new.append)

    assert again.starts[: len(records.starts)] == records.starts
    assert {own.round for own in new} == {2}
    assert len(new) == len(contenders)


def test_other_versions_measure_anew(records, tiny, contenders, tmp_path):
    measure(records, "tiny", tiny, 1, lambda _: None)

    assert Records(tmp_path / "measured.jsonl", ["numpy 2"]).starts == []


def test_who_fails_or_finds_other_scores_is_out_and_says_why(records, tiny, monkeypatch):
    everywhere = frozenset(["tiny"])
    code = "import json; print(json.dumps({'mrr': 1, 'top_1': 1, 'top_5': 1}))"
    own = [
        Contender("liar", lambda _: (sys.executable, "-c", code), everywhere, json.loads),
        Contender("broken", lambda _: (sys.executable, "-c", "1 / 0"), everywhere, json.loads),
    ]
    monkeypatch.setattr(measuring, "CONTENDERS", {one.name: one for one in own})
    measure(records, "tiny", tiny, 2, lambda _: None)

    assert len(records.starts) == 2  # the trial is all they get
    assert records.problem("tiny", "liar").startswith("liar: mrr is 1, right is 0.")
    assert records.problem("tiny", "broken").endswith("ZeroDivisionError: division by zero")
    assert records.seconds("tiny", "liar") is None


@pytest.mark.parametrize(("seconds", "rounds"), [(3, 7), (8, 3), (25, 3), (35, 2), (100, 1)])
def test_slow_ones_are_in_fewer_rounds(records, seconds, rounds):
    number = 1
    while measuring._is_wanted(records, "S", CONTENDERS[CSV], number, 11):
        records.add(_start(CSV, number, seconds))
        number += 1

    assert len(records.of("S", CSV)) == rounds


def test_who_was_in_a_round_is_not_in_it_again(records):
    wanted = measuring._is_wanted
    quick = CONTENDERS[PYTHON]
    for number in range(4):
        records.add(_start(PYTHON, number, 0.01))

    assert wanted(records, "S", quick, 4, 9)
    assert not wanted(records, "S", quick, 3, 9)
    assert not wanted(records, "S", replace(quick, most_rounds=3), 4, 9)


def test_only_who_was_never_started_is_tried(records):
    wanted = measuring._is_wanted
    cold = replace(CONTENDERS[ONE_THREAD], most_rounds=1)
    records.add(_start(CSV, 1, 1.0))

    assert not wanted(records, "M", CONTENDERS[CSV], 0, 9)
    assert wanted(records, "M", CONTENDERS[PYTHON], 0, 9)
    assert not wanted(records, "M", cold, 0, 9)
    assert wanted(records, "M", cold, 1, 9)


# ---------------------------------------------------------------- what they come to
def test_medians_leave_the_trial_out(records):
    for number, seconds in enumerate([100, 1, 5, 2]):
        records.add(_start(CSV, number, seconds, peak_kb=1000 * number))

    assert records.seconds("S", CSV) == 2
    assert records.peak_mb("S", CSV) == 3000 * 1024 / 1e6
    assert records.seconds("M", CSV) is None
    assert records.peak_mb("M", CSV) is None


def test_a_ratio_is_of_the_rounds_that_both_were_in(records):
    for number, seconds in enumerate([1, 1, 1, 9, 9, 9], 1):  # the machine got slower
        records.add(_start(PYTHON, number, seconds))
    for number in (1, 2, 3):
        records.add(_start(CSV, number, 4.0))

    assert records.times_slower("S", CSV, PYTHON) == 4
    assert records.times_slower("S", CSV, ONE_THREAD) is None


def test_busy_is_what_others_took(records):
    assert records.busy() == 0
    records.add(_start(CSV, 1, 1.0, busy=0.5))
    records.add(_start(CSV, 2, 1.0, busy=0.1))
    assert records.busy() == pytest.approx(0.3)
