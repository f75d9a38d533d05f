"""Small task folders for tests."""

from pathlib import Path

TASK = """task: tiny-2017
campaign: lab-2017
title: {en: Tiny}
question: {en: Which?}
shape: ranked
metrics: [mrr, top_1]
"""
TABLES = {
    "classes.csv": "ClassId;Genus;TrainImages\na;Acer;5\nb;Betula;20\nc;Cornus;80\n",
    "queries.csv": "QueryId;Organ\n1;leaf\n2;flower\n3;leaf\n",
    "ground_truth.csv": "QueryId;ClassId;Usage\n1;a;public\n2;b;private\n3;c;private\n",
}


def make_folder(parent: Path, more: str = "") -> Path:
    """Write a right task folder, with more lines at the end of its task.yaml."""
    folder = parent / "tiny-2017"
    folder.mkdir()
    (folder / "task.yaml").write_text(TASK + more, "utf-8")
    (folder / "overview.md").write_text("About the task.\n", "utf-8")
    (folder / "rules.md").write_text("Be fair.\n", "utf-8")
    for name, text in TABLES.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def edit(folder: Path, old: str, new: str, name: str = "task.yaml") -> None:
    """Replace a text of a file that must be there once."""
    text = (folder / name).read_text("utf-8")
    assert text.count(old) == 1
    (folder / name).write_text(text.replace(old, new), "utf-8")
