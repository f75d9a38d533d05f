"""Runs whose every figure is kept, to the last digit: what the scorer said, and must say again.

A case is a folder: the tables of its task (or a truth that stands alone), a run, `case.json` (what is
asked, and figures worked out by hand), `expected.json`. To look at what a change of the scorer changes,
and to keep it where that is right:

    python -m tests.scoring.golden            # shows the difference
    python -m tests.scoring.golden --write    # keeps it

A figure that changes without its definition changing is a fault.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scoring import (
    GroundTruth,
    Metric,
    RunReport,
    RunRules,
    Trace,
    parse_metric,
    read_ground_truth,
    score,
    score_all,
    trace_run,
)
from scoring.run_rules import Shape
from scoring.traces.chance import by_chance
from scoring.truth.ground_truth import read_truth_file
from tests.scoring.metrics.cases import names_of

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/case.json"))

Part = tuple[str, str]


def about(case: Path) -> dict[str, Any]:
    """Return what a case asks.

    run, kind, rules
        The name of the file, and how it is read.
    truth, classes
        The files of a truth that stands alone; left out, the tables are those of the folder.
    subsets
        Columns and values on which every metric is asked too, e.g. ``Domain=photo``.
    parts
        The parts of a split.
    by_hand
        Figures as fractions.
    """
    asked: dict[str, Any] = json.loads((case / "case.json").read_text("utf-8"))
    return {"kind": "run", "subsets": [], "parts": [], "by_hand": {}} | asked


def found_text(case: Path) -> str:
    """Return what the scorer says of a case, as it stands in `expected.json`."""
    asked = about(case)
    truth, rules, kind = truth_of(case, asked), RunRules.from_json(asked["rules"]), asked["kind"]
    metrics = metrics_of("ranked" if kind == "image_run" else rules.shape, asked["subsets"])
    parts: list[Part] = [(column, value) for column, value in asked["parts"]]
    report, trace = trace_run(
        case / asked["run"],
        truth,
        rules,
        kind=kind,
        metrics=metrics,
        parts=[frozenset({part}) for part in parts],
    )
    assert trace is not None, report.problems
    trace = Trace.from_bytes(trace.to_bytes())
    found: dict[str, Any] = {
        "truth": truth.digest,
        "judged": truth.judged(kind).digest,
        "report": plain_report(report),
        "scores": scores(trace, truth, metrics, None),
    }
    for part in parts:
        found[f"scores within {'='.join(part)}"] = scores(trace, truth, metrics, part)
    return pretty({**found, "scores by chance": chance(trace, truth, metrics)})


def pretty(found: Mapping[str, Any]) -> str:
    """Return JSON with a figure a line."""
    blocks = []
    for name, own in found.items():
        text = json.dumps(own, ensure_ascii=False)
        if isinstance(own, dict):
            rows = [
                f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in own.items()
            ]
            text = "{\n" + ",\n".join(rows) + "\n }"
        blocks.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def truth_of(case: Path, asked: Mapping[str, Any]) -> GroundTruth:
    if "truth" not in asked:
        return read_ground_truth(case)
    classes = asked.get("classes")
    return read_truth_file(case / asked["truth"], case / classes if classes else None)


def metrics_of(shape: Shape, subsets: Sequence[str]) -> list[Metric]:
    return [
        parse_metric(f"{n}{at}")
        for n in names_of(shape)
        for at in ("", *(f"@{s}" for s in subsets))
    ]


def plain_report(report: RunReport) -> dict[str, Any]:
    """Return a report without what is only said: versions and messages."""
    plain = report.to_json()
    del plain["scorer"]
    for warning in plain["warnings"]:
        for words in ("message", "template", "values"):
            warning.pop(words, None)
    return plain


def scores(
    trace: Trace, truth: GroundTruth, metrics: Sequence[Metric], part: Part | None
) -> dict[str, Any]:
    found = score_all(trace, truth, metrics, within=part)
    return {
        own.metric: {**own.to_json(), "left_out": own.n_left_out, "reason": own.reason}
        for own in found
    }


def chance(trace: Trace, truth: GroundTruth, metrics: Sequence[Metric]) -> dict[str, Any] | None:
    permuted = by_chance(trace, truth)
    if permuted is None:
        return None
    return {str(metric): score(permuted, truth, metric).value for metric in metrics}
