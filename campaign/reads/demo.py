"""How far the demo is, as its loader says it."""

from dataclasses import dataclass
from typing import Literal

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

DEMO_KEY = "demo"
DEMO_LASTS_S = 30  # a loader that was killed takes nothing back, so what it said fades


@dataclass(frozen=True)
class DemoState:
    """So many of so many tasks are loaded, or of so many runs scored."""

    step: Literal["tasks", "runs"]
    done: int
    of: int

    @property
    def text(self) -> str:
        if self.step == "tasks":
            text = _("The demo is loading: %(done)s of %(of)s tasks.")
        else:
            text = _("The demo is loading: %(done)s of %(of)s runs are scored.")
        return text % {"done": self.done, "of": self.of}


def demo_state() -> DemoState | None:
    """Return how far the loading is; None when nobody loads a demo, or the cache is away."""
    try:
        said: tuple[Literal["tasks", "runs"], int, int] | None = cache.get(DEMO_KEY)
    except RedisError:
        return None
    return DemoState(*said) if said else None
