"""A second reader, written from docs/scoring.md alone: slow, whole file in memory, one line at a time.

It shares nothing with `scoring.run_file` but the names of the kinds of problems.
"""

import re
from collections.abc import Set
from dataclasses import dataclass, field

from scoring import RunRules

NUMBER = re.compile(r"-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
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


@dataclass
class SlowReading:
    """What there is in a file: its problems as {kind: all lines}, its predictions if it has none."""

    problems: dict[str, list[int]] = field(default_factory=dict)
    predictions: dict[str, dict[str, tuple[float, int]]] = field(default_factory=dict)

    def say(self, kind: str, line: int) -> None:
        self.problems.setdefault(kind, []).append(line)


def read_slowly(
    content: bytes, queries: Set[str], classes: Set[str], rules: RunRules
) -> SlowReading:
    """Read a ranked run against the ids there are."""
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
    header = header_of(first[1], separator, queries)
    width = read_header(reading, first[0], header) if header else None
    lines = lines[bool(header) :]
    if not lines:
        reading.problems["empty"] = []
    rows = right_rows(reading, lines, separator, width)
    for number, row in rows:
        judge(reading, number, row, queries, classes)
    judge_queries(reading, rows, queries, classes, rules.max_predictions_per_query)
    for _, (query, name, text, *rank) in [] if reading.problems else rows:
        place = float(text), int(rank[0]) if rank else 0
        reading.predictions.setdefault(query, {})[name] = place
    return reading


def say_blank(reading: SlowReading, lines: list[tuple[int, bytes]]) -> None:
    for number, line in lines:
        if not line.strip(b" \t"):
            reading.say("blank_line", number)


def right_rows(
    reading: SlowReading, lines: list[tuple[int, bytes]], separator: str, width: int | None
) -> list[tuple[int, list[str]]]:
    """Return the lines that have the columns of the file."""
    rows = []
    for number, line in lines:
        fields = fields_of(reading, number, line, separator)
        if fields is None:
            continue
        if width is None and len(fields) in {3, 4}:
            width = len(fields)
        if len(fields) == width:
            rows.append((number, fields))
        else:
            reading.say("columns", number)
    return rows


def judge(
    reading: SlowReading, number: int, row: list[str], queries: Set[str], classes: Set[str]
) -> None:
    """Say what is wrong with one line."""
    query, name, text, *rank = row
    right = {
        "unknown_query": query in queries,
        "unknown_class": name in classes,
        "probability": NUMBER.fullmatch(text) and 0 <= float(text) <= 1,
        "rank": not rank
        or (re.fullmatch("[0-9]+", rank[0]) and 1 <= int(rank[0]) <= 2_147_483_647),
    }
    for kind, is_right in right.items():
        if not is_right:
            reading.say(kind, number)


def judge_queries(
    reading: SlowReading,
    rows: list[tuple[int, list[str]]],
    queries: Set[str],
    classes: Set[str],
    most: int | None,
) -> None:
    """Say what is wrong with the lines of a query together."""
    for query in queries:
        own = [(number, row[1]) for number, row in rows if row[0] == query]
        for place, (number, name) in enumerate(own):
            if most is not None and place >= most:
                reading.say("too_many", number)
            if name in classes and name in [other for _, other in own[:place]]:
                reading.say("duplicate", number)
    for lines in reading.problems.values():
        lines.sort()


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


def header_of(line: bytes, separator: str, queries: Set[str]) -> list[str] | None:
    fields = fields_of(SlowReading(), 0, line, separator)
    if fields is None or fields[0] in queries:
        return None
    return fields if plain(fields[0]) in ID_NAMES else None


def plain(name: str) -> str:
    return re.sub("[_ \t\"']", "", name.lower())


def read_header(reading: SlowReading, number: int, header: list[str]) -> int | None:
    if len(header) not in {3, 4}:
        reading.say("header", number)
        return None
    own = ["queryid", "classid", "probability", "rank"]
    if any(plain(n) in own and own.index(plain(n)) != place for place, n in enumerate(header)):
        reading.say("header", number)
    return len(header)


def fields_of(reading: SlowReading, number: int, line: bytes, separator: str) -> list[str] | None:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        reading.say("not_utf8", number)
        return None
    fields, rest = [], text
    while True:
        if rest.startswith('"'):
            field, rest = take_quoted(rest[1:])
            if field is None or (rest and not rest.startswith(separator)):
                reading.say("quotes", number)
                return None
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


def take_quoted(text: str) -> tuple[str | None, str]:
    """Return what stands before the closing quote, and what stands behind it."""
    field = ""
    while True:
        before, quote, text = text.partition('"')
        field += before
        if not quote:
            return None, ""
        if not text.startswith('"'):
            return field, text
        field, text = field + '"', text[1:]
