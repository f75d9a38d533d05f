"""The history is loaded from files: whole or not at all, and the same ones change nothing."""

import shutil
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Model

from campaign.models import (
    Edition,
    MethodUse,
    Participation,
    PrintedRow,
    PublishedResult,
    Run,
)
from campaign.refusals import Invalid
from campaign.services.history import load_history, record_published_results
from tests.campaign.factories import make_task

pytestmark = pytest.mark.django_db

FOLDER = Path(settings.FIXTURES_DIR) / "history"
MODELS: tuple[type[Model], ...] = (Edition, Participation, MethodUse, PrintedRow, PublishedResult)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the files that ship, to be broken."""
    return Path(shutil.copytree(FOLDER, tmp_path / "history"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(Invalid) as refused:
        load_history(folder=folder)
    assert not any(model._default_manager.exists() for model in MODELS)
    return [problem["message"] for problem in refused.value.details["problems"]]


# ---------------------------------------------------------------- loading
def test_all_that_ships_is_loaded_each_with_its_source_and_none_as_a_run():
    loaded = load_history(folder=FOLDER)

    rows = {model: model._default_manager.all() for model in MODELS}
    assert loaded.created == sum(found.count() for found in rows.values())
    assert {model.__name__: found.count() for model, found in rows.items()} == {
        "Edition": 7 + 1,
        "Participation": 7,
        "MethodUse": 24,
        "PrintedRow": 5 + 4 + 3 + 10 + 12 + 4 + 4,
        "PublishedResult": 2 * (26 + 17) + 8 + 3,
    }
    for found in rows.values():
        assert not found.filter(source="").exists()
    assert not Run.objects.exists()


def test_a_source_is_that_of_the_edition_where_a_file_has_several():
    load_history(folder=FOLDER)

    by_edition = {row.edition: row.source for row in Participation.objects.all()}
    assert by_edition["BirdCLEF 2015"] == "BirdCLEF 2015 overview, CEUR-WS Vol-1391"
    assert "Goëau" in by_edition["PlantCLEF 2017"]


def test_loading_again_changes_nothing():
    first = load_history(folder=FOLDER)
    before = {model: list(model._default_manager.values()) for model in MODELS}

    again = load_history(folder=FOLDER)

    assert (again.created, again.changed, again.removed) == (0, 0, 0)
    assert again.same == first.created
    assert before == {model: list(model._default_manager.values()) for model in MODELS}


def test_a_changed_line_changes_its_row_and_a_lost_one_removes_it(folder):
    load_history(folder=FOLDER)
    edit(folder / "plantclef_editions.csv", "2013,250,26077", "2013,251,26077")
    edit(folder / "participation.csv", "2018,BirdCLEF,29,6,45\n", "")

    loaded = load_history(folder=folder)

    assert (loaded.created, loaded.changed, loaded.removed) == (0, 1, 1)
    assert Edition.objects.get(series="PlantCLEF", year=2013).species == 251
    assert not Participation.objects.filter(year=2018).exists()


def test_printed_boards_stand_beside_the_tasks_that_are_hosted_even_later():
    load_history(folder=FOLDER)
    assert not PublishedResult.objects.filter(task__isnull=False).exists()
    for slug in ("plantclef-2017", "herbarium-transfer-2017", "birdclef-2017-recordings"):
        make_task(slug)

    loaded = load_history(folder=FOLDER)

    assert loaded.changed == PublishedResult.objects.count()
    assert Counter(PublishedResult.objects.values_list("task__slug", flat=True)) == {
        "plantclef-2017": 8,
        "herbarium-transfer-2017": 3,
        "birdclef-2017-recordings": 2 * (26 + 17),
    }
    best = PublishedResult.objects.get(series="PlantCLEF", team="Mario TSA Berlin")
    assert (best.metric, best.value, best.n_networks) == ("mrr", 0.92, 12)


def test_the_two_overviews_swap_their_columns_and_the_names_do_not():
    load_history(folder=FOLDER)

    figures = PublishedResult.objects.filter(series="BirdCLEF", team="MNB TSA")
    shown = {(one.year, one.run, one.metric): one.value for one in figures}
    assert shown[2014, "Run 3", "map_foreground"] == 0.511
    assert shown[2014, "Run 3", "map"] == 0.453
    assert shown[2015, "Run 4", "map_foreground"] == 0.454
    assert shown[2015, "Run 4", "map"] == 0.414


def test_results_written_down_by_hand_stay():
    task = make_task("plantclef-2017")
    figure = {"team": "CMP", "metric": "mrr", "value": 0.5}
    (by_hand,) = record_published_results(task=task, figures=[figure], source="a letter")

    load_history(folder=FOLDER)
    load_history(folder=FOLDER)

    by_hand.refresh_from_db()
    assert (by_hand.value, by_hand.source) == (0.5, "a letter")


# ---------------------------------------------------------------- what is wrong
BROKEN = [
    (
        "plantclef_editions.csv",
        "2012,126",
        "2012,many",
        "line 3: 'species' is 'many'; right is a whole number from 1 on.",
    ),
    (
        "plantclef_editions.csv",
        "0.209,S",
        "20.9,S",
        "line 2: 'score_as_printed' is '20.9'; right is a number from 0 to 1.",
    ),
    (
        "plantclef_editions.csv",
        "0.38,S",
        "0.38,MMR",
        "line 3: 'metric' is 'MMR'; right is S, mAP-open or MRR.",
    ),
    (
        "plantclef2017_teams.csv",
        "AlexNet,EOL,0.361,",
        "AlexNet,EOL,nan,",
        "line 9: 'best_mrr' is 'nan'; right is a number from 0 to 1.",
    ),
    (
        "participation.csv",
        "103,5,25",
        "4,5,25",
        "line 8: more teams sent runs than had registered.",
    ),
    (
        "method_use.csv",
        "2019,BirdCLEF,run,25,convolutional neural network,25,",
        "2019,BirdCLEF,run,25,convolutional neural network,26,",
        "line 15: more use it than there are.",
    ),
    (
        "method_use.csv",
        "2015,BirdCLEF,team,6,gaussian mixture model,1,",
        "2015,BirdCLEF,team,6,support vector machine,1,",
        "line 11: it says again what line 10 says.",
    ),
    (
        "world_scale.csv",
        "species among them,265000,",
        "species",
        "line 3: it has 1 cells; right are 3.",
    ),
    (
        "world_scale.csv",
        "what,value,note",
        "what,worth,note",
        "line 1: the columns are what,worth,note; right are what,value,note.",
    ),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), BROKEN)
def test_a_broken_line_is_refused_with_its_number_and_nothing_is_loaded(
    folder, name, old, new, said
):
    edit(folder / name, old, new)

    assert problems_of(folder) == [f"{name}, {said}"]


def test_a_line_without_a_source_is_refused(folder):
    edit(folder / "sources.csv", "participation.csv,2019,BirdCLEF,BirdCLEF 2019 overview\n", "")

    assert problems_of(folder) == [
        "participation.csv, line 8: no line of sources.csv names its source."
    ]


def test_a_missing_file_and_all_else_that_is_wrong_are_said_at_once(folder):
    (folder / "world_scale.csv").unlink()
    edit(folder / "participation.csv", "29,6,45", "29,six,45")

    assert problems_of(folder) == [
        "participation.csv, line 7: 'submitting_teams' is 'six'; right is a whole number from 0 on.",
        "world_scale.csv: it cannot be read (FileNotFoundError)",
    ]


# ---------------------------------------------------------------- the command
def test_the_command_says_what_it_did():
    for expected in ("created", "created 0, changed 0, removed 0, left"):
        said = StringIO()
        call_command("load_history", stdout=said)
        assert said.getvalue().startswith(expected)


def test_the_command_says_every_problem(folder):
    edit(folder / "participation.csv", "29,6,45", "29,six,45")

    with pytest.raises(CommandError, match="'submitting_teams' is 'six'"):
        call_command("load_history", str(folder))
