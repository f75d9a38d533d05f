"""Files as they come from people: whatever is wrong with one is counted and listed, and stops nothing."""

import struct

import numpy as np
import pytest
import torch
from PIL import Image

from baselines.answers.models import load_model
from baselines.bagging.parts import parts_of
from baselines.config import BaggingConfig, SourceConfig
from baselines.data.images import Unreadable, read_image
from baselines.data.items import Findings
from baselines.data.material import read_material
from baselines.data.metadata_csv import read_metadata_csv
from baselines.data.plantclef import read_plantclef
from baselines.data.tables import CannotRead
from baselines.training.curves import write_curves
from baselines.training.history import History, Line
from baselines.training.learner import Learner
from baselines.training.loop import MODEL, CannotGoOn, Training
from baselines.training.progress import Silent
from tests.baselines.test_frozen import config_of as frozen_config, train as train_frozen_one
from tests.baselines.world import CPU, config_of, trained, with_data, write_folder


def found(findings):
    return {finding.what: finding.count for finding in findings.all()}


# ---------------------------------------------------------------- images
def test_greys_of_two_bytes_keep_their_shades(tmp_path):
    shades = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    Image.fromarray(shades).save(tmp_path / "it.png")
    pixels = read_image(tmp_path / "it.png")
    assert pixels.shape == (3, 32, 32)
    assert torch.equal(pixels[0], torch.from_numpy((shades >> 8).astype(np.uint8)))


def test_whatever_a_decoder_stumbles_over_is_a_broken_image(folder, monkeypatch):
    def stumble(_):
        raise struct.error("unpack requires a buffer of 2 bytes")

    monkeypatch.setattr("baselines.data.images.ImageOps.exif_transpose", stumble)
    with pytest.raises(Unreadable, match="error: unpack requires"):
        read_image(folder / "oak_0.jpg")


# ---------------------------------------------------------------- XML files
IMAGE = "<Image><MediaId>1</MediaId><ObservationId>1</ObservationId><ClassId>1</ClassId>{}</Image>"


def put(folder, name, xml):
    (folder / f"{name}.jpg").touch()
    (folder / f"{name}.xml").write_bytes(xml)


@pytest.mark.parametrize("encoding", ["foo-bar", "shift_jis"])
def test_an_encoding_that_nobody_knows_is_no_end(tmp_path, encoding):
    put(tmp_path, "1", f'<?xml version="1.0" encoding="{encoding}"?><Image/>'.encode())
    findings = Findings()
    assert list(read_plantclef(tmp_path, findings)) == []
    assert found(findings) == {"XML file that cannot be read, left out": 1}


def test_no_entities_are_hidden_by_another_encoding(tmp_path):
    text = '<!DOCTYPE a [<!ENTITY b "c">]><Image><ClassId>&b;</ClassId></Image>'
    put(tmp_path, "1", text.encode("utf-16"))
    assert list(read_plantclef(tmp_path, Findings())) == []


def test_a_folder_or_a_link_called_xml_is_no_end(tmp_path):
    (tmp_path / "a.xml").mkdir()
    (tmp_path / "b.xml").symlink_to(tmp_path / "nowhere")
    findings = Findings()
    assert list(read_plantclef(tmp_path, findings)) == []
    assert found(findings) == {"XML file that cannot be read, left out": 2}


def test_a_name_that_no_file_can_have_is_none(tmp_path):
    put(tmp_path, "1", IMAGE.format(f"<FileName>{'a' * 300}.jpg</FileName>").encode())
    (item,) = read_plantclef(tmp_path, Findings())
    assert item.path.name == "1.jpg"


def test_an_image_that_is_named_is_not_missed(tmp_path):
    (tmp_path / "1.xml").write_text(IMAGE.format("<FileName>other.JPG</FileName>"))
    (tmp_path / "2.XML").write_text(IMAGE.format(""))
    for name in ("other.JPG", "2.jpg"):
        (tmp_path / name).touch()
    findings = Findings()
    assert [item.path.name for item in read_plantclef(tmp_path, findings)] == ["other.JPG", "2.jpg"]
    assert "image without an XML file, left out" not in found(findings)


def test_an_image_that_two_files_name_is_learnt_once(tmp_path):
    for name, kind in (("1", "oak"), ("2", "elm")):
        xml = f"<Image><ClassId>{kind}</ClassId><FileName>it.jpg</FileName></Image>"
        (tmp_path / f"{name}.xml").write_text(xml)
    (tmp_path / "it.jpg").touch()
    findings = Findings()
    assert [item.class_id for item in read_plantclef(tmp_path, findings)] == ["oak"]
    assert found(findings)["image that two XML files name, the second left out"] == 1


def test_what_plantclef_keeps_for_its_test_is_not_learnt(tmp_path):
    put(tmp_path, "1", IMAGE.format("<LearnTag>Train</LearnTag>").encode())
    put(tmp_path, "2", IMAGE.format("<LearnTag>Test</LearnTag>").encode())
    findings = Findings()
    assert [item.path.name for item in read_plantclef(tmp_path, findings)] == ["1.jpg"]
    assert found(findings)["of the test, as its LearnTag says, left out"] == 1


def test_a_file_that_a_table_names_twice_is_learnt_once(tmp_path):
    (tmp_path / "a.jpg").touch()
    (tmp_path / "metadata.csv").write_text("file,class\na.jpg,oak\na.jpg,elm\n,\n,\n")
    findings = Findings()
    assert [item.class_id for item in read_metadata_csv(tmp_path, findings)] == ["oak"]
    assert found(findings) == {
        "named in the table before, left out": 1,
        "named in the table and not there, left out": 2,
    }


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CannotRead, match="gone: there is no such folder"):
        read_material(config_of(tmp_path / "gone"))


# ---------------------------------------------------------------- what is kept apart
def test_a_share_that_keeps_nothing_apart_is_found(folder):
    material = read_material(with_data(config_of(folder), validation=0.1))
    (finding,) = material.findings.all()
    assert str(finding).endswith("nothing is: 1 (data.validation = 0.1)")


def broken_copies(tmp_path, is_broken):
    """Return a config of a folder where some of the images cannot be read."""
    write_folder(tmp_path)
    config = config_of(tmp_path, patience=1, epochs=4)
    for item in read_material(config).split.validation:
        if is_broken(item):
            item.path.write_bytes(b"no image")
    return config


def test_broken_images_that_are_kept_apart_are_counted(tmp_path):
    config = broken_copies(tmp_path, lambda item: item.path.name.startswith("oak"))
    material = read_material(config)
    Training(config, material, tmp_path / "to", CPU, Silent()).run()
    assert found(material.findings) == {"cannot be read, counted for nothing": 2}


def test_without_a_validation_that_can_be_read_the_last_epoch_counts(tmp_path):
    config = broken_copies(tmp_path, lambda item: True)
    material = read_material(config)
    history = Training(config, material, tmp_path / "to", CPU, Silent()).run()
    assert [line.top_1 for line in history.lines] == [None] * 4  # and nothing stops it early
    what = "nothing that is kept apart can be read: the last epoch counts"
    assert found(material.findings)[what] == 4
    load_model(tmp_path / "to" / MODEL, CPU)


@pytest.mark.parametrize("by", ["folds", "bootstraps"])
def test_networks_of_noisy_images_learn_from_none_that_are_kept_apart(folder, tmp_path, by):
    web = tmp_path / "web"
    web.mkdir()
    write_folder(web, seed=2)
    sources = (SourceConfig(str(folder)), SourceConfig(str(web), role="noisy"))
    config = with_data(frozen_config(folder), sources=sources, roles="noisy", validation=0.25)
    material = read_material(config)
    for part in parts_of(with_bagging(config, by), material, tmp_path):
        assert {item.path.parent for item in part.material.split.training} == {web}
        assert part.material.split.validation == material.split.validation


def with_bagging(config, by):
    return config.__class__(**{**vars(config), "bagging": BaggingConfig(2, by)})


# ---------------------------------------------------------------- what is gone on with
def test_other_data_do_not_go_on(tmp_path):
    write_folder(tmp_path)
    trained(config_of(tmp_path), tmp_path / "to")
    (tmp_path / "oak_0.jpg").write_bytes((tmp_path / "elm_0.jpg").read_bytes())
    with pytest.raises(CannotGoOn, match="another items; right is another folder"):
        trained(config_of(tmp_path), tmp_path / "to")


@pytest.mark.parametrize(
    ("validation", "what"),
    [(0.0, "weights that are no numbers"), (0.25, "validation's loss is nan")],
)
def test_a_network_that_was_lost_is_not_kept(folder, tmp_path, monkeypatch, validation, what):
    step = Learner.step

    def lose(learner, batch):
        step(learner, batch)
        with torch.no_grad():
            next(learner.classifier.parameters()).fill_(float("nan"))

    monkeypatch.setattr(Learner, "step", lose)
    config = with_data(config_of(folder, epochs=1, batch_size=1000), validation=validation)
    with pytest.raises(CannotGoOn, match=f"{what}.* at step 1; a lower learning_rate may help"):
        trained(config, tmp_path)
    assert not (tmp_path / MODEL).exists()


def test_a_first_moment_has_curves_too(tmp_path):
    history = History()
    history.add(Line(0.0, 1, 0.1, 1.0, 1.0, 1.0))
    write_curves(tmp_path / "it.svg", "it", history)
    assert "<svg" in (tmp_path / "it.svg").read_text()


def test_features_that_were_cut_off_are_made_anew(folder, tmp_path):
    train_frozen_one(frozen_config(folder), tmp_path)
    written = tmp_path / "to" / MODEL
    model = written.read_bytes()
    for path in (tmp_path / "cache").glob("*.safetensors"):
        path.write_bytes(path.read_bytes()[:100])
    written.unlink()
    train_frozen_one(frozen_config(folder), tmp_path)
    assert written.read_bytes() == model
