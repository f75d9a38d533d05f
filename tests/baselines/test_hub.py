"""Weights of the hub: fetched once from what stands for it here, and refused at once without it."""

import hashlib
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from huggingface_hub import constants
from safetensors.torch import save

from baselines.config import NetworkConfig
from baselines.networks.table import NETWORKS
from baselines.networks.weights import CannotLoad, Origin, load_weights
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL

SMALL = NETWORKS["small_cnn"]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Server(ThreadingHTTPServer):
    """Remembers what it is asked."""

    asked: list[str]


class Hub(BaseHTTPRequestHandler):
    """Answers for one file as the hub does, in its revisions main and a commit."""

    content = b""
    status = 200

    def do_HEAD(self):
        self._head()

    def do_GET(self):
        if self._head():
            self.wfile.write(self.content)

    def _head(self):
        assert isinstance(self.server, Server)
        self.server.asked.append(f"{self.command} {self.path}")
        paths = [f"/timm/small/resolve/{name}/model.safetensors" for name in ("main", COMMIT)]
        is_there = self.path in paths and self.status == 200
        self.send_response(self.status if self.path in paths else 404)
        if is_there:
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("ETag", f'"{"a" * 64}"')
            self.send_header("Content-Length", str(len(self.content)))
        else:
            self.send_header("X-Error-Code", "RepoNotFound" if self.status == 200 else "")
            self.send_header("Content-Length", "0")
        self.end_headers()
        return is_there

    def log_message(self, *_):
        pass


@contextmanager
def serving(content=b"", status=200):
    """Give the address of a hub, and what it is asked."""
    kind = type("Own", (Hub,), {"content": content, "status": status})
    with Server(("127.0.0.1", 0), kind) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.asked
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def at(monkeypatch, tmp_path):
    """Return what lets the hub's library ask an address, with a cache of its own."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))

    def ask(address):
        monkeypatch.setattr(constants, "ENDPOINT", address)
        template = address + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)

    return ask


@pytest.fixture(scope="module")
def there():
    torch.manual_seed(5)
    return SMALL.build(3)


def load(name="timm/small", sha256=""):
    network = SMALL.build(3)
    origin = load_weights(network, SMALL, NetworkConfig("small_cnn", f"hf-hub:{name}", sha256))
    return network.state_dict(), origin


def digest_of(content):
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", ["timm/small", f"timm/small@{COMMIT}"])
def test_weights_are_fetched_once_and_kept(at, there, name):
    content = save(there.state_dict())
    with serving(content) as (address, asked):
        at(address)
        state, origin = load(name)
        assert origin == Origin(f"hf-hub:{name}", digest_of(content))
        assert all(torch.equal(state[key], own) for key, own in there.state_dict().items())
        n_asked = len(asked)
        assert load(name)[1] == origin
        assert len(asked) == n_asked
    assert load(name)[1] == origin  # and there is no hub any more


def test_other_weights_than_asked_for_are_refused(at, there):
    with serving(save(there.state_dict())) as (address, _):
        at(address)
        with pytest.raises(CannotLoad, match="wanted is 00"):
            load(sha256="00")


def test_what_is_fetched_is_never_run(at):
    with serving(b"no tensors at all") as (address, _):
        at(address)
        with pytest.raises(CannotLoad, match=r"model\.safetensors"):
            load()


def test_without_a_network_it_is_said_at_once(at):
    with serving() as (address, _):
        pass
    at(address)  # nobody listens there any more
    with pytest.raises(
        CannotLoad, match=r"hf-hub:timm/small: .* cannot be fetched .*right is a machine with"
    ):
        load()


def test_a_hub_that_fails_is_asked_once(at):
    with serving(status=503) as (address, asked):
        at(address)
        with pytest.raises(CannotLoad, match="cannot be fetched"):
            load()
        # Once a day its own package asks something else, too.
        of_weights = [question for question in asked if "/timm/" in question]
        assert of_weights == ["HEAD /timm/small/resolve/main/model.safetensors"]


@pytest.mark.parametrize("name", ["timm/nothing", "no repository", "timm/small@other", ""])
def test_what_the_hub_does_not_have_is_said(at, there, name):
    with serving(save(there.state_dict())) as (address, _):
        at(address)
        with pytest.raises(CannotLoad, match=f"hf-hub:{name}: .* cannot be fetched"):
            load(name)


CONFIG = """
name = "test"
[network]
name = "small_cnn"
weights = "hf-hub:timm/small"
[data]
size = 32
[[data.sources]]
folder = '{folder}'
[training]
epochs = 1
"""


def test_the_command_begins_with_weights_of_the_hub(folder, there, tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(folder=folder))
    command = [sys.executable, "-m", "baselines", "train", config, "--to", tmp_path / "to"]
    command += ["--device", "cpu"]
    with serving(save(there.state_dict())) as (address, asked):
        environment = {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            [*map(str, command)],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
        )
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("GET /timm/small/") for line in asked)
    about = read_checkpoint(tmp_path / "to" / MODEL)[1]
    assert about["weights"]["source"] == "hf-hub:timm/small"
