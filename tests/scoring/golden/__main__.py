"""Shows what a change of the scorer changes in the golden files, and keeps it where asked to."""

import argparse
import sys
from difflib import unified_diff

from tests.scoring.golden import CASES, found_text


def main() -> int:
    """Compare every case; return 1 where a figure differs and is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.scoring.golden", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep what the scorer says now")
    is_written = parser.parse_args().write
    differ = 0
    for case in CASES:
        kept, found = case / "expected.json", found_text(case)
        before = kept.read_text("utf-8") if kept.exists() else ""
        if before == found:
            continue
        differ += 1
        lines = unified_diff(
            before.splitlines(), found.splitlines(), f"{case.name}: kept", "found", lineterm="", n=2
        )
        print("\n".join(lines))
        if is_written:
            kept.write_text(found, "utf-8")
    what = "written anew" if is_written else "different"
    print(f"{differ} of {len(CASES)} cases {what}")
    return int(differ > 0 and not is_written)


if __name__ == "__main__":
    sys.exit(main())
