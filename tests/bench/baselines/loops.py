"""The same network, images and optimizer in a bare loop and in ours."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import torch
from torch.nn.functional import cross_entropy

from baselines.config import TrainingConfig
from baselines.data.batches import Batch
from baselines.networks.classifier import Classifier
from baselines.networks.table import NETWORKS
from baselines.place import Place, Precision
from baselines.training.learner import Learner
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule, make_optimizer, set_rate
from baselines.training.progress import Progress

N_CLASSES = 1000
NETWORK = "resnet50"
ALL_ON = TrainingConfig(
    epochs=90, average=0.999, clip_norm=1.0, label_smoothing=0.1, learning_rate=1e-3
)


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes
    ----------
    batch, side
        Images of a step, and their pixels a side.
    steps, rounds
        Steps between two looks at the clock, and how often it is looked at.
    """

    batch: int
    side: int
    steps: int
    rounds: int


def make(config: TrainingConfig, place: Place) -> Classifier:
    """Return the network that is measured."""
    torch.manual_seed(1)
    row = NETWORKS[NETWORK]
    network = Classifier(row.build(N_CLASSES), row.mean, row.deviation).to(place.device)
    if config.channels_last:
        network = network.to(memory_format=torch.channels_last)
    return network.train()


def batches(size: Size, place: Place, n: int = 4) -> list[Batch]:
    """Return images of noise, in memory from which they travel fast."""
    generator = torch.Generator().manual_seed(1)

    def batch() -> Batch:
        shape = (size.batch, 3, size.side, size.side)
        pixels = torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)
        classes = torch.randint(0, N_CLASSES, (size.batch,), generator=generator)
        numbers = torch.arange(size.batch)
        whole = Batch(pixels, classes, torch.full_like(classes, -1), numbers, numbers < 0)
        return Batch(*(f.pin_memory() for f in whole)) if place.is_gpu else whole

    return [batch() for _ in range(n)]


def in_turn(own: list[Batch]) -> Iterator[Batch]:
    """Yield batches for ever."""
    while True:
        yield from own


def bare_step(config: TrainingConfig, size: Size, place: Place) -> Callable[[], None]:
    """Return a step with nothing but what must be: images there, forward, backward, weights moved."""
    network = make(config, place)
    optimizer = make_optimizer(network, config)
    set_rate(optimizer, config.learning_rate)
    turns = in_turn(batches(size, place))

    def step() -> None:
        batch = next(turns)
        pixels = place.to_device(batch.pixels, channels_last=config.channels_last)
        classes = place.to_device(batch.classes)
        with place.autocast(config.precision):
            loss = cross_entropy(network(pixels)[0], classes)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    return step


def our_step(
    config: TrainingConfig, size: Size, place: Place, progress: Progress
) -> Callable[[], None]:
    """Return a step of ours, as the loop takes it."""
    schedule = Schedule(config.learning_rate, 100, 100_000)
    network = make(config, place)
    learner = Learner(
        network, Loss(N_CLASSES, place, config.label_smoothing), config, schedule, place, 1
    )
    turns = in_turn(batches(size, place))

    def step() -> None:
        learner.step(next(turns))
        progress.images(size.batch)

    return step


def inference(config: TrainingConfig, size: Size, place: Place) -> Callable[[], None]:
    """Return an answer to a batch."""
    network = make(config, place).eval()
    turns = in_turn(batches(size, place))

    @torch.inference_mode()
    def answer() -> None:
        pixels = place.to_device(next(turns).pixels, channels_last=config.channels_last)
        with place.autocast(config.precision):
            network(pixels)

    return answer


PRECISIONS: Mapping[str, tuple[Precision, bool]] = {
    "float32": ("float32", False),
    "float32, products in TF32": ("float32", True),
    "bfloat16": ("bfloat16", False),
}


def configs(place: Place) -> Iterator[tuple[str, TrainingConfig]]:
    """Yield each way to compute with its name; TF32 is a GPU's."""
    for name, (precision, tf32) in PRECISIONS.items():
        if tf32 and not place.is_gpu:
            continue
        allow_tf32(tf32)
        for channels_last in (False, True):
            lies = "channels last" if channels_last else "channels first"
            yield (
                f"{name}, {lies}",
                replace(ALL_ON, precision=precision, channels_last=channels_last),
            )


def allow_tf32(is_on: bool) -> None:
    """Let a GPU compute products of float32 in fewer digits, or not."""
    torch.backends.cuda.matmul.allow_tf32 = is_on
    torch.backends.cudnn.allow_tf32 = is_on
