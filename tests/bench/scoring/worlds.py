"""Truths and runs of any size, seeded, with the scores that are right by construction.

The lists of a query are made so that their right class stands at a position drawn beforehand; what every
tool must find follows from the positions alone, with no code of anybody's that scores.

No two predictions of a query are equally probable, not in single precision either, for tools differ in
what they make of ties. Classes are drawn evenly, which is the hardest on caches: no table of classes stays
near the processor because a few of them are met all the time.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from math import fsum
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from tests.bench.scoring.packing import PACKERS

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.bytes_]
Random = np.random.Generator

_AT_ONE, _NOWHERE = 0.6, 0.04
_BLOCK = 1_000_000  # lines made at a time
_MILLION = 1_000_000
_SEGMENTS = 120  # of a soundscape of ten minutes


@dataclass(frozen=True)
class World:
    """A truth and a run for it.

    Attributes
    ----------
    name
        Of its folder.
    query_ids, class_ids
        The lowest and the highest number that may be an id, so that ids look as real ones do.
    shuffled
        Whether the lines of a query are strewn over the file.
    trec
        Whether the run is there in TREC's format too, for the tools that read no other.
    """

    name: str
    n_queries: int
    n_classes: int
    query_ids: tuple[int, int] = (1_000_000, 9_999_999)
    class_ids: tuple[int, int] = (1_000_000, 9_999_999)
    n_predictions: int = 100
    shape: Literal["ranked", "segment"] = "ranked"
    digits: Literal[6, 17] = 6
    shuffled: bool = False
    packed: str = ""
    trec: bool = False
    seed: int = 2017

    @property
    def n_lines(self) -> int:
        return self.n_queries * self.n_predictions


@dataclass(frozen=True)
class Files:
    """A world as it was written.

    Attributes
    ----------
    right
        The scores that a tool must find.
    """

    folder: Path
    world: World
    right: dict[str, float]

    @property
    def run(self) -> Path:
        return self.folder / f"run.csv{self.world.packed}"

    @property
    def truth(self) -> Path:
        return self.folder / "ground_truth.csv"

    @property
    def trec_run(self) -> Path:
        return self.folder / "run.trec"

    @property
    def qrels(self) -> Path:
        return self.folder / "qrels.trec"


def written(world: World, around: Path) -> Files:
    """Return the files of a world, written first where they are not there."""
    folder = folder_of(world, around)
    said = folder / "world.json"  # written last: without it the rest is not whole
    facts = json.loads(said.read_text()) if said.exists() else {}
    if facts.get("world") != _spec(world):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        facts = {"world": _spec(world), "right": _Making(world, folder).all()}
        said.write_text(json.dumps(facts, indent=2))
    return Files(folder, world, facts["right"])


def folder_of(world: World, around: Path) -> Path:
    """Return where the files of a world are, or would be."""
    return around / world.name.replace(" ", "-")


def _spec(world: World) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads(json.dumps(asdict(world)))
    return spec


@dataclass(frozen=True)
class _Making:
    """The writing of one world."""

    world: World
    folder: Path

    def all(self) -> dict[str, float]:
        """Write every file; return the right scores."""
        self._write_tables()
        self._write_run()
        if self.world.trec:
            self._write_trec()
        return _scores(self.positions, self.world.n_predictions)

    # ---------------------------------------------------------------- what is right
    def _random(self, *of: int) -> Random:
        return np.random.Generator(np.random.PCG64([self.world.seed, *of]))

    @cached_property
    def positions(self) -> Ints:
        """Return where the right class of each query stands; one more than there are: nowhere."""
        last = self.world.n_predictions
        later = np.arange(2, last + 1) ** -1.5
        shares = np.concatenate(
            ([_AT_ONE], (1 - _AT_ONE - _NOWHERE) * later / later.sum(), [_NOWHERE])
        )
        return 1 + self._random(1).choice(last + 1, size=self.world.n_queries, p=shares)

    @cached_property
    def lists(self) -> tuple[Ints, Ints]:
        """Return where the list of each query starts among the classes, and how far it steps.

        Modulo a prime number any steps end where they began only after all classes were met, so
        no list holds a class twice.
        """
        n = _prime_up_to(self.world.n_classes)
        random = self._random(2)
        return (
            random.integers(n, size=self.world.n_queries),
            random.integers(1, n, size=self.world.n_queries),
        )

    def _listed(self, queries: slice, places: Ints) -> Ints:
        """Return the classes at some places of the lists of some queries."""
        starts, steps = (column[queries, None] for column in self.lists)
        return (starts + steps * places) % _prime_up_to(self.world.n_classes)

    @cached_property
    def right_classes(self) -> Ints:
        """Return the right class of each query: that at its position, or the first one not listed."""
        return self._listed(slice(None), self.positions[:, None] - 1)[:, 0]

    # ---------------------------------------------------------------- ids
    @cached_property
    def class_ids(self) -> Bytes:
        return _ids(self.world.n_classes, *self.world.class_ids, self._random(3))

    @cached_property
    def query_ids(self) -> Bytes:
        """Return the ids of the queries as tables have them, in the order of the run."""
        if self.world.shape == "ranked":
            return _ids(self.world.n_queries, *self.world.query_ids, self._random(4))
        ids = _ids(-(-self.world.n_queries // _SEGMENTS), *self.world.query_ids, self._random(4))
        spans = [_span(5 * segment) for segment in range(_SEGMENTS)]
        queries = (f"{media.decode()}/{span}" for media in ids for span in spans)
        return np.array([*queries][: self.world.n_queries], dtype="S")

    # ---------------------------------------------------------------- the files
    def _write_tables(self) -> None:
        tables = {
            "queries.csv": _text(self.query_ids),
            "classes.csv": _text(self.class_ids),
            "ground_truth.csv": _text(self.query_ids, self.class_ids[self.right_classes]),
        }
        heads = ("QueryId", "ClassId", "QueryId;ClassId")
        for (name, text), head in zip(tables.items(), heads, strict=True):
            (self.folder / name).write_bytes(f"{head}\n".encode() + text)

    def _write_run(self) -> None:
        run = self.folder / "run.csv"
        with run.open("wb") as file:
            file.writelines(_text(*columns) for columns in self._blocks())
        if self.world.shuffled:
            _shuffle(run, self._random(6))
        if self.world.packed:
            PACKERS[self.world.packed](run)

    def _write_trec(self) -> None:
        right = self.class_ids[self.right_classes]
        qrels = _text(self.query_ids, b"0", right, b"1", separator=b" ")
        (self.folder / "qrels.trec").write_bytes(qrels)
        each = np.arange(1, self.world.n_predictions + 1).astype("S")
        with (self.folder / "run.trec").open("wb") as file:
            for queries, classes, probabilities in self._blocks():
                ranks = np.tile(each, len(queries) // len(each))
                columns = (queries, b"Q0", classes, ranks, probabilities, b"run")
                file.write(_text(*columns, separator=b" "))

    def _blocks(self) -> Iterator[tuple[Bytes, Bytes, Bytes]]:
        """Yield the columns of the run, for some queries at a time."""
        n_each, random = self.world.n_predictions, self._random(5)
        columns = np.char.replace(self.query_ids, b"/", b";")  # a segment is cut in two
        some = max(1, _BLOCK // n_each)
        for start in range(0, self.world.n_queries, some):
            queries = slice(start, min(start + some, self.world.n_queries))
            ids = np.repeat(columns[queries], n_each)
            classes = self.class_ids[self._listed(queries, np.arange(n_each)).ravel()]
            yield ids, classes, self._probabilities(len(ids) // n_each, random)

    def _probabilities(self, n_queries: int, random: Random) -> Bytes:
        """Return falling probabilities for each query, no two of them alike."""
        parts = _falling_millionths(n_queries, self.world.n_predictions, random).ravel()
        if self.world.digits == 6:
            return _SIX_DIGITS[parts]
        exact = (parts + random.random(len(parts)) / 2) / _MILLION
        return np.array([f"{value:.17g}" for value in exact.tolist()], dtype="S")


# ---------------------------------------------------------------- all there are
_S = World("S", 17_886, 10_000, (1, 99_999), (1, 199_999), trec=True)
_PLAIN_S = replace(_S, trec=False)
_M = World("M", 200_000, 300_000, trec=True)

WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        replace(_S, name="S by 10", n_queries=1_789),
        _S,
        replace(_PLAIN_S, name="S longer", n_predictions=500),
        replace(_PLAIN_S, name="S shuffled", shuffled=True),
        replace(_PLAIN_S, name="S 17 digits", digits=17),
        replace(_PLAIN_S, name="S segment", shape="segment"),
        *(replace(_PLAIN_S, name=f"S {end[1:]}", packed=end) for end in PACKERS),
        _M,
        replace(_M, name="L", n_queries=1_000_000, trec=False),
    )
}
"""S is PlantCLEF 2017; M and L have as many classes as the floras of the world, and room for more."""

# ---------------------------------------------------------------- numbers
_SIX_DIGITS = np.array([f"0.{part:06d}" for part in range(_MILLION)], dtype="S8")


def _falling_millionths(n_queries: int, n_each: int, random: Random) -> Ints:
    """Return a row of whole numbers for each query, falling by 1 at least, below a million in all."""
    rates = random.uniform(0.02, 0.6, size=(n_queries, 1))
    shares = random.random((n_queries, n_each)) * np.exp(-rates * np.arange(n_each))
    shares /= shares.sum(axis=1, keepdims=True)
    rest = _MILLION - n_each * (n_each + 1) // 2 - 1
    steps = np.arange(n_each, 0, -1)
    return np.asarray(np.sort((rest * shares).astype(np.int64), axis=1)[:, ::-1] + steps)


def _scores(positions: Ints, last: int) -> dict[str, float]:
    ranks = [1 / position if position <= last else 0.0 for position in positions.tolist()]
    return {
        "mrr": fsum(ranks) / len(ranks),
        "top_1": int((positions <= 1).sum()) / len(ranks),
        "top_5": int((positions <= 5).sum()) / len(ranks),
    }


def _prime_up_to(most: int) -> int:
    return next(n for n in range(most, 1, -1) if all(n % d for d in range(2, int(n**0.5) + 1)))


# ---------------------------------------------------------------- text
def _ids(n: int, lowest: int, highest: int, random: Random) -> Bytes:
    """Return n different numbers in random order."""
    return (lowest + random.permutation(highest - lowest + 1)[:n]).astype("S")


def _span(start: int) -> str:
    moments = (f"00:{second // 60:02d}:{second % 60:02d}" for second in (start, start + 5))
    return "-".join(moments)


def _text(*columns: Bytes | bytes, separator: bytes = b";") -> bytes:
    """Return lines of columns; numpy fills what is short up with NULs, and these go."""
    n = max(len(column) for column in columns if isinstance(column, np.ndarray))
    cells = [cell for column in columns for cell in (np.asarray(column), np.asarray(separator))]
    cells[-1] = np.asarray(b"\n")
    lines = np.empty(n, dtype=[(f"{place}", cell.dtype) for place, cell in enumerate(cells)])
    for place, cell in enumerate(cells):
        lines[f"{place}"] = cell
    return lines.tobytes().translate(None, b"\0")


def _shuffle(run: Path, random: Random) -> None:
    lines = run.read_bytes().splitlines(keepends=True)
    run.write_bytes(b"".join(lines[place] for place in random.permutation(len(lines))))
