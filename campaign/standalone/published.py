"""Figures of past editions, from fixtures/history: as printed, and never runs."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaign.models import Task
from campaign.services.history import record_published_results

_TALK = (
    "H. Goëau, « Identification d'espèces avec réseaux de neurones profonds », "
    "AMAP mini-seminar, 20 October 2017"
)
_BIRDCLEF = {
    2014: "BirdCLEF 2014 overview, CEUR-WS Vol-1180, table 2",
    2015: "BirdCLEF 2015 overview, CEUR-WS Vol-1391, table 1",
}
_MAPS = {"map": "map_with_background", "map_foreground": "map_without_background"}


@dataclass(frozen=True)
class Printed:
    """What one source prints about one task."""

    task: str
    source: str
    figures: list[dict[str, Any]] = field(default_factory=list)


def record_printed(history: Path) -> None:
    """Put all figures beside their tasks; doing it again changes nothing."""
    for printed in read_printed(history):
        record_published_results(
            task=Task.objects.get(slug=printed.task),
            figures=printed.figures,
            source=printed.source,
        )


def read_printed(history: Path) -> list[Printed]:
    """Return the figures of fixtures/history that belong to a task of the demo."""
    recordings = (
        Printed("birdclef-2017-recordings", source, list(_birdclef(history, year)))
        for year, source in _BIRDCLEF.items()
    )
    return [
        Printed("plantclef-2017", _TALK, list(_plantclef(history))),
        Printed("herbarium-transfer-2017", _TALK, list(_herbarium(history))),
        *recordings,
    ]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _plantclef(history: Path) -> Iterator[dict[str, Any]]:
    for row in _rows(history / "plantclef2017_teams.csv"):
        yield {
            "team": row["team"],
            "metric": "mrr",
            "value": float(row["best_mrr"]),
            "architectures": row["architectures"].split(";"),
            "training_sets": row["training_sets"].split(";"),
            "n_networks": int(row["n_models"]) if row["n_models"] else None,
            "note": "the team's best run",
        }


def _birdclef(history: Path, year: int) -> Iterator[dict[str, Any]]:
    for row in _rows(history / f"birdclef{year}_runs.csv"):
        for metric, column in _MAPS.items():
            yield {
                "team": row["team"],
                "run": f"{year}, {row['run']}",
                "metric": metric,
                "value": float(row[column]),
                "note": f"test of {year}: not the test of this task",
            }


def _herbarium(history: Path) -> Iterator[dict[str, Any]]:
    domains = {"Costa Rica": "herbarium-cr", "France": "herbarium-fr"}
    for row in _rows(history / "herbarium_transfer.csv"):
        found = [domain for country, domain in domains.items() if country in row["target"]]
        if found and row["top1"]:
            yield {
                "team": "experiment told in the talk",
                "run": f"from {row['source']} to {row['target']}",
                "metric": f"top_1@Domain={found[0]}",
                "value": float(row["top1"]),
                "training_sets": [row["source"]],
                "note": row["note"],
            }
