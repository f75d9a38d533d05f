"""Recordings and segments of soundscapes, answered by networks that hear."""

import csv
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
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.frozen.training import train_frozen
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


def test_the_last_recording_is_heard_to_its_end(folder, frozen):
    """Whoever comes after it must not change what is said of it."""
    hearing = hearing_of(frozen, files_of(folder))
    names = ["m_wren_2", "m_junco_0"]
    one, other = (Span(name, name) for name in names)
    alone = dict(said_of(hearing, [one], Findings(), Silent()))
    beside = dict(said_of(hearing, [one, other], Findings(), Silent()))
    torch.testing.assert_close(alone["m_wren_2"], beside["m_wren_2"])


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
