"""Energy as counters of the hardware give it; where there is none nothing is said, never an estimate."""

from collections.abc import Iterator, Mapping
from ctypes import CDLL, byref, c_ulonglong, c_void_p
from pathlib import Path

import torch

from baselines.place import Place

Joules = Mapping[str, float]
"""By what was read, ``gpu`` or ``processor``; empty where nothing was."""

_POWERCAP = Path("/sys/class/powercap")


def read_counters(place: Place, powercap: Path = _POWERCAP) -> dict[str, float]:
    """Return the joules that the hardware has counted so far, by counter.

    Only differences mean something: of GPUs since the driver was loaded, of processors since they
    began anew.
    """
    counters = dict(_processors(powercap))
    if place.is_gpu:
        counters |= _gpus(place)
    return counters


def joules_between(
    before: Mapping[str, float], after: Mapping[str, float], powercap: Path = _POWERCAP
) -> Joules:
    """Return what was used between two readings."""
    used: dict[str, float] = {}
    for name in before.keys() & after.keys():
        spent = after[name] - before[name]
        kind = "gpu" if name.startswith("GPU-") else "processor"
        if spent < 0 and kind == "processor":  # its counter began anew
            spent += _number(powercap / name / "max_energy_range_uj") / 1e6
        used[kind] = used.get(kind, 0.0) + spent
    return {kind: round(joules, 1) for kind, joules in used.items()}


def _processors(powercap: Path) -> Iterator[tuple[str, float]]:
    # A package's counter has those of its cores and its memory controller in it: a second colon.
    for zone in sorted(powercap.glob("*:*")):
        if zone.name.count(":") == 1:
            try:
                yield zone.name, _number(zone / "energy_uj") / 1e6
            except OSError:  # most systems let nobody but root read it
                continue


def _number(path: Path) -> int:
    return int(path.read_text("ascii"))


def _gpus(place: Place) -> dict[str, float]:
    """Return what NVML counted for the GPUs of all ranks, or for this one's."""
    try:
        nvml = CDLL("libnvidia-ml.so.1")
    except OSError:
        return {}
    if nvml.nvmlInit_v2():
        return {}
    devices = range(torch.cuda.device_count()) if place.is_joined else [place.device]
    counters = {}
    for device in devices:
        name = f"GPU-{torch.cuda.get_device_properties(device).uuid}"
        handle, millijoules = c_void_p(), c_ulonglong()
        is_there = not nvml.nvmlDeviceGetHandleByUUID(name.encode(), byref(handle))
        if is_there and not nvml.nvmlDeviceGetTotalEnergyConsumption(handle, byref(millijoules)):
            counters[name] = millijoules.value / 1e3
    return counters
