"""A re-scoring at work on a platform whose processes are killed, and what must hold of it then."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.chaos.organiser import ORGANISER_SAYS_READY, post
from tests.chaos.platform import RECOVERS_WITHIN_S, ChaosPlatform
from tests.chaos.rescoring_world import METRICS, TASK

N_RUNS = 8
_WORLD = "tests.chaos.rescoring_world"

_OF_RUNS = """
SELECT r.id,
       count(*) FILTER (WHERE e.truth_version_id = %(truth)s),
       max(e.state) FILTER (WHERE e.truth_version_id = %(truth)s),
       max(e.attempts) FILTER (WHERE e.truth_version_id = %(truth)s),
       count(*) FILTER (WHERE e.is_current),
       max(e.truth_version_id) FILTER (WHERE e.is_current)
  FROM campaign_run r JOIN campaign_evaluation e ON e.run_id = r.id
  JOIN campaign_registration g ON g.id = r.registration_id
  JOIN campaign_task t ON t.id = g.task_id
 WHERE t.slug = %(task)s GROUP BY r.id ORDER BY r.id
"""
_HALF_WRITTEN = """
SELECT e.id, e.state, s.n, t.n FROM campaign_evaluation e
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM campaign_score WHERE evaluation_id = e.id) s
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM campaign_trace WHERE evaluation_id = e.id) t
 WHERE e.truth_version_id = %s
   AND (s.n <> CASE e.state WHEN 'scored' THEN %s ELSE 0 END
        OR t.n <> CASE e.state WHEN 'scored' THEN 1 ELSE 0 END)
"""
_BOARD = """
SELECT row.rank, score.value, evaluation.truth_version_id, task.current_truth_id
  FROM campaign_leaderboardrow row
  JOIN campaign_task task ON task.id = row.task_id
  JOIN campaign_evaluation evaluation ON evaluation.run_id = row.run_id AND evaluation.is_current
  JOIN campaign_score score ON score.evaluation_id = evaluation.id AND score.metric = 'mrr'
 WHERE task.slug = %s ORDER BY row.position
"""


@dataclass
class TaskAgain:
    """The task, its runs and its organiser."""

    platform: ChaosPlatform
    runs: list[int]
    session: str
    usual_s: float = 0.0  # of a re-scoring, from its beginning until it is ready
    usual_end_s: float = 0.0  # of a switch

    def begin(self) -> "RescoringAtWork":
        """Begin to score all runs by another truth."""
        self.platform.bear_much()
        before, files = self.shown(), self.files()
        made = self.platform.make(_WORLD, "begin")
        return RescoringAtWork(self, made["rescoring"], made["truth"], before, files)

    def ready(self) -> "RescoringAtWork":
        """Return a re-scoring that only waits for its end."""
        rescoring = self.begin()
        rescoring.wait_until_ready()
        return rescoring

    def shown(self) -> Any:
        """Return what everybody sees."""
        url = f"{self.platform.live.url}/api/v1/tasks/{TASK}/leaderboard/"
        entries = httpx.get(url, timeout=30).raise_for_status().json()["entries"]
        # Each run is tested against the first meanwhile, which is no re-scoring's doing.
        return [{**entry, "against_leader": None} for entry in entries]

    def files(self) -> set[str]:
        """Return all files of runs in private storage."""
        return {path.name for path in (self.platform.live.private / "runs").iterdir()}


@dataclass
class RescoringAtWork:
    """One re-scoring."""

    again: TaskAgain
    pk: int
    truth: int
    shown_before: Any
    files_before: set[str]
    differing: list[Any] = field(default_factory=list)

    @property
    def platform(self) -> ChaosPlatform:
        return self.again.platform

    @property
    def state(self) -> str:
        [(state,)] = self.platform.rows(
            "SELECT state FROM campaign_rescoring WHERE id = %s", [self.pk]
        )
        return str(state)

    # ------------------------------------------------------------ while it runs
    def wait_until_ready(self) -> None:
        """Look at the leaderboard all the while, and wait until every run is scored again."""
        self.platform.live.wait_until(
            self._is_ready, "the re-scoring is ready", within_s=RECOVERS_WITHIN_S
        )
        assert self.differing == []

    def _is_ready(self) -> bool:
        try:
            if (shown := self.again.shown()) != self.shown_before:
                self.differing.append(shown)
        except httpx.HTTPError:
            pass  # the web server is being started again, or lost its database just now
        return self.state == "ready"

    def require_each_run_once(self) -> None:
        """Require that the version was asked of each run once, and that none of it counts yet."""
        for run, *found in self._of_runs():
            asked, state, attempts, n_current, current = found
            assert (asked, state, n_current) == (1, "scored", 1), (run, found)
            assert current != self.truth
            assert attempts <= 3
        self._require_nothing_left()

    # ------------------------------------------------------------ its end
    def ender(self, end: str) -> "Ender":
        """Return a process that is about to `switch` or `discard`."""
        path = f"/tasks/{TASK}/organise/rescorings/{self.pk}/{end}/"
        command = [sys.executable, "-m", "tests.chaos.organiser", self.platform.live.url]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*command, self.again.session, path], stdin=pipe, stdout=pipe, text=True
        )
        return Ender(process)

    def end(self, end: str) -> None:
        """Switch or discard, as the organiser does who got no answer, unless that was done."""
        if self.state == "ready":
            path = f"/tasks/{TASK}/organise/rescorings/{self.pk}/{end}/"
            post(self.platform.live.url, self.again.session, path)

    def require_whole(self) -> None:
        """Require that all of it is in force, or nothing."""
        is_switched = self.state == "switched"
        for _, asked, state, _, n_current, current in self._of_runs():
            assert (asked, state, n_current) == (1, "scored", 1)
            assert (current == self.truth) == is_switched
        board = self.platform.rows(_BOARD, [TASK])
        values = [value for _, value, _, _ in board]
        assert len(board) == len(self.again.runs)
        assert [rank for rank, *_ in board] == [1 + values.index(value) for value in values]
        assert values == sorted(values, reverse=True)
        assert {version for *_, version, _ in board} == {version for *_, version in board}
        assert ({version for *_, version in board} == {self.truth}) == is_switched
        if not is_switched:
            assert self.again.shown() == self.shown_before
        self._require_nothing_left()

    def _of_runs(self) -> Iterator[Any]:
        rows = self.platform.rows(_OF_RUNS, {"truth": self.truth, "task": TASK})
        assert [row[0] for row in rows] == self.again.runs
        yield from rows

    def _require_nothing_left(self) -> None:
        assert self.platform.rows(_HALF_WRITTEN, [self.truth, len(METRICS)]) == []
        assert self.again.files() == self.files_before


@dataclass
class Ender:
    """A process that ends a re-scoring as soon as it is told."""

    process: subprocess.Popen[str]

    def wait_until_it_could(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == f"{ORGANISER_SAYS_READY}\n"

    def go(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def wait_until_gone(self) -> None:
        """Wait until there was an answer, or the connection was lost."""
        self.process.communicate(timeout=60)


def usual_times(again: TaskAgain) -> None:
    """Measure a re-scoring of which nobody kills anything, and its end."""
    rescoring = again.begin()
    began = time.monotonic()
    rescoring.wait_until_ready()
    again.usual_s = time.monotonic() - began
    began = time.monotonic()
    rescoring.end("switch")
    again.usual_end_s = time.monotonic() - began
    rescoring.require_whole()
    assert rescoring.state == "switched"
