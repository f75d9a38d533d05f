"""The child process by itself: alone in its folder, and whatever it says is bounded."""

from pathlib import Path

import pytest

from campaign.baseline_process import BaselineDied, BaselineProcess, News, baseline_process
from tests.campaign.baselines.test_attempts import wait_until


@pytest.fixture
def folder(configs: Path, tmp_path: Path) -> Path:
    """Return a folder for what is made; beside it a task without queries."""
    for name in ("made", "task"):
        (tmp_path / name).mkdir()
    (tmp_path / "task" / "classes.csv").write_text("ClassId\nc0\n")
    (tmp_path / "task" / "queries.csv").write_text("QueryId\n")
    return tmp_path / "made"


def config(folder: Path, text: str) -> Path:
    path = folder.parent / f"config-{len(list(folder.parent.glob('config-*')))}.toml"
    path.write_text(text)
    return path


def all_news(child: BaselineProcess) -> News:
    said = News()
    for news in child.news():
        said.add(news)
    return said


def test_a_second_one_ends_the_first_before_it_touches_their_folder(folder, settings):
    settings.BASELINE_MAX_SILENCE_S = 20  # and no longer, should nobody end it
    task = folder.parent / "task"
    with baseline_process(config(folder, "end = 'hang'\n"), task, folder) as first:
        wait_until((folder / "checkpoint").exists)
        with baseline_process(config(folder, "steps = 9\n"), task, folder) as second:
            assert all_news(second).progress["done"] == 9
        with pytest.raises(BaselineDied, match="It was stopped from outside"):
            all_news(first)
    assert (folder / "begun").read_text().split()[1::2] == ["0", "3"]


def test_what_a_library_prints_is_kept_and_bounded(folder):
    with baseline_process(
        config(folder, "end = 'babble'\n"), folder.parent / "task", folder
    ) as child:
        said = all_news(child)
    assert "{'no': 'json'}" in said.lines
    assert "[1, 2]" in said.lines
    assert "a half \N{REPLACEMENT CHARACTER}" in said.lines
    assert max(map(len, said.lines)) == 2_000
    assert said.progress == {"phase": "loss", "done": 3}
