"""All experiments, one after the other: what is done already is not done again."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from baselines.experiments.classroom import LEARNT, RULES, Answered, Classroom
from baselines.experiments.descriptions import description_of
from baselines.experiments.listed import Experiment
from baselines.experiments.records import code_version, machine, versions, write_json
from baselines.experiments.results import NAME, Result, read_results, scored, write_results

ABOUT = "about.json"
RECORD, LOG = ".record.json", ".log"


def do_all(experiments: Iterable[Experiment], classroom: Classroom) -> dict[str, Result]:
    """Do experiments that are not done yet; the result of each is written down at once."""
    path = classroom.folder / NAME
    results = read_results(path)
    for experiment in experiments:
        key = classroom.key_of(experiment)
        if experiment.name in results and results[experiment.name].key == key:
            continue
        classroom.told.say(f"{experiment.name}: {experiment.about}")
        about = _about(classroom)
        answered = classroom.do(experiment)
        results[experiment.name] = own = _scored(answered, classroom, key)
        _write_down(experiment, answered, classroom, about)
        write_results(path, results)
        write_json(classroom.folder / ABOUT, about)
        classroom.told.say(f"  {own}")
    return results


def _scored(answered: Answered, classroom: Classroom, key: str) -> Result:
    spent = answered.learning + answered.answering
    return scored(answered.run, answered.singles, classroom.truth, RULES, spent=spent, key=key)


def _about(classroom: Classroom) -> dict[str, Any]:
    """Return when, where, by what and from what."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",  # noqa: TID251  # the clock of the platform is not here
        "load_before": round(os.getloadavg()[0], 2),
        "machine": machine(),
        "versions": versions(),
        "code": code_version(),
        "data_sha256": classroom.leaves.digest,
    }


def _write_down(
    experiment: Experiment, answered: Answered, classroom: Classroom, about: Mapping[str, Any]
) -> None:
    """Write the record of an experiment and the log of its networks beside its run."""
    config = classroom.config(experiment.lessons[0])
    record = {
        "experiment": asdict(experiment),
        "description": description_of(experiment, config, answered.learning.seconds / 3600),
        "learning": asdict(answered.learning),
        "answering": asdict(answered.answering),
        **about,
    }
    write_json(classroom.runs / f"{experiment.name}{RECORD}", record)
    logs = [(classroom.place_of(one) / LEARNT).read_text("utf-8") for one in experiment.lessons]
    (classroom.runs / f"{experiment.name}{LOG}").write_text("\n".join(logs), encoding="utf-8")
