"""All networks: one table to read, and to add a row to.

No constructor is asked for weights: what a library downloads by itself fails slowly where there is no
network, and says nothing of what it fetched. `baselines.networks.weights` loads them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import timm
import torchvision
from torch import nn

from baselines.networks import googlenet
from baselines.networks.packaged import LITE0, PackagedWeights
from baselines.networks.small import SmallCnn
from scoring.nearest import did_you_mean

Colour = tuple[float, float, float]
"""Of red, green and blue, as shares of full light."""


@dataclass(frozen=True)
class Network:
    """How a network is made, and what it wants of its images.

    Attributes
    ----------
    build
        Makes it with random weights, for a number of outputs.
    last_layer
        Where its last linear layer is; what goes into that are its features.
    about
        What a reader of its model card must know, beyond its name.
    mean, deviation
        What is taken from each colour, and what that is divided by.
    packaged
        The weights that an installed package has of it.
    """

    build: Callable[[int], nn.Module]
    last_layer: str
    about: str
    mean: Colour = (0.485, 0.456, 0.406)
    deviation: Colour = (0.229, 0.224, 0.225)
    packaged: PackagedWeights | None = None


_HALF: Colour = (0.5, 0.5, 0.5)


def _timm(name: str, **settings: Any) -> Callable[[int], nn.Module]:
    def build(n_outputs: int) -> nn.Module:
        return timm.create_model(name, pretrained=False, num_classes=n_outputs, **settings)

    return build


def _alexnet(n_outputs: int) -> nn.Module:
    network: nn.Module = torchvision.models.alexnet(weights=None, num_classes=n_outputs)
    return network


def _vgg16(n_outputs: int) -> nn.Module:
    network: nn.Module = torchvision.models.vgg16(weights=None, num_classes=n_outputs)
    return network


NETWORKS: Mapping[str, Network] = {
    "small_cnn": Network(
        SmallCnn,
        "7",
        "a network of our own, four residual stages with group normalisation, for small images",
    ),
    "alexnet": Network(
        _alexnet,
        "classifier.6",
        "AlexNet on one device (Krizhevsky 2014), as torchvision has it, without local response"
        " normalisation",
    ),
    "vgg16": Network(_vgg16, "classifier.6", "VGG-16 without batch normalisation (2014)"),
    "googlenet": Network(
        googlenet.plain,
        "fc",
        "GoogLeNet, Inception v1 (2014), without batch normalisation and without local response"
        " normalisation; its 5 × 5 branch is 5 × 5, which torchvision's is not",
    ),
    "googlenet_bn": Network(
        googlenet.batch_norm,
        "fc",
        "GoogLeNet as torchvision has it: batch normalisation everywhere, and 3 × 3 where 2014 had"
        " 5 × 5, so that torchvision's weights fit",
        mean=_HALF,  # torchvision's own `transform_input` makes these of ImageNet's
        deviation=_HALF,
    ),
    "googlenet_bn_prelu": Network(
        googlenet.batch_norm_prelu,
        "fc",
        "GoogLeNet with batch normalisation and PReLU after each convolution, as Pl@ntNet extended"
        " it; its 5 × 5 branch is 5 × 5",
    ),
    "inception_resnet_v2": Network(
        _timm("inception_resnet_v2"),
        "classif",
        "Inception-ResNet-v2 (2016)",
        mean=_HALF,
        deviation=_HALF,
    ),
    "resnet50": Network(_timm("resnet50"), "fc", "ResNet-50, version 1.5 (2015)"),
    "resnext50": Network(_timm("resnext50_32x4d"), "fc", "ResNeXt-50, 32 groups of 4 (2016)"),
    "efficientnet_lite0": Network(
        # `efficientnet_lite0` of timm takes the same weights without an error, and is wrong.
        _timm("tf_efficientnet_lite0"),
        "classifier",
        "EfficientNet-Lite0 (2020), padded as TensorFlow pads",
        mean=_HALF,
        deviation=_HALF,
        packaged=LITE0,
    ),
    "convnext_tiny": Network(_timm("convnext_tiny"), "head.fc", "ConvNeXt-T (2022)"),
    "vit_small": Network(
        _timm("vit_small_patch16_224", dynamic_img_size=True),
        "head",
        "ViT-S with patches of 16 pixels (2020); its positions are stretched to the image's size",
        mean=_HALF,
        deviation=_HALF,
    ),
    "vit_base": Network(
        _timm("vit_base_patch16_224", dynamic_img_size=True),
        "head",
        "ViT-B with patches of 16 pixels (2020); its positions are stretched to the image's size",
        mean=_HALF,
        deviation=_HALF,
    ),
}


class UnknownNetwork(ValueError):
    """A name that the table does not have; the text says which it has."""


def find_network(name: str) -> Network:
    """Return a row of the table.

    Raises
    ------
    UnknownNetwork
        When there is none of this name.
    """
    if name not in NETWORKS:
        hint = did_you_mean(name, NETWORKS) or f"; there are {', '.join(NETWORKS)}"
        raise UnknownNetwork(f"there is no network {name!r}{hint}")
    return NETWORKS[name]


def body_of(row: Network, network: nn.Module) -> nn.Module:
    """Return a network that gives features: its last layer is taken away, from itself."""
    parent, _, name = row.last_layer.rpartition(".")
    setattr(network.get_submodule(parent), name, nn.Identity())
    return network
