"""`python -m scoring trace`: what the platform's child process runs. People use `clefboard`.

Exit status 0: the run is valid, trace and report are written; 1: it is not, the report is; 2: usage.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from scoring.ground_truth import read_ground_truth
from scoring.run_rules import Kind, RunRules
from scoring.tracing import trace_run

USAGE = (
    "python -m scoring trace RUN --truth FOLDER --rules FILE --out TRACE --report FILE "
    "--kind run|image_run"
)
_KINDS: Mapping[str, Kind] = {"run": "run", "image_run": "image_run"}
_OPTIONS = {"--truth", "--rules", "--out", "--report", "--kind"}


def main(arguments: list[str]) -> int:
    """Trace one run; every option is needed."""
    command, run, *flags = [*arguments, "", ""][: max(2, len(arguments))]
    options = dict(zip(flags[::2], flags[1::2], strict=False))
    kind = options.get("--kind", "")
    if command != "trace" or options.keys() != _OPTIONS or len(flags) != 2 * len(_OPTIONS):
        print(f"usage: {USAGE}", file=sys.stderr)
        return 2
    if kind not in _KINDS:
        print(f"--kind is '{kind}'; right is run or image_run", file=sys.stderr)
        return 2
    rules = RunRules.from_json(json.loads(Path(options["--rules"]).read_text("utf-8")))
    truth = read_ground_truth(Path(options["--truth"]))
    report, trace = trace_run(Path(run), truth, rules, kind=_KINDS[kind])
    if trace is not None:
        Path(options["--out"]).write_bytes(trace.to_bytes())
    Path(options["--report"]).write_text(json.dumps(report.to_json()), "utf-8")
    return 0 if report.valid else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
