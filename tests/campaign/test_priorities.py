"""What comes first: pages before scoring, and a run that was just sent before all that is made of others."""

import subprocess
import sys
from pathlib import Path

import pytest

from campaign.celery import AFTER, BEHIND, FIRST, app

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


@pytest.mark.usefixtures("no_messages")
def test_a_run_just_sent_waits_behind_no_message_of_an_analysis():
    """Sent last, it is taken first; each of the others is one fusion, image run or step of a round."""
    sent = [("make_run_set", BEHIND), ("combine_images", BEHIND), ("analyse", AFTER)]
    for name, priority in [*sent, ("evaluate", FIRST)]:
        app.send_task(name, args=(0,), queue="scoring", priority=priority)
    with app.connection_for_read() as broker:
        queue = broker.SimpleQueue("scoring", no_ack=True)
        taken = [queue.get(timeout=10).headers["task"] for _ in range(4)]
    assert taken == ["evaluate", "analyse", "make_run_set", "combine_images"]
