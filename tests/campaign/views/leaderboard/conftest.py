"""A task with a leaderboard, and runs for it."""

from datetime import timedelta

import pytest

from campaign.services.runs import withdraw_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    ranked_lines,
    score_run,
)


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def task():
    return make_task(
        "plants", phases={"post_campaign": (DEADLINE, None)}, metrics=["mrr", "top_1", "top_5"]
    )


@pytest.fixture
def scored(task, tmp_path):
    """Return what submits a run of a team and scores it."""

    def submit(team, right, **submission):
        registration = task.registrations.filter(team=team).first()
        registration = registration or make_registration(task, team)
        return score_run(make_run(registration, tmp_path, ranked_lines(right), **submission))

    return submit


@pytest.fixture
def six(task, scored, tmp_path):
    """Six runs: official ones of two teams, a generated one, a baseline, a late and a withdrawn one."""
    scored(
        make_team("Alba"), 7, name="net", description={"training_data": ["trusted", "validation"]}
    )
    scored(make_team("Betula"), 6, name="Alba's way", description={"training_data": ["noisy"]})
    scored(make_team("Machine"), 2, generated=True)
    scored(make_team("Lab", organisers=True), 5, description={"training_data": ["trusted"]})
    late = make_registration(task, make_team("Late"))
    score_run(make_run(late, tmp_path, ranked_lines(8), at=DEADLINE + timedelta(days=1)))
    withdrawn = scored(make_team("Gone"), 4)
    withdraw_run(run=withdrawn, by=withdrawn.submitted_by, reason="", now=NOW)
    return task
