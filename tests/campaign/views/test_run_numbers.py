"""Every number on the page of a run is that of `clefboard score --json` on the same files.

Three tasks: real leaves with a real run, segments of soundscapes, and a test that is split in two.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from campaign import storage
from campaign.models import Run
from tests.campaign.factories import make_registration, make_run, make_task, score_run
from tests.campaign.views.pages import main_of, text_of
from tests.clefboard.cli.command import LEAVES, LEAVES_RUNS, clefboard

pytestmark = pytest.mark.django_db

DASH, NARROW = "\N{EN DASH}", "\u202f"
NAMES = {
    "mrr": "MRR",
    "top_1": "Top 1",
    "top_5": "Top 5",
    "macro_mrr": "Macro MRR",
    "map": "MAP",
    "cmap": "cMAP",
    "mrr@Domain=sheet": "MRR · sheet",
}
ENDS = (1, 5, 10, 50, 100)


@dataclass(frozen=True)
class Case:
    """A task and two runs; `part` is the column and value of what shows of a split test."""

    run: Run
    file: Path
    rivals: Sequence[Path]
    part: str = ""

    @property
    def metrics(self) -> list[str]:
        return list(self.run.registration.task.metrics)

    @property
    def columns(self) -> list[str]:
        subsets: list[Any] = self.run.registration.task.subsets
        return [
            one if isinstance(one, str) else f"{one['column']}={','.join(map(str, one['bands']))}"
            for one in subsets
        ]


def make_case(tmp_path: Path, contents: Sequence[str], *, part: str = "", **task: Any) -> Case:
    """Score runs on the platform, the first one is looked at; and write the same bytes to files."""
    made = make_task(phases={"results": (None, None)}, **task)
    runs = [score_run(make_run(make_registration(made), tmp_path, content)) for content in contents]
    files = [tmp_path / f"run-{place}.csv" for place in range(len(contents))]
    for file, content in zip(files, contents, strict=True):
        file.write_text(content)
    return Case(runs[0], files[0], files[1:], part)


def shuffled(queries: Sequence[str], classes: Sequence[str], seed: int) -> Iterator[list[str]]:
    """Yield for each query its right class among the others, seldom far from the first place."""
    chance = random.Random(seed)
    for place, _query in enumerate(queries):
        right, others = classes[place % len(classes)], list(classes)
        others.remove(right)
        chance.shuffle(others)
        others.insert(min(int(chance.expovariate(0.8)), len(others)), right)
        yield others[: chance.choice((2, 4, len(others)))]


def leaves(tmp_path: Path) -> Case:
    files = {path.name: path.read_text() for path in LEAVES.glob("*.csv")}
    contents = [
        gzip.decompress((LEAVES_RUNS / f"{name}.csv.gz").read_bytes()).decode()
        for name in ("frozen_224_1_shot", "frozen_160")
    ]
    return make_case(
        tmp_path,
        contents,
        files=files,
        metrics=["mrr", "top_1", "top_5", "macro_mrr"],
        subsets=["Organ", "Genus", {"column": "TrainImages", "bands": [10, 50]}],
    )


def segments(tmp_path: Path) -> Case:
    classes = [f"c{i}" for i in range(6)]
    media = [f"r{i}" for i in range(6)]
    spans = [f"00:00:{i:02}-00:00:{i + 5:02}" for i in range(0, 50, 5)]
    queries = [f"{one}/{span}" for one in media for span in spans]
    silent = {queries[7], queries[31]}  # nothing sings there
    files = {
        "queries.csv": "QueryId;Place\n"
        + "".join(
            f"{query};{('hill', 'shore', 'wood')[i % 3]}\n" for i, query in enumerate(queries)
        ),
        "media.csv": "",
        "ground_truth.csv": "QueryId;ClassId\n"
        + "".join(
            f"{query};{'' if query in silent else classes[i % 6]}\n"
            for i, query in enumerate(queries)
        ),
    }

    def content(seed: int) -> str:
        return "".join(
            f"{query.replace('/', ';')};{name};{1 / (place + 2):.6f}\n"
            for query, names in zip(queries, shuffled(queries, classes, seed), strict=True)
            for place, name in enumerate(names)
            if query != queries[40]  # one is not answered
        )

    return make_case(
        tmp_path,
        [content(1), content(2)],
        shape="segment",
        files=files,
        metrics=["map", "cmap", "mrr", "top_1"],
        subsets=["Place"],
        rules={"image_runs": False},
    )


def split(tmp_path: Path) -> Case:
    classes = [f"c{i}" for i in range(6)]
    queries = [f"q{i}" for i in range(90)]
    files = {
        "queries.csv": "QueryId;Domain\n"
        + "".join(f"{one};{('photo', 'sheet')[i % 2]}\n" for i, one in enumerate(queries)),
        "media.csv": "",
        "ground_truth.csv": "QueryId;ClassId;Usage\n"
        + "".join(
            f"{one};{classes[i % 6]};{'public' if i % 3 else 'private'}\n"
            for i, one in enumerate(queries)
        ),
    }

    def content(seed: int) -> str:
        return "".join(
            f"{query};{name};{1 / (place + 2):.6f}\n"
            for query, names in zip(queries, shuffled(queries, classes, seed), strict=True)
            for place, name in enumerate(names)
        )

    return make_case(
        tmp_path,
        [content(3), content(4)],
        part="Usage=private",
        files=files,
        metrics=["mrr", "top_1", "mrr@Domain=sheet"],
        subsets=["Domain"],
        split={"column": "Usage", "final": "private"},
        rules={"image_runs": False},
    )


CASES = (leaves, segments, split)


@pytest.fixture(params=CASES, ids=lambda make: make.__name__)
def case(request, tmp_path) -> Case:
    made: Case = request.param(tmp_path)
    return made


# ---------------------------------------------------------------- what the laptop says
def scored(case: Case, file: Path, metrics: Sequence[str], by: Sequence[str] = ()) -> Any:
    """Return what `clefboard score` says; a metric of a part of the test is named so."""
    truth = case.run.evaluations.get().truth_version
    words = [word for column in by for word in ("--by", column)]
    found = clefboard(
        *("score", file, "--truth", storage.local_folder(truth.folder)),
        *("--shape", case.run.registration.task.shape, "--metrics", ",".join(metrics)),
        *("--ci", "--json", *words),
        home=file.parent,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def on_part(case: Case, metric: str) -> str:
    return f"{metric}@{case.part}" if case.part and "@" not in metric else metric


def in_words(score: Mapping[str, Any]) -> str:
    """Write a score as pages do."""
    if score["value"] is None:
        return "\N{EM DASH}"
    interval = "" if score["low"] is None else f" {score['low']:.3f}{DASH}{score['high']:.3f}"
    return f"{score['value']:.3f}{interval}"


def spaced(n: int) -> str:
    return f"{n:,}".replace(",", NARROW)


# ---------------------------------------------------------------- what the pages say
def page_of(client, case: Case, name: str = "", **query: str) -> str:
    answer = client.get(f"{case.run.get_absolute_url()}{name}", query)
    assert answer.status_code == 200
    return main_of(answer)


def figures_of(page: str) -> dict[str, str]:
    """Return the big numbers of a run's page by what they are called."""
    head = page.partition('<dl class="figures">')[2].partition("</dl>")[0]
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", head, re.DOTALL)
    return {text_of(name): text_of(value) for name, value in pairs}


def tables_of(page: str) -> list[list[list[str]]]:
    """Return the tables of a page, head first, cell by cell."""
    return [
        [
            [text_of(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
        ]
        for table in re.findall(r"<table[^>]*>(.*?)</table>", page, re.DOTALL)
    ]


def drawn_in(page: str) -> Any:
    spec = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert spec
    return json.loads(spec[1])["data"][0]


# ---------------------------------------------------------------- they agree
def test_the_scores_and_the_rank(client, case):
    asked = [name for name in case.metrics if "@" not in name or not case.part]
    found = scored(case, case.file, [on_part(case, name) for name in asked])["metrics"]
    figures = figures_of(page_of(client, case))
    for name in asked:
        own = found[on_part(case, name)]
        assert (
            figures[NAMES[name]]
            == f"{in_words(own)} {'· ' if own['low'] else ''}n = {spaced(own['n'])}"
        )
    rivals = [
        scored(case, file, [on_part(case, asked[0])])["metrics"][on_part(case, asked[0])]["value"]
        for file in case.rivals
    ]
    mine = found[on_part(case, asked[0])]["value"]
    rank = 1 + sum(value > mine for value in rivals)
    assert figures["Rank"] == f"{rank} of {1 + len(rivals)} ranked runs"
    assert len(figures) == len(case.metrics) + 1


def test_a_column_on_a_subset_of_a_part(client, tmp_path):
    case = split(tmp_path)
    cells = scored(case, case.file, ["mrr"], ["Usage+Domain"])["by"]["Usage+Domain"]
    own = cells["private + sheet"]["mrr"]
    figures = figures_of(page_of(client, case))
    assert figures["MRR · sheet"] == f"{in_words(own)} · n = {own['n']}"


def test_every_table_by_a_column_with_its_figure(client, case):
    metrics = [name for name in case.metrics if "@" not in name and name != "cmap"]
    for column in case.columns:
        asked = f"Usage+{column}" if case.part else column
        cells = scored(case, case.file, [*metrics, "coverage"], [asked])["by"][asked]
        page = page_of(client, case, "subsets/", by=column)
        numbers, table = tables_of(page)
        assert table[0][-len(metrics) :] == [NAMES[name] for name in metrics]
        drawn = drawn_in(page)
        shown = {row[0]: row for row in table[1:]}
        assert len(shown) == sum(
            cell["coverage"]["n"] > 0 for name, cell in cells.items() if is_of(case, name)
        )
        for name, row in shown.items():
            cell = cells[f"private + {name}" if case.part else name]
            expected = [in_words(cell[metric]) for metric in metrics]
            assert [row[1], *row[-len(metrics) :]] == [spaced(cell["coverage"]["n"]), *expected]
        for place, row in enumerate(numbers[1:]):
            assert row == [shown[row[0]][0], shown[row[0]][1], *shown[row[0]][-len(metrics) :]]
            first = cells[f"private + {row[0]}" if case.part else row[0]][metrics[0]]
            assert drawn["x"][place] == first["value"]
            if first["low"] is not None:
                low = drawn["x"][place] - drawn["error_x"]["arrayminus"][place]
                assert f"{low:.6f}" == f"{first['low']:.6f}"


def is_of(case: Case, name: str) -> bool:
    return not case.part or name.startswith("private + ")


def test_where_the_right_classes_stand(client, case):
    names = [*(f"top_{end}" for end in ENDS), "mrr", "coverage", "median_position"]
    found = scored(case, case.file, [on_part(case, name) for name in names])["metrics"]
    n = found[on_part(case, "mrr")]["n"]
    up_to = [round(found[on_part(case, f"top_{end}")]["value"] * n) for end in ENDS]
    page = page_of(client, case, "positions/")
    [table] = tables_of(page)
    counts = [int(row[1].replace(NARROW, "")) for row in table[1:]]
    assert counts[: len(ENDS)] == [b - a for a, b in zip([0, *up_to], up_to, strict=False)]
    assert sum(counts) == n
    assert drawn_in(page)["x"] == counts
    coverage = found[on_part(case, "coverage")]
    share = "100" if coverage["value"] == 1 else f"{coverage['value'] * 100:.1f}"
    words = text_of(page)
    assert f"Coverage: {share}{NARROW}% of {spaced(coverage['n'])} queries" in words.replace(
        f"{share} %", f"{share}{NARROW}%"
    )
    assert f"at position {found[on_part(case, 'median_position')]['value']:g}." in words
