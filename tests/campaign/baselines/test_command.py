"""`manage.py run_baseline`: a config by its name or its file, and waiting until the end."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from campaign.management.commands import run_baseline as command
from campaign.models import BaselineTraining
from campaign.services.baseline_attempts import run_baseline
from tests.campaign.baselines.test_attempts import wait_until

pytestmark = pytest.mark.django_db


def call(*words: str) -> str:
    said = StringIO()
    call_command("run_baseline", *words, stdout=said)
    return said.getvalue()


def test_it_takes_a_name_or_a_file_and_says_that_nobody_listens(task, tmp_path):
    said = call("first", "--task", "plants")
    assert "first for plants, SHA-256 " in said
    assert "no worker that trains answers: it waits until one is started" in said
    (tmp_path / "mine.toml").write_text("steps = 1\n")
    call(str(tmp_path / "mine.toml"), "--task", "plants", "--reason", "to compare")
    newest = BaselineTraining.objects.first()
    assert newest is not None
    assert (newest.name, newest.config, newest.reason) == ("mine", "steps = 1\n", "to compare")
    assert newest.asked_by is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["first", "--task", "plant"], "There is no task plant."),
        (["second", "--task", "plants"], "There is no config 'second'; there are: first."),
    ],
)
def test_it_says_what_is_wrong(task, words, said):
    with pytest.raises(CommandError, match=said):
        call(*words)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["well", "refuse"])
def test_it_waits_for_the_end(task, configs, monkeypatch, end):
    monkeypatch.setattr(command, "_LOOK_EVERY_S", 0.05)
    (configs / "one.toml").write_text(f"end = '{end}'\n")
    worker = threading.Thread(target=train_the_next)
    worker.start()
    if end == "well":
        assert "done: Run 1, /runs/" in call("one", "--task", "plants", "--wait")
    else:
        with pytest.raises(CommandError, match=r"failed: .*there is no folder"):
            call("one", "--task", "plants", "--wait")
    worker.join(30)


def train_the_next() -> None:
    try:
        wait_until(BaselineTraining.objects.exists)
        run_baseline(baseline_id=BaselineTraining.objects.get().pk)
    finally:
        connection.close()
