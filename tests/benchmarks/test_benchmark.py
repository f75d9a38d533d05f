"""The benchmark from end to end, in a tiny world: measured, published, cleaned away."""

from dataclasses import replace

import pytest

from tests.bench import page
from tests.bench.scoring import benchmark, measuring
from tests.bench.scoring.contenders import CONTENDERS, CSV, ONE_THREAD
from tests.benchmarks.conftest import TINY


@pytest.fixture
def tiny_world(monkeypatch, tmp_path):
    world = replace(TINY, name="S")
    monkeypatch.setattr(benchmark, "WORLDS", {"S": world})
    monkeypatch.setattr(
        measuring, "CONTENDERS", {name: CONTENDERS[name] for name in (CSV, ONE_THREAD)}
    )
    monkeypatch.setattr(page, "PAGE", tmp_path / "docs" / "benchmarks.md")


@pytest.mark.usefixtures("tiny_world")
def test_measured_published_and_cleaned_away(tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="the extra bench draws")
    folder = tmp_path / "bench"
    page.PAGE.parent.mkdir()
    records = benchmark.run(folder, ["S"], rounds=2)
    benchmark.publish(records)
    again = benchmark.run(folder, ["S"], rounds=2)
    benchmark.clean(folder)

    assert len(records.of("S", CSV)) == len(records.of("S", ONE_THREAD)) == 2
    assert again.starts == records.starts
    assert "| naive csv | " in page.PAGE.read_text()
    assert (page.PAGE.parent / "images" / "benchmarks-scoring.svg").read_text().startswith("<?xml")
    assert not folder.exists()
    assert "round 2" in capsys.readouterr().err


@pytest.mark.usefixtures("tiny_world")
def test_a_folder_with_other_things_in_it_keeps_them(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    benchmark.run(tmp_path, ["S"], rounds=1)
    benchmark.clean(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.usefixtures("tiny_world")
def test_what_was_measured_is_forgotten_on_demand_and_the_runs_stay(tmp_path):
    before = benchmark.run(tmp_path, ["S"], rounds=1)
    run = tmp_path / "S" / "run.csv"
    written = run.stat().st_mtime_ns
    benchmark.forget(tmp_path)
    again = benchmark.run(tmp_path, ["S"], rounds=1)

    assert len(again.starts) == len(before.starts)
    assert again.starts != before.starts
    assert run.stat().st_mtime_ns == written


@pytest.mark.usefixtures("tiny_world")
def test_no_room_is_told_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "_LINE", 10**15)
    monkeypatch.setattr(benchmark, "_TREC_LINE", 10**15)

    with pytest.raises(SystemExit, match=r"GB of room, and the runs take .* right is another"):
        benchmark.run(tmp_path / "bench", ["S"], rounds=1)
    assert list((tmp_path / "bench").iterdir()) == []


def test_small_worlds_come_first_and_the_large_one_can_be_left_out():
    assert benchmark.sizes(large=True)[:2] == ("S by 10", "S")
    assert benchmark.sizes(large=True)[-2:] == ("M", "L")
    assert benchmark.sizes(large=False) == benchmark.sizes(large=True)[:-1]
