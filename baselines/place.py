"""Where a network learns: a device, and which of how many ranks this process is."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

Kind = TypeVar("Kind")

Precision = Literal["auto", "float32", "bfloat16"]
_DTYPES: Mapping[Precision, torch.dtype] = {"float32": torch.float32, "bfloat16": torch.bfloat16}


_DEVICE = re.compile(r"cpu|cuda(:\d+)?")


class NoSuchDevice(ValueError):
    """A device that this machine does not have."""


@dataclass(frozen=True)
class Place:
    """A device and a rank.

    Attributes
    ----------
    device
        Of this rank.
    rank, world
        Which rank, of how many.
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is the rank that writes files and shows progress."""
        return self.rank == 0

    @property
    def is_joined(self) -> bool:
        """Whether torchrun started this process; a world of one rank works as a large one does."""
        return distributed.is_initialized()

    @property
    def is_gpu(self) -> bool:
        """Whether work is only queued when a call returns."""
        return self.device.type == "cuda"

    def dtype(self, precision: Precision) -> torch.dtype:
        """Return what products are computed in."""
        if precision != "auto":
            return _DTYPES[precision]
        has_it = self.is_gpu and torch.cuda.is_bf16_supported()
        return torch.bfloat16 if has_it else torch.float32

    def autocast(self, precision: Precision) -> torch.autocast:
        """Return the context in which a network computes; bfloat16 needs no scaled gradients."""
        dtype = self.dtype(precision)
        is_on = dtype is not torch.float32
        return torch.autocast(self.device.type, dtype if is_on else None, enabled=is_on)

    def to_device(self, tensor: Tensor, *, channels_last: bool = False) -> Tensor:
        """Return a tensor on the device; from pinned memory it travels while others compute."""
        moved = tensor.to(self.device, non_blocking=True)
        return moved.to(memory_format=torch.channels_last) if channels_last else moved

    def shared(self, network: nn.Module) -> nn.Module:
        """Return a network that averages its gradients over the ranks; without torchrun it is itself."""
        if not self.is_joined:
            return network
        return DistributedDataParallel(
            network, device_ids=[self.device] if self.is_gpu else None, gradient_as_bucket_view=True
        )

    def total(self, tensor: Tensor) -> Tensor:
        """Return the sum over ranks."""
        if self.is_joined:
            distributed.all_reduce(tensor, distributed.ReduceOp.SUM)
        return tensor

    def largest(self, tensor: Tensor) -> Tensor:
        """Return the largest over ranks, number by number."""
        if self.is_joined:
            distributed.all_reduce(tensor, distributed.ReduceOp.MAX)
        return tensor

    def given(self, tensor: Tensor, rank: int) -> Tensor:
        """Return what a rank has, the tensor of any other is written over."""
        if self.is_joined:
            distributed.broadcast(tensor, rank)
        return tensor

    def everybody(self, own: Kind) -> list[Kind]:
        """Return what each rank has, of plain Python; all ranks ask at once."""
        if not self.is_joined:
            return [own]
        every: list[Kind] = [own] * self.world
        distributed.all_gather_object(every, own)
        return every

    def wait(self) -> None:
        """Return when all that was queued on the device is done."""
        if self.is_gpu:
            torch.cuda.synchronize(self.device)


ALONE = Place(torch.device("cpu"))
"""One process on the processor."""


def is_first_rank() -> bool:
    """Return whether this process is alone, or the first of those that torchrun started."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def this_place(device: str = "auto") -> Iterator[Place]:
    """Give the place of this process: alone, or one of the ranks that torchrun started.

    Parameters
    ----------
    device
        ``cpu``, ``cuda``, ``cuda:1`` ...; ``auto`` takes a GPU where there is one.
    """
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        yield Place(_device(device))
        return
    rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    own = _device(device, int(os.environ["LOCAL_RANK"]))
    backend = "nccl" if own.type == "cuda" else "gloo"
    distributed.init_process_group(backend, device_id=own if own.type == "cuda" else None)
    try:
        yield Place(own, rank, world)
    finally:
        distributed.destroy_process_group()


def _device(name: str, local_rank: int = 0) -> torch.device:
    is_there = torch.cuda.is_available()
    if name == "auto":
        name = "cuda" if is_there else "cpu"
    if not _DEVICE.fullmatch(name):
        raise NoSuchDevice(f"--device {name}: right is cpu, cuda, cuda:1, or auto")
    if name != "cpu" and not is_there:
        raise NoSuchDevice(f"--device {name}: there is no GPU that torch can use; right is cpu")
    if name != "cuda":
        return torch.device(name)
    device = torch.device("cuda", local_rank)
    torch.cuda.set_device(device)
    torch.backends.cudnn.benchmark = (
        True  # all batches have one size: the fastest way is sought once
    )
    return device
