"""`manage.py up` as somebody runs it, with all that it starts."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from pwd import struct_passwd

import psutil
import pytest

from campaign.standalone.places import data_dir
from campaign.standalone.processes import as_account

ROOT = Path(__file__).parents[3]
_PACKAGES = sysconfig.get_path("purelib")
ENDS_WITHIN_S = 20
STARTS_WITHIN_S = 90  # on a busy machine
_VARIABLES = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "CLEFBOARD_SECRET_KEY")
_OF_MAKE = (
    "MAKELEVEL",
    "MAKEFLAGS",
    "MFLAGS",
)  # when `make test` runs the tests: ours is no sub-make


@dataclass
class Up:
    """One running `manage.py up`: what it said and when, and the processes that hang on it."""

    process: subprocess.Popen[bytes]
    output: Path
    port: int
    family: dict[int, psutil.Process] = field(default_factory=dict)
    said_last: str = ""

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str, within_s: float = STARTS_WITHIN_S) -> None:
        """Wait until it says something."""
        deadline = time.monotonic() + within_s
        while words not in self.text():
            assert self.process.poll() is None, f"it ended:\n{self.text()}"
            assert time.monotonic() < deadline, f"it never said {words!r}:\n{self.text()}"
            self.meet_family()
            time.sleep(0.05)

    def wait_until_complete(self) -> None:
        """Wait until the last program, the worker, is at work."""
        self.wait_for("ready.")
        self.meet_family()

    def meet_family(self) -> None:
        """Remember all processes that there are now; afterwards nobody says whose they were."""
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self.process.pid).children(recursive=True):
                self.family.setdefault(process.pid, process)

    def get(self, path: str = "/") -> tuple[int, str]:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def child(self, words: str) -> psutil.Process:
        """Return the oldest process whose command line holds some words."""
        found = [p for p in self.family.values() if words in " ".join(_command(p))]
        return min(found, key=lambda process: process.create_time())

    def alive(self) -> list[str]:
        return [" ".join(_command(p)) for p in self.family.values() if _runs(p)]

    def wait_until_nothing_is_left(self) -> None:
        """Wait until it and all it started are gone."""
        deadline = time.monotonic() + ENDS_WITHIN_S
        while self.process.poll() is None or self.alive():
            assert time.monotonic() < deadline, f"still there: {self.alive()}\n{self.text()}"
            time.sleep(0.05)

    def end(self) -> None:
        """End it as it ends by itself; whoever is left then is killed."""
        self.meet_family()
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(ENDS_WITHIN_S)
        for process in self.family.values():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return process.cmdline()
    return []


@contextmanager
def up(
    var_dir: Path,
    *,
    port: int = 0,
    account: struct_passwd | None = None,
    by_make: bool = False,
    first: Path | None = None,
) -> Iterator[Up]:
    """Start the platform without its demo; whatever is left of it at the end is killed.

    Parameters
    ----------
    first
        A folder whose modules stand before all others.
    """
    port = port or free_port()
    command = [python_of(account), str(ROOT / "manage.py"), "up", "--no-demo"]
    if by_make:
        make = ["make", "-f", str(_makefile(var_dir, command)), "up"]
        # As in a terminal: tests that were started in the background ignore SIGINT, and so would make.
        command = ["env", "--default-signal=INT", *make]
    env = {name: value for name, value in os.environ.items() if name not in _VARIABLES + _OF_MAKE}
    output = Path(tempfile.mkstemp(prefix="clefboard-up-")[1])
    with output.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={
                **env,
                "PYTHONPATH": os.pathsep.join(map(str, filter(None, (first, _PACKAGES)))),
                "VAR_DIR": str(var_dir),
                "PORT": str(port),
                "HOME": str(var_dir),
            },
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            **as_account(account),
        )
    running = Up(process, output, port)
    try:
        yield running
    finally:
        running.end()
        running.said_last = running.text().rpartition("| ")[2].strip()
        output.unlink()


def _makefile(folder: Path, command: list[str]) -> Path:
    """Return a Makefile that starts it as ours does, without installing anything first."""
    path = folder / "Makefile"
    path.write_text(f"up:\n\t@exec {shlex.join(command)}\n")
    return path


def python_of(account: struct_passwd | None) -> str:
    """Return a Python that an account can run; that of the tests may lie in root's own folder."""
    if account is None:
        return sys.executable
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin")):
        if python and _works(python, account):
            return python
    pytest.skip(f"{account.pw_name} can run no {version} of this machine")


def _works(python: str, account: struct_passwd) -> bool:
    env = {"PYTHONPATH": _PACKAGES}
    command = [python, "-c", "import django, celery, redis"]
    try:
        return subprocess.run(command, env=env, check=False, **as_account(account)).returncode == 0
    except PermissionError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def folder(account: struct_passwd | None = None, *, mode: int = 0o755) -> Iterator[Path]:
    """Yield a fresh folder that anybody can reach: pytest's own are closed to other accounts."""
    path = Path(tempfile.mkdtemp(prefix="clefboard-test-", dir="/tmp"))
    path.chmod(mode)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
    try:
        yield path
    finally:
        for used in {data_dir(path), path}:
            shutil.rmtree(used, ignore_errors=True)
