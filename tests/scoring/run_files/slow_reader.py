"""A second reader, written from the rules of docs/scoring.md alone: slow, whole file in memory, one line at a time.

It shares nothing with `scoring.run_files.reader` but the names of the kinds of problems and warnings.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field

from scoring import RunRules

NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
TIME = re.compile(r"[0-9][0-9]:[0-9][0-9]:[0-9][0-9]-[0-9][0-9]:[0-9][0-9]:[0-9][0-9]")
ID_NAMES = {
    "queryid",
    "observationid",
    "obsid",
    "mediaid",
    "imageid",
    "plotid",
    "quadratid",
    "surveyid",
    "id",
}
WIDTHS = {"ranked": {3, 4}, "segment": {4}, "set": {2}, "label": {2}, "image_run": {3}}
OWN_NAMES: dict[str, list[str | None]] = {
    "ranked": ["queryid", "classid", "probability", "rank"],
    "segment": ["queryid", None, "classid", "probability"],
    "set": ["queryid", "classid"],
    "label": ["queryid", "classid"],
    "image_run": ["queryid", "classid", "probability"],
}
RESERVED = {"queryid", "classid", "probability", "rank"}

Place = tuple[float, int] | None  # a probability and a rank; None where the shape has none


@dataclass
class SlowReading:
    """What there is in a file: its problems as {kind: all lines}, its predictions if it has none."""

    problems: dict[str, list[int]] = field(default_factory=dict)
    predictions: dict[str, dict[str, Place]] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    n_missing: int = 0

    def say(self, kind: str, line: int) -> None:
        self.problems.setdefault(kind, []).append(line)


@dataclass(frozen=True)
class Row:
    """A line that has the columns of its shape."""

    number: int
    query: str
    classes: list[str]
    numbers: list[str]  # probability and rank


def read_slowly(
    content: bytes,
    queries: Set[str],
    classes: Set[str],
    rules: RunRules,
    *,
    image_run: bool = False,
) -> SlowReading:
    """Read a run against the ids there are."""
    shape = "image_run" if image_run else rules.shape
    if shape == "label" and rules.unknown_class:
        classes = classes | {"-1"}
    reading = SlowReading()
    lines = numbered_lines(content)
    first = next(((n, line) for n, line in lines if line.strip(b" \t")), None)
    if first is None:
        return SlowReading({"empty": []})
    separator = separator_of(first[1].decode(errors="replace"))
    say_blank(reading, lines if separator else lines[: first[0]])
    if separator is None:
        reading.say("columns", first[0])
        return reading
    lines = [(number, line) for number, line in lines if line.strip(b" \t")]
    header = header_of(first[1], separator, queries, shape)
    width = read_header(reading, first[0], header, shape) if header else None
    judge_rows(
        reading,
        right_rows(reading, lines[bool(header) :], separator, width, shape),
        queries,
        classes,
        rules,
        shape,
    )
    if len(lines) == bool(header):
        reading.problems["empty"] = []
        reading.problems.pop("missing_query", None)
    return reading


# ---------------------------------------------------------------- the rules
def judge_rows(
    reading: SlowReading,
    rows: list[Row],
    queries: Set[str],
    classes: Set[str],
    rules: RunRules,
    shape: str,
) -> None:
    """Say what is wrong; take what is not, once nothing is."""
    for row in rows:
        judge(reading, row, queries, classes, rules)
    for query in queries:
        judge_query(reading, [row for row in rows if row.query == query], classes, rules, shape)
    judge_missing(reading, {row.query for row in rows}, queries, rules, shape)
    if not reading.problems:
        take(reading, rows, shape)
        warn(reading, queries, rules, shape)


def judge(
    reading: SlowReading, row: Row, queries: Set[str], classes: Set[str], rules: RunRules
) -> None:
    """Say what is wrong with one line."""
    right = {"unknown_query": row.query in queries}
    if row.numbers:
        right["probability"] = is_probability(row.numbers[0], rules)
    if row.numbers[1:]:
        rank = row.numbers[1]
        right["rank"] = bool(re.fullmatch("[0-9]+", rank)) and 1 <= int(rank) <= 2_147_483_647
    for kind, is_right in right.items():
        if not is_right:
            reading.say(kind, row.number)
    for name in row.classes:
        if name not in classes:
            reading.say("unknown_class", row.number)


def is_probability(text: str, rules: RunRules) -> bool:
    if not NUMBER.fullmatch(text):
        return False
    value = float(text)
    return abs(value) != float("inf") and (rules.scores == "any" or 0 <= value <= 1)


def judge_query(
    reading: SlowReading, rows: list[Row], classes: Set[str], rules: RunRules, shape: str
) -> None:
    """Say what is wrong with the lines of a query together."""
    if shape in {"set", "label"}:
        for row in rows[1:]:
            reading.say("duplicate_query", row.number)
        rows = rows[:1]
    most = rules.max_predictions_per_query
    own = [(row.number, name) for row in rows for name in row.classes]
    for place, (number, name) in enumerate(own):
        if most is not None and place >= most and (shape != "set" or place == most):
            reading.say("too_many", number)
        if name in classes and name in [other for _, other in own[:place]]:
            reading.say("duplicate", number)


def judge_missing(
    reading: SlowReading, met: Set[str], queries: Set[str], rules: RunRules, shape: str
) -> None:
    rejects = rules.missing_queries == "reject" and shape != "set"
    reading.n_missing = len(queries - met)
    if reading.n_missing and (rejects or shape == "label"):
        reading.problems["missing_query"] = []


def take(reading: SlowReading, rows: list[Row], shape: str) -> None:
    for row in rows:
        answer = reading.predictions.setdefault(row.query, {})
        for name in row.classes:
            has_numbers = shape not in {"set", "label"}
            rank = int(row.numbers[1]) if row.numbers[1:] else 0
            answer[name] = (float(row.numbers[0]), rank) if has_numbers else None


def warn(reading: SlowReading, queries: Set[str], rules: RunRules, shape: str) -> None:
    """Say what is worth a look in a valid run."""
    answers = {query: answer for query, answer in reading.predictions.items() if answer}
    rejects = rules.missing_queries == "reject" and shape not in {"set", "label"}
    if queries - answers.keys() and not rejects:
        reading.warnings["coverage"] = len(queries - answers.keys())
    if shape in {"set", "label"}:
        return
    if all(len(answer) == 1 for answer in answers.values()):
        reading.warnings["one_prediction"] = 1
    places = [place for answer in answers.values() for place in answer.values() if place]
    if len(places) > 1 and len({probability for probability, _ in places}) == 1:
        reading.warnings["equal_probabilities"] = 1
    n_contradicting = sum(map(contradicts, answers.values()))
    if n_contradicting:
        reading.warnings["rank_contradicts"] = n_contradicting


def contradicts(answer: dict[str, Place]) -> bool:
    places = [place for place in answer.values() if place]
    return any(one[0] > other[0] and one[1] > other[1] for one in places for other in places)


# ---------------------------------------------------------------- lines into rows
def say_blank(reading: SlowReading, lines: list[tuple[int, bytes]]) -> None:
    for number, line in lines:
        if not line.strip(b" \t"):
            reading.say("blank_line", number)


def right_rows(
    reading: SlowReading,
    lines: list[tuple[int, bytes]],
    separator: str,
    width: int | None,
    shape: str,
) -> list[Row]:
    """Return the lines that have the columns of the file."""
    rows = []
    for number, line in lines:
        fields = fields_of(reading, number, line, separator, shape)
        if fields is None:
            continue
        if width is None and len(fields) in WIDTHS[shape]:
            width = len(fields)
        if len(fields) != width:
            reading.say("columns", number)
        elif shape == "segment":
            # A wrong time makes no segment, even where the ids joined are one.
            query = "/".join(fields[:2]) if TIME.fullmatch(fields[1]) else "no segment"
            rows.append(Row(number, query, fields[2:3], fields[3:]))
        elif shape == "set":
            ids = ids_of(fields[1])
            if ids is None:
                reading.say("list", number)
            rows.append(Row(number, fields[0], ids or [], []))
        else:
            rows.append(Row(number, fields[0], fields[1:2], fields[2:]))
    return rows


def numbered_lines(content: bytes) -> list[tuple[int, bytes]]:
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    lines = [line.removesuffix(b"\r") for line in lines]
    while lines and not lines[-1].strip(b" \t"):
        lines.pop()
    return list(enumerate(lines, start=1))


def separator_of(line: str) -> str | None:
    quoted = False
    for place, char in enumerate(line):
        if char == '"' and (quoted is False) and '"' in line[place + 1 :]:
            quoted = closes(line, place)
        elif char == '"':
            quoted = False
        elif char in ";,\t" and not quoted:
            return char
    return None


def closes(line: str, start: int) -> bool:
    """Tell whether the quote at a place is closed again, doubled quotes apart."""
    rest = line[start + 1 :].replace('""', "")
    return '"' in rest


def header_of(line: bytes, separator: str, queries: Set[str], shape: str) -> list[str] | None:
    fields = fields_of(SlowReading(), 0, line, separator, "a header")
    listed = fields_of(SlowReading(), 0, line, separator, shape)
    if shape == "set" and listed is not None and re.fullmatch(r"\[.*\]", listed[-1]):
        fields = listed  # documentation writes the column so: [ClassId, ClassId, ...]
    if fields is None or plain(fields[0]) not in ID_NAMES:
        return None
    query = "/".join(fields[:2]) if shape == "segment" else fields[0]
    return None if query in queries else fields


def plain(name: str) -> str:
    return re.sub("[_ \t\"']", "", name.lower())


def read_header(reading: SlowReading, number: int, header: list[str], shape: str) -> int | None:
    if len(header) not in WIDTHS[shape]:
        reading.say("header", number)
        return None
    names = zip(map(plain, header), OWN_NAMES[shape], strict=False)
    if any(name in RESERVED and name != own for name, own in names):
        reading.say("header", number)
    return len(header)


def fields_of(
    reading: SlowReading, number: int, line: bytes, separator: str, shape: str
) -> list[str] | None:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        reading.say("not_utf8", number)
        return None
    fields: list[str] = []
    rest = text
    while True:
        if rest.startswith('"'):
            field, rest = take_quoted(rest[1:], '"')
            if field is None or (rest and not rest.startswith(separator)):
                reading.say("quotes", number)
                return None
        elif shape == "set" and len(fields) == 1:
            return [*fields, rest]  # a list may hold separators and quotes
        else:
            field, mark, after = rest.partition(separator)
            if '"' in field:
                reading.say("quotes", number)
                return None
            rest = mark + after
        fields.append(field)
        if not rest:
            return fields
        rest = rest[1:]


def take_quoted(text: str, mark: str) -> tuple[str | None, str]:
    """Return what stands before the closing quote, and what stands behind it."""
    field = ""
    while True:
        before, quote, text = text.partition(mark)
        field += before
        if not quote:
            return None, ""
        if not text.startswith(mark):
            return field, text
        field, text = field + mark, text[1:]


def ids_of(text: str) -> list[str] | None:
    """Return the ids of a list, None where it is none."""
    text = text.strip(" \t")
    if len(text) < 2 or text[0] != "[" or text[-1] != "]":
        return None
    rest = text[1:-1].strip(" \t")
    ids: list[str] = []
    if not rest:
        return ids
    while True:
        rest = rest.lstrip(" \t")
        if rest and rest[0] in "'\"":
            name, rest = take_quoted(rest[1:], rest[0])
            rest = rest.lstrip(" \t")
            if name is None or (rest and rest[0] != ","):
                return None
        else:
            name, comma, after = rest.partition(",")
            name, rest = name.strip(" \t"), comma + after
            if not name or set(name) & set("[]'\""):
                return None
        ids.append(name)
        if not rest:
            return ids
        rest = rest[1:]
