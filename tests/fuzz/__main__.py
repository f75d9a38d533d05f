"""`make fuzz`: hunts for a while, by the kernel that was built with the compiler's guards."""

import argparse
from importlib import import_module
from pathlib import Path

from tests.fuzz.guarded import use_kernel


def main() -> None:
    """Hunt, and say how much was read, or what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("kernel", type=Path, help="the guarded kernel")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    args = parser.parse_args()
    use_kernel(args.kernel)
    hunting = import_module("tests.fuzz.hunt")  # only now: it imports scoring
    at_hand = args.kernel.with_name("at-hand.csv")
    print(f"where this ends before its time, {at_hand} brought it about", flush=True)
    try:
        n_read = hunting.hunt(at_hand, seed=args.seed, first=args.first, seconds=args.seconds)
    except hunting.Differs as found:
        raise SystemExit(f"kernel and twin differ {found}") from None
    print(f"{n_read:,} files in {args.seconds:g} s: no crash, and one judgement on each")


if __name__ == "__main__":
    main()
