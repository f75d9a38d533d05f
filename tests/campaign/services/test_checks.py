"""A check without a run: the scorer's judgement, nothing kept, and never for long."""

import gzip
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from campaign import scorer, storage
from campaign.models import CampaignRole, Run
from campaign.refusals import LimitReached, NotAllowed
from campaign.scorer import ScorerFailed
from campaign.services import checks
from campaign.services.checks import check_upload
from tests.campaign.factories import NOW, make_task, make_user, ranked_lines, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make_task()


def check(task, tmp_path, content=None, *, by=None, at=NOW, kind="run"):
    sent = upload(tmp_path, ranked_lines() if content is None else content)
    return check_upload(task=task, upload=sent, by=by or make_user(), now=at, kind=kind)


def test_a_right_file_is_said_to_be_right(task, tmp_path):
    found = check(task, tmp_path)
    assert (found.valid, found.problems) == (True, [])
    assert (found.report["n_lines"], found.report["n_queries"], found.report["coverage"]) == (
        16,
        8,
        1,
    )


def test_every_problem_comes_at_once_with_its_lines(task, tmp_path):
    found = check(task, tmp_path, "q0;c0;1.5\nq99;c0;0.5\nq1;c99;0.5\nq1;c1;0.1\nq1;c1;0.2\n")
    assert not found.valid
    assert sorted(problem["lines"] for problem in found.problems) == [[1], [2], [3], [5]]


def test_a_packed_file_is_unpacked(task, tmp_path):
    assert check(task, tmp_path, gzip.compress(ranked_lines().encode())).valid


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n", b"q0;caf\xe9;0.5\n", b"q0;c0\n", gzip.compress(b"0" * 30_000_000)],
    ids=["empty", "a PDF", "Latin 1", "two columns", "a gzip bomb"],
)
def test_what_is_no_run_has_a_problem_too(tmp_path, content):
    task = make_task(rules={"max_upload_bytes": 10_000_000})
    found = check(task, tmp_path, content)
    assert not found.valid
    assert all(problem["message"] for problem in found.problems)


def test_an_image_run_is_checked_by_the_media(task, tmp_path):
    assert check(task, tmp_path, "m0;c1;0.5\n", kind="image_run").valid
    assert not check(task, tmp_path, "q0;c1;0.5\n", kind="image_run").valid


def test_a_task_without_image_runs_checks_none(tmp_path):
    with pytest.raises(NotAllowed, match="takes no image runs"):
        check(make_task(rules={"image_runs": False}), tmp_path, kind="image_run")


def test_nothing_is_kept(task, tmp_path, private_files):
    before = sorted(private_files.rglob("*"))
    check(task, tmp_path)
    assert not Run.objects.exists()
    assert sorted(private_files.rglob("*")) == before


def test_the_ground_truth_is_not_even_opened(task, tmp_path):
    folder = storage.local_folder(task.current_truth.folder)
    (folder / "ground_truth.csv").unlink()
    assert check(task, tmp_path).valid


def test_before_the_test_is_public_only_organisers_check(tmp_path):
    task = make_task(phases={"test_data": (NOW + timedelta(days=1), None)})
    with pytest.raises(NotAllowed, match="not published yet"):
        check(task, tmp_path)
    organiser = make_user()
    CampaignRole.objects.create(campaign=task.campaign, user=organiser)
    assert check(task, tmp_path, by=organiser).valid
    assert check(task, tmp_path, at=NOW + timedelta(days=1)).valid


def test_a_busy_platform_says_so_and_is_free_again_afterwards(task, tmp_path, settings):
    settings.CHECK_WAIT_SECONDS = 0.01
    with checks._slot(), pytest.raises(LimitReached, match="try again in a minute") as refusal:
        check(task, tmp_path)
    assert refusal.value.code == "checks_busy"
    assert check(task, tmp_path).valid


def test_a_check_that_takes_too_long_is_ended_and_frees_its_place(task, tmp_path, settings):
    settings.CHECK_MAX_SECONDS = 0
    with pytest.raises(LimitReached, match="clefboard check") as refusal:
        check(task, tmp_path)
    assert refusal.value.code == "check_too_long"
    settings.CHECK_MAX_SECONDS = 60
    assert check(task, tmp_path).valid


def test_a_check_that_wants_too_much_memory_ends_alone(task, tmp_path, settings):
    settings.SCORING_MAX_BYTES = 10_000_000
    with pytest.raises(ScorerFailed):
        check(task, tmp_path)


def test_the_child_knows_no_secret(task, tmp_path, monkeypatch):
    seen = Path(tmp_path / "environment")
    monkeypatch.setenv("CLEFBOARD_SECRET_KEY", "not for the child")
    monkeypatch.setattr(
        "campaign.scorer._CHILD", _child_that_writes_its_environment(tmp_path, seen)
    )
    check(task, tmp_path)
    assert "not for the child" not in seen.read_text()


def test_the_child_reads_with_one_thread(task, tmp_path, monkeypatch):
    seen = Path(tmp_path / "environment")
    monkeypatch.setattr(
        "campaign.scorer._CHILD", _child_that_writes_its_environment(tmp_path, seen)
    )
    check(task, tmp_path)
    assert "'CLEFBOARD_THREADS': '1'" in seen.read_text()


def test_the_child_finds_the_scorer_where_nothing_is_installed():
    """In a container there is only the source; -S leaves out what is installed here."""
    limits = (os.getpid(), 2_000_000_000, 60)
    ended = subprocess.run(
        [sys.executable, "-I", "-S", scorer._CHILD, *map(str, limits), "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith("usage: python -m scoring check")


def _child_that_writes_its_environment(folder: Path, seen: Path) -> Path:
    script = folder / "child.py"
    script.write_text(
        f"import os\nopen({str(seen)!r}, 'w').write(repr(dict(os.environ)))\n"
        + scorer._CHILD.read_text()
    )
    return script
