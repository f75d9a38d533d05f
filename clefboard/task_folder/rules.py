"""The rules of task.yaml that a schema cannot say, one function for each first-level key.

A rule takes the value of its key, which the schema has accepted, and yields places below the key
with what is wrong there.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clefboard.task_folder.contents import Contents
from clefboard.task_folder.problems import InvalidTaskFolder, did_you_mean
from clefboard.task_folder.times import parse_moment
from clefboard.task_folder.yaml_source import read_yaml
from scoring import (
    METHOD_SCHEMA,
    METRICS,
    GroundTruth,
    Grouping,
    Metric,
    UnknownMetric,
    parse_metric,
)

Finding = tuple[tuple[str | int, ...], str]

_KEYS = (
    "QueryId",
    "ClassId",
    "MediaId",
)  # a part of one query tells its rank, of a class its label


_BAND = re.compile(r"<[0-9]+|[0-9]+-[0-9]+|[0-9]+\+")
_SHOWN = 10


@dataclass(frozen=True)
class Surroundings:
    """What a rule may look at beside the value of its own key."""

    contents: Contents
    document: Mapping[str, Any]
    truth: GroundTruth | None

    @property
    def columns(self) -> set[str] | None:
        """Columns a subset may name; None where the tables are not there or not readable."""
        if self.truth is None:
            return None
        test_set = self.truth.test_set
        tables = (test_set.queries, test_set.media, self.truth.table, test_set.classes)
        return {column for table in tables if table is not None for column in table.columns}


def _campaign(slug: str, around: Surroundings) -> Iterator[Finding]:
    path = around.contents.folder.resolve().parent / "campaign.yaml"
    if not path.is_file():
        return  # a folder may travel alone: the platform knows its campaigns
    try:
        data = read_yaml(path, "campaign.yaml").data
    except InvalidTaskFolder:
        return  # `campaign_problems` reports it
    beside = data.get("campaign") if isinstance(data, dict) else None
    if beside != slug:
        yield (), f"'{slug}' is not the campaign of ../campaign.yaml, which is '{beside}'"


def _generate(_: Mapping[str, Any], around: Surroundings) -> Iterator[Finding]:
    if around.document.get("generated") is not True:
        yield (), "a task whose tables are generated must say so: add 'generated: true'"


def _run(block: Mapping[str, Any], around: Surroundings) -> Iterator[Finding]:
    shape = around.document.get("shape")
    if block.get("unknown_class") and shape != "label":
        yield ("unknown_class",), f"only a label task can allow -1, this one is '{shape}'"
    if block.get("group_by") is not None and shape != "set":
        yield ("group_by",), f"only a set task nests its F1, this one is '{shape}'"
    if block.get("group_by") is not None:
        yield from _column(block["group_by"], ("group_by",), around)
    has_media = "media.csv" in around.contents.tables or "generate" in around.document
    if block.get("image_runs") and not has_media:
        yield ("image_runs",), "image runs need media.csv (MediaId;QueryId), which is not here"


def _metrics(names: list[str], around: Surroundings) -> Iterator[Finding]:
    for index, name in enumerate(names):
        try:
            metric = parse_metric(name)
        except UnknownMetric as error:
            yield (index,), str(error)
            continue
        yield from _metric(metric, (index,), around)


def _metric(metric: Metric, place: tuple[int], around: Surroundings) -> Iterator[Finding]:
    shape, right = around.document.get("shape"), metric.record.shapes
    fitting = ", ".join(name for name, record in METRICS.items() if shape in record.shapes)
    if fitting and shape not in right:  # of a shape that is none, the schema says so
        of = " and ".join(right)
        yield place, f"'{metric.name}' is of {of} tasks; for a {shape} task there are {fitting}"
    for column in filter(None, (metric.record.needs_column, metric.level, metric.column)):
        yield from [(place, _no_key(column))] if column in _KEYS else _column(column, place, around)
    if metric.column and metric.column not in _KEYS and metric.column in (around.columns or ()):
        yield from _subset_value(metric, place, around)


def _subset_value(metric: Metric, place: tuple[int], around: Surroundings) -> Iterator[Finding]:
    """Yield that a metric is on a subset without a query: it would never have a value."""
    assert around.truth is not None  # there are columns
    assert metric.column is not None
    assert metric.value is not None
    queries = Grouping(metric.column).queries_by_value(around.truth, "run")
    if metric.value in queries or _BAND.fullmatch(metric.value):
        return
    values = sorted(filter(None, queries))
    hint = did_you_mean(metric.value, values) or f": there are {', '.join(values[:_SHOWN])}"
    yield place, f"no judged query has {metric.column}={metric.value}{hint}"


def _subsets(subsets: list[Any], around: Surroundings) -> Iterator[Finding]:
    columns = [one if isinstance(one, str) else one["column"] for one in subsets]
    for index, (subset, column) in enumerate(zip(subsets, columns, strict=True)):
        yield from _subset_column(column, (index,), around)
        if column in columns[:index]:
            first = columns.index(column) + 1
            yield (index,), f"'{column}' is subsets[{first}] already; right is each column once"
        if not isinstance(subset, str) and subset["bands"] != sorted(subset["bands"]):
            yield (index, "bands"), f"bands must grow: {sorted(subset['bands'])}"


def _subset_column(name: str, place: tuple[int], around: Surroundings) -> Iterator[Finding]:
    """Yield what is wrong with a column whose values part the scores."""
    if name in _KEYS:
        yield place, _no_key(name)
    elif "+" in name or "=" in name:
        yield place, f"'{name}' holds + or =, which cross and cut columns; right is a name without"
    else:
        yield from _column(name, place, around)


def _no_key(name: str) -> str:
    own = "an image" if name == "MediaId" else "a query" if name == "QueryId" else "a label"
    return f"'{name}' names {own}; right is a column whose values many queries share, e.g. Organ"


def _column(name: str, place: tuple[str | int, ...], around: Surroundings) -> Iterator[Finding]:
    known = around.columns
    if known is not None and name not in known:
        right = sorted(known.difference(_KEYS))
        hint = did_you_mean(name, right) or f": there are {', '.join(right)}"
        yield place, f"no csv file has the column '{name}'{hint}"


def _split(split: Mapping[str, Any] | None, around: Surroundings) -> Iterator[Finding]:
    if split is None or around.truth is None:
        return
    rule = _split_to_draw if "share" in split else _split_column
    yield from rule(split, around.truth)


def _split_to_draw(split: Mapping[str, Any], truth: GroundTruth) -> Iterator[Finding]:
    column = split["column"]
    if column in truth.table.columns:
        message = f"ground_truth.csv has the column '{column}' already: leave 'share' out"
        yield ("share",), message
    n_queries = len(set(truth.table.columns["QueryId"]))
    n_public = round(split["share"] * n_queries)
    if n_public in {0, n_queries}:
        message = f"of {n_queries} queries {n_public} would be public; right is some, but not all"
        yield ("share",), message


def _split_column(split: Mapping[str, Any], truth: GroundTruth) -> Iterator[Finding]:
    column = split["column"]
    values = truth.table.columns.get(column)
    if values is None:
        message = f"ground_truth.csv has no column '{column}'; add it, or a 'share' to draw it"
        yield ("column",), message
    elif strange := sorted(set(values) - {"public", "private"}):
        message = f"'{column}' holds '{strange[0]}'; right is public or private on every line"
        yield ("column",), message
    elif len(set(values)) < 2:
        message = f"'{column}' holds '{values[0]}' alone; right is both public and private queries"
        yield ("column",), message
    elif torn := _torn_query(truth.table.columns["QueryId"], values):
        message = (
            f"'{column}' puts the query '{torn}' into both parts; right is one on all its lines"
        )
        yield ("column",), message


def _torn_query(queries: Sequence[str], parts: Sequence[str]) -> str | None:
    part: dict[str, str] = {}
    pairs = zip(queries, parts, strict=True)
    return next((query for query, own in pairs if part.setdefault(query, own) != own), None)


def _phases(phases: Mapping[str, Any], _: Surroundings) -> Iterator[Finding]:
    for kind, block in phases.items():
        if block == "never":
            continue
        moments: dict[str, datetime] = {}
        for edge, text in block.items():
            try:
                moments[edge] = parse_moment(text)
            except ValueError as error:
                yield (kind, edge), str(error)
        if len(moments) == 2 and moments["opens"] >= moments["closes"]:
            yield (kind, "closes"), "the phase closes before it opens; right is a later moment"


def _method_description(block: Mapping[str, Any], _: Surroundings) -> Iterator[Finding]:
    known = sorted(METHOD_SCHEMA["properties"])
    for index, name in enumerate(block.get("required", [])):
        if name not in known:
            hint = did_you_mean(name, known) or f": there are {', '.join(known)}"
            yield ("required", index), f"no field of the method description is '{name}'{hint}"


def _required_runs(blocks: list[Mapping[str, Any]], around: Surroundings) -> Iterator[Finding]:
    known = METHOD_SCHEMA["properties"]["training_data"]["items"]["enum"]
    limits = around.document.get("limits")
    most = limits.get("runs_per_team") if isinstance(limits, dict) else None
    for index, block in enumerate(blocks):
        for place, name in enumerate(block["training_data"]):
            if name not in known:
                hint = did_you_mean(name, known) or f": there are {', '.join(known)}"
                message = f"no training data of the method description is '{name}'{hint}"
                yield (index, "training_data", place), message
        if isinstance(most, int) and block["at_least"] > most:
            message = f"a team may send {most} runs (limits.runs_per_team); right is at most that"
            yield (index, "at_least"), message


RULES: Mapping[str, Callable[[Any, Surroundings], Iterator[Finding]]] = {
    "campaign": _campaign,
    "generate": _generate,
    "run": _run,
    "metrics": _metrics,
    "subsets": _subsets,
    "split": _split,
    "phases": _phases,
    "method_description": _method_description,
    "required_runs": _required_runs,
}
