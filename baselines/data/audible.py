"""Recordings that can be heard, told from those that cannot before anybody learns from them."""

from collections.abc import Iterable, Iterator

from baselines.data.items import Findings, Item
from baselines.sound.files import BROKEN_SOUND, is_cut_off, seconds_of

_ROUNDED = 0.1  # seconds by which what is said of a recording may differ from it


def audible(items: Iterable[Item], findings: Findings) -> Iterator[Item]:
    """Yield the items whose files have sound; only their headers and their ends are read.

    What is shorter than its file or its table says is kept, and found.
    """
    for item in items:
        name = item.path.name
        try:
            seconds = seconds_of(item.path)
        except BROKEN_SOUND:
            findings.add("no sound that can be read, left out", name)
            continue
        if not seconds:
            findings.add("a recording of no length, left out", name)
            continue
        if seconds < item.seconds - _ROUNDED or is_cut_off(item.path):
            findings.add("shorter than it says, heard as far as it goes", name)
        yield item
