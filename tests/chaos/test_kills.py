"""Whatever is killed, and whenever: every accepted run is scored, once, within a minute.

The moments are seeded; `make chaos` tries twenty of each kind.
"""

import time
from pathlib import Path

import psutil
import pytest

from tests.chaos.platform import ChaosPlatform, kill_moments
from tests.chaos.world import LIMIT

pytestmark = pytest.mark.chaos

_LOOKS = 10
SENDER_STARTS = 0.3  # in shares of a run's usual time


def require_scored_once(platform: ChaosPlatform, *run_ids: str) -> None:
    """Require that runs come to their one scored evaluation, and that their team's quota is right."""
    platform.wait_until_scored(*run_ids)
    for run_id in run_ids:
        [(evaluations, attempts, scores, traces, on_board)] = platform.rows(
            """
            SELECT count(*), max(e.attempts),
                   (SELECT count(*) FROM campaign_score s WHERE s.evaluation_id = max(e.id)),
                   (SELECT count(*) FROM campaign_trace t WHERE t.evaluation_id = max(e.id)),
                   (SELECT count(*) FROM campaign_leaderboardrow l WHERE l.run_id = max(e.run_id))
              FROM campaign_evaluation e WHERE e.run_id = %s
            """,
            [run_id],
        )
        assert (evaluations, scores, traces, on_board) == (1, 2, 1, 1)
        assert attempts <= 2
    [(sent,)] = platform.rows(
        "SELECT count(*) FROM campaign_run WHERE registration_id = "
        "(SELECT registration_id FROM campaign_run WHERE id = %s)",
        run_ids[:1],
    )
    assert sent == len(run_ids)


@pytest.mark.parametrize("moment", kill_moments("worker"))
def test_the_worker_is_killed(platform: ChaosPlatform, tmp_path: Path, moment: float) -> None:
    run = platform.team().submit(tmp_path)
    platform.pause(moment)
    platform.kill("worker")
    require_scored_once(platform, run)


@pytest.mark.parametrize("moment", kill_moments("scorer", 0.5))
def test_its_child_is_killed(platform: ChaosPlatform, tmp_path: Path, moment: float) -> None:
    runs, child = list[str](), None
    while child is None:
        assert len(runs) < _LOOKS, "no child was ever seen"
        runs.append(platform.team().submit(tmp_path))
        child = _who_reads(platform, runs[-1])
    platform.pause(moment)
    try:
        child.kill()
    except psutil.NoSuchProcess:  # it had done its work by that moment
        assert platform.state(runs[-1]) != "queued"
    for run in runs:
        require_scored_once(platform, run)


def _who_reads(platform: ChaosPlatform, run: str) -> psutil.Process | None:
    """Return the child that reads a run; None where it had read it before anybody looked."""
    found: list[psutil.Process] = []

    def seen_or_over() -> bool:
        """Look without a pause: the child is there for a fifth of a second."""
        until = time.monotonic() + 1
        while not found and time.monotonic() < until:
            found[:] = [child] if (child := platform.scorer()) else []
        return bool(found) or platform.state(run) == "scored"

    platform.live.wait_until(seen_or_over, "the file is read")
    return next(iter(found), None)


@pytest.mark.parametrize("moment", kill_moments("web, after", 0.2))
def test_the_web_server_is_killed_right_after_its_answer(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    run = platform.team().submit(tmp_path)
    platform.pause(moment)
    platform.restart_web()
    require_scored_once(platform, run)


@pytest.mark.parametrize("moment", kill_moments("web, while", 0.5))
def test_the_web_server_is_killed_while_it_takes_a_run(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    """Whoever got no answer sends the file again; that makes no second run of it."""
    team = platform.team()
    file = team.write_run(tmp_path)
    sender = team.sender(file)
    platform.pause(SENDER_STARTS + moment)
    platform.restart_web()
    run = sender.run_id()
    assert team.send(file) == run
    require_scored_once(platform, run)


@pytest.mark.parametrize("moment", kill_moments("flush"))
def test_the_broker_is_flushed_while_runs_wait(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    team = platform.team()
    runs = [team.submit(tmp_path) for _ in range(LIMIT)]
    platform.pause(moment)
    platform.flush_broker()
    require_scored_once(platform, *runs)


@pytest.mark.parametrize("moment", kill_moments("broker"))
def test_the_broker_is_killed_while_runs_wait(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    team = platform.team()
    runs = [team.submit(tmp_path) for _ in range(LIMIT)]
    platform.pause(moment)
    platform.restart_broker()
    require_scored_once(platform, *runs)


@pytest.mark.parametrize("moment", kill_moments("broker, away"))
def test_a_run_is_accepted_while_the_broker_is_away(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    platform.kill("valkey")
    run = platform.team().submit(tmp_path)
    platform.pause(moment)
    platform.start_again("valkey")
    require_scored_once(platform, run)


@pytest.mark.parametrize("moment", kill_moments("database"))
def test_the_database_restarts(platform: ChaosPlatform, tmp_path: Path, moment: float) -> None:
    run = platform.team().submit(tmp_path)
    platform.pause(moment)
    platform.restart_postgres()
    require_scored_once(platform, run)
    [(attempts,)] = platform.rows(
        "SELECT attempts FROM campaign_evaluation WHERE run_id = %s", [run]
    )
    assert attempts == 1  # a restart of ours costs no attempt


@pytest.mark.parametrize("moment", kill_moments("database, while", 0.5))
def test_the_database_restarts_while_a_run_is_taken(
    platform: ChaosPlatform, tmp_path: Path, moment: float
) -> None:
    team = platform.team()
    file = team.write_run(tmp_path)
    sender = team.sender(file)
    platform.pause(SENDER_STARTS + moment)
    platform.restart_postgres()
    run = sender.run_id()
    assert team.send(file) == run
    require_scored_once(platform, run)
