"""Seeded truths and runs of any size: for the demo, the tests, the benchmarks, `clefboard generate`.

All of it is invented, the species' Latin names too; whoever shows it says so. The same seed gives the
same bytes. Only `random` is asked of the generator, whose stream numpy keeps from version to version.
"""

from scoring.synthetic.recipes import SYNTHETIC_RECIPES, SyntheticSize, write_synthetic_tables
from scoring.synthetic.runs import Skill, write_synthetic_run

__all__ = [
    "SYNTHETIC_RECIPES",
    "Skill",
    "SyntheticSize",
    "write_synthetic_run",
    "write_synthetic_tables",
]
