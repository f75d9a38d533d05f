"""`manage.py up`: it starts, it keeps what there is, and nothing outlives it."""

import os
import pwd
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from pwd import struct_passwd

import psycopg
import pytest

from campaign.standalone.places import socket_dir
from tests.campaign.standalone.running import STARTS_WITHIN_S, Up, folder, free_port, up

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    """Return the folder of an installation that was started once before."""
    with folder() as path:
        with up(path) as first:
            first.wait_until_complete()
            write_down(path)
        yield path


def write_down(var_dir: Path) -> None:
    """Write something down that every later start must still know."""
    with psycopg.connect(
        host=str(socket_dir(var_dir)), user="postgres", dbname="clefboard"
    ) as database:
        database.execute(
            "INSERT INTO campaign_campaign (slug, titles, description, organisers, timeline,"
            " position) VALUES ('kept', '{\"en\": \"Still here\"}', '', '', '[]', 0)"
            " ON CONFLICT DO NOTHING"
        )


def to_it(running: Up, signum: int) -> None:
    running.process.send_signal(signum)


def to_the_group(running: Up, signum: int) -> None:
    os.killpg(running.process.pid, signum)


@pytest.mark.parametrize("whom", [to_it, to_the_group])
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_keeps_what_there_is_and_ends(var_dir, signum, whom):
    with up(var_dir) as running:
        running.wait_until_complete()
        status, page = running.get("/campaigns/kept/")
        assert (status, "Still here" in page) == (200, True)

        whom(running, signum)
        running.wait_until_nothing_is_left()

    assert running.process.returncode == 0
    assert (var_dir / "private").stat().st_mode & 0o777 == 0o700
    assert not (socket_dir(var_dir) / ".s.PGSQL.5432").exists()


@pytest.mark.parametrize(
    ("signum", "whom"),
    [(signal.SIGINT, to_it), (signal.SIGTERM, to_it), (signal.SIGINT, to_the_group)],
)
def test_a_signal_to_make_ends_it_too(var_dir, signum, whom):
    with up(var_dir, by_make=True) as running:
        running.wait_until_complete()
        whom(running, signum)
        running.wait_until_nothing_is_left()
    assert running.said_last == "ended"


def test_each_step_is_said_before_it_begins():
    """Nobody waits before a screen that does not say for what."""
    with folder() as fresh, up(fresh) as running:
        running.wait_for("answers after")
        lines = running.text().splitlines()
    steps = [line.partition("| ")[2] for line in lines if line.startswith("up")]
    assert steps[:4] == [
        "starts postgres and valkey",
        "prepares the database",
        "prepares static files",
        "starts the web server",
    ]


def ended_with_one_line(running: Up, *words: str) -> None:
    """Require that the whole thing ended as failed, and that one line says why."""
    running.wait_until_nothing_is_left()
    assert running.process.returncode == 1
    lines = running.text().splitlines()
    assert sum(all(word in line for word in words) for line in lines) == 1, running.text()
    assert "Traceback" not in running.text()


def test_a_taken_port_is_one_line_and_nothing_starts(var_dir):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with up(var_dir, port=port) as running:
            running.process.wait(STARTS_WITHIN_S)
            ended_with_one_line(running, f"Port {port} of 127.0.0.1 cannot be used", "PORT=")
            assert len(running.text().splitlines()) == 1


def test_a_second_one_in_the_same_folder_is_told_so(var_dir):
    with up(var_dir) as running:
        running.wait_for("answers after")
        with up(var_dir, port=free_port()) as second:
            second.process.wait(STARTS_WITHIN_S)
            ended_with_one_line(second, "is in use", str(running.process.pid))
        assert running.get()[0] == 200


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("bin/postgres -D", "postgres was killed by SIGKILL"),
        ("gunicorn", "web was killed by SIGKILL"),
    ],
)
def test_a_dead_child_ends_the_rest_with_one_line(var_dir, program, words):
    with up(var_dir) as running:
        running.wait_until_complete()
        running.child(program).kill()
        ended_with_one_line(running, words, "the rest is ended")


@pytest.mark.parametrize(
    "program", ["worker -n scoring", "worker -n sweep", "beat", "valkey-server"]
)
def test_what_may_die_is_started_again(var_dir, program):
    with up(var_dir) as running:
        running.wait_until_complete()
        running.child(program).kill()
        running.wait_for("starts again")
        assert running.get()[0] == 200


# Read when Python starts.
WITHOUT_TORCH = """
from importlib.machinery import PathFinder

find = PathFinder.find_spec
PathFinder.find_spec = lambda name, *rest: None if name == "torch" else find(name, *rest)
"""


@pytest.mark.parametrize("has_torch", [True, False])
def test_a_machine_with_torch_trains_and_one_without_does_not(
    var_dir, tmp_path, monkeypatch, has_torch
):
    monkeypatch.delenv("BASELINES_COMMAND", raising=False)
    (tmp_path / "sitecustomize.py").write_text("" if has_torch else WITHOUT_TORCH)
    (tmp_path / "torch.py").touch()  # whatever is installed; nobody imports it
    with up(var_dir, first=tmp_path) as running:
        running.wait_until_complete()
        if has_torch:
            running.wait_for("gpu      | ")
        running.meet_family()
        assert any("-Q gpu" in command for command in running.alive()) == has_torch


def test_killed_without_mercy_it_leaves_nothing_behind_and_starts_again(var_dir):
    with up(var_dir) as running:
        running.wait_until_complete()
        running.process.kill()
        running.wait_until_nothing_is_left()
    with up(var_dir) as again:
        again.wait_for("answers after")


# ---------------------------------------------------------------- accounts
def nobody() -> struct_passwd:
    """Return an account other than root's."""
    if os.geteuid() != 0:
        pytest.skip("only root can run it as somebody else; these tests ran as somebody else")
    return pwd.getpwnam("nobody")


def test_an_ordinary_account_runs_it():
    account = nobody()
    with folder(account) as own, up(own, account=account) as running:
        running.wait_until_complete()
        assert {process.uids().real for process in running.family.values()} == {account.pw_uid}
        running.process.terminate()
        running.wait_until_nothing_is_left()
        assert running.process.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has servers that run as another account")
def test_root_hands_the_servers_to_another_account_and_opens_no_folder():
    with folder(mode=0o700) as closed, up(closed) as running:
        running.wait_until_complete()
        assert running.child("bin/postgres -D").uids().real != 0
        assert running.child("valkey-server").uids().real != 0
        assert closed.stat().st_mode & 0o777 == 0o700
        assert "their data lie in /var/lib/" in running.text()


def test_somebody_else_s_folder_is_left_alone():
    account = nobody()
    with folder() as roots, up(roots, account=account) as running:
        running.process.wait(STARTS_WITHIN_S)
        ended_with_one_line(running, "cannot be written by you", "VAR_DIR")
