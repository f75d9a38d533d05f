"""Tasks whose ids are odd, and right runs of up to a thousand lines against them: what is then broken."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from scoring import GroundTruth, RunRules
from scoring.run_rules import Kind
from scoring.truth.ground_truth import read_truth_file
from tests.scoring.run_files.two_readers import quote
from tests.scoring.small_task import make_task

SHORT = [f"c{number}" for number in range(40)]
ODD = (
    *("exactly8", "nine char", "sixteen chars id", "sixteen chars ie", "x" * 255, "x" * 300, "é"),
    *("\u65e5\u672c", "\U0001f33f" * 3, "007", "NA", 'say "x"', "d, e", "a;b", "tab\tthere", "[f]"),
    *("nul", "nul\0", "nul\0l", "eight\0\0\0", " led", "1e5", "0.5", "a\rb", "exactly8+"),
)
TIMES = ("00:00:00-00:00:05", "00:00:05-00:00:10", "12:34:56-99:99:99")


@dataclass(frozen=True)
class Task:
    """What runs are read against.

    Attributes
    ----------
    queries, classes
        What a right run may name.
    """

    truth: GroundTruth
    rules: RunRules
    kind: Kind
    queries: Sequence[str]
    classes: Sequence[str]


def odd_tasks(folder: Path) -> list[Task]:
    """Return a task of each kind that the kernel reads, with classes that are given, and with any."""
    plain, segments = (
        [*SHORT[:12], *ODD],
        [f"{m}/{t}" for m in ("r", "a/b", "é" * 9) for t in TIMES],
    )
    tasks = []
    for name, queries in (("plain", plain), ("segments", segments)):
        task = make_task(
            folder / name,
            classes=_table("ClassId;Genus;Family", _taxonomy([*SHORT, *ODD])),
            queries=_table("QueryId;Domain", [(q, "xy"[len(q) % 2]) for q in queries]),
            media=_table("MediaId;QueryId", [(f"m{q}", q) for q in queries]),
            ground_truth=_table("QueryId;ClassId;Background;Usage", _pairs(queries)),
        )
        rules = RunRules("ranked" if name == "plain" else "segment")
        tasks.append(Task(task.truth, rules, "run", queries, [*SHORT, *ODD]))
        alone = read_truth_file(task.folder / "task" / "ground_truth.csv")
        judged = alone.judged("run").queries
        tasks.append(Task(alone, rules, "run", judged, [*SHORT, *ODD, "new", "-1"]))
    images = [f"m{query}" for query in plain]
    truth = tasks[0].truth
    return [*tasks, Task(truth, RunRules("ranked"), "image_run", images, [*SHORT, *ODD])]


def _table(header: str, rows: Sequence[Sequence[str]]) -> str:
    return "\n".join([header, *(";".join(map(quote, row)) for row in rows)])


def _taxonomy(classes: Sequence[str]) -> list[tuple[str, str, str]]:
    """Return classes with a genus and a family, some without."""
    return [(c, ["", "A", "B", "C", "D"][at % 5], "FG"[at % 2]) for at, c in enumerate(classes)]


def _pairs(queries: Sequence[str]) -> list[tuple[str, str, str, str]]:
    """Return relevant pairs: none, one or several for a query, some background, one unknown."""
    classes, pairs = [*SHORT[:9], *ODD], [(queries[0], "-1", "0", "private")]
    for at, query in enumerate(queries[1:-1]):  # the last one is not judged
        part = ("public", "private")[at % 2]
        own = [classes[(at + step) % len(classes)] for step in range(at % 4)]
        pairs += [(query, name, str(int(step > 1)), part) for step, name in enumerate(own)]
        pairs += [(query, "", "", part)] * (not own)
    return pairs


# ---------------------------------------------------------------- runs
def right_run(task: Task, random: Random) -> bytes:
    """Return a run without a fault: grouped or not, with whatever quotes, ends and numbers are right."""
    separator, end = random.choice(";;,\t"), random.choice(("\n", "\n", "\r\n"))
    has_rank = task.rules.shape == "ranked" and task.kind == "run" and random.random() < 0.3
    rows = [(query, *row) for query in _some(task.queries, random) for row in _answer(task, random)]
    if random.random() < 0.3:
        random.shuffle(rows)
    quoted = random.choice((0, 0, 0.1, 1))
    lines = []
    for query, *row in rows[: random.choice((3, 40, 1000, 1000))]:
        fields = [*(query.rsplit("/", 1) if task.rules.shape == "segment" else [query]), *row]
        kept = fields if has_rank else fields[:-1]
        lines.append(separator.join(_written(field, separator, quoted, random) for field in kept))
    header = ["id", *(["time"] if task.rules.shape == "segment" else []), "class", "p", "Rank"]
    if random.random() < 0.5:
        lines.insert(0, separator.join(header if has_rank else header[:-1]))
    text = end.join(lines) + random.choice(("", end, end * 3, f"{end} \t"))
    return random.choice((b"", b"", b"\xef\xbb\xbf")) + text.encode()


def _some(ids: Sequence[str], random: Random) -> list[str]:
    return random.sample(ids, random.randint(1, len(ids)))


def _answer(task: Task, random: Random) -> list[tuple[str, str, str]]:
    """Return classes with probabilities, equal ones among them, and ranks."""
    names = random.sample(task.classes, random.randint(1, len(task.classes)))
    decimals = random.choice((1, 2, 6))
    return [
        (
            name,
            number(random, decimals),
            str(random.choice((1, 2, at + 1))).zfill(random.choice((1, 4))),
        )
        for at, name in enumerate(names)
    ]


def number(random: Random, decimals: int) -> str:
    """Return a number from 0 to 1, written in one of many ways."""
    value = random.random()
    return random.choice(
        (
            *[f"{value:.{decimals}f}"] * 6,
            *(repr(value), f"{value:.25f}", f"{value:.3e}", f"{value:.0E}", f"{value:.3f}"[1:]),
            *(
                "0",
                "1",
                "1.",
                "0.5",
                "0.50",
                "-0.0",
                "1e-400",
                f"0.{'0' * 30}{random.randrange(9**9)}",
            ),
        )
    )


def _written(field: str, separator: str, quoted: float, random: Random) -> str:
    must = separator in field or '"' in field
    return quote(field) if must or random.random() < quoted else field
