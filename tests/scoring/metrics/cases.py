"""A task and a run against it as plain values: written to files for the scorer, read as they are by twins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from scoring import METRICS, Metric, Trace
from scoring.run_rules import Kind, Shape
from tests.scoring.small_task import SmallTask, make_task

Row = Mapping[str, str]
Run = Mapping[str, Mapping[str, tuple[float, int]]]
"""Query to class to probability and rank (0 where the file has none); of sets the classes count."""
Truth = Mapping[str, tuple[Sequence[str], Sequence[str]]]
"""Query to foreground and background classes, each in the order of the file."""

SHAPES: list[tuple[Shape, Kind]] = [
    ("ranked", "run"),
    ("ranked", "image_run"),
    ("segment", "run"),
    ("set", "run"),
    ("label", "run"),
]
CUTOFFS = {"top_k": ["top_1", "top_2", "top_5"], "macro_top_k": ["macro_top_1", "macro_top_3"]}
UNKNOWN = "-1"
CLASSES: Mapping[str, Row] = {
    name: {"Genus": genus, "Size": size, "poisonous": flag, "venomous": flag}
    for name, genus, size, flag in (
        ("a", "A", "5", "1"),
        ("b", "A", "10", "0"),
        ("c", "C", "49", "1"),
        ("d", "", "50", ""),
        ("e", "C", "200", "0"),
        ("j", "J", "", ""),
    )
}


@dataclass(frozen=True)
class Case:
    """A task and a run.

    Queries that are in `queries` and not in `truth` are distractors.
    """

    shape: Shape
    truth: Truth
    answers: Run
    kind: Kind = "run"
    queries: Mapping[str, Row] = field(default_factory=dict)
    media: Mapping[str, tuple[str, Row]] = field(default_factory=dict)
    classes: Mapping[str, Row] = field(default_factory=lambda: CLASSES)
    hidden: Mapping[str, Row] = field(default_factory=dict)
    group_by: str | None = None

    @property
    def owners(self) -> Mapping[str, str]:
        """Return the query of everything that is judged: of itself, or of an image."""
        if self.kind == "run":
            return {query: query for query in self.truth}
        return {image: query for image, (query, _) in self.media.items() if query in self.truth}

    def task(self, folder: Path) -> SmallTask:
        """Write the tables, and read them; a folder may hold those of another case."""
        (folder / "task" / "media.csv").unlink(missing_ok=True)
        queries = {query: self.queries.get(query, {}) for query in (*self.truth, *self.queries)}
        media = {image: {"QueryId": query, **row} for image, (query, row) in self.media.items()}
        return make_task(
            folder,
            classes=table("ClassId", self.classes),
            queries=table("QueryId", queries),
            media=table("MediaId", media) if media else None,
            ground_truth="\n".join(self._truth_lines()),
        )

    def lines(self) -> list[str]:
        """Return the lines of the run."""
        ranked = any(rank for own in self.answers.values() for _, rank in own.values())
        lines = []
        for query, own in self.answers.items():
            start = query.replace("/", ";") if self.shape == "segment" else query
            if self.kind == "run" and self.shape == "set":
                lines.append(f"{start};[{', '.join(own)}]")
            elif self.kind == "run" and self.shape == "label":
                lines.append(f"{start};{next(iter(own))}")
            else:
                lines += [f"{start};{n};{p!r}" + f";{r}" * ranked for n, (p, r) in own.items()]
        return lines

    def trace(
        self,
        task: SmallTask,
        metrics: Sequence[Metric] = (),
        parts: Sequence[tuple[str, str]] = (),
        lines: Sequence[str] | None = None,
    ) -> Trace:
        """Write the run, and read it against its task."""
        return task.trace(
            "\n".join(self.lines() if lines is None else lines),
            self.kind,
            metrics=metrics,
            parts=[frozenset({part}) for part in parts],
            shape=self.shape,
            group_by=self.group_by,
            unknown_class=True,
        )

    def _truth_lines(self) -> list[str]:
        columns = list(dict.fromkeys(name for row in self.hidden.values() for name in row))
        lines = [";".join(["QueryId", "ClassId", "Background", *columns])]
        for query, parts in self.truth.items():
            end = [self.hidden.get(query, {}).get(name, "") for name in columns]
            pairs = [(n, flag) for flag, own in zip("01", parts, strict=True) for n in own]
            lines += [";".join([query, *pair, *end]) for pair in pairs or [("", "")]]
        return lines


def names_of(shape: Shape) -> list[str]:
    """Return the metrics of a shape, some cut-offs of those that have one."""
    records = [name for name, record in METRICS.items() if shape in record.shapes]
    return [name for record in records for name in CUTOFFS.get(record, [record])]


def table(key: str, rows: Mapping[str, Row]) -> str:
    """Return the text of a table."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    lines = [[own, *(row.get(name, "") for name in columns)] for own, row in rows.items()]
    return "\n".join(";".join(line) for line in [[key, *columns], *lines])


# ---------------------------------------------------------------- drawn ones
_names = st.sampled_from([*CLASSES])
_probabilities = st.sampled_from([0.0, 0.1, 0.5, 0.5, 0.9, 1.0])
_attributes = st.fixed_dictionaries(
    {name: st.sampled_from(["1", "0", ""]) for name in ("poisonous", "venomous")}
)
_authors = st.sampled_from(["x", "y", "z", ""])


def _query(shape: Shape, number: int) -> str:
    return (
        f"r{number // 2}/00:00:0{number % 2 * 5}-00:00:09" if shape == "segment" else f"q{number}"
    )


@st.composite
def cases(draw: st.DrawFn, shape: Shape, kind: Kind = "run") -> Case:
    """Draw a task and a run: ties, background, missing queries, distractors, images of authors."""
    authors = draw(st.sampled_from(["queries media", "queries", "media", ""]))
    queries = {
        _query(shape, n): draw(_public("queries" in authors))
        for n in range(draw(st.integers(1, 6)))
    }
    is_image_run = kind == "image_run"
    media = {}
    if shape == "ranked":
        media = draw(_media([*queries], "media" in authors, int(is_image_run)))
    most = draw(st.sampled_from([1, 3]))
    truth = {
        query: draw(_relevant(shape, most))
        for place, query in enumerate(queries)
        if not place or draw(st.integers(0, 9))  # one in ten is a distractor
    }
    return Case(
        shape=shape,
        kind=kind,
        truth=truth,
        answers=draw(_answers(shape, kind, [*(media if is_image_run else queries)])),
        queries=queries,
        media=media,
        classes={name: {**row, **draw(_attributes)} for name, row in CLASSES.items()},
        hidden={query: {"Usage": draw(st.sampled_from(["public", "private"]))} for query in truth},
        group_by=draw(st.sampled_from([None, "Transect"])) if shape == "set" else None,
    )


@st.composite
def _public(draw: st.DrawFn, has_author: bool) -> Row:
    row = {
        "Domain": draw(st.sampled_from(["photo", "sheet"])),
        "Transect": draw(st.sampled_from(["t1", "t2", ""])),
    }
    return {**row, "Author": draw(_authors)} if has_author else row


@st.composite
def _media(
    draw: st.DrawFn, queries: Sequence[str], has_author: bool, least: int
) -> dict[str, tuple[str, Row]]:
    """Draw some images for some queries; an observation may have several authors, or none."""
    media: dict[str, tuple[str, Row]] = {}
    owners = draw(st.lists(st.sampled_from(queries), min_size=least, max_size=8))
    for number, query in enumerate(owners):
        row = {"Organ": draw(st.sampled_from(["leaf", "flower"]))}
        media[f"i{number}"] = (query, {**row, "Author": draw(_authors)} if has_author else row)
    return media


@st.composite
def _relevant(draw: st.DrawFn, shape: Shape, most: int) -> tuple[list[str], list[str]]:
    if shape == "label":
        return [draw(st.sampled_from([*CLASSES, UNKNOWN]))], []
    right = draw(st.lists(_names, max_size=4, unique=True))
    n_foreground = min(most, draw(st.integers(0, len(right))))
    return right[:n_foreground], right[n_foreground:]


@st.composite
def _answers(draw: st.DrawFn, shape: Shape, kind: Kind, queries: Sequence[str]) -> Run:
    """Draw answers: a label for every query, of other shapes for one at least."""
    if shape == "label":
        labels = st.sampled_from([*CLASSES, UNKNOWN])
        return {query: {draw(labels): (1.0, 0)} for query in queries}
    has_rank = shape == "ranked" and kind == "run" and draw(st.booleans())
    own = st.dictionaries(
        _names, st.tuples(_probabilities, st.integers(1, 3) if has_rank else st.just(0)), max_size=6
    )
    answers = {query: draw(own) for query in queries if draw(st.integers(0, 4))}
    if not any(answers.values()) and shape != "set":
        answers[queries[0]] = {"a": (0.5, int(has_rank))}
    return answers or {queries[0]: {}}
