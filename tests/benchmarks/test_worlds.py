"""Worlds are what they say: seeded, valid, and right about their own scores."""

import gzip
import zipfile
from dataclasses import replace
from math import fsum

import pytest
import zstandard

from scoring import RunRules, check_run, read_ground_truth
from tests.bench.scoring.worlds import WORLDS, written
from tests.benchmarks.conftest import TINY


def _lines(files):
    return [line.split(";") for line in files.run.read_text().splitlines()]


def test_the_same_seed_gives_the_same_bytes(tiny, tmp_path):
    again, other = (written(replace(TINY, seed=seed), tmp_path / str(seed)) for seed in (2017, 1))

    for name in ("run.csv", "run.trec", "ground_truth.csv", "classes.csv", "queries.csv"):
        assert (again.folder / name).read_bytes() == (tiny.folder / name).read_bytes()
    assert other.run.read_bytes() != tiny.run.read_bytes()


def test_what_is_there_is_not_written_again(tiny):
    before = tiny.run.stat().st_mtime_ns

    assert written(TINY, tiny.folder.parent) == tiny
    assert tiny.run.stat().st_mtime_ns == before


def test_a_world_cut_short_or_another_one_is_written_anew(tmp_path):
    first = written(TINY, tmp_path)
    (first.folder / "world.json").unlink()
    first.run.write_text("half")

    assert len(_lines(written(TINY, tmp_path))) == 400
    assert len(_lines(written(replace(TINY, n_queries=50), tmp_path))) == 500


def test_the_right_scores_follow_from_sorting_by_hand(tiny):
    lists: dict[str, list[tuple[float, str]]] = {}
    for query, name, probability in _lines(tiny):
        lists.setdefault(query, []).append((-float(probability), name))
    rows = [row.split(";") for row in tiny.truth.read_text().splitlines()[1:]]
    positions = [
        next((at for at, (_, name) in enumerate(sorted(lists[query]), 1) if name == right), 0)
        for query, right in rows
    ]

    assert tiny.right == {
        "mrr": fsum(1 / at for at in positions if at) / 40,
        "top_1": sum(at == 1 for at in positions) / 40,
        "top_5": sum(0 < at <= 5 for at in positions) / 40,
    }
    assert 0 < tiny.right["mrr"] < 1
    assert 0 in positions  # one is not found


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"digits": 17},
        {"shuffled": True},
        {"shape": "segment"},
        *({"packed": end} for end in (".gz", ".zst", ".zip")),
    ],
    ids=str,
)
def test_every_way_of_a_world_is_valid(tmp_path, change):
    files = written(replace(TINY, **change), tmp_path)
    truth = read_ground_truth(files.folder)

    report = check_run(files.run, truth.test_set, RunRules(shape=files.world.shape))

    assert not report.problems
    assert (report.n_lines, report.coverage) == (400, 1)


def test_no_two_probabilities_of_a_query_are_alike_and_they_sum_to_1_at_most(tiny):
    of: dict[str, list[float]] = {}
    for query, _, probability in _lines(tiny):
        of.setdefault(query, []).append(float(probability))

    assert all(sum(own) <= 1 for own in of.values())
    assert all(own == sorted(set(own), reverse=True) for own in of.values())


def test_17_digits_are_more_than_a_double_takes_apart_by_one_product(tmp_path):
    files = written(replace(TINY, digits=17), tmp_path)

    lengths = [len(p.partition("e")[0].lstrip("0.").replace(".", "")) for *_, p in _lines(files)]

    assert max(lengths) == 17
    assert sum(lengths) / len(lengths) > 16


def test_shuffled_lines_are_the_same_lines_strewn_over_the_file(tiny, tmp_path):
    files = written(replace(TINY, shuffled=True, trec=False), tmp_path)

    assert sorted(_lines(files)) == sorted(_lines(tiny))
    assert len({query for query, *_ in _lines(files)[:10]}) > 3
    assert files.right == tiny.right


def test_packed_ones_unpack_to_the_run(tmp_path):
    packed = {
        end: written(replace(TINY, name=end[1:], packed=end), tmp_path)
        for end in (".gz", ".zst", ".zip")
    }
    plain = (packed[".gz"].folder / "run.csv").read_bytes()

    assert gzip.decompress(packed[".gz"].run.read_bytes()) == plain
    with (
        packed[".zst"].run.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as unpacked,
    ):
        assert unpacked.read() == plain
    with zipfile.ZipFile(packed[".zip"].run) as archive:
        assert [archive.read(name) for name in archive.namelist()] == [plain]


def test_the_sizes_are_those_that_were_promised():
    sizes = {name: (own.n_queries, own.n_lines, own.n_classes) for name, own in WORLDS.items()}

    assert sizes["S"] == (17_886, 1_788_600, 10_000)
    assert sizes["M"] == (200_000, 20_000_000, 300_000)
    assert sizes["L"] == (1_000_000, 100_000_000, 300_000)
    assert sizes["S longer"] == (17_886, 5 * 1_788_600, 10_000)
