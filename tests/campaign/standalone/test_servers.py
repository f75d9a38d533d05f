"""The embedded PostgreSQL after its last one was killed, and another process has its number."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from campaign.standalone.places import data_dir, prepare_places, socket_dir
from campaign.standalone.processes import CannotStart, as_account, be_silent
from campaign.standalone.servers import embedded_servers
from tests.campaign.standalone.running import folder

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def var_dir() -> Iterator[Path]:
    """Return a folder with a cluster that nobody serves."""
    with folder() as path:
        with embedded_servers(path, durable=False):
            pass
        yield path


def word_of(var_dir: Path) -> Path:
    return data_dir(var_dir) / "pg" / "postmaster.pid"


def last_one_was(pid: int, var_dir: Path) -> None:
    """Leave what a killed server leaves."""
    places = prepare_places(var_dir, be_silent)
    word_of(var_dir).write_text(f"{pid}\n{data_dir(var_dir) / 'pg'}\n1700000000\n5432\n\n\n0 0\n")
    if places.account:
        shutil.chown(word_of(var_dir), places.account.pw_uid, places.account.pw_gid)


def answers(var_dir: Path) -> bool:
    host = str(socket_dir(var_dir))
    with psycopg.connect(host=host, user="postgres", dbname="postgres") as database:
        return database.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("ended", [False, True], ids=["a stranger", "a zombie"])
def test_a_killed_servers_number_may_be_anothers(var_dir, ended):
    account = prepare_places(
        var_dir, be_silent
    ).account  # of others' processes it says itself: gone
    process = subprocess.Popen(["sleep", "60"], **as_account(account))
    try:
        if ended:
            process.kill()
            while Path(f"/proc/{process.pid}/stat").read_text().split()[2] != "Z":
                pass
        last_one_was(process.pid, var_dir)
        with embedded_servers(var_dir, durable=False):
            assert answers(var_dir)
    finally:
        process.kill()
        process.wait()


def test_one_that_was_started_by_hand_is_left_alone(var_dir):
    places = prepare_places(var_dir, be_silent)
    cluster, sockets = places.data / "pg", places.sockets
    server = subprocess.Popen(
        [places.postgres / "postgres", "-D", cluster, "-k", sockets, "-c", "listen_addresses="],
        stderr=subprocess.PIPE,
        **as_account(places.account),
    )
    try:
        assert server.stderr
        while b"ready to accept" not in server.stderr.readline():
            assert server.poll() is None
        why = f"started by hand serves {cluster}: process {server.pid}. End it first."
        with pytest.raises(CannotStart, match=why), embedded_servers(var_dir, durable=False):
            pass
        assert answers(var_dir)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate()
