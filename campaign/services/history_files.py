"""The files of fixtures/history: their columns, and the rows that their lines become."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from campaign.models import Edition, MethodUse, Participation, PrintedRow, PublishedResult
from campaign.services.history_reading import Column, Fact, File, History, Read, read_files

_OVERVIEW_METRICS = {"map": "map_with_background", "map_foreground": "map_without_background"}


def read_history(folder: Path) -> History:
    """Read all files of a folder of history."""
    return read_files(folder, _FILES)


# ---------------------------------------------------------------- cells
def _whole(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise ValueError
    return int(text)


def _number(most: float, text: str) -> float:
    value = float(text)
    if not 0 <= value <= most:  # NaN is no such number either
        raise ValueError
    return value


def _words(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _one_of(words: tuple[str, ...], text: str) -> str:
    if text not in words:
        raise ValueError
    return text


_YEAR = Column(partial(_whole, 1990), gettext_lazy("a year from 1990 on"))
_COUNT = Column(partial(_whole, 0), gettext_lazy("a whole number from 0 on"))
_SOME = Column(partial(_whole, 1), gettext_lazy("a whole number from 1 on"))
_SHARE = Column(partial(_number, 1), gettext_lazy("a number from 0 to 1"))
_PERCENT = Column(partial(_number, 100), gettext_lazy("a number from 0 to 100"))
_TEXT = Column(_words, gettext_lazy("some words"))
_UNIT = Column(partial(_one_of, ("team", "run")), gettext_lazy("team or run"))
_METRIC = Column(partial(_one_of, ("S", "mAP-open", "MRR")), gettext_lazy("S, mAP-open or MRR"))
_NOTE = Column(str, gettext_lazy("a remark"))


def _perhaps(column: Column) -> Column:
    return Column(column.read, column.right, optional=True)


# ---------------------------------------------------------------- lines
def _edition(series: str, line: Read, _number_of_line: int) -> Iterator[Fact]:
    yield Fact(
        Edition,
        {"series": series, "year": line["year"]},
        {
            "species": line["species"],
            "images": line.get("images"),
            "recordings": line.get("recordings"),
            "participants": line.get("participants_as_printed"),
            "score": line.get("score_as_printed"),
            "metric": line.get("metric", ""),
            "note": line["note"],
        },
    )


def _participation(line: Read, _number_of_line: int) -> Iterator[Fact]:
    yield Fact(
        Participation,
        {"series": line["task"], "year": line["campaign"]},
        {name: line[name] for name in ("registered_teams", "submitting_teams", "runs")},
    )


def _narrows(line: Read) -> str:
    registered = line["registered_teams"]
    if registered is not None and line["submitting_teams"] > registered:
        return _("more teams sent runs than had registered")
    return ""


def _method_use(line: Read, number: int) -> Iterator[Fact]:
    said = ("unit", "n_units", "n_using", "note")
    yield Fact(
        MethodUse,
        {"series": line["task"], "year": line["year"], "method": line["method"]},
        {"position": number, **{name: line[name] for name in said}},
    )


def _is_a_share(line: Read) -> str:
    return _("more use it than there are") if line["n_using"] > line["n_units"] else ""


def _overview_run(year: int, line: Read, _number_of_line: int) -> Iterator[Fact]:
    for metric, column in _OVERVIEW_METRICS.items():
        yield _result(
            ("BirdCLEF", year),
            line["team"],
            metric,
            line[column],
            run=line["run"],
            note="",
        )


def _team(line: Read, _number_of_line: int) -> Iterator[Fact]:
    yield _result(
        ("PlantCLEF", 2017),
        line["team"],
        "mrr",
        line["best_mrr"],
        architectures=line["architectures"].split(";"),
        training_sets=line["training_sets"].split(";"),
        n_networks=line["n_models"],
        note="the team's best run",
    )


def _herbarium(line: Read, number: int) -> Iterator[Fact]:
    yield from _row("herbarium_transfer", line, number)
    domains = {"Costa Rica": "herbarium-cr", "France": "herbarium-fr"}
    found = [name for country, name in domains.items() if country in line["target"]]
    for domain in found if line["top1"] is not None else ():
        yield _result(
            ("Herbarium transfer", None),
            "experiment told in the talk",
            f"top_1@Domain={domain}",
            line["top1"],
            run=f"from {line['source']} to {line['target']}",
            training_sets=[line["source"]],
            note=line["note"],
        )


def _result(
    edition: tuple[str, int | None], team: str, metric: str, value: float, **said: Any
) -> Fact:
    series, year = edition
    key = {"series": series, "year": year, "team": team, "run": said.pop("run", "")}
    nothing: dict[str, Any] = {"architectures": [], "training_sets": [], "n_networks": None}
    return Fact(PublishedResult, key | {"metric": metric}, nothing | said | {"value": value})


def _row(table: str, line: Read, number: int) -> Iterator[Fact]:
    cells = {name: value for name, value in line.items() if name != "note"}
    key = {"table": table, "position": number}
    yield Fact(PrintedRow, key, {"cells": cells, "note": line.get("note", "")})


def _table(name: str, columns: Mapping[str, Column]) -> File:
    return File(f"{name}.csv", columns, partial(_row, name))


_TEAM_RUN = {"team": _TEXT, "run": _TEXT}
_FILES = (
    File(
        "plantclef_editions.csv",
        {
            "year": _YEAR,
            "species": _SOME,
            "images": _SOME,
            "participants_as_printed": _SOME,
            "score_as_printed": _SHARE,
            "metric": _METRIC,
            "note": _NOTE,
        },
        partial(_edition, "PlantCLEF"),
    ),
    File(
        "birdclef_editions.csv",
        {"year": _YEAR, "species": _SOME, "recordings": _SOME, "note": _NOTE},
        partial(_edition, "BirdCLEF"),
    ),
    File(
        "participation.csv",
        {
            "campaign": _YEAR,
            "task": _TEXT,
            "registered_teams": _perhaps(_SOME),
            "submitting_teams": _COUNT,
            "runs": _COUNT,
        },
        _participation,
        _narrows,
    ),
    File(
        "method_use.csv",
        {
            "year": _YEAR,
            "task": _TEXT,
            "unit": _UNIT,
            "n_units": _SOME,
            "method": _TEXT,
            "n_using": _COUNT,
            "note": _NOTE,
        },
        _method_use,
        _is_a_share,
    ),
    File(
        "birdclef2014_runs.csv",
        {**_TEAM_RUN, "map_with_background": _SHARE, "map_without_background": _SHARE},
        partial(_overview_run, 2014),
    ),
    File(
        "birdclef2015_runs.csv",
        {**_TEAM_RUN, "map_without_background": _SHARE, "map_with_background": _SHARE},
        partial(_overview_run, 2015),
    ),
    File(
        "plantclef2017_teams.csv",
        {
            "team": _TEXT,
            "architectures": _TEXT,
            "training_sets": _TEXT,
            "best_mrr": _SHARE,
            "n_models": _perhaps(_SOME),
        },
        _team,
    ),
    File(
        "herbarium_transfer.csv",
        {
            "source": _TEXT,
            "target": _TEXT,
            "target_classes": _perhaps(_SOME),
            "top1": _perhaps(_SHARE),
            "note": _NOTE,
        },
        _herbarium,
    ),
    _table(
        "plantclef2017_datasets",
        {
            "name": _TEXT,
            "role": _TEXT,
            "observations": _perhaps(_SOME),
            "images": _SOME,
            "species": _SOME,
            "note": _NOTE,
        },
    ),
    _table(
        "plantclef2017_test_selection",
        {"step": _TEXT, "species": _SOME, "observations": _SOME, "images": _SOME, "users": _SOME},
    ),
    _table(
        "training_costs",
        {
            "who": _TEXT,
            "what": _TEXT,
            "hardware": _perhaps(_TEXT),
            "hardware_price_eur": _perhaps(_SOME),
            "duration": _perhaps(_TEXT),
            "throughput": _perhaps(_TEXT),
            "note": _NOTE,
        },
    ),
    _table(
        "transfer_learning",
        {"network": _TEXT, "initialisation": _TEXT, "dataset": _TEXT, "top1_percent": _PERCENT},
    ),
    _table(
        "distributed_training",
        {"date": _TEXT, "hardware": _TEXT, "minutes": _SOME, "task": _TEXT},
    ),
    _table("world_scale", {"what": _TEXT, "value": _SOME, "note": _NOTE}),
)
