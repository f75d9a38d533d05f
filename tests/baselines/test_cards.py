"""What goes with an official run says what was done, in words that a platform takes."""

import re
import time
from dataclasses import replace

import pytest

from baselines.answers.tasks import read_task
from baselines.bagging.parts import parts_of
from baselines.bagging.training import train_parts
from baselines.cards.description import InvalidDescription, describe
from baselines.cards.effort import Effort, Spent
from baselines.cards.energy import joules_between, read_counters
from baselines.cards.facts import Facts, TrainedNetwork, code_digest, data_digest, items_of
from baselines.cards.hardware import Hardware
from baselines.cards.model_card import model_card
from baselines.cards.record import NOT_MEASURED, record_of
from baselines.config import (
    AnswersConfig,
    AugmentationConfig,
    BaggingConfig,
    CardConfig,
    SoundAugmentationConfig,
    SoundConfig,
)
from baselines.data.material import read_material
from baselines.networks.table import NETWORKS
from baselines.networks.weights import file_digest
from baselines.stopping import Stopped
from baselines.training.loop import MODEL
from baselines.training.progress import Silent
from scoring import METHOD_TAGS, canonical_tag, check_method_description
from tests.baselines.test_frozen import config_of as frozen_config
from tests.baselines.world import CPU, config_of, write_task


@pytest.fixture(scope="module")
def facts(tmp_path_factory, folder):
    """Return what is known of three frozen networks that answered eight images of each class."""
    place = tmp_path_factory.mktemp("baseline")
    write_task(place)
    config = replace(
        frozen_config(folder),
        bagging=BaggingConfig(3),
        answers=AnswersConfig(views=("whole", "turned")),
        card=CardConfig(licence="CC BY 4.0", cite="Somebody 2026"),
    )
    parts = parts_of(config, read_material(config), place)
    train_parts(parts, place / "cache", CPU, Silent())
    return Facts(
        config,
        [TrainedNetwork.of(part, place) for part in parts],
        items_of(parts),
        read_task(place).asked,
        Hardware("Some CPU, 2 threads", 0, 2, 1),
        {"training": Spent(1800.0), "answering": Spent(12.0, 20.0, {"processor": 30.0})},
        ["empty ClassId: 3 (a, b, c)"],
        {"run.csv.gz": "ab" * 32},
    )


def test_a_description_is_in_the_words_of_scoring(facts):
    description = describe(facts)
    assert check_method_description(description) == []
    assert description == {
        "training_data": ["trusted"],
        "architectures": ["convolutional neural network"],
        "n_networks": 3,
        "pre_training": "none",
        "frozen": True,
        "images_per_class": 8.0,
        "augmentation": ["horizontal flip"],
        "test_time_outputs": 2 * 2 * 3,  # images × views × networks
        "automatic": True,
        "hardware": "Some CPU, 2 threads",
        "n_gpus": 0,
        "training_hours": 0.5,
        "inference_per_minute": 120.0,
    }


def test_what_is_changed_at_training_is_described(facts, folder):
    augmentation = AugmentationConfig(flip=False, rotation=20, lightness=0.1)
    learnt = replace(config_of(folder, mixup=0.2), augmentation=augmentation)
    said = describe(replace(facts, config=learnt))
    assert said["augmentation"] == ["random crop", "rotation", "colour jitter", "mixup"]
    assert said["frozen"] is False
    plain = AugmentationConfig(flip=False, least_crop=1)
    said = describe(replace(facts, config=replace(learnt, augmentation=plain)))
    assert said["augmentation"] == ["mixup"]


def test_what_is_done_to_sound_is_described(facts, folder):
    augmentation = SoundAugmentationConfig(pitch=1.0, masks=2)
    sound = SoundConfig(augmentation=augmentation)
    learnt = replace(facts, config=replace(config_of(folder), sound=sound))
    said = describe(learnt)
    assert said["augmentation"] == ["time shift", "pitch shift", "spectrogram masking"]
    assert "test_time_outputs" not in said  # as many as a recording has windows
    assert "- Windows of 5 s as log-mel pictures" in model_card(learnt, record_of(learnt))


def test_every_network_has_a_name_in_the_vocabulary(facts):
    for name in NETWORKS:
        network = replace(facts.config.network, name=name)
        (tag,) = describe(replace(facts, config=replace(facts.config, network=network)))[
            "architectures"
        ]
        assert tag in METHOD_TAGS["architectures"], name
        assert canonical_tag(tag) == tag


def test_words_that_do_not_fit_are_refused(facts):
    card = CardConfig(pre_training="x" * 300)
    with pytest.raises(InvalidDescription, match="pre_training"):
        describe(replace(facts, config=replace(facts.config, card=card)))


def test_a_card_says_what_must_be_said(facts):
    text = model_card(facts, record_of(facts))
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert titles[:4] == ["Intended use", "Data", "Network", "Weights"]
    for needed in (
        "- Licence: CC BY 4.0",
        "Somebody 2026",
        "3 networks, each on a bootstrap of the observations",
        f"`network_2/{MODEL}`: SHA-256 `{facts.networks[1].sha256}`",
        f"content: `{data_digest(facts.items)}`",
        "Energy: 30 J (processor)",
        "empty ClassId: 3",
        "- Training: 1,800 s",
    ):
        assert needed in text, needed
    assert "Energy: not measured" in model_card(
        replace(facts, phases={"training": Spent(1800.0)}), record_of(facts)
    )


def test_a_record_is_enough_to_make_it_again(facts, folder):
    record = record_of(facts)
    assert record["config"]["bagging"]["networks"] == 3
    assert record["data"]["images"] == 24
    assert [own["images"] for own in record["networks"]] == [24, 24, 24]
    assert record["networks"][0]["weights"] == {"source": "scratch", "sha256": ""}
    assert record["code"]["sha256"] == code_digest()
    assert record["versions"]["torch"][0].isdigit()
    assert record["energy"] == {"processor": 30.0}
    assert record_of(replace(facts, phases={"training": Spent(1800.0)}))["energy"] == NOT_MEASURED


def test_data_have_a_digest_of_their_content(facts, tmp_path):
    items = list(facts.items)
    digest = data_digest(items)
    copy = tmp_path / "elsewhere.jpg"
    copy.write_bytes(items[0].path.read_bytes())
    moved = [replace(items[0], path=copy), *items[1:]]
    assert data_digest(moved) == digest
    assert data_digest([replace(items[0], class_id="fern"), *items[1:]]) != digest
    copy.write_bytes(b"other")
    assert data_digest(moved) != digest
    copy.unlink()
    assert data_digest(moved) != digest


def test_a_network_is_known_by_its_file(facts):
    assert all(re.fullmatch("[0-9a-f]{64}", own.sha256) for own in facts.networks)
    assert len({own.sha256 for own in facts.networks}) == 3
    assert file_digest(facts.items[0].path) != facts.networks[0].sha256


# ---------------------------------------------------------------- effort
def test_effort_is_counted_over_all_starts(tmp_path):
    path = tmp_path / "effort.json"
    path.write_text(
        '{"training": {"seconds": 100.0, "joules": {}}, "answering": {"seconds": 50.0}}'
    )

    def work():
        with Effort(path, CPU).spent("training"):
            time.sleep(0.01)
            raise Stopped

    with pytest.raises(Stopped):
        work()
    again = Effort(path, CPU)
    assert 100 < again.phases["training"].seconds < 110
    with again.spent("answering", anew=True):
        pass
    assert Effort(path, CPU).phases == again.phases
    assert again.phases["answering"].seconds < 10
    assert again.total().joules.keys() <= {"gpu", "processor"}


def test_energy_is_what_counters_say(tmp_path):
    def write(name, uj):
        zone = tmp_path / name
        zone.mkdir(exist_ok=True)
        (zone / "energy_uj").write_text(f"{uj}\n")
        (zone / "max_energy_range_uj").write_text("10000000\n")

    assert read_counters(CPU, tmp_path) == {}
    assert joules_between({}, {}, tmp_path) == {}
    write("intel-rapl:0", 9_000_000)
    write("intel-rapl:0:0", 1_000_000)  # a part of it, not counted twice
    write("intel-rapl:1", 1_000_000)
    before = read_counters(CPU, tmp_path)
    assert before == {"intel-rapl:0": 9.0, "intel-rapl:1": 1.0}
    write("intel-rapl:0", 2_000_000)  # began anew at 10 J
    write("intel-rapl:1", 1_500_000)
    after = read_counters(CPU, tmp_path)
    assert joules_between(before, after, tmp_path) == {"processor": 3.5}


def test_this_machine_has_a_name():
    found = Hardware.found(CPU)
    assert found.device.endswith((f" {found.threads} threads", " 1 thread"))
    assert (found.gpus, found.ranks) == (0, 1)
