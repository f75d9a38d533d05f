"""Which reader runs: the compiled kernel where it was built, else its plain Python twin.

Both make the same report and the same trace of a file; the twin takes longer. The environment
variable `CLEFBOARD_KERNEL=off` chooses it: for tests, benchmarks, doubts.
"""

import os
from importlib import import_module
from types import ModuleType

SWITCH = "CLEFBOARD_KERNEL"
_CURE = (
    "with a C compiler at hand (on Debian and Ubuntu: apt-get install gcc python3-dev)"
    " install clefboard again"
)


def _load() -> tuple[ModuleType | None, str]:
    """Return the kernel and nothing; or None, and why it does not run."""
    if os.environ.get(SWITCH) == "off":
        return None, f"{SWITCH} is off"
    try:
        return import_module("scoring._kernel"), ""
    except ModuleNotFoundError:
        return None, f"the kernel was not compiled; {_CURE}"
    except ImportError as error:  # compiled for another system, or by a broken compiler
        return None, f"the kernel cannot be loaded ({error}); {_CURE}"


KERNEL, _WHY_NOT = _load()


def slow_reading() -> str | None:
    """Say that runs are read slowly, why, and what to do; None where the kernel runs."""
    return f"in plain Python, about 10 times slower: {_WHY_NOT}" if KERNEL is None else None


def reading_in_words() -> str:
    """Say which one reads runs here.

    Examples
    --------
    >>> reading_in_words().startswith("reads runs ")
    True
    """
    return f"reads runs {slow_reading() or 'with the compiled kernel'}"
