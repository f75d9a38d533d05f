"""A small truth with two runs, and `clefboard score` in the folder where they are."""

from pathlib import Path

from clefboard.cli import main

TRUTH = """\
QueryId;ClassId;Background;Site;Height
1;elm;0;hill;5
1;ash;1;hill;5
2;oak;0;lake;40
3;;;lake;
4;fir;0;hill;900
"""
RUN = "QueryId,ClassId,Probability\n2,oak,0.1\n1,yew,0.5\n1,elm,0.5\n1,ash,0.5\n1,box,0.7\n"
OTHER = "1;elm;0.5\n1;yew;0.5\n2;yew;0.2\n2;oak;0.1\n4;fir;1\n4;oak;0.9\n"


def write_files() -> None:
    """Write the files into the folder where the test is."""
    for name, text in {"truth.csv": TRUTH, "run.csv": RUN, "other.csv": OTHER}.items():
        Path(name).write_text(text)


def score(*words: str, truth: str | Path = "truth.csv") -> int:
    return main(["score", *words, "--truth", str(truth)])
