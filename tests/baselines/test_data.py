"""Images, what is known of them, and their order; bad data is survived and reported."""

import shutil
from pathlib import Path

import pytest
import torch
from PIL import Image

from baselines.config import AugmentationConfig
from baselines.data.batches import Images, InOrder, Shuffled, Visit, balanced_weights, loader
from baselines.data.images import read_image
from baselines.data.items import Findings, Item, Vocabulary
from baselines.data.material import read_material
from baselines.data.metadata_csv import read_metadata_csv
from baselines.data.plantclef import read_plantclef
from baselines.data.splits import split_by_observation
from baselines.data.tables import CannotRead
from baselines.data.views import Changed, Whole
from baselines.place import Place
from baselines.training.loop import Training
from baselines.training.progress import Silent
from tests.baselines.world import CPU, config_of, trained


def items_of(folder, text, findings=None):
    (folder / "metadata.csv").write_text(text)
    return list(read_metadata_csv(folder, findings or Findings()))


def found(findings):
    return {finding.what: finding.count for finding in findings.all()}


# ---------------------------------------------------------------- metadata.csv
def test_a_table_names_the_items(tmp_path):
    (tmp_path / "a.jpg").touch()
    text = "class,file,organ,observation,author,media\noak,a.jpg,Leaf,o1,Ada,m1\n"
    assert items_of(tmp_path, text) == [
        Item(tmp_path / "a.jpg", "m1", "o1", "oak", organ="leaf", author="Ada")
    ]


def test_what_is_not_said_has_a_default(tmp_path):
    (tmp_path / "a.flac").touch()
    (item,) = items_of(tmp_path, "file,class\na.flac,junco\n")
    assert (item.media_id, item.observation, item.organ) == ("a.flac", "a.flac", "")
    (item,) = items_of(tmp_path, "file,class,recording\na.flac,junco,XC1\n")
    assert item.observation == "XC1"


def test_bad_lines_are_counted_and_listed(tmp_path):
    (tmp_path / "a.jpg").touch()
    findings = Findings()
    text = "file,class,author\na.jpg,,\ngone.jpg,oak,Ada\n,oak,Ada\nshort\n"
    assert [item.class_id for item in items_of(tmp_path, text, findings)] == [""]
    assert found(findings) == {
        "without a class, left out of training": 1,
        "empty author": 1,
        "named in the table and not there, left out": 3,
    }
    missing = findings.all()[2]
    assert missing.examples == ("gone.jpg", "a line without a file", "short")


def test_a_folder_without_a_table_is_refused(tmp_path):
    with pytest.raises(
        CannotRead,
        match=r"metadata\.csv: there is no such table; right is a table with the columns",
    ):
        list(read_metadata_csv(tmp_path, Findings()))
    with pytest.raises(CannotRead, match="no column file, class"):
        items_of(tmp_path, "name\na\n")
    (tmp_path / "metadata.csv").write_bytes(b"file,class\na\xff,oak\n")
    with pytest.raises(CannotRead, match="in UTF-8"):
        list(read_metadata_csv(tmp_path, Findings()))


# ---------------------------------------------------------------- PlantCLEF
XML = (
    '<?xml version="1.0" encoding="UTF-8"?><Image><ObservationId>{}</ObservationId><MediaId>{}'
    "</MediaId><ClassId>{}</ClassId><Content>{}</Content><Author>Zoë</Author><Vote/></Image>"
)


def put(folder, stem, xml, suffix=".jpg"):
    if suffix:
        (folder / f"{stem}{suffix}").touch()
    if xml is not None:
        (folder / f"{stem}.xml").write_text(xml, encoding="utf-8")


def test_an_xml_file_says_what_an_image_is(tmp_path):
    (tmp_path / "deeper").mkdir()
    put(tmp_path, "1", XML.format(7, 1, 4711, "LeafScan"))
    put(tmp_path / "deeper", "2", XML.format(7, 2, 4711, ""), ".PNG".lower())
    findings = Findings()
    first, second = read_plantclef(tmp_path, findings)
    assert first == Item(tmp_path / "1.jpg", "1", "7", "4711", "leafscan", "Zoë")
    assert (second.observation, second.organ) == ("7", "")
    assert found(findings) == {"empty Content": 1}


def test_a_named_image_comes_before_one_of_the_same_name(tmp_path):
    put(tmp_path, "1", "<Image><FileName>other.jpg</FileName></Image>")
    (tmp_path / "other.jpg").touch()
    (item,) = read_plantclef(tmp_path, Findings())
    assert item.path.name == "other.jpg"
    put(tmp_path, "1", "<Image><FileName>../../etc/passwd</FileName></Image>")
    (item,) = read_plantclef(tmp_path, Findings())
    assert item.path.name == "1.jpg"


def test_broken_files_are_counted_and_listed(tmp_path):
    put(tmp_path, "1", "<Image>")
    put(tmp_path, "2", None)
    put(tmp_path, "3", XML.format(1, 3, 5, "Leaf"), suffix=None)
    put(tmp_path, "4", '<!DOCTYPE a [<!ENTITY b "c">]><Image><ClassId>&b;</ClassId></Image>')
    put(tmp_path, "5", "<Image/>")
    findings = Findings()
    (item,) = read_plantclef(tmp_path, findings)
    assert (item.media_id, item.observation, item.class_id) == ("5", "5", "")
    assert found(findings) == {
        "XML file that cannot be read, left out": 2,
        "image without an XML file, left out": 1,
        "XML file without its image, left out": 1,
        "empty MediaId": 1,
        "empty ObservationId": 1,
        "empty ClassId": 1,
        "empty Content": 1,
        "empty Author": 1,
    }


def test_only_ten_examples_are_listed():
    findings = Findings()
    for number in range(12):
        findings.add("gone", str(number))
    (finding,) = findings.all()
    assert str(finding) == "gone: 12 (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...)"


# ---------------------------------------------------------------- the split
def observations(n, class_id="oak", per_observation=2):
    return [
        Item(Path(), f"{class_id}{o}.{i}", f"{class_id}{o}", class_id)
        for o in range(n)
        for i in range(per_observation)
    ]


def test_an_observation_is_never_on_both_sides():
    split = split_by_observation(observations(10) + observations(5, "elm", 3), 0.2, seed=1)
    training = {item.observation for item in split.training}
    validation = {item.observation for item in split.validation}
    assert not training & validation
    assert (len(training), len(validation)) == (12, 3)
    assert len(split.training) + len(split.validation) == 35


def test_the_split_depends_on_seed_and_class_alone():
    oaks, elms = observations(20), observations(8, "elm")

    def apart(items, seed=1):
        split = split_by_observation(items, 0.25, seed)
        return {i.observation for i in split.validation if i.class_id == "oak"}

    assert apart(oaks) == apart(elms + oaks[::-1])
    assert apart(oaks) != apart(oaks, seed=2)


@pytest.mark.parametrize(
    ("n", "share", "apart"), [(1, 0.9, 0), (2, 0.9, 1), (5, 0.0, 0), (4, 1, 3)]
)
def test_something_is_left_to_learn_from(n, share, apart):
    split = split_by_observation(observations(n, per_observation=1), share, seed=1)
    assert len(split.validation) == apart


# ---------------------------------------------------------------- the order
def order_of(place=CPU, n=10, batch=4, **settings):
    return Shuffled(n, batch, place, seed=3, **settings)


def test_an_epoch_has_whole_batches_in_an_order_of_its_own():
    order = order_of()
    first = list(order)
    assert [len(batch) for batch in first] == [4, 4]
    assert len({visit.place for batch in first for visit in batch}) == 8
    order.begin(1)
    assert list(order) != first
    order.begin(0)
    assert list(order) == first
    order.begin(0, 1)
    assert list(order) == first[1:]
    assert len(order) == 1


def test_ranks_share_a_batch():
    parts = [list(order_of(Place(torch.device("cpu"), rank, 2))) for rank in (0, 1)]
    for whole, one, two in zip(order_of(), *parts, strict=True):
        assert sorted(one + two) == sorted(whole)
        assert len(one) == len(two) == 2


def test_what_is_counted_is_counted_once():
    places = [list(InOrder(11, 4, Place(torch.device("cpu"), rank, 3))) for rank in range(3)]
    visits = [visit.place for rank in places for batch in rank for visit in batch]
    assert sorted(visits) == list(range(11))


def test_a_small_set_makes_one_batch():
    assert [len(batch) for batch in order_of(n=3, batch=64)] == [3]


def test_balanced_classes_are_seen_equally_often():
    items = observations(90, "oak", 1) + observations(10, "elm", 1)
    classes = Vocabulary.of(item.class_id for item in items)
    images = Images(items, classes, Vocabulary(()), Whole(8), 8)
    order = Shuffled(100, 100, CPU, 1, balanced_weights(images))
    seen = [items[visit.place].class_id for batch in order for visit in batch]
    assert 30 < seen.count("elm") < 70


# ---------------------------------------------------------------- images
def test_any_kind_of_image_becomes_bytes(tmp_path):
    for name, mode in [("a.jpg", "L"), ("b.jpg", "CMYK"), ("c.png", "RGBA"), ("d.png", "P")]:
        Image.new(mode, (5, 3)).save(tmp_path / name)
        image = read_image(tmp_path / name)
        assert (image.shape, image.dtype) == ((3, 3, 5), torch.uint8)


def test_a_turned_photograph_stands_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    for name in ("a.jpg", "a.png"):
        Image.new("RGB", (5, 3)).save(tmp_path / name, exif=exif)
        assert read_image(tmp_path / name).shape == (3, 5, 3)


AUGMENTED = AugmentationConfig(0.3, True, True, 30, 0.3, 0.3, operations=2)


@pytest.mark.parametrize("view", [Whole(16), Changed(16, AUGMENTED)])
@pytest.mark.parametrize("shape", [(3, 40, 50), (3, 16, 16), (3, 1, 90)])
def test_a_view_is_a_square_of_bytes(view, shape):
    image = torch.randint(0, 256, shape, dtype=torch.uint8)
    seen = view(image, torch.Generator())
    assert (seen.shape, seen.dtype) == ((3, 16, 16), torch.uint8)


def test_a_view_depends_on_its_generator_alone():
    image = torch.randint(0, 256, (3, 40, 50), dtype=torch.uint8)
    view = Changed(16, AUGMENTED)
    one, same, other = (view(image, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_without_augmentation_an_image_stays_as_it_is():
    image = torch.randint(0, 256, (3, 16, 16), dtype=torch.uint8)
    nothing = AugmentationConfig(1.0, flip=False)
    assert torch.equal(Changed(16, nothing)(image, torch.Generator()), image)
    assert torch.equal(Whole(16)(image, torch.Generator()), image)


BROKEN = {"empty": b"", "garbage": b"no image", "cut": None}


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_image_is_grey_and_counts_for_nothing(tmp_path, kind, suffix):
    path = tmp_path / f"a{suffix}"
    noise = torch.randint(0, 256, (64, 64, 3), dtype=torch.uint8).numpy()
    Image.fromarray(noise).save(path)
    content = BROKEN[kind]
    path.write_bytes(path.read_bytes()[:400] if content is None else content)
    item = Item(path, "m", "o", "oak", "leaf")
    images = Images([item], Vocabulary(("oak",)), Vocabulary(("leaf",)), Whole(8), 8)
    batch = images[Visit(0, 0)]
    assert batch.broken
    assert [int(own) for own in batch[1:4]] == [-1, -1, 0]
    assert batch.pixels.unique() == 128


def test_training_survives_broken_images_and_reports_them(folder, tmp_path):
    there = tmp_path / "images"
    shutil.copytree(folder, there)
    for name in ("oak_0.jpg", "oak_1.jpg", "elm_4.jpg"):
        (there / name).write_bytes(b"\xff\xd8\xff" + name.encode())
    (there / "ash_0.jpg").unlink()
    config = config_of(there, epochs=3)
    material = read_material(config)
    Training(config, material, tmp_path / "run", CPU, Silent()).run()
    findings = {finding.what: set(finding.examples) for finding in material.findings.all()}
    in_training = {item.path.name for item in material.split.training}
    broken = {"oak_0.jpg", "oak_1.jpg", "elm_4.jpg"} & in_training
    assert findings["named in the table and not there, left out"] == {"ash_0.jpg"}
    assert findings.get("cannot be read, counted for nothing", set()) == broken


def test_a_loader_gives_batches(folder):
    material = read_material(config_of(folder))
    images = Images(material.split.training, material.classes, material.organs, Whole(32), 32)
    batch = next(iter(loader(images, Shuffled(len(images), 4, CPU, 1), 0, CPU)))
    assert batch.pixels.shape == (4, 3, 32, 32)
    assert batch.classes.dtype == torch.long
    assert not batch.broken.any()


def test_workers_are_no_forks(folder):
    material = read_material(config_of(folder))
    images = Images(material.split.training, material.classes, material.organs, Whole(32), 32)
    order = Shuffled(len(images), 4, CPU, 1)
    assert loader(images, order, 2, CPU).multiprocessing_context.get_start_method() == "forkserver"
    assert loader(images, order, 0, CPU).multiprocessing_context is None


def test_a_folder_without_classes_is_refused(tmp_path):
    (tmp_path / "a.jpg").touch()
    (tmp_path / "metadata.csv").write_text("file,class\na.jpg,\n")
    with pytest.raises(CannotRead, match="nothing in it has a class"):
        trained(config_of(tmp_path), tmp_path)
