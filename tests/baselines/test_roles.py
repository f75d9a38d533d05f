"""Trusted and noisy images: who is learnt from, who is kept apart, and who is left out."""

import csv
import shutil
from dataclasses import replace

import pytest
import torch

from baselines.answers import judging
from baselines.answers.judging import judge_of
from baselines.answers.models import Model, load_model
from baselines.config import AgreementConfig, SourceConfig
from baselines.data.agreement import Judge, Opinion
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.data.tables import CannotRead
from baselines.networks.weights import file_digest
from baselines.place import Place
from baselines.training.checkpoints import read_checkpoint
from baselines.training.loop import MODEL, Training
from baselines.training.progress import Silent
from tests.baselines.test_frozen import config_of as frozen_config, train as train_frozen_one
from tests.baselines.world import CPU, KINDS, config_of, with_data, write_folder


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """Return a folder as the web gives them: other images, and two of each class are another's."""
    place = tmp_path_factory.mktemp("web")
    write_folder(place, n_observations=16, n_images=1, seed=2)
    with (place / "metadata.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = sorted(KINDS)
    for row in rows:
        if row["file"].endswith(("_0.jpg", "_1.jpg")):
            row["class"] = names[(names.index(row["class"]) + 1) % len(names)]
    with (place / "metadata.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return place


def is_wrong(item):
    return not item.path.name.startswith(item.class_id)


def of(folder, web, roles, **data):
    sources = (SourceConfig(str(folder)), SourceConfig(str(web), role="noisy"))
    return with_data(config_of(folder), sources=sources, roles=roles, **data)


def learnt(material, folder):
    return sum(item.path.parent == folder for item in material.split.training)


def found(material):
    return {finding.what: finding.count for finding in material.findings.all()}


# ---------------------------------------------------------------- who is learnt from
@pytest.mark.parametrize(
    ("roles", "trusted", "noisy"), [("trusted", 18, 0), ("noisy", 0, 48), ("both", 18, 48)]
)
def test_a_config_says_who_is_learnt_from(folder, web, roles, trusted, noisy):
    material = read_material(of(folder, web, roles))
    assert (learnt(material, folder), learnt(material, web)) == (trusted, noisy)
    assert material.about == {"roles": roles, "trusted": trusted, "noisy": noisy}
    assert {item.path.parent for item in material.split.validation} == {folder}
    assert len(material.split.validation) == 6


def test_validation_is_the_same_whoever_is_learnt_from(folder, web):
    parts = [read_material(of(folder, web, roles)).split for roles in ("trusted", "noisy", "both")]
    assert parts[0].validation == parts[1].validation == parts[2].validation


def test_observations_of_two_folders_are_two(folder, web):
    split = read_material(of(folder, web, "both")).split
    apart = {item.observation for item in split.validation}
    assert not apart & {item.observation for item in split.training}
    assert "2/oak_0" in {item.observation for item in split.training}


def test_without_trusted_images_nobody_is_kept_apart(web):
    noisy = (SourceConfig(str(web), role="noisy"),)
    config = with_data(config_of(web), sources=noisy, roles="noisy")
    with pytest.raises(CannotRead, match="right is a trusted source, or 0"):
        read_material(config)
    assert read_material(with_data(config, validation=0.0)).about["noisy"] == 48
    with pytest.raises(CannotRead, match="nothing in it has a class"):
        read_material(with_data(config, validation=0.0, roles="trusted"))


# ---------------------------------------------------------------- who is left out
def test_files_of_the_test_are_left_out_under_any_name(folder, web, tmp_path):
    there = tmp_path / "web"
    shutil.copytree(web, there)
    for name in ("oak_3.jpg", "oak_4.jpg"):
        shutil.copy(folder / "ash_0.jpg", there / name)
    table = tmp_path / "test.csv"
    table.write_text("MediaId;file\nm1;ash_0.jpg\nm2;ash_1.jpg\nm3;gone.jpg\n")
    config = of(folder, there, "both", without=str(table), validation=0.0)
    material = read_material(config)
    assert (learnt(material, folder), learnt(material, there)) == (22, 46)
    assert found(material) == {
        "a file of the test that is not there": 1,
        "the same bytes as a file of the test, left out": 2,
    }
    elsewhere = replace(config, data=replace(config.data, without_in=str(there)))
    assert (there / "ash_0.jpg").read_bytes() != (folder / "ash_0.jpg").read_bytes()
    assert learnt(read_material(elsewhere), folder) == 24


def test_copies_of_what_is_kept_apart_are_left_out(folder, web, tmp_path):
    there = tmp_path / "web"
    shutil.copytree(web, there)
    apart = read_material(of(folder, web, "both")).split.validation
    shutil.copy(apart[0].path, there / "oak_3.jpg")
    material = read_material(of(folder, there, "both"))
    assert found(material) == {"the same bytes as a file kept apart for validation, left out": 1}
    assert learnt(material, there) == 47


def test_trusted_copies_of_what_is_kept_apart_are_left_out_too(folder, tmp_path):
    there = tmp_path / "images"
    shutil.copytree(folder, there)
    config = config_of(there)
    split = read_material(config).split
    shutil.copy(split.validation[0].path, split.training[0].path)
    material = read_material(config)
    assert material.split.validation == split.validation
    assert material.split.training == split.training[1:]
    assert found(material) == {"the same bytes as a file kept apart for validation, left out": 1}


def test_classes_that_the_task_does_not_have_are_left_out(folder, tmp_path):
    table = tmp_path / "classes.csv"
    table.write_text("ClassId;Genus\noak;Quercus\nash;Fraxinus\nfern;\n")
    material = read_material(with_data(config_of(folder), classes=str(table)))
    assert material.classes.names == ("ash", "oak")
    (finding,) = material.findings.all()
    assert (finding.count, finding.examples[0]) == (8, "elm_0.jpg: elm")


def test_what_is_not_learnt_is_not_validated(folder, web, tmp_path):
    there = tmp_path / "web"
    shutil.copytree(web, there)
    for path in there.glob("elm_*"):
        path.unlink()
    text = (there / "metadata.csv").read_text().replace(",elm,", ",oak,")
    (there / "metadata.csv").write_text(text)
    material = read_material(of(folder, there, "noisy"))
    assert material.classes.names == ("ash", "oak")
    assert found(material)["of a class that is not learnt, left out of validation"] == 2
    assert {item.class_id for item in material.split.validation} == {"ash", "oak"}


# ---------------------------------------------------------------- filtered
RULES = [
    (AgreementConfig(first=1), [True, False, False, False, False]),
    (AgreementConfig(first=2), [True, True, False, False, False]),
    (AgreementConfig(first=0, least=0.3), [True, False, True, False, False]),
    (AgreementConfig(first=2, least=0.3), [True, False, False, False, False]),
]
OPINIONS = [Opinion(1, 0.9), Opinion(2, 0.1), Opinion(3, 0.3), Opinion(0, 0.0), Opinion(-1, 0.0)]


@pytest.mark.parametrize(("config", "kept"), RULES)
def test_a_rule_says_what_is_kept(config, kept):
    assert [opinion.agrees(config) for opinion in OPINIONS] == kept


def test_what_is_kept_and_left_out_is_counted_and_listed(folder):
    items = read_material(config_of(folder)).split.training[: len(OPINIONS)]
    findings = Findings()
    judge = Judge("small", "00", lambda _: OPINIONS)
    assert judge.kept(items, AgreementConfig(first=2, least=0.3), findings) == items[:1]
    assert {finding.what: finding.count for finding in findings.all()} == {
        "noisy, kept: small gives their class one of the first 2 places and a probability of 0.3"
        " or more": 1,
        "noisy, left out: small does not give their class one of the first 2 places and a"
        " probability of 0.3 or more": 2,
        "noisy, of a class that small does not name, left out": 1,
        "noisy, and cannot be read, left out": 1,
    }


@pytest.fixture(scope="module")
def model(tmp_path_factory, folder):
    place = tmp_path_factory.mktemp("trusted")
    train_frozen_one(frozen_config(folder), place)
    return place / "to" / MODEL


def test_noisy_images_are_kept_where_a_trained_model_agrees(folder, web, model, tmp_path):
    config = of(folder, web, "filtered", agreement=AgreementConfig(str(model), first=1))
    material = read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    kept = [item for item in material.split.training if item.path.parent == web]
    assert len(kept) == 42
    assert not any(is_wrong(item) for item in kept)
    Training(config, material, tmp_path, CPU, Silent()).run()
    _, about = read_checkpoint(tmp_path / MODEL)
    assert about["data"] == {
        "roles": "filtered",
        "model": file_digest(model),
        "first": 1,
        "least": 0.0,
        "noisy before": 48,
        "noisy": 42,
        "trusted": 18,
    }


def test_a_model_is_asked_once(folder, web, model, tmp_path, monkeypatch):
    config = of(folder, web, "filtered", agreement=AgreementConfig(str(model), first=1))
    first = read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    (table,) = tmp_path.glob("opinions_*.csv")
    assert len(table.read_text().splitlines()) == 49
    monkeypatch.setattr(judging, "load_model", pytest.fail)
    again = read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    assert again.split == first.split
    # Another threshold needs no other opinions.
    surer = with_data(config, agreement=replace(config.data.agreement, least=0.999999))
    assert read_material(surer, judge_of(surer, tmp_path, CPU, Silent())).about["noisy"] < 42


def test_other_images_are_asked_about_anew(folder, web, model, tmp_path, monkeypatch):
    config = of(folder, web, "filtered", agreement=AgreementConfig(str(model), first=1))
    read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    there = tmp_path / "web"
    shutil.copytree(web, there)
    (there / "oak_9.jpg").write_bytes(b"no image")
    config = of(folder, there, "filtered", agreement=config.data.agreement)
    material = read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    assert found(material)["noisy, and cannot be read, left out"] == 1
    assert material.about["noisy"] == 41


def test_ranks_share_the_images_and_count_each_once(folder, model):
    items = read_material(config_of(folder)).split.training[:11]
    known = load_model(model, CPU)
    alone = judging._asked(known, items, 0, CPU, Silent())
    parts = [
        judging._asked(known, items, 0, Place(torch.device("cpu"), rank, 2), Silent())
        for rank in (0, 1)
    ]
    for whole, *shares in zip(alone, *parts, strict=True):
        assert sorted(share.place for share in shares) == [0, whole.place]
        assert sum(share.probability for share in shares) == pytest.approx(whole.probability)


def test_equal_answers_agree_with_nobody(folder, web, tmp_path, monkeypatch):
    def says_nothing(path, place):
        return Model("m", ("ash", "elm"), 8, lambda pixels: torch.full((len(pixels), 2), 0.5))

    monkeypatch.setattr(judging, "load_model", says_nothing)
    (tmp_path / "it").touch()
    config = of(folder, web, "filtered", agreement=AgreementConfig(str(tmp_path / "it"), first=1))
    material = read_material(config, judge_of(config, tmp_path, CPU, Silent()))
    assert material.about["noisy"] == 0
    what = f"noisy, of a class that {tmp_path}/it does not name, left out"
    assert found(material)[what] == 16


def test_a_filter_without_a_model_is_refused(folder, web, tmp_path):
    config = of(folder, web, "filtered")
    with pytest.raises(CannotRead, match=r"data\.agreement\.model: .* is no file"):
        judge_of(config, tmp_path, CPU, Silent())
    with pytest.raises(CannotRead, match="needs a model"):
        read_material(config)
    assert judge_of(of(folder, web, "both"), tmp_path, CPU, Silent()) is None
