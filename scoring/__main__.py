"""`python -m scoring trace|check|combine|fuse`: what the platform's child process runs. People use `clefboard`.

`--asked` is a file with the metrics, and the parts of the test, that the trace must be good for, with what
`chance_places` returns, and with the folder of the test set that accepted the run once, or null:
``{"metrics": ["cmap"], "parts": [["Usage", "public"]], "chance": [1, 0], "accepted_by": null}``. To fuse it
names the runs and the method, too: ``{"runs": ["a.csv", "b.csv"], "method": "mean"}``; RUN is then where the
fused one is written, and its trace is made.

Of `combine`, which scores an image run by kinds of images, it says metric and column of media.csv:
``{"metric": "mrr", "column": "Organ"}``. What it writes is a list, in the order of `combinations_of`, of the
values of the observations that have such an image; null where the run answers no image of one of its kinds.

Exit status 0: the run is valid, and report and result are written; 1: it is not, the report is; 2: usage.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import scoring
from scoring.metrics.metric import parse_metric
from scoring.run_files.reader import check_run
from scoring.run_files.report import RunReport
from scoring.run_rules import Kind, RunRules
from scoring.traces.tracing import trace_run
from scoring.truth.ground_truth import GroundTruth, TestSet, read_ground_truth, read_test_set

Options = Mapping[str, str]
_KINDS: Mapping[str, Kind] = {"run": "run", "image_run": "image_run"}


def main(arguments: list[str]) -> int:
    """Trace or check one run, or fuse several; every option is needed."""
    command, run, *flags = [*arguments, "", ""][: max(2, len(arguments))]
    options = dict(zip(flags[::2], flags[1::2], strict=False))
    if command not in _COMMANDS:
        print("\n".join(f"usage: {usage}" for usage in map(_usage, _COMMANDS)), file=sys.stderr)
        return 2
    if options.keys() != set(_OPTIONS[command]) or len(flags) != 2 * len(options):
        print(f"usage: {_usage(command)}", file=sys.stderr)
        return 2
    if options["--kind"] not in _KINDS:
        print(f"--kind is '{options['--kind']}'; right is run or image_run", file=sys.stderr)
        return 2
    rules = RunRules.from_json(json.loads(Path(options["--rules"]).read_text("utf-8")))
    report = _COMMANDS[command](Path(run), rules, options)
    Path(options["--report"]).write_text(json.dumps(report.to_json()), "utf-8")
    return 0 if report.valid else 1


def _trace(run: Path, rules: RunRules, options: Options) -> RunReport:
    """Read a run against a ground truth, and write its trace when it is valid."""
    truth = read_ground_truth(Path(options["--truth"]))
    asked = json.loads(Path(options["--asked"]).read_text("utf-8"))
    report, trace = trace_run(
        run,
        truth,
        rules,
        kind=_KINDS[options["--kind"]],
        metrics=list(map(parse_metric, asked["metrics"])),
        parts=[frozenset({(column, value)}) for column, value in asked["parts"]],
        chance=asked["chance"],
        accepted_by=_accepted_by(asked.get("accepted_by"), Path(options["--truth"]), truth),
    )
    if trace is not None:
        Path(options["--out"]).write_bytes(trace.to_bytes())
    return report


def _fuse(run: Path, rules: RunRules, options: Options) -> RunReport:
    """Fuse runs, and trace what comes of them; the report is that of the fused run, or of one that is invalid."""
    asked = json.loads(Path(options["--asked"]).read_text("utf-8"))
    fusion = scoring.fuse_runs(  # loaded only here: other commands want to begin at once
        list(map(Path, asked["runs"])),
        run,
        read_test_set(Path(options["--truth"])),
        rules,
        kind=_KINDS[options["--kind"]],
        method=asked["method"],
    )
    invalid = (report for report in fusion.reports if not report.valid)
    return next(invalid, None) or _trace(run, rules, options)


def _accepted_by(folder: str | None, current: Path, truth: GroundTruth) -> TestSet | None:
    """Return the test set that accepted a run; that of the ground truth is read already."""
    if folder is None:
        return None
    return truth.test_set if Path(folder) == current else read_test_set(Path(folder))


def _check(run: Path, rules: RunRules, options: Options) -> RunReport:
    """Read a run by the public tables alone."""
    test_set = read_test_set(Path(options["--test-set"]))
    return check_run(run, test_set, rules, kind=_KINDS[options["--kind"]])


def _combine(run: Path, rules: RunRules, options: Options) -> RunReport:
    """Score an image run by every combination of kinds of images."""
    from scoring.fusion.combinations import (  # noqa: PLC0415  # scoring does without
        combinations_of,
        score_combinations,
    )

    truth = read_ground_truth(Path(options["--truth"]))
    asked = json.loads(Path(options["--asked"]).read_text("utf-8"))
    metric, column = parse_metric(asked["metric"]), asked["column"]
    report, averages = score_combinations(run, truth, rules, metric, column)
    if report.valid:
        pairs = zip(combinations_of(truth.test_set, column), averages, strict=True)
        found = [
            [v for query, v in zip(own.units, own.values, strict=True) if query in one.queries]
            if own
            else None
            for one, own in pairs
        ]
        Path(options["--out"]).write_text(json.dumps(found), "utf-8")
    return report


_COMMANDS: Mapping[str, Callable[[Path, RunRules, Options], RunReport]] = {
    "trace": _trace,
    "check": _check,
    "combine": _combine,
    "fuse": _fuse,
}
_EVERY = {"--rules": "FILE", "--report": "FILE", "--kind": "run|image_run"}
_JUDGING = {"--truth": "FOLDER", "--asked": "FILE", "--out": "FILE"} | _EVERY
_OPTIONS: Mapping[str, Mapping[str, str]] = {
    "trace": _JUDGING,
    "check": {"--test-set": "FOLDER"} | _EVERY,
    "combine": _JUDGING,
    "fuse": _JUDGING,
}


def _usage(command: str) -> str:
    options = " ".join(f"{flag} {value}" for flag, value in _OPTIONS[command].items())
    return f"python -m scoring {command} RUN {options}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
