"""Tables of small tasks, and the same broken a little, or very much."""

from collections.abc import Sequence
from random import Random

from tests.fuzz.mutations import broken
from tests.fuzz.right_runs import ODD, SHORT
from tests.scoring.run_files.two_readers import quote

TRUTH, QUERIES, CLASSES, MEDIA = "ground_truth.csv", "queries.csv", "classes.csv", "media.csv"
NAMES = (TRUTH, QUERIES, CLASSES, MEDIA)
_ALIKE = ("exactly8", "sixteen chars id", "x" * 70, "é" * 5)
_BLANK = (b"", b" ", b"\r", b"\x1c", "\xa0".encode())

Tables = dict[str, bytes]
"""The tables of a task by the names of their files."""


# ---------------------------------------------------------------- right tables
def right_tables(random: Random) -> Tables:
    """Return tables without a fault: of few lines, or of so many that columns repeat themselves."""
    n = random.choice((1, 3, 20, 20, 300))
    classes, queries = _ids(random, min(n, 40)), _ids(random, n)
    named = random.sample(queries, random.randint(1, len(queries)))
    lines = [
        line for query in random.choice((named, queries)) for line in _lines(query, classes, random)
    ]
    if random.random() < 0.4:
        random.shuffle(lines)
    own = [(c, c[:1], "1") for c in classes]
    asked = [(q, "d", f"o{len(q)}") for q in queries]
    media = [(f"m{place}", random.choice(queries), "") for place in range(n)]
    return {
        TRUTH: _table("QueryId;ClassId;Background;Usage", lines, random.choice((2, 3, 4, 4))),
        QUERIES: _table("QueryId;Domain;Organ", asked, random.choice((1, 2, 3))),
        CLASSES: _table("ClassId;Genus;venomous", own, random.choice((1, 2, 3))),
        MEDIA: _table("MediaId;QueryId;Light", media, random.choice((2, 3))),
    }


def _ids(random: Random, n: int) -> list[str]:
    """Return ids: short, odd, or with a beginning in common."""
    start = random.choice(("", "q", *_ALIKE))
    numbers = [f"{start}{random.randrange(10 ** random.choice((2, 9)))}" for _ in range(n)]
    ids = sorted({*random.choice((numbers, numbers, numbers, SHORT, [*ODD, *_ALIKE, *numbers]))})
    return random.choice((ids[:n], random.sample(ids, min(n, len(ids)))))


def _lines(query: str, classes: Sequence[str], random: Random) -> list[Sequence[str]]:
    """Return the lines of a query: of no class, of one that nobody could name, or of some."""
    some = random.sample(classes, min(len(classes), random.choice((1, 1, 2, 5))))
    names = random.choice(([""], ["-1"], some, some, some))
    flags = ("", "0") if names == [""] and random.random() < 0.99 else ("", "0", "1")
    return [(query, name, random.choice(flags), random.choice("ab")) for name in names]


def _table(header: str, rows: Sequence[Sequence[str]], width: int) -> bytes:
    """Return the first columns of a table."""
    lines = [header.split(";"), *rows]
    return "".join(";".join(map(_written, line[:width])) + "\n" for line in lines).encode()


def _written(field: str) -> str:
    return quote(field) if ";" in field or '"' in field else field


# ---------------------------------------------------------------- broken tables
def broken_tables(right: Tables, random: Random) -> Tables:
    """Return tables of which some are changed, and now and then one is missing."""
    found = dict(right)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        name = random.choice((TRUTH, *NAMES))
        change = random.choice((broken, _other_lines, _other_lines, _rewritten))
        found[name] = change(found[name], right[random.choice(NAMES)], random)
    if random.random() < 0.1:
        del found[random.choice(NAMES)]
    return found


def _other_lines(content: bytes, other: bytes, random: Random) -> bytes:
    """Change one or two lines by what stands in others."""
    lines = content.rstrip(b"\n").split(b"\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    one, two = lines[at], lines[to]
    fields = one.split(b";")
    place = random.randrange(len(fields))
    mixed = b";".join([*fields[:place], *two.split(b";")[place:]])
    quoted = b";".join(b'"%b"' % field for field in fields)
    changed = [
        *((two, one), (one, one), (mixed, two), (mixed, two), (quoted, two), (one + b"\r", two)),
        *((random.choice(_BLANK), two), (random.choice(other.split(b"\n")), two)),
    ]
    lines[at], lines[to] = random.choice(changed)
    return b"\n".join(lines)


def _rewritten(content: bytes, _: bytes, random: Random) -> bytes:
    """Change all lines: their order, their ends, their columns, or what stands before and after them."""
    header, *lines = content.rstrip(b"\n").split(b"\n")
    column = random.choice((b"Organ", b"Background", b"ClassId", b"Genus"))
    ways = [
        *(content.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + content, content.rstrip(b"\n")),
        content + random.choice((b"\n\n", b"\r\n \n", b"\0", b" ")),
        content.rstrip(b"\n") + random.choice((b"\r", b"\r\r\n", b"\r\n\r\n", b"\n\r")),
        *(b"\n".join([header, *own]) for own in (sorted(lines), random.sample(lines, len(lines)))),
        *(content.replace(name, column) for name in (b"Usage", b"Domain", b"Light")),
        *(content.replace(b"\n", b";x\n").replace(b";x\n", b";y\n", 1), header + b"\n"),
    ]
    return random.choice(ways)
