"""Why a run got what it got for one query: its lines, their order, and what each metric made of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from scoring.metrics.metric import Metric
from scoring.metrics.outcomes import results_in
from scoring.nearest import did_you_mean
from scoring.problems import Problems, shown
from scoring.run_files.answers import Lines
from scoring.run_files.layouts import Layout, layout_of
from scoring.run_files.line_blocks import line_blocks
from scoring.run_files.line_checks import LineChecker
from scoring.run_files.packed import read_content
from scoring.run_files.report import RunReport
from scoring.run_rules import Kind, RunRules
from scoring.traces.trace import Trace
from scoring.traces.tracing import trace_run
from scoring.truth.ground_truth import GroundTruth, Relevant

Role = Literal["foreground", "background", "wrong"]
_BOM = b"\xef\xbb\xbf"
_AGAINST_THE_RUN: Sequence[Role] = ("wrong", "background", "foreground")


class UnknownQuery(ValueError):
    """A query that the test does not have; the text says which one may be meant."""


@dataclass(frozen=True)
class ExplainedLine:
    """One prediction of a query.

    Attributes
    ----------
    line
        Of the unpacked file; the first is 1.
    name
        The class.
    role
        ``foreground`` and ``background`` are right, the latter for `map` and `cmap` alone.
    position
        Its place in the order of the query; None in a set or label run, where there is none.
    probability, rank
        As they were read; None where the file has none.
    tied
        The first and the last position of those that are equal to it; None where it stands alone.
    """

    line: int
    name: str
    role: Role
    position: int | None = None
    probability: float | None = None
    rank: int | None = None
    tied: tuple[int, int] | None = None


@dataclass(frozen=True)
class RelevantClass:
    """A class that is right for the query; `line` and `position` are None where it was not found."""

    name: str
    role: Role
    line: int | None = None
    position: int | None = None


@dataclass(frozen=True)
class QueryScore:
    """A metric over this query alone; where it has no value, `reason` says why."""

    metric: str
    value: float | None
    reason: str | None = None


@dataclass(frozen=True)
class Explanation:
    """What a run says of one query, and what came of it.

    Attributes
    ----------
    query, kind, shape
        What was asked.
    is_judged
        False for a query that the truth does not name: no metric reads its answer.
    lines
        Its predictions, in the order by which they are scored; classes in a set or label run.
    relevant
        What is right.
    scores
        What metrics say of this query alone.
    group_positions
        By ``Genus`` and ``Family``, where classes have them: the position of the first class that
        shares it with a right one; None where there is none.
    """

    query: str
    kind: Kind
    shape: str
    is_judged: bool
    lines: tuple[ExplainedLine, ...]
    relevant: tuple[RelevantClass, ...] = ()
    scores: tuple[QueryScore, ...] = ()
    group_positions: Mapping[str, int | None] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""
        return asdict(self)


def explain_query(
    path: Path,
    truth: GroundTruth,
    rules: RunRules,
    query: str,
    metrics: Sequence[Metric] = (),
    *,
    kind: Kind = "run",
) -> tuple[RunReport, Explanation | None]:
    """Explain what a run got for one query.

    Parameters
    ----------
    path, truth, rules, kind
        As for `scoring.trace_run`.
    query
        Its id; that of an image for an image run.
    metrics
        What to say of the query. A metric that ranks queries for a class has no value of one query.

    Returns
    -------
    report, explanation
        The explanation is None for an invalid file: nothing of it is scored.

    Raises
    ------
    UnknownQuery
        When the test has no such query.
    UnknownMetric
        When a metric's subset names a column that there is not.

    Examples
    --------
    >>> from scoring import parse_metric, read_ground_truth
    >>> truth = read_ground_truth(Path("fixtures/practice/leaves-practice"))
    >>> run = Path("fixtures/practice/leaves-practice.runs/frozen_160.csv.gz")
    >>> _, found = explain_query(run, truth, RunRules("ranked"), "1001", [parse_metric("mrr")])
    >>> found.relevant
    (RelevantClass(name='c38', role='foreground', line=41, position=1),)
    >>> found.scores
    (QueryScore(metric='mrr', value=1.0, reason=None),)
    """
    known = truth.test_set.answerable(kind)
    if query not in known:
        what = f"the {'image' if kind == 'image_run' else 'query'} {shown(query)}"
        raise UnknownQuery(
            f"{what} is not one of the {len(known):,} of this truth{did_you_mean(query, known)}"
        )
    report, trace = trace_run(path, truth, rules, kind=kind, chance=False)
    if trace is None:
        return report, None
    judged = truth.judged(kind)
    is_judged = query in judged.queries
    place = judged.queries.index(query) if is_judged else None
    relevant = Relevant() if place is None else judged.relevant[place]
    lines = _ordered(_lines_of(path, rules, kind, report.separator or ";", query), relevant)
    explanation = Explanation(query, kind, trace.shape, is_judged, tuple(lines))
    if place is None:
        return report, explanation
    return report, replace(
        explanation,
        relevant=tuple(_found(lines, relevant)),
        scores=tuple(_scores(trace, truth, place, metrics)),
        group_positions={n: own[place] or None for n, own in trace.group_positions.items()},
    )


def _scores(
    trace: Trace, truth: GroundTruth, place: int, metrics: Sequence[Metric]
) -> Iterator[QueryScore]:
    for metric in metrics:
        results = results_in(trace, truth, metric.subset)
        if metric.record.needs_class_columns:
            reason = f"{metric.name} ranks the queries for each class: one query has no value"
            yield QueryScore(str(metric), None, reason)
        elif place not in results.places:
            subset = shown(f"{metric.column}={metric.value}")
            yield QueryScore(str(metric), None, f"the query does not have {subset}")
        else:
            average = metric.average(replace(results, places=[place]))
            yield QueryScore(str(metric), average.value, average.reason)


def _found(lines: Collection[ExplainedLine], relevant: Relevant) -> Iterator[RelevantClass]:
    by_name = {line.name: line for line in lines}
    for name in relevant.foreground + relevant.background:
        line = by_name.get(name)
        if line is None:
            yield RelevantClass(name, _role(name, relevant))
        else:
            yield RelevantClass(name, line.role, line.line, line.position)


# ---------------------------------------------------------------- the order
def _ordered(lines: Sequence[ExplainedLine], relevant: Relevant) -> list[ExplainedLine]:
    """Return lines in the order of the rules, with their roles, positions and ties."""
    lines = [replace(line, role=_role(line.name, relevant)) for line in lines]
    if not any(line.probability is not None for line in lines):
        return sorted(lines, key=lambda line: line.name)
    ordered: list[ExplainedLine] = []
    for _, equal in groupby(sorted(lines, key=_place), key=_key):
        same, start = list(equal), len(ordered) + 1
        tied = (start, start + len(same) - 1) if len(same) > 1 else None
        ordered += [replace(line, position=at, tied=tied) for at, line in enumerate(same, start)]
    return ordered


def _key(line: ExplainedLine) -> tuple[float, int]:
    return -(line.probability or 0.0), line.rank or 0


def _place(line: ExplainedLine) -> tuple[tuple[float, int], int, str]:
    return _key(line), _AGAINST_THE_RUN.index(line.role), line.name


def _role(name: str, relevant: Relevant) -> Role:
    if name in relevant.foreground:
        return "foreground"
    return "background" if name in relevant.background else "wrong"


# ---------------------------------------------------------------- the lines
def _lines_of(
    path: Path, rules: RunRules, kind: Kind, separator: str, query: str
) -> list[ExplainedLine]:
    """Return the lines of a query of a valid file, in the order of the file."""
    layout = layout_of(rules, kind)
    checker = LineChecker(
        Problems(),  # of lines that are right, and of other queries
        layout,
        separator,
        queries=frozenset([query]),
        classes=None,
        any_score=True,
    )
    lines: list[ExplainedLine] = []
    for number, raw in _raw_lines(path, rules, _mark(layout, query)):
        found = checker.check(number, raw)
        if found is not None:
            lines += _explained(found)
    return lines


def _explained(found: Lines) -> Iterator[ExplainedLine]:
    for place, name in enumerate(found.classes):
        if name is not None:
            yield ExplainedLine(
                line=found.numbers[place],
                name=name,
                role="wrong",  # until it is held against the truth
                # 0 is added, as -0.0 is read for 0 and shown so
                probability=found.probabilities[place] + 0.0 if found.probabilities else None,
                rank=found.ranks[place] if found.ranks else None,
            )


def _raw_lines(path: Path, rules: RunRules, mark: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines in which a mark stands; millions of others cost little."""
    for block in line_blocks(read_content(path, rules.max_upload_bytes)):
        if mark in block.data:
            data = block.data.removeprefix(_BOM) if block.first_line == 1 else block.data
            lines = enumerate(data.split(b"\n"), block.first_line)
            yield from ((number, raw) for number, raw in lines if mark in raw)


def _mark(layout: Layout, query: str) -> bytes:
    """Return what stands in every line of a query: a quote within a field is doubled."""
    first = query.rpartition("/")[0] if layout.n_query > 1 else query
    return first.replace('"', '""').encode()
