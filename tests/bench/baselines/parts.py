"""What is measured; each part gives its figures by name."""

import os
import resource
import statistics
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from baselines.config import TrainingConfig
from baselines.networks.split_head import SplitHead
from baselines.place import Place, Precision
from baselines.training.learner import Learner
from baselines.training.losses import Loss
from baselines.training.optimisation import Schedule, make_optimizer, set_rate
from baselines.training.progress import Silent, progress_bar
from tests.bench.baselines import files as photographs, loops
from tests.bench.baselines.loops import ALL_ON, N_CLASSES, Size
from tests.bench.baselines.timing import median_seconds, paired_ratios

Figures = Mapping[str, Any]
_MIB = 2**20


# ---------------------------------------------------------------- speed
def speed(place: Place, size: Size, _: Path) -> Figures:
    """Return images a second of ResNet-50: our steps, and answers."""
    figures = {"batch": f"{size.batch} × {size.side} px"}
    for name, config in loops.configs(place):
        for what, work in (
            ("training", loops.our_step(config, size, place, Silent())),
            ("answers", loops.inference(config, size, place)),
        ):
            taken = median_seconds(work, place, times=size.steps, rounds=size.rounds)
            figures[f"{what}, {name}, images/s"] = f"{size.batch / taken:,.0f}"
            _forget(place)
    loops.allow_tf32(False)
    return figures


def overhead(place: Place, size: Size, _: Path) -> Figures:
    """Return how much longer our step takes than a bare one: average, clipping and all the rest."""
    config = replace(ALL_ON, precision="auto", channels_last=True)
    figures: dict[str, Any] = {}
    with progress_bar() as bar:
        bar.begin("steps", 10**9)
        bare = loops.bare_step(config, size, place)
        ours = loops.our_step(config, size, place, bar)
        figures["all on"] = _spread(
            paired_ratios(bare, ours, place, times=size.steps, rounds=3 * size.rounds)
        )
        mixed = loops.our_step(replace(config, mixup=0.2), size, place, bar)
        figures["and mixup"] = _spread(
            paired_ratios(bare, mixed, place, times=size.steps, rounds=2 * size.rounds)
        )
        again = loops.bare_step(config, size, place)
        figures["bare to itself"] = _spread(
            paired_ratios(bare, again, place, times=size.steps, rounds=2 * size.rounds)
        )
    return figures


def _spread(ratios: list[float]) -> dict[str, Any]:
    low, _, high = statistics.quantiles(ratios, n=4)
    return {
        "median ratio": round(statistics.median(ratios), 4),
        "quartiles": [round(low, 4), round(high, 4)],
        "rounds": len(ratios),
    }


# ---------------------------------------------------------------- the same again
def agreement(place: Place, _: Size, __: Path) -> Figures:
    """Return how far a few steps on this device are from those of the CPU in double precision."""
    truth = _few_steps(Place(torch.device("cpu")), "float32", double=True)
    figures: dict[str, Any] = {"steps": 3, "loss on the CPU, double": truth[0]}
    for name, (precision, tf32) in loops.PRECISIONS.items():
        loops.allow_tf32(tf32)
        loss, weights = _few_steps(place, precision)
        apart = max((a - b).abs().max().item() for a, b in zip(weights, truth[1], strict=True))
        figures[name] = {"loss": loss, "largest difference of a weight": apart}
    loops.allow_tf32(False)
    return figures


def _few_steps(
    place: Place, precision: Precision, *, double: bool = False
) -> tuple[float, list[torch.Tensor]]:
    config = replace(ALL_ON, precision=precision, optimizer="sgd", channels_last=False)
    classifier = loops.make(config, place)
    classifier = classifier.double() if double else classifier
    learner = Learner(classifier, Loss(N_CLASSES, place), config, Schedule(0.01, 0, 10), place, 1)
    (batch,) = loops.batches(Size(4, 64, 1, 1), place, 1)
    for _ in range(3):
        learner.step(batch)
    return learner.take_loss(), [p.detach().double().cpu() for p in classifier.parameters()]


def same_seed(place: Place, _: Size, __: Path) -> Figures:
    """Return how far two trainings of the same seed are from each other on this device."""
    figures = {}
    both: tuple[Precision, ...] = ("float32", "bfloat16")
    for precision in both:
        one, two = (_few_steps(place, precision)[1] for _ in range(2))
        apart = max((a - b).abs().max().item() for a, b in zip(one, two, strict=True))
        figures[f"{precision}, largest difference of a weight"] = apart
    return figures


# ---------------------------------------------------------------- the split layer
N_SPECIES, N_FEATURES, N_IMAGES = 300_000, 1280, 64


def split(place: Place, _: Size, __: Path) -> Figures:
    """Return memory and time of the last layer for 300,000 classes: whole, and one rank's part.

    The part is that of a rank which has been given the features of all; what travels is not in it.
    """
    weights = N_SPECIES * N_FEATURES * 4 / _MIB
    figures: dict[str, Any] = {
        "worked out, MiB": {
            "weights": round(weights),
            "and gradient and AdamW's two": round(4 * weights),
        }
    }
    for world in (8, 4, 2, 1):  # the smallest first: the highest memory of a process never falls
        figures[f"a rank of {world}"] = _split_figures(place, world)
    figures["whole layer"] = _whole_figures(place)
    return figures


def _split_figures(place: Place, world: int) -> Figures:
    _forget(place)
    part = Place(place.device, 0, world)
    head = SplitHead(N_FEATURES, N_SPECIES, part, torch.Generator().manual_seed(1))
    return _head_figures(place, head, head, world)


def _whole_figures(place: Place) -> Figures:
    _forget(place)
    head = nn.Linear(N_FEATURES, N_SPECIES, device=place.device)
    return _head_figures(place, head, lambda x, y: cross_entropy(head(x), y), 1)


def _head_figures(place: Place, head: nn.Module, loss_of: Any, world: int) -> Figures:
    optimizer = make_optimizer(head, TrainingConfig(epochs=1))
    set_rate(optimizer, 1e-3)
    generator = torch.Generator().manual_seed(2)
    inputs = torch.randn(N_IMAGES * world, N_FEATURES, generator=generator).to(place.device)
    classes = torch.randint(0, N_SPECIES // world, (N_IMAGES * world,), generator=generator)
    classes = classes.to(place.device)

    def step() -> None:
        features = inputs.requires_grad_()
        loss = loss_of(features, classes)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    taken = median_seconds(step, place, times=1, rounds=5)
    return {"memory at its highest, MiB": _peak(place), "ms a step": round(1000 * taken, 1)}


def _peak(place: Place) -> int:
    if place.is_gpu:
        return round(torch.cuda.max_memory_allocated() / _MIB)
    # Of the whole process, and it never falls.
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _forget(place: Place) -> None:
    if place.is_gpu:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


# ---------------------------------------------------------------- from files
_SIZES = {"320 × 256 px": (320, 256, 256), "1,200 × 900 px": (1200, 900, 64)}


def files(place: Place, size: Size, folder: Path) -> Figures:
    """Return images a second from files: decoding alone, the loader, and a training fed by it."""
    figures: dict[str, Any] = {}
    host = Place(torch.device("cpu"))
    cores = max(1, (os.cpu_count() or 1) - 2)
    for name, (width, height, n) in _SIZES.items():
        items = photographs.write_photographs(folder / name, n, width, height)
        taken = median_seconds(photographs.decoding(items), host, times=1, rounds=3)
        figures[f"{name}: decoding alone"] = f"{n / taken:,.0f}"
        for view_name, view in photographs.VIEWS.items():
            for workers in (0, cores):
                own = items * (8 if workers else 1)
                work = photographs.viewing(own, view, min(64, n), workers, host)
                taken = median_seconds(work, host, times=1, rounds=2)
                figures[f"{name}: {view_name}, {workers} workers"] = f"{len(own) / taken:,.0f}"
        if place.is_gpu:
            speed_of = _fed(items * 8, cores, size, place)
            figures[f"{name}: training ResNet-50 from them, {cores} workers"] = speed_of
    return figures


def _fed(items: list[Any], workers: int, size: Size, place: Place) -> str:
    config = replace(ALL_ON, precision="auto", channels_last=True)
    classifier = loops.make(config, place)
    learner = Learner(
        classifier, Loss(N_CLASSES, place), config, Schedule(1e-3, 0, 10_000), place, 1
    )
    batches = photographs.endless(items, size.batch, workers, place)
    taken = median_seconds(lambda: learner.step(next(batches)), place, times=12, rounds=3)
    return f"{size.batch / taken:,.0f}"
