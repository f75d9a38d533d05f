"""Experiments one after the other: what is done already is not done again."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, TypeVar

from baselines.config_file import as_data
from baselines.experiments.descriptions import description_of
from baselines.experiments.lessons import RULES, Answered, Room, log_of
from baselines.experiments.listed import Experiment
from baselines.experiments.records import code_version, key_of, machine, versions, write_json
from baselines.experiments.results import NAME, Result, read_results, scored, write_results

ABOUT = "about_{}.json"
RUN, RECORD, LOG = ".csv.gz", ".record.json", ".log"

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
        about = _about(room.digest)
        answered = room.do(experiment)
        results[experiment.name] = result = _scored(answered, room, key)
        _write_down(experiment, answered, room, about)
        write_json(room.folder / ABOUT.format(room.name), about)
        write_results(path, results)
        room.told.say(f"  {result}")


def _scored(answered: Answered, room: Room[E], key: str) -> Result:
    spent = answered.learning + answered.answering
    return scored(answered.run, answered.singles, room.truth, RULES, spent=spent, key=key)


def _about(data_digest: str) -> dict[str, Any]:
    """Return when, where, by what and from what."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251  # the platform's clock is not here
        "load_before": round(os.getloadavg()[0], 2),
        "machine": machine(),
        "versions": versions(),
        "code": code_version(),
        "data_sha256": data_digest,
    }


def _write_down(experiment: E, answered: Answered, room: Room[E], about: Mapping[str, Any]) -> None:
    """Write the record of an experiment and the log of its networks beside its run."""
    hours = answered.learning.seconds / 3600
    record = {
        "experiment": asdict(experiment),
        "description": description_of(experiment, room.config_of(experiment), hours),
        "learning": asdict(answered.learning),
        "answering": asdict(answered.answering),
        **about,
    }
    runs = room.folder / "runs"
    write_json(runs / f"{experiment.name}{RECORD}", record)
    log = log_of(room.folders_of(experiment))
    (runs / f"{experiment.name}{LOG}").write_text(log, encoding="utf-8")
