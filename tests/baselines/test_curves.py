"""The picture of a training: what is in it, where, and that it can be drawn at any time."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from baselines.training.curves import _ticks, write_curves
from baselines.training.history import History, Line
from baselines.training.loop import CURVES
from tests.baselines.world import config_of, trained

SVG = "{http://www.w3.org/2000/svg}"


def line(epoch, loss=1.0, **more):
    return Line(epoch, int(10 * epoch), 0.01 / epoch, loss, 100.0, 1.0, **more)


def validated(epoch, loss, top_1):
    return line(epoch, loss, validation_loss=loss + 0.1, top_1=top_1, mrr=top_1)


def drawn(tmp_path, *lines, name="leaves"):
    history = History()
    for own in lines:
        history.add(own)
    write_curves(tmp_path / "curves.svg", name, history)
    assert [path.name for path in tmp_path.iterdir()] == ["curves.svg"]
    return ET.parse(tmp_path / "curves.svg").getroot()  # noqa: S314  # our own file


def corners(picture):
    """Return the places of each line's points."""
    paths = [p for p in picture.iter(f"{SVG}path") if p.get("class", "").startswith("line")]
    return [
        [tuple(map(float, place.split())) for place in path.get("d").removeprefix("M").split("L")]
        for path in paths
    ]


def texts(picture):
    return [text.text for text in picture.iter(f"{SVG}text")]


def test_lines_go_where_the_numbers_go(tmp_path):
    picture = drawn(tmp_path, *(validated(e, 3.0 - e, e / 4) for e in (1, 2, 3)))
    losses, top_1 = corners(picture)[:2], corners(picture)[2]
    for line_of_losses in losses:
        assert [y for _, y in line_of_losses] == sorted(y for _, y in line_of_losses)
    assert [y for _, y in top_1] == sorted((y for _, y in top_1), reverse=True)
    across = [x for x, _ in top_1]
    assert across[1] - across[0] == pytest.approx(across[2] - across[1], abs=0.2)
    # The line with the higher loss lies above.
    assert losses[0][0][1] < losses[1][0][1]


def test_the_best_epoch_is_marked(tmp_path):
    picture = drawn(tmp_path, validated(1, 2.0, 0.5), validated(2, 1.0, 0.9), validated(3, 1, 0.7))
    (best,) = [c for c in picture.iter(f"{SVG}circle") if c.get("class") == "best"]
    assert (float(best.get("cx")), float(best.get("cy"))) == corners(picture)[2][1]
    assert "top-1 0.7" in texts(picture)


def test_without_validation_there_is_no_such_panel(tmp_path):
    picture = drawn(tmp_path, line(1), line(2, 0.5))
    assert len(corners(picture)) == 2
    assert not any("Validation" in text for text in texts(picture))


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [line(1)],
        [line(0.05)],
        [validated(1, 0.0, 0.0), validated(2, 0.0, 0.0)],
        [replace(validated(1, 1.0, 0.5), validation_loss=float("nan"))],
        [validated(epoch, 1 / epoch, 0.5) for epoch in range(1, 200)],
    ],
)
def test_it_can_be_drawn_at_any_time(tmp_path, lines):
    picture = drawn(tmp_path, *lines, name="<b> & ünï")
    width, height = map(float, picture.get("viewBox").split()[2:])
    for x, y in (place for own in corners(picture) for place in own):
        assert 0 < x < width
        assert 0 < y < height
    assert "<b> & ünï" in texts(picture)


def test_labels_do_not_lie_on_each_other(tmp_path):
    lines = [replace(validated(e, 4.0 - e, 0.5), validation_loss=4.001 - e) for e in (1, 2, 3)]
    labels = [t for t in drawn(tmp_path, *lines).iter(f"{SVG}text") if t.get("class") in "ab"]
    training, validation = (float(label.get("y")) for label in labels[:2])
    assert abs(training - validation) >= 16


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (0.31, 0.94), (1e-6, 3e-6), (2, 2), (0, 0), (0.999, 1), (0, 12345)]
)
def test_ticks_are_around_what_they_measure(low, high):
    ticks = _ticks(low, high)
    assert ticks[0] <= low <= high <= ticks[-1]
    assert 2 <= len(ticks) <= 6
    assert ticks == sorted(set(ticks))


def test_a_training_draws_itself(folder, tmp_path):
    trained(config_of(folder), tmp_path)
    picture = ET.parse(tmp_path / CURVES).getroot()  # noqa: S314  # our own file
    assert [len(own) for own in corners(picture)] == [2, 2, 2, 2]
    assert "prefers-color-scheme: dark" in (tmp_path / CURVES).read_text()
