"""A network that hears: learns by the one loop or stays as it is, and answers recordings and segments."""

import csv
import hashlib
import json
import shutil
from dataclasses import replace

import pytest
import soundfile
import torch

from baselines.answers.files import CannotAnswer
from baselines.answers.hearing import Hearing, Span, said_of, spans_of, write_heard
from baselines.answers.models import Model, load_models
from baselines.answers.tasks import read_task
from baselines.commands.steps import RUN, Work, predict
from baselines.config import AnswersConfig
from baselines.data.folds import folds
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.frozen.hearing import features_of_recordings
from baselines.frozen.training import frozen_body, train_frozen
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL, Training
from baselines.training.progress import Silent
from scoring import RunRules, evaluate_run, read_ground_truth
from tests.baselines.sound_world import (
    RATE,
    SPECIES,
    frozen_config,
    learnt_config,
    sound_config,
    tone,
    write_recordings,
)
from tests.baselines.test_training import Stops
from tests.baselines.world import CPU, config_of, trained, write_folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("recordings")
    write_recordings(place)
    return place


@pytest.fixture(scope="module")
def frozen(tmp_path_factory, folder):
    place = tmp_path_factory.mktemp("frozen")
    config = frozen_config(folder)
    train_frozen(config, read_material(config), place, place / "cache", CPU, Silent())
    return place / MODEL


def learnt(config, place):
    return Training(config, read_material(config), place, CPU, Silent()).run()


def digest(folder):
    return hashlib.sha256((folder / MODEL).read_bytes()).hexdigest()


# ---------------------------------------------------------------- the one loop
def test_learns_to_tell_species_apart(folder, tmp_path):
    history = learnt(learnt_config(folder, epochs=12, batch_size=4, learning_rate=0.1), tmp_path)
    assert history.best.top_1 == 1.0
    assert read_checkpoint(tmp_path / MODEL)[1]["config"]["sound"]["rate"] == RATE


def test_the_same_seed_gives_the_same_file_with_any_number_of_workers(folder, tmp_path):
    for workers in (0, 2):
        config = learnt_config(folder)
        config = replace(config, data=replace(config.data, workers=workers))
        learnt(config, tmp_path / str(workers))
    one, two = (read_checkpoint(tmp_path / str(n) / MODEL)[0] for n in (0, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("steps", [1, 3])
def test_goes_on_as_if_it_had_never_stopped(folder, tmp_path, steps):
    config = learnt_config(folder, save_every=1, average=0.9, mixup=0.2)
    learnt(config, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        Training(config, read_material(config), tmp_path / "parts", CPU, Stops(steps)).run()
    learnt(config, tmp_path / "parts")
    assert digest(tmp_path / "parts") == digest(tmp_path / "whole")


def test_broken_recordings_are_survived_and_reported(folder, tmp_path):
    there = tmp_path / "recordings"
    shutil.copytree(folder, there)
    soundfile.write(there / "wren_0.flac", tone(2900, 5.0).numpy(), RATE)
    whole = (there / "wren_0.flac").read_bytes()
    (there / "wren_0.flac").write_bytes(whole[:100] + bytes(len(whole) - 100))
    (there / "wren_1.flac").write_bytes(b"")
    config = replace(learnt_config(there, epochs=3), seed=1)
    material = read_material(config)
    assert [finding.what for finding in material.findings.all()] == [
        "shorter than it says, heard as far as it goes",
        "no sound that can be read, left out",
    ]
    material = replace(
        material,
        split=material.split._replace(
            training=(*material.split.training, *material.split.validation), validation=()
        ),
    )
    Training(config, material, tmp_path / "to", CPU, Silent()).run()
    broken = material.findings.all()[-1]
    assert (broken.what, broken.examples) == (
        "cannot be read, counted for nothing",
        ("wren_0.flac",),
    )


# ---------------------------------------------------------------- frozen
class Counts(Silent):
    def __init__(self):
        self.n = 0

    def images(self, n):
        self.n += n


def test_random_features_tell_species_apart(folder, tmp_path):
    config = frozen_config(folder)
    outcome = train_frozen(
        config, read_material(config), tmp_path, tmp_path / "cache", CPU, Silent()
    )
    assert (outcome.n_images, outcome.n_validation, outcome.top_1) == (12, 6, 1.0)


def test_each_window_has_features_of_its_own(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    paths = sorted(folder.glob("*.flac"))[:6]
    heard = features_of_recordings(paths, body, sound_config(), tmp_path, Silent())
    assert [len(rows) for rows in heard.rows] == [1, 2, 4, 1, 2, 4]  # 0.4, 0.7 and 1.1 s
    again = features_of_recordings(paths[::-1], body, sound_config(), tmp_path, Silent())
    for one, other in zip(heard.rows, again.rows[::-1], strict=True):
        assert torch.equal(one, other)
    assert not torch.allclose(heard.rows[2][0], heard.rows[5][0])


def test_features_are_kept_by_content_and_way_of_hearing(folder, tmp_path):
    class Body:
        """Counts what it is shown."""

        def __init__(self, body):
            self.__dict__ = {**vars(body), "n": 0}
            self._features = body.features

        def features(self, pixels):
            self.__dict__["n"] += len(pixels)
            return self._features(pixels)

    body = Body(frozen_body(frozen_config(folder), CPU)[0])
    there = tmp_path / "elsewhere"
    shutil.copytree(folder, there)

    def n_shown(folder, **settings):
        body.n = 0
        paths = sorted(folder.glob("*_2.flac"))
        features_of_recordings(paths, body, sound_config(**settings), tmp_path / "c", Silent())
        return body.n

    assert n_shown(folder) == 12
    assert n_shown(folder) == n_shown(there) == 0
    assert n_shown(folder, bands=20) == 12
    assert n_shown(folder, step=0.125) == 6  # six windows each, and four of them were there


def test_broken_recordings_have_no_features(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    paths = [folder / "wren_0.flac", tmp_path / "a.wav"]
    heard = features_of_recordings(paths, body, sound_config(), tmp_path, Silent())
    assert heard.broken == (tmp_path / "a.wav",)
    assert [len(rows) for rows in heard.rows] == [1, 0]


def test_a_recording_has_features_as_far_as_it_goes(folder, tmp_path):
    body, _ = frozen_body(frozen_config(folder), CPU)
    path = tmp_path / "a.flac"
    soundfile.write(path, torch.rand(8 * RATE).numpy(), RATE)
    whole = features_of_recordings([path], body, sound_config(), tmp_path, Silent()).rows[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    heard = features_of_recordings([path], body, sound_config(), tmp_path, Silent())
    assert heard.broken == ()
    n = len(heard.rows[0])
    assert (len(whole), n) == (31, pytest.approx(15, abs=3))
    torch.testing.assert_close(heard.rows[0], whole[:n])


def test_folds_by_recordist_are_learnt_one_by_one(folder, tmp_path):
    config = frozen_config(folder)
    material = read_material(config)
    items = [*material.split.training, *material.split.validation]
    n = 0
    for number, split in enumerate(folds(items, 3, seed=1, group="author")):
        own = replace(material, split=split)
        to = tmp_path / str(number)
        outcome = train_frozen(config, own, to, tmp_path / "cache", CPU, Silent())
        assert outcome.top_1 == 1.0
        n += outcome.n_validation
    assert n == len(items)


# ---------------------------------------------------------------- answers
def write_task(place, queries, media=None):
    """Write the folder of a task: queries with their classes."""
    tables = {
        "classes": [("ClassId",), *((name,) for name in sorted(SPECIES))],
        "queries": [("QueryId",), *((query,) for query in queries)],
        "ground_truth": [("QueryId", "ClassId"), *queries.items()],
    }
    if media:
        tables["media"] = [("MediaId", "QueryId"), *media.items()]
    for name, rows in tables.items():
        with (place / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    return read_ground_truth(place)


def top_1(run, truth, shape):
    found = evaluate_run(run, truth, RunRules(shape), ["top_1"])
    assert found.report.valid
    return found.scores[0].value


def files_of(folder):
    return {
        f"m_{species}_{n}": folder / f"{species}_{n}.flac" for species in SPECIES for n in range(6)
    }


def hearing_of(frozen, files, most=0):
    return Hearing(load_models([frozen], CPU), files, CPU, most)


def heard(run, hearing, findings=None):
    (report,) = write_heard([run], hearing, read_task(run.parent), findings or Findings(), Silent())
    return report


def test_recordings_are_answered(folder, frozen, tmp_path):
    truth = write_task(tmp_path, {f"m_{s}_{n}": s for s in SPECIES for n in range(6)})
    run = tmp_path / "run.csv.gz"
    hearing = hearing_of(frozen, files_of(folder))
    report = heard(run, hearing)
    assert (report.coverage, report.n_predictions) == (1.0, 54)
    assert top_1(run, truth, "ranked") == 1.0
    first = run.read_bytes()
    heard(run, hearing)
    assert run.read_bytes() == first


def test_several_recordings_of_a_query_are_fused(folder, frozen, tmp_path):
    media = {f"m_{s}_{n}": f"{s}{n // 3}" for s in SPECIES for n in range(6)}
    truth = write_task(tmp_path, {f"{s}{n}": s for s in SPECIES for n in range(2)}, media)
    spans = spans_of(truth.test_set)
    assert [(span.query, span.medium) for span in spans][:2] == [
        ("junco0", "m_junco_0"),
        ("junco0", "m_junco_1"),
    ]
    hearing = hearing_of(frozen, files_of(folder), most=1)
    report = heard(tmp_path / "r.csv", hearing)
    assert (report.coverage, report.n_predictions) == (1.0, 6)
    assert top_1(tmp_path / "r.csv", truth, "ranked") == 1.0


@pytest.fixture(scope="module")
def soundscape(tmp_path_factory):
    """Two minutes and five seconds in which one species sings after the other, each for a second."""
    place = tmp_path_factory.mktemp("soundscape")
    songs = [list(SPECIES)[k % 3] for k in range(125)]
    noise = torch.randn(125 * RATE, generator=torch.Generator().manual_seed(1)) / 100
    sound = torch.cat([tone(SPECIES[song] * 1.02) for song in songs]) + noise
    soundfile.write(place / "S_1.flac", sound.numpy(), RATE)
    return place / "S_1.flac", songs


def time(second):
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def segments(songs, medium="S/1"):
    return {f"{medium}/{time(k)}-{time(k + 1)}": song for k, song in enumerate(songs)}


def test_segments_of_a_soundscape_are_answered(soundscape, frozen, tmp_path):
    path, songs = soundscape
    truth = write_task(tmp_path, segments(songs))
    run = tmp_path / "run.csv"
    hearing = hearing_of(frozen, {"S/1": path}, most=2)
    report = heard(run, hearing)
    assert (report.coverage, report.n_predictions) == (1.0, 250)
    assert run.read_text().splitlines()[1].startswith("S/1;00:00:00-00:00:01;")
    assert run.read_text().splitlines()[-1].startswith("S/1;00:02:04-00:02:05;")
    assert top_1(run, truth, "segment") == 1.0


def test_a_segment_after_the_end_or_of_no_file_is_left_out_and_found(soundscape, frozen, tmp_path):
    path, songs = soundscape
    queries = segments(songs[:2]) | {
        "S/1/00:02:04-00:02:09": "wren",
        "S/1/00:02:05-00:02:10": "wren",
    }
    write_task(tmp_path, queries | segments(songs[:1], "S/2"))
    findings = Findings()
    hearing = hearing_of(frozen, {"S/1": path})
    report = heard(tmp_path / "run.csv", hearing, findings)
    assert report.n_queries == 3
    assert findings.all()[0].examples == ("S/1/00:02:05-00:02:10", "S/2/00:00:00-00:00:01")


def says(*probabilities, sound=None):
    return Model(
        "m",
        tuple(sorted(SPECIES)),
        8,
        lambda pixels: torch.tensor([probabilities] * len(pixels)),
        sound,
    )


def test_windows_are_fused_for_each_model(folder):
    """A model that tells the loud from the soft, and one that always says the same."""
    sound = sound_config()

    def by_light(pixels):
        lit = pixels[:, 0].float().mean((1, 2)) / 255
        return torch.stack([lit, 1 - lit, torch.zeros(len(pixels))], 1)

    models = [Model("m", ("a", "b", "c"), 8, by_light, sound), says(0.0, 0.0, 1.0, sound=sound)]
    hearing = Hearing(models, files_of(folder), CPU)
    spans = [Span("q", "m_wren_2"), Span("r", "m_wren_1")]
    said = dict(said_of(hearing, spans, Findings(), Silent()))
    each = [
        dict(said_of(hearing, [Span("q", "m_wren_2", k / 4, k / 4 + 0.5)], Findings(), Silent()))[
            "q"
        ]
        for k in range(3)
    ]
    last = [Span("q", "m_wren_2", 0.6, 1.1)]
    each.append(dict(said_of(hearing, last, Findings(), Silent()))["q"])
    assert len(set(map(tuple, torch.stack(each)[:, 0].tolist()))) == 4
    torch.testing.assert_close(said["q"], torch.stack(each).mean(0))
    assert said["q"][1].tolist() == said["r"][1].tolist() == [0.0, 0.0, 1.0]


def test_models_that_hear_otherwise_are_refused(folder):
    files = files_of(folder)
    other = sound_config(bands=20)
    spans = [Span("q", "m_wren_1")]
    for models, problem in [
        ([says(1.0, sound=sound_config()), says(1.0, sound=other)], "do not hear in the same way"),
        ([says(1.0)], "m looks at images"),
    ]:
        with pytest.raises(CannotAnswer, match=problem):
            list(said_of(Hearing(models, files, CPU), spans, Findings(), Silent()))


def test_a_learnt_model_answers_as_it_was_trained_to_hear(folder, tmp_path):
    config = learnt_config(folder)
    learnt(config, tmp_path)
    model = load_models([tmp_path / MODEL], CPU)[0]
    assert model.sound == sound_config()
    (said,) = said_of(
        Hearing([model], files_of(folder), CPU), [Span("q", "m_wren_2")], Findings(), Silent()
    )
    torch.testing.assert_close(said[1].sum(), torch.tensor(1.0))
    assert load_model_of_images(tmp_path).sound is None


def load_model_of_images(place):
    (place / "images").mkdir()
    write_folder(place / "images")
    trained(config_of(place / "images", epochs=1), place / "of_images")
    return load_models([place / "of_images" / MODEL], CPU)[0]


def test_a_baseline_answers_a_soundscape(soundscape, folder, frozen, tmp_path):
    path, songs = soundscape
    truth = write_task(tmp_path, segments(songs[:8]))
    (tmp_path / "files.csv").write_text(f"MediaId;file\nS/1;{path.name}\n")
    answers = AnswersConfig(images=str(path.parent), media=str(tmp_path / "files.csv"))
    config = replace(frozen_config(folder), answers=answers)
    work = Work(config, tmp_path, tmp_path / "cache", CPU, Silent())
    shutil.copy(frozen, tmp_path / MODEL)
    predict(work, read_task(tmp_path))
    assert top_1(tmp_path / RUN, truth, "segment") == 1.0


def test_where_all_must_be_answered_what_is_not_heard_is_too(soundscape, frozen, tmp_path):
    path, songs = soundscape
    write_task(tmp_path, segments(songs[:2]) | segments(songs[:1], "S/2"))
    rules = {"missing_queries": "reject"}
    (tmp_path / "task.yaml").write_text(json.dumps({"shape": "segment", "run": rules}))
    report = heard(tmp_path / "run.csv", hearing_of(frozen, {"S/1": path}))
    assert report.coverage == 1.0
