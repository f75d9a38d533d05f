"""Programs that run together: what is shown when one of them is gone."""

import sys
import time

import pytest

from campaign.standalone.processes import Program, ProgramEnded, Supervisor


def test_when_one_is_gone_nothing_is_shown_of_what_the_others_say_of_it():
    shown: list[tuple[str, str]] = []
    word = "import time; print('Traceback', flush=True); time.sleep(60)"
    mourns = Program("mourner", [sys.executable, "-c", word])
    ends = Program("ender", [sys.executable, "-c", "raise SystemExit(3)"])
    with Supervisor(lambda name, line: shown.append((name, line))) as supervisor:
        supervisor.start(mourns, ends)
        ender = supervisor._children[1].process
        ender.wait(30)
        time.sleep(1)  # the other says its word
        with pytest.raises(ProgramEnded, match="ender"):
            supervisor.watch(until=lambda: False)
    assert shown == []
