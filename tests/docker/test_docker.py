"""docker/ without an engine: files linted, each service's very command run on this machine."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from compose_spec import PyCompose
from ruamel.yaml import YAML

from campaign.standalone.servers import local_urls

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
SERVICES = YAML(typ="safe").load(ROOT / "docker" / "compose.yaml")["services"]
OURS = ("web", "worker", "sweeper", "beat", "gpu")
PATIENCE_S = 60


def test_the_dockerfile_is_clean():
    linted = subprocess.run(
        [BIN / "hadolint", ROOT / "docker" / "Dockerfile"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_compose_file_follows_the_specification():
    document = YAML(typ="safe").load(ROOT / "docker" / "compose.yaml")  # with its anchors resolved
    named = {key: document[key] for key in ("name", "services", "volumes")}

    compose = PyCompose.from_json(json.dumps(named))

    assert {*OURS, "postgres", "valkey", "prepare"} == set(compose.service_names())


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"prepare"}))
def test_every_service_that_lasts_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_what_the_image_copies_is_there_and_not_ignored():
    kept = (ROOT / ".dockerignore").read_text().split()
    lines = (ROOT / "docker" / "Dockerfile").read_text().splitlines()
    copied = [
        word
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]

    assert all((ROOT / word).exists() for word in copied)
    assert {f"!{word}" for word in copied} <= set(kept)


def stage(name: str) -> list[str]:
    """Return the instructions of one stage of the Dockerfile, each in one line."""
    text = (ROOT / "docker" / "Dockerfile").read_text().replace("\\\n", "")
    after = text.split(f" AS {name}\n", 1)[1].split("\nFROM ", 1)[0]
    return [line for line in after.splitlines() if line and not line.startswith("#")]


# ---------------------------------------------------------------- the commands, on this machine
@pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler here")
def test_the_kernel_is_compiled_by_its_stage_and_copied_from_there(tmp_path: Path):
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())  # by `build`
    for instruction in stage("kernel"):
        word, *words = instruction.split()
        if word == "COPY":
            subprocess.run(["cp", "-r", *words[:-1], tmp_path / words[-1]], cwd=ROOT, check=True)
        elif words[0] != "apt-get":
            here = {"PATH": f"{BIN}:{os.environ['PATH']}"}
            command = ["sh", "-c", instruction.removeprefix("RUN ")]
            (tmp_path / "scoring" / "_kernel.abi3.so").unlink(missing_ok=True)  # .dockerignore
            subprocess.run(command, cwd=tmp_path, env=here, check=True)

    taken = [line.split()[2] for line in stage("base") if line.startswith("COPY --from=kernel ")]
    assert [(tmp_path / Path(one).relative_to("/app")).exists() for one in taken] == [True]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what a container gets: the environment of compose.yaml, with the servers of the tests."""
    database, broker = local_urls(Path(os.environ["VAR_DIR"]))
    given = SERVICES["web"]["environment"]
    values = {
        "ALLOWED_HOSTS": "clef.example,localhost",
        "CLEFBOARD_SECRET_KEY": "x" * 50,
        "DATABASE_URL": f"{database}_docker",
        "REDIS_URL": broker.replace("virtual_host=0", "virtual_host=40"),
        "EMAIL_URL": "consolemail://",
        "DEFAULT_FROM_EMAIL": "Clefboard <noreply@clef.example>",
    }
    assert values.keys() == given.keys()
    return values | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "campaign.settings.production",
        "VAR_DIR": str(tmp_path_factory.mktemp("docker")),
        "REMAP_SIGTERM": "SIGQUIT",
        "PORT": str(free_port()),
    }


def native(words: list[str], surroundings: dict[str, str]) -> list[str]:
    """Return a container's command with the names that only a container has replaced."""
    return [
        word.replace("0.0.0.0:8000", f"127.0.0.1:{surroundings['PORT']}")
        .replace("8000", surroundings["PORT"])
        .replace("/var/lib/clefboard", surroundings["VAR_DIR"])
        .replace("$$", "$")
        for word in words
    ]


def is_healthy(name: str, surroundings: dict[str, str]) -> bool:
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    words = native(words, surroundings)
    command = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
    return not subprocess.run(
        command, cwd=ROOT, env=surroundings, check=False, capture_output=True
    ).returncode


def wait_until(what: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert process.poll() is None, f"ended with {process.returncode}"
        assert time.monotonic() < deadline, "not healthy in time"


def catches(pid: int, one: signal.Signals) -> bool:
    """Tell whether a process has a handler of its own for a signal: before, it just dies of it."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines)
    return bool(int(status["SigCgt"], 16) >> one - 1 & 1)


def has_schedule(var: Path) -> bool:
    """Tell whether celery's beat has written its schedule; told to end before, it opens it twice.

    Its handler writes the schedule, in the middle of opening it for the first time if need be.
    """
    names = ("beat", "beat.dat", "beat.db")  # which one depends on the kind of dbm there is
    return any((var / n).exists() and (var / n).stat().st_size for n in names)


@pytest.fixture(scope="module")
def prepared(surroundings: dict[str, str]) -> Iterator[dict[str, str]]:
    command = native(SERVICES["prepare"]["command"], surroundings)
    for _ in range(2):  # an upgrade runs it again
        subprocess.run(command, cwd=ROOT, env=surroundings, check=True)
    yield surroundings
    shutil.rmtree(surroundings["VAR_DIR"], ignore_errors=True)


@pytest.mark.e2e
@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_gets_healthy_and_ends_when_told(name, prepared):
    process = subprocess.Popen(
        native(SERVICES[name]["command"], prepared), cwd=ROOT, env=prepared, start_new_session=True
    )
    try:
        if name != "beat":  # its file is written at its first stop, or after three minutes
            wait_until(lambda: is_healthy(name, prepared), process)
        else:
            wait_until(lambda: catches(process.pid, signal.SIGTERM), process)
            wait_until(lambda: has_schedule(Path(prepared["VAR_DIR"])), process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        if name == "beat":
            assert is_healthy(name, prepared)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
