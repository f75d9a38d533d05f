"""Pictures of figures, by the Chromium of this machine."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from campaign import browser
from campaign.browser import NotDrawn, draw

BARS = {
    "data": [{"type": "bar", "x": ["</script><b>Ünï</b> & co"], "y": [2]}],
    "layout": {"width": 300, "height": 200},
}


@pytest.fixture
def chromium(settings):
    found = next(filter(None, map(shutil.which, browser._NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    settings.CHROMIUM = ""
    return found


@pytest.fixture
def make_program(tmp_path: Path, settings):
    """Have another program stand where Chromium would."""

    def make(script: str) -> Path:
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        settings.CHROMIUM = str(program)
        return tmp_path

    return make


def test_figures_become_pictures(chromium):
    picture, broken, again = draw([BARS, {"data": [], "layout": None}, BARS])
    assert broken is None
    assert picture
    assert again
    assert picture.png == again.png
    assert picture.svg.startswith("<svg")
    assert "Ünï" in picture.svg
    assert picture.png.startswith(b"\x89PNG")
    assert int.from_bytes(picture.png[16:20]) == 3 * 300  # its width


def test_what_a_figure_names_is_not_fetched(chromium):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        source = f"http://127.0.0.1:{server.getsockname()[1]}/seen.png"
        image = {"source": source, "xref": "paper", "yref": "paper", "sizex": 1, "sizey": 1}
        draw([BARS | {"layout": {"width": 300, "height": 200, "images": [image]}}])
        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_a_browser_it_says_so():
    with pytest.raises(NotDrawn, match="There is no Chromium"):
        draw([BARS])


def test_a_browser_that_draws_nothing_is_told(make_program):
    make_program("echo '<html></html>'")
    with pytest.raises(NotDrawn, match="did not draw"):
        draw([BARS])


def test_one_that_hangs_is_ended_with_all_that_it_started(make_program, monkeypatch):
    monkeypatch.setattr(browser, "_MOST_SECONDS", 0.5)
    folder = make_program('exec 3> "$(dirname "$0")/alive"; sleep 1000 & sleep 1000')
    os.mkfifo(folder / "alive")
    alive = os.open(folder / "alive", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(NotDrawn, match=r"in 0\.5 seconds"):
        draw([BARS])
    os.set_blocking(alive, True)
    assert os.read(alive, 1) == b""  # it ends when the last of them does
    os.close(alive)


def test_it_gets_none_of_our_secrets(make_program, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    folder = make_program('env > "$(dirname "$0")/env"')
    with pytest.raises(NotDrawn):
        draw([BARS])
    assert "secret" not in (folder / "env").read_text()
