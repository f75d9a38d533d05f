"""The reader, by its kernel and in plain Python, and the slow one on one file: all must say the same of it."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, settings, strategies as st

from scoring import RunReport, RunRules, Trace, parse_metric, trace_run
from scoring.problems import SHOWN_LINES
from scoring.run_files import packed
from scoring.run_files.reader import read_run
from scoring.run_rules import Kind, Shape
from tests.scoring.both_readings import Everything, ExactAnswer, by_all
from tests.scoring.run_files.slow_reader import Place, read_slowly
from tests.scoring.small_task import SmallTask, make_task

QUERIES = ("1", "2", "3", "id", "q;x", "é", "r/00:00:00-00:00:05", "1/00:00:05-00:00:10")
CLASSES = ("a", "b", "c", "007", "NA", 'say "x"', "l'orme", "d, e", "[f]", "g h")
SHAPES: tuple[Shape, ...] = ("ranked", "segment", "set", "label")
TRUTH = (  # of query "id" no class, and the last query is none that is judged
    ("1", "a", "0"),
    ("1", "c", "1"),
    ("1", "007", "0"),
    ("2", "b", "0"),
    ("3", 'say "x"', "0"),
    ("3", "NA", "0"),
    ("id", "", ""),
    ("q;x", "d, e", "1"),
    ("é", "l'orme", "0"),
    ("r/00:00:00-00:00:05", "a", "0"),
    ("r/00:00:00-00:00:05", "b", "1"),
)
CMAP = parse_metric("cmap")
PART = frozenset({("Usage", "public")})

pieces = st.sampled_from([packed.PIECE, 40, 9, 1])  # block borders anywhere
same_task = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=120, deadline=None
)


def odd_task(folder: Path) -> SmallTask:
    """Return a task whose ids look like anything but ids."""
    queries = "\n".join(map(quote, QUERIES))
    return make_task(
        folder,
        queries=f"QueryId\n{queries}",
        classes="\n".join(
            ["ClassId;Genus", *(f"{quote(n)};{'AAB'[at % 3]}" for at, n in enumerate(CLASSES))]
        ),
        media="\n".join(["MediaId;QueryId", *(f"{quote(query)};1" for query in QUERIES)]),
        ground_truth="\n".join(
            ["QueryId;ClassId;Background;Usage"]
            + [
                f"{';'.join(map(quote, row))};{['public', 'private'][row[0] > '2']}"
                for row in TRUTH
            ]
        ),
    )


def agree(
    task: SmallTask,
    content: bytes,
    piece: int,
    rules: RunRules,
    kind: Kind = "run",
    unpack: Callable[[bytes], bytes | None] = bytes,
) -> None:
    """Hold the readers against each other on a file; the slow one needs it unpacked."""
    with patch.object(packed, "PIECE", piece):
        report, answers, _ = by_all(lambda: _read(task, task.write(content), rules, kind))
    found = {p.kind: (list(p.lines), p.count) for p in report.problems}
    if found.keys() & {"not_text", "packing"}:  # tested in test_packed
        return
    plain = unpack(content)
    if plain is None:  # the reader may have stopped before it came to what is damaged
        assert not report.valid
        return
    ids = set(QUERIES), set(CLASSES)
    slow = read_slowly(plain, *ids, rules, image_run=kind == "image_run")
    counts = {kind: len(lines) or 1 for kind, lines in slow.problems.items()}
    counts |= {"missing_query": slow.n_missing} if "missing_query" in counts else {}
    assert found == {
        kind: (sorted(set(lines))[:SHOWN_LINES], counts[kind])
        for kind, lines in slow.problems.items()
    }
    if report.valid:
        assert len(answers) == len(slow.predictions)
        assert dict(map(_predictions, answers)) == slow.predictions
        assert {w.kind: w.count for w in report.warnings} == slow.warnings
        assert report.coverage == 1 - slow.warnings.get("coverage", 0) / len(QUERIES)


def _read(
    task: SmallTask, run: Path, rules: RunRules, kind: Kind
) -> tuple[RunReport, list[ExactAnswer], tuple[RunReport, Trace | None]]:
    """Return what is said of a file, its answers if nothing is wrong, and its trace."""
    report, taker = read_run(run, task.truth.test_set, rules, kind, Everything)
    traced = trace_run(run, task.truth, rules, kind=kind, metrics=[CMAP], parts=[PART])
    return report, taker.exactly() if report.valid else [], traced


def _predictions(answer: ExactAnswer) -> tuple[str, dict[str, Place]]:
    query, _, classes, probabilities, ranks = answer
    if not probabilities:
        return query, dict.fromkeys(classes)
    places = zip(map(float.fromhex, probabilities), ranks or [0] * len(classes), strict=True)
    return query, dict(zip(classes, places, strict=True))


def quote(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'
