"""Experiments one after the other: what is done already is not done again."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from baselines.cards.description import describe
from baselines.cards.model_card import model_card
from baselines.cards.record import record_of
from baselines.config_file import as_data
from baselines.experiments.lessons import RULES, Answered, Room, outcome_of
from baselines.experiments.listed import Experiment
from baselines.experiments.records import commit, key_of, write_json
from baselines.experiments.results import NAME, Result, read_results, scored, write_results

ABOUT = "about_{}.json"
RUN, RECORD, CARD, LOG = ".csv.gz", ".record.json", ".card.md", ".log"

E = TypeVar("E", bound=Experiment)


def do_all(experiments: Iterable[E], room: Room[E]) -> None:
    """Do experiments that are not done yet; the result of each is written down at once."""
    runs, path = room.folder / "runs", room.folder / NAME
    runs.mkdir(parents=True, exist_ok=True)
    results = read_results(path)
    for experiment in experiments:
        key = key_of(room.digest, as_data(room.config_of(experiment)), asdict(experiment))
        is_done = experiment.name in results and results[experiment.name].key == key
        if is_done and (runs / f"{experiment.name}{RUN}").is_file():
            continue
        room.told.say(f"{experiment.name}: {experiment.about}")
        load = round(os.getloadavg()[0], 2)
        answered = room.do(experiment)
        results[experiment.name] = result = _scored(answered, room, key)
        _write_down(experiment, answered, room, load)
        write_results(path, results)
        room.told.say(f"  {result}")


def _scored(answered: Answered, room: Room[E], key: str) -> Result:
    spent = answered.learning + answered.answering
    return scored(answered.run, answered.singles, room.truth, RULES, spent=spent, key=key)


def _about(room: Room[E], record: Mapping[str, Any], load: float) -> dict[str, Any]:
    """Return when, where, by what and from what."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251  # the platform's clock is not here
        "load_before": load,
        "cores": os.cpu_count(),
        "hardware": record["hardware"],
        "versions": record["versions"],
        "code": record["code"] | commit(),
        "data_sha256": room.digest,
    }


def _write_down(experiment: E, answered: Answered, room: Room[E], load: float) -> None:
    """Write record, card and log beside a run, and when and where the last one was made."""
    record, runs = record_of(answered.facts), room.folder / "runs"
    about = _about(room, record, load)
    own = {"experiment": asdict(experiment), "description": describe(answered.facts)}
    write_json(runs / f"{experiment.name}{RECORD}", record | own | about)
    write_json(room.folder / ABOUT.format(room.name), about)
    outcome = str(outcome_of(room.folders_of(experiment)))
    for suffix, text in {CARD: model_card(answered.facts, record), LOG: outcome}.items():
        (runs / f"{experiment.name}{suffix}").write_text(text, "utf-8")
