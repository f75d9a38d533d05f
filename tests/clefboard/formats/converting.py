"""Files converted for tests."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from clefboard.formats import Conversion, convert_run, format_by_name
from scoring import Problem
from scoring.run_files.packed import read_content


def convert(folder: Path, content: str | bytes, target: str, **how: Any) -> Conversion:
    source = folder / "source"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    to = how.pop("to", None) or format_by_name(folder / target) or ""
    return convert_run(source, folder / target, to=to, **how)


def text(path: Path) -> str:
    return b"".join(read_content(path, 10**9)).decode()


def kinds(problems: tuple[Problem, ...]) -> dict[str, tuple[list[int], int]]:
    return {problem.kind: (list(problem.lines), problem.count) for problem in problems}


def parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "source.parquet"
    pq.write_table(pa.table(columns), path)
    return path
