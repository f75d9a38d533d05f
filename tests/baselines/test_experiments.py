"""The experiments: what they learn from, what they show, and that they are done once."""

import csv
import gzip
import json

import numpy as np
import pytest
import torch
from PIL import Image

from baselines.answers.models import load_model
from baselines.answers.runs import Question, write_answers
from baselines.answers.tasks import Task
from baselines.data.items import Findings
from baselines.data.tables import CannotRead
from baselines.experiments import classroom as rooms
from baselines.experiments.classroom import Classroom
from baselines.experiments.leaves import Leaves, taken
from baselines.experiments.lessons import CONFIGS, RULES, spent_in
from baselines.experiments.listed import EXPERIMENTS, FOUR_VIEWS, LEAVES, LeafExperiment, Lesson
from baselines.experiments.results import read_results
from baselines.experiments.series import do_all
from baselines.experiments.silhouettes import cover_all, covered, leaf_of
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import LAST, MODEL, Training
from baselines.training.progress import Silent
from scoring import check_method_description
from tests.baselines.world import CPU

COLOURS = {"c1": (30, 120, 40), "c2": (130, 110, 20)}
PAPER = 235
N_LEAVES, N_ASKED = 4, 2


def picture(colour, random, side=48):
    """Return a leaf of some colour on paper, and where it is."""
    pixels = random.integers(PAPER - 6, PAPER + 6, (side, side + 8, 3))
    leaf = np.zeros(pixels.shape[:2], dtype=bool)
    leaf[14:34, 10:40] = True
    pixels[leaf] = np.array(colour) + random.integers(-20, 20, (leaf.sum(), 3))
    return np.clip(pixels, 0, 255).astype(np.uint8), leaf


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return data laid out as the real ones, with two species: the last leaves of each are asked for."""
    place = tmp_path_factory.mktemp("data")
    pictures, task = place / "philmedic40", place / "leaves_task"
    pictures.mkdir()
    task.mkdir()
    random = np.random.Generator(np.random.PCG64(3))
    rows, asked = [], []
    for kind, colour in COLOURS.items():
        for number in range(10 + N_LEAVES):
            for side in "ab":
                name = f"{kind}_{number}_{side}.png"
                Image.fromarray(picture(colour, random)[0]).save(pictures / name)
                rows.append((name, kind, f"{kind}_{number}", "leaf", f"side_{side}"))
    asked = [row for row in rows if int(row[2].partition("_")[2]) >= N_LEAVES]
    write(pictures / "metadata.csv", ",", ("file", "class", "observation", "organ", "view"), rows)
    write(task / "classes.csv", ";", ("ClassId",), [(kind,) for kind in COLOURS])
    leaves = {row[2]: row[1] for row in asked}
    write(task / "queries.csv", ";", ("QueryId",), [(leaf,) for leaf in leaves])
    write(task / "ground_truth.csv", ";", ("QueryId", "ClassId"), list(leaves.items()))
    media = [(f"m{place}", row[2], row[4]) for place, row in enumerate(asked)]
    write(task / "media.csv", ";", ("MediaId", "QueryId", "View"), media)
    files = [(f"m{place}", row[0]) for place, row in enumerate(asked)]
    write(task / "media_source.csv", ";", ("MediaId", "file"), files)
    return place


def write(path, delimiter, columns, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([columns, *rows])


@pytest.fixture
def classroom(data, tmp_path, monkeypatch):
    """Return a room whose configs are small: they learn in a second, without weights of a package."""
    configs = tmp_path / "configs"
    configs.mkdir()
    for path in CONFIGS.glob("leaves_*.toml"):
        text = path.read_text()
        for large, small in {
            '"efficientnet_lite0"': '"small_cnn"',
            'weights = "package"': "",
            'learn_from = "blocks.5"': 'learn_from = "2"',
            "size = 224": "size = 32",
            "size = 160": "size = 32",
            "size = 64": "size = 32",
            "epochs = 20": "epochs = 2",
            "batch_size = 32": "batch_size = 8",
        }.items():
            text = text.replace(large, small)
        (configs / path.name).write_text(text)
    monkeypatch.setattr(rooms, "CONFIGS", configs)
    return Classroom(Leaves.of(data), tmp_path / "to", CPU, Silent())


# ---------------------------------------------------------------- the list
def test_each_experiment_has_a_name_and_its_control():
    for name, experiment in EXPERIMENTS.items():
        assert name == experiment.name
        assert name.startswith(("leaves_", "birds_"))
        assert experiment.is_control or experiment.control_name in EXPERIMENTS
    for experiment in LEAVES.values():
        assert experiment.is_control == experiment.lesson.is_covered
        if not experiment.is_control:
            assert LEAVES[experiment.control_name] == experiment.control()


def test_lessons_that_differ_have_folders_that_differ():
    lessons = {one.lesson for one in LEAVES.values()}
    assert len({str(lesson) for lesson in lessons}) == len(lessons)


# ---------------------------------------------------------------- what is learnt from
def leaves_of(rows):
    return {row["observation"] for row in rows}


def test_what_is_asked_for_is_not_learnt(data):
    leaves = Leaves.of(data)
    assert len(leaves.rows) == len(COLOURS) * N_LEAVES * 2
    assert not {row["file"] for row in leaves.rows} & set(leaves.asked.values())


def test_few_leaves_are_drawn_with_both_sides(data):
    rows = Leaves.of(data).rows
    for n in (1, 3):
        own = taken(Lesson("it", leaves=n, draw=1), rows)
        assert len(own) == len(COLOURS) * n * 2
        assert len(leaves_of(own)) == len(COLOURS) * n
    draws = {frozenset(leaves_of(taken(Lesson("it", leaves=1, draw=d), rows))) for d in range(9)}
    assert len(draws) > 1
    again = taken(Lesson("it", leaves=1, draw=1), rows)
    assert again == taken(Lesson("another", leaves=1, draw=1), rows)


def test_another_species_changes_no_draw(data):
    rows = Leaves.of(data).rows
    lesson = Lesson("it", leaves=2, draw=4)
    alone = taken(lesson, [row for row in rows if row["class"] == "c2"])
    assert [row for row in taken(lesson, rows) if row["class"] == "c2"] == alone


def test_one_side_is_learnt(data):
    own = taken(Lesson("it", side="side_b"), Leaves.of(data).rows)
    assert {row["view"] for row in own} == {"side_b"}
    assert len(own) == len(COLOURS) * N_LEAVES


def test_data_that_are_not_there_are_asked_for(tmp_path):
    with pytest.raises(CannotRead, match="there is no such table"):
        _ = Leaves.of(tmp_path).rows
    (tmp_path / "philmedic40").mkdir()
    (tmp_path / "philmedic40" / "metadata.csv").write_text("file,class\n")
    with pytest.raises(CannotRead, match="no column observation, organ, view"):
        _ = Leaves.of(tmp_path).rows


# ---------------------------------------------------------------- the control
@pytest.mark.parametrize("colour", [(30, 120, 40), (90, 20, 20), (140, 150, 60)])
def test_nothing_of_a_leaf_is_left(colour):
    pixels, leaf = picture(colour, np.random.Generator(np.random.PCG64(1)))
    image = torch.from_numpy(pixels).permute(2, 0, 1)
    hidden = covered(image)
    assert (hidden[:, torch.from_numpy(leaf)] == 128).all()
    is_paper = ~leaf_of(image)
    assert torch.equal(hidden[:, is_paper], image[:, is_paper])
    assert 0.5 < is_paper.float().mean() < 1 - leaf.mean()


def test_what_shines_on_a_leaf_is_covered_too():
    pixels, leaf = picture((30, 120, 40), np.random.Generator(np.random.PCG64(1)))
    pixels[20:28, 20:30] = PAPER
    assert leaf_of(torch.from_numpy(pixels).permute(2, 0, 1))[torch.from_numpy(leaf)].all()


def test_specks_of_paper_are_no_leaf():
    pixels, _ = picture((30, 120, 40), np.random.Generator(np.random.PCG64(1)))
    pixels[2, 2] = (30, 120, 40)
    assert not leaf_of(torch.from_numpy(pixels).permute(2, 0, 1))[:6, :6].any()


def test_pictures_are_covered_once_and_broken_ones_left_out(data, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "good.png").write_bytes((data / "philmedic40" / "c1_0_a.png").read_bytes())
    (pictures / "bad.png").write_bytes(b"no image")
    folder = cover_all(["good.png", "bad.png"], pictures, tmp_path, Silent())
    assert [path.name for path in folder.iterdir()] == ["good.png"]
    before = (folder / "good.png").stat().st_mtime_ns
    assert cover_all(["good.png"], pictures, tmp_path, Silent()) == folder
    assert (folder / "good.png").stat().st_mtime_ns == before


# ---------------------------------------------------------------- doing
SHORT = tuple(
    LEAVES[name]
    for name in (
        "leaves_frozen_4_views",
        "leaves_frozen_4_views_control",
        "leaves_bagged",
        "leaves_side_a_to_b",
        "leaves_fine_tuned",
        "leaves_scratch",
    )
)


def results_of(classroom, experiments):
    do_all(experiments, classroom)
    return read_results(classroom.folder / "results.json")


def test_experiments_are_done_and_scored(classroom, data):
    results = results_of(classroom, SHORT)
    for experiment in SHORT:
        own = results[experiment.name]
        assert own.n == 20
        assert own.top_1_low <= own.top_1 <= own.top_1_high
        assert len(own.singles) == (5 if experiment.name == "leaves_bagged" else 0)
        runs = classroom.folder / "runs"
        record = json.loads((runs / f"{experiment.name}.record.json").read_text())
        assert record["data_sha256"] == Leaves.of(data).digest
        assert record["config"]["name"] == experiment.name
        assert len(record["runs"]) == 2
        assert check_method_description(record["description"]) == []
        assert "files of 2 classes" in (runs / f"{experiment.name}.log").read_text()
        assert "## Intended use" in (runs / f"{experiment.name}.card.md").read_text()
    assert results["leaves_frozen_4_views"].top_1 == 1.0  # the colours of two species
    assert results["leaves_frozen_4_views_control"].top_1 < 1.0  # grey ones


def described(classroom, name):
    path = classroom.folder / "runs" / f"{name}.record.json"
    return json.loads(path.read_text())["description"]


def test_what_is_fused_is_said(classroom):
    names = ("leaves_bagged", "leaves_side_a_to_b", "leaves_fine_tuned")
    do_all([LEAVES[name] for name in names], classroom)
    fused = [described(classroom, name)["test_time_outputs"] for name in names]
    assert fused == [2 * 4 * 5, 1 * 4, 2]  # images × views × networks
    assert described(classroom, "leaves_bagged")["n_networks"] == 5
    # Answers from features that are kept say nothing of how fast a network is.
    assert "inference_per_minute" not in described(classroom, "leaves_bagged")
    assert described(classroom, "leaves_fine_tuned")["inference_per_minute"] > 0


def test_one_side_asked_for_answers_one_side(classroom):
    do_all([LEAVES["leaves_side_a_to_b"]], classroom)
    table = classroom.folder / "models" / "leaves_frozen_views-side_a" / "metadata.csv"
    assert {row["view"] for row in csv.DictReader(table.read_text().splitlines())} == {"side_a"}
    answered = classroom.folder / "runs" / "leaves_side_a_to_b.images.csv.gz"
    media = classroom.truth.test_set.media.columns
    sides = dict(zip(media["MediaId"], media["View"], strict=True))
    assert {sides[name] for name in media_of(answered)} == {"side_b"}


def media_of(path):
    with gzip.open(path, "rt") as file:
        return {line.partition(";")[0] for line in list(file)[1:]}


def test_what_is_done_is_not_done_again(classroom, monkeypatch):
    experiment = LEAVES["leaves_scratch"]
    first = results_of(classroom, [experiment])
    monkeypatch.setattr(Classroom, "do", None)
    assert results_of(classroom, [experiment]) == first
    monkeypatch.setattr("baselines.experiments.records.code_digest", lambda: "other code")
    with pytest.raises(TypeError):
        do_all([experiment], classroom)


def test_an_interrupted_training_goes_on(classroom, monkeypatch):
    lesson = Lesson("leaves_scratch")
    whole = Classroom(classroom.leaves, classroom.folder / "whole", CPU, Silent())
    [expected] = (part.folder / MODEL for part in whole.learn(lesson))

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Training, "_is_over", lambda self: self.learner.step_number > 0 and stop())
        with pytest.raises(KeyboardInterrupt):
            classroom.learn(lesson)
    folder = classroom.place_of(lesson)
    assert (folder / LAST).is_file()
    assert not (folder / "outcome.json").exists()
    before = spent_in([folder], CPU).seconds
    [model] = (part.folder / MODEL for part in classroom.learn(lesson))
    assert spent_in([folder], CPU).seconds > before
    one, other = (read_checkpoint(path)[0] for path in (model, expected))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_features_that_are_kept_answer_as_the_model_does(classroom, tmp_path):
    experiment = LeafExperiment("leaves_it", "", Lesson("leaves_frozen_views"), FOUR_VIEWS)
    (classroom.folder / "runs").mkdir(parents=True)
    classroom.do(experiment)
    image_run = classroom.folder / "runs" / "leaves_it.images.csv.gz"
    [part] = classroom.learn(experiment.lesson)
    model = load_model(part.folder / MODEL, CPU)
    leaves = classroom.leaves
    files = {name: leaves.pictures / file for name, file in leaves.asked.items()}
    question = Question([model], FOUR_VIEWS, files)
    task = Task(classroom.truth.test_set, RULES)
    write_answers([tmp_path / "i.csv"], question, task, Findings(), Silent())
    assert figures(tmp_path / "i.csv") == pytest.approx(figures(image_run), abs=1e-4)


def figures(run):
    """Return the probabilities of a run by medium and class."""
    text = gzip.decompress(run.read_bytes()) if run.suffix == ".gz" else run.read_bytes()
    rows = csv.DictReader(text.decode().splitlines(), delimiter=";")
    return {(row["MediaId"], row["ClassId"]): float(row["Probability"]) for row in rows}
