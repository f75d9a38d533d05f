"""Who is measured: our command, in all its ways, and what else people score runs with."""

import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from tests.bench.scoring.worlds import Files

_PEERS = Path(__file__).parents[1] / "peers"
_CLEFBOARD = str(Path(sys.executable).with_name("clefboard"))

Command = Callable[[Files], Sequence[str | Path]]
Reading = Callable[[str], Mapping[str, float]]


@dataclass(frozen=True)
class Contender:
    """What is started once a round.

    Attributes
    ----------
    read
        Takes the scores out of what it prints; None where it prints none.
    tolerance
        How far its scores may be from the right ones: printed digits, sums in another order.
    missing
        Why it cannot be started here; empty where it can.
    most_rounds
        1 for what is different the first time; then there is no trial before it either.
    on
        The worlds it is started in.
    """

    name: str
    command: Command
    on: frozenset[str]
    read: Reading | None = None
    tolerance: float = 1e-9
    environment: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    most_rounds: int = 1_000


# ---------------------------------------------------------------- ours
ONE_THREAD, TWO_THREADS = "clefboard score, 1 thread", "clefboard score, 2 threads"
CHECK_ONE, CHECK_TWO = "clefboard check, 1 thread", "clefboard check, 2 threads"
TWIN = "clefboard score, plain Python"
CHECKED = (ONE_THREAD, TWO_THREADS, CHECK_ONE, CHECK_TWO, TWIN)

PLAIN = ("S by 10", "S", "M", "L")
"""The worlds of the curve over lines."""
VARIANTS = ("S longer", "S shuffled", "S 17 digits", "S segment", "S gz", "S zst", "S zip")


def _ours() -> Iterator[Contender]:
    one, two = {"CLEFBOARD_THREADS": "1"}, {"CLEFBOARD_THREADS": "2"}
    everywhere = frozenset([*PLAIN, *VARIANTS])
    yield Contender(ONE_THREAD, _score, everywhere, _read_ours, environment=one)
    yield Contender(TWO_THREADS, _score, everywhere, _read_ours, environment=two)
    yield Contender(CHECK_ONE, _check, frozenset(PLAIN), environment=one)
    yield Contender(CHECK_TWO, _check, frozenset(PLAIN), environment=two)
    off = {"CLEFBOARD_KERNEL": "off"}
    yield Contender(TWIN, _score, everywhere - {"L"}, _read_ours, environment=off)


def _score(files: Files) -> Sequence[str | Path]:
    metrics = ("--metrics", "mrr,top_1,top_5", "--json")
    return (_CLEFBOARD, "score", files.run, "--truth", files.folder, *metrics)


def _check(files: Files) -> Sequence[str | Path]:
    return (_CLEFBOARD, "check", files.run, "--truth", files.folder)


def _read_ours(answer: str) -> Mapping[str, float]:
    return {name: score["value"] for name, score in json.loads(answer)["metrics"].items()}


# ---------------------------------------------------------------- the floor of the machine
PYTHON, CAT = "bare Python start", "cat"


def _floors() -> Iterator[Contender]:
    yield Contender(PYTHON, lambda _: (sys.executable, "-c", "pass"), frozenset(PLAIN))
    yield Contender(CAT, lambda files: ("cat", files.run), frozenset(PLAIN))


# ---------------------------------------------------------------- peers
PANDAS, CSV = "naive pandas", "naive csv"
PYTREC_EVAL, TREC_EVAL, IR_MEASURES = "pytrec_eval", "trec_eval", "ir_measures"
RANX, COLD_RANX = "ranx", "ranx, compiling first"
NUMBA, COLD_NUMBA = "numba", "numba, compiling first"
POLARS, DUCKDB = "polars, streaming", "duckdb"
BY_PANDAS, BY_PYARROW = "pandas' reader, numpy counts", "pyarrow's reader, numpy counts"

_SMALL = frozenset(["S by 10", "S"])
_MIDDLE = _SMALL | {"M"}
_ALL = _MIDDLE | {"L"}


def _peers() -> Iterator[Contender]:
    yield _peer(CSV, "naive_csv.py", _SMALL)
    yield _peer(PANDAS, "naive_pandas.py", _MIDDLE, module="pandas")
    yield _peer(BY_PANDAS, "counted.py", _MIDDLE, "pandas", module="pandas")
    yield _peer(BY_PYARROW, "counted.py", _MIDDLE, "pyarrow", module="pyarrow")
    yield _peer(POLARS, "with_polars.py", _ALL, module="polars")
    yield _peer(DUCKDB, "with_duckdb.py", _ALL, module="duckdb")
    yield _peer(PYTREC_EVAL, "with_pytrec_eval.py", _MIDDLE, module="pytrec_eval", trec=True)
    yield _peer(IR_MEASURES, "with_ir_measures.py", _SMALL, module="ir_measures", trec=True)
    yield _trec_eval()
    numba = _peer(NUMBA, "with_numba.py", _MIDDLE, module="numba")
    ranx = _peer(RANX, "with_ranx.py", frozenset(["S"]), module="ranx", trec=True)
    yield from (numba, _cold(COLD_NUMBA, numba), ranx, _cold(COLD_RANX, ranx))


def _peer(
    name: str, script: str, on: frozenset[str], *words: str, module: str = "", trec: bool = False
) -> Contender:
    def command(files: Files) -> Sequence[str | Path]:
        data = (files.trec_run, files.qrels) if trec else (files.run, files.truth)
        return (sys.executable, _PEERS / script, *words, *data)

    missing = "" if not module or find_spec(module) else f"{module} is not installed"
    return Contender(name, command, on, json.loads, missing=missing)


def _cold(name: str, warm: Contender) -> Contender:
    """Return a peer with an empty store of compiled functions, as it is the first time."""

    def command(files: Files) -> Sequence[str | Path]:
        store = files.folder / "compiled"
        shutil.rmtree(store, ignore_errors=True)
        return ("env", f"NUMBA_CACHE_DIR={store}", *warm.command(files))

    return replace(warm, name=name, command=command, on=frozenset(["S"]), most_rounds=1)


_NO_TREC_EVAL = (
    "neither on the PATH nor named by TREC_EVAL; PyPI has no package of it; its source and its"
    " Makefile are at https://github.com/usnistgov/trec_eval"
)


def _trec_eval() -> Contender:
    program = os.environ.get("TREC_EVAL") or shutil.which("trec_eval")
    return Contender(
        TREC_EVAL,
        lambda files: (
            str(program), "-m", "recip_rank", "-m", "success.1,5", files.qrels, files.trec_run,
        ),
        _MIDDLE,
        _read_trec_eval,
        tolerance=5e-5,
        missing="" if program else _NO_TREC_EVAL,
    )  # fmt: skip  # one option a line says less


def _read_trec_eval(answer: str) -> Mapping[str, float]:
    names = {"recip_rank": "mrr", "success_1": "top_1", "success_5": "top_5"}
    rows = re.findall(r"^(\S+)\s+all\s+(\S+)$", answer, re.MULTILINE)
    return {names[name]: float(value) for name, value in rows}


CONTENDERS: Mapping[str, Contender] = {own.name: own for own in (*_floors(), *_ours(), *_peers())}


def disagreement(contender: Contender, answer: str, right: Mapping[str, float]) -> str:
    """Return what is wrong with a contender's scores; empty where nothing is."""
    if contender.read is None:
        return ""
    try:
        found = contender.read(answer)
        wrong = [
            f"{name} is {found[name]}, right is {value}"
            for name, value in right.items()
            if not abs(found[name] - value) <= contender.tolerance
        ]
    except (ValueError, LookupError, TypeError):
        return f"{contender.name} printed no scores: {answer[:200]!r}"
    return f"{contender.name}: {'; '.join(wrong)}" if wrong else ""
