"""`make fuzz`: hunts for a while, by the kernel that was built with the compiler's guards."""

import argparse
import time
from importlib import import_module
from pathlib import Path

from tests.fuzz.guarded import use_kernel


def main() -> None:
    """Hunt, and say how much was read, or what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kernel", type=Path, help="the guarded kernel")
    parser.add_argument("--seconds", type=float, default=60, help="when to stop at the latest")
    parser.add_argument("--numbers", type=int, default=2**31, help="how many at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number to begin with")
    parser.add_argument("--every", type=int, default=4, help="of how many the twin reads one too")
    args = parser.parse_args()
    use_kernel(args.kernel)
    hunting = import_module("tests.fuzz.hunt")  # only now: it imports scoring
    at_hand = args.kernel.with_name(f"at-hand-{args.seed}.csv")
    print(
        f"where this ends before its time, {at_hand} brought it about, or the folder beside it",
        flush=True,
    )
    numbers, began = range(args.first, args.first + args.numbers), time.monotonic()
    try:
        hunted = hunting.hunt(
            at_hand, seed=args.seed, numbers=numbers, seconds=args.seconds, every=args.every
        )
    except hunting.Differs as found:
        raise SystemExit(f"kernel and twin differ {found}") from None
    seconds = time.monotonic() - began
    print(
        f"{hunted.n_files:,} files of {hunted.n_bytes / 1e6:,.1f} MB in {seconds:.0f} s"
        f" ({hunted.n_files / seconds:,.1f} a second), {hunted.n_compared:,} of them by the twin too,"
        f" {hunted.n_tables:,} tables by both, and {hunted.n_decimals:,} decimals: no crash, and one"
        f" judgement on each"
    )


if __name__ == "__main__":
    main()
