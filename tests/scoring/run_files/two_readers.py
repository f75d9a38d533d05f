"""The reader and the slow one on one file: both must say the same of it."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from hypothesis import HealthCheck, settings, strategies as st

from scoring import RunRules
from scoring.problems import SHOWN_LINES
from scoring.run_files import packed
from scoring.run_files.answers import Answer
from scoring.run_files.reader import read_run
from scoring.run_rules import Kind, Shape
from tests.scoring.run_files.slow_reader import Place, read_slowly
from tests.scoring.small_task import SmallTask, make_task

QUERIES = ("1", "2", "3", "id", "q;x", "é", "r/00:00:00-00:00:05", "1/00:00:05-00:00:10")
CLASSES = ("a", "b", "c", "007", "NA", 'say "x"', "l'orme", "d, e", "[f]", "g h")
SHAPES: tuple[Shape, ...] = ("ranked", "segment", "set", "label")

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
        classes="\n".join(["ClassId", *map(quote, CLASSES)]),
        media="\n".join(["MediaId;QueryId", *(f"{quote(query)};1" for query in QUERIES)]),
        ground_truth="QueryId;ClassId\n1;a\n",
    )


class Everything:
    """Takes all answers."""

    def __init__(self) -> None:
        self.predictions: dict[str, dict[str, Place]] = {}

    def take(self, answer: Answer) -> None:
        assert answer.query not in self.predictions
        ranks = answer.ranks or [0] * len(answer.classes)
        places = zip(answer.probabilities, ranks, strict=True) if answer.probabilities else None
        self.predictions[answer.query] = (
            dict(zip(answer.classes, places, strict=True))
            if places
            else dict.fromkeys(answer.classes)
        )


def agree(
    task: SmallTask,
    content: bytes,
    piece: int,
    rules: RunRules,
    kind: Kind = "run",
    unpack: Callable[[bytes], bytes | None] = bytes,
) -> None:
    """Hold the two readers against each other on a file; the slow one needs it unpacked."""
    with patch.object(packed, "PIECE", piece):
        report, everything = read_run(
            task.write(content), task.truth.test_set, rules, kind, Everything
        )
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
        assert everything.predictions == slow.predictions
        assert {w.kind: w.count for w in report.warnings} == slow.warnings
        assert report.coverage == 1 - slow.warnings.get("coverage", 0) / len(QUERIES)


def quote(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'
