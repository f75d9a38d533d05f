"""What makes a task folder wrong beyond the shape of its YAML."""

from collections.abc import Iterator, Mapping
from hashlib import file_digest
from pathlib import Path
from typing import Any

from clefboard.task_folder.contents import Contents
from clefboard.task_folder.problems import Problem
from clefboard.task_folder.rules import RULES, Surroundings
from clefboard.task_folder.schema import broken_keys, schema_problems
from clefboard.task_folder.task import TABLES
from clefboard.task_folder.times import is_date
from clefboard.task_folder.yaml_source import YamlSource, has_no_letter
from scoring import (
    GroundTruth,
    InvalidTable,
    RunRules,
    check_truth,
    parse_metric,
    read_ground_truth,
    without_author,
)

_NEEDED = frozenset(TABLES) - {"media.csv"}


def find_problems(contents: Contents) -> Iterator[Problem]:
    """Yield every problem of a folder: its YAML, its texts, its tables, its data sets."""
    yield from contents.problems
    for name, text in contents.texts.items():
        if not text.strip():
            yield Problem(name, None, "is empty: participants read this text")
        if has_no_letter(text):
            yield Problem(
                name, _line_of(text), "holds a NUL byte, which is no letter: leave it out"
            )
    problems, truth = _judge_tables(contents)
    yield from problems
    if contents.task is not None:
        yield from _task_problems(contents, contents.task, truth)
    for slug, source in contents.data_sets.items():
        yield from _data_set_problems(contents, slug, source)


def _line_of(text: str) -> int:
    return text[: text.find("\0")].count("\n") + 1


def find_notes(contents: Contents, source: YamlSource) -> Iterator[Problem]:
    """Yield what is right and yet worth saying: midnights that were only a date, missing authors."""
    for kind, block in source.data.get("phases", {}).items():
        for edge in ("opens", "closes"):
            text = block.get(edge, "") if isinstance(block, dict) else ""
            if is_date(text):
                message = f"'phases.{kind}.{edge}' has no time: {text} is read as {text}T00:00:00Z"
                yield source.problem(("phases", kind, edge), message)
    if _is_generated_later(contents):
        return
    by_author = any(name.partition("@")[0] == "s_score" for name in source.data["metrics"])
    if by_author:
        warning = without_author(read_ground_truth(contents.folder))
        if warning is not None:
            yield source.problem(("metrics",), warning.message)
    if source.data.get("visibility") == "live" and source.data.get("truth") != "released":
        yield from _named_columns(source, read_ground_truth(contents.folder))


def _named_columns(source: YamlSource, truth: GroundTruth) -> Iterator[Problem]:
    """Yield what names a hidden column with its scores, before the truth is released."""
    test = truth.test_set
    tables = (table for table in (test.queries, test.media, test.classes) if table is not None)
    hidden = set(truth.table.columns).difference(*(table.columns for table in tables))
    named: list[tuple[tuple[str | int, ...], str | None]] = [
        (("metrics", index), parse_metric(name).column)
        for index, name in enumerate(source.data["metrics"])
    ]
    named.append((("run", "group_by"), source.data.get("run", {}).get("group_by")))
    for place, column in named:
        if column in hidden:
            message = f"'{column}' is hidden in ground_truth.csv, and shows with the live scores"
            yield source.problem(place, message)


def _task_problems(
    contents: Contents, source: YamlSource, truth: GroundTruth | None
) -> Iterator[Problem]:
    yield from schema_problems(source, "task")
    if not isinstance(source.data, dict):
        return
    broken = broken_keys(source, "task")
    if truth is not None and "shape" in source.data and broken.isdisjoint({"shape", "run"}):
        yield from _truth_problems(truth, source.data)
    surroundings = Surroundings(contents, source.data, truth)
    for key, rule in RULES.items():
        if key in source.data and key not in broken:
            for place, message in rule(source.data[key], surroundings):
                yield source.problem((key, *place), message)


def _truth_problems(truth: GroundTruth, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what of the truth does not fit the shape of the task."""
    unknown_class = data.get("run", {}).get("unknown_class", False)
    rules = RunRules(data["shape"], unknown_class=unknown_class)
    for problem in check_truth(truth, rules):
        yield Problem(problem.file, problem.line, problem.message)


def _judge_tables(contents: Contents) -> tuple[list[Problem], GroundTruth | None]:
    """Read the four tables as the scorer does; without them nothing can be scored."""
    if _is_generated_later(contents):
        extra = "must not be here: task.yaml says under 'generate' how it is made"
        return [Problem(name, None, extra) for name in contents.tables], None
    missing = sorted(_NEEDED - contents.tables.keys())
    if missing:
        return [Problem(name, None, "there is no such file") for name in missing], None
    try:
        return [], read_ground_truth(contents.folder)
    except InvalidTable as error:
        return [Problem(p.file, p.line, p.message) for p in error.problems], None


def _is_generated_later(contents: Contents) -> bool:
    data = contents.task.data if contents.task else None
    return isinstance(data, dict) and data.get("generate") is not None


def _data_set_problems(contents: Contents, slug: str, source: YamlSource) -> Iterator[Problem]:
    problems = list(schema_problems(source, "data"))
    yield from problems
    if problems:
        return
    folder = contents.folder / "data" / slug
    named = {"data.yaml"}
    for index, file in enumerate(source.data.get("files", [])):
        if file["name"] in named:
            message = f"'{file['name']}' is taken; right is a name for each file, not data.yaml"
            yield source.problem(("files", index), message)
        named.add(file["name"])
        if "url" not in file:
            yield from _file_problems(folder, file, ("files", index), source)
    for path in sorted(folder.iterdir()):
        if path.name not in named and not path.name.startswith("."):
            yield Problem(f"data/{slug}/{path.name}", None, "data.yaml does not name this file")


def _file_problems(
    folder: Path, file: dict[str, Any], place: tuple[str | int, ...], source: YamlSource
) -> Iterator[Problem]:
    path = folder / file["name"]
    if not path.is_file():
        yield source.problem(place, f"'{file['name']}' is not beside data.yaml and has no url")
        return
    if path.stat().st_size != file["size"]:
        yield source.problem((*place, "size"), f"'{file['name']}' has {path.stat().st_size} bytes")
    with path.open("rb") as content:
        digest = file_digest(content, "sha256").hexdigest()
    if digest != file["sha256"]:
        yield source.problem((*place, "sha256"), f"'{file['name']}' has the SHA-256 {digest}")
