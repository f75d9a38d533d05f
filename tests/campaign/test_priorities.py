"""Pages come before scoring where both want the processors of one machine."""

import subprocess
import sys
from pathlib import Path

import pytest

_AUTOGROUP = Path("/proc/self/autogroup")
_PROGRAM = f"""
import os
from pathlib import Path
from celery.signals import celeryd_init
import campaign.celery
celeryd_init.send(sender="NODE")
group = Path("{_AUTOGROUP}")
print(os.nice(0), group.read_text().split()[-1] if group.exists() else "none")
"""


@pytest.mark.parametrize(
    ("node", "level"), [("scoring@here", "5"), ("sweep@here", "0"), ("gpu@here", "5")]
)
def test_only_who_scores_or_trains_gives_way(node, level):
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.replace("NODE", node)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,
    )
    nice, group = done.stdout.split()
    assert nice == level
    assert group in {level, "none"}
