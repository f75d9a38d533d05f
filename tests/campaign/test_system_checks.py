"""Whoever runs the platform learns that it reads runs slowly, and why."""

import logging
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

import scoring
from campaign.celery import say_how_runs_are_read


@pytest.mark.parametrize(("choice", "is_told"), [("off", True), ("", False)])
def test_manage_check_warns_where_the_kernel_does_not_run(choice, is_told, private_files):
    if choice == "" and scoring.slow_reading():
        pytest.skip("there is no kernel here")
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"CLEFBOARD_KERNEL": choice, "VAR_DIR": str(private_files.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    said = "(campaign.W001) Runs are read in plain Python, about 10 times slower: "
    assert (said in ended.stderr) == is_told


@pytest.mark.parametrize("hostname", ["scoring@laptop", "sweep@laptop"])
def test_a_slow_scoring_worker_says_so_in_its_log(hostname, caplog, monkeypatch):
    monkeypatch.setattr("campaign.celery.slow_reading", lambda: "slowly, as this is a test")
    with caplog.at_level(logging.WARNING):
        say_how_runs_are_read(SimpleNamespace(hostname=hostname))
    expected = ["runs are read slowly, as this is a test"] * hostname.startswith("scoring")
    assert caplog.messages == expected
