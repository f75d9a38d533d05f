"""Search: what is found by which words, and nothing before it is public."""

import shutil
from datetime import timedelta

import pytest
from django.db import connection

from campaign import storage
from campaign.models import Campaign, PublishedResult, Species, Task, Team, TruthVersion
from campaign.models.search_words import OF_CAMPAIGNS, OF_TASKS, OF_TEAMS, begins_with
from campaign.reads.search import KINDS, search
from campaign.services.species import record_missing_species
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    score_run,
)

pytestmark = pytest.mark.django_db


def found(text, *, now=NOW, **asked):
    """Return the names of what is found, by kind."""
    return {
        hits.kind: [getattr(row, "name", None) or row.title for row in hits.page]
        for hits in search(text=text, now=now, **asked)
    }


# ---------------------------------------------------------------- by which words
@pytest.mark.parametrize(
    "text",
    ["PlantCLEF", "plant", "plantclef 2017", "2017 pl", "plantclef-2017", "défi plante", "defi"],
)
def test_a_task_is_found_by_the_beginnings_of_its_words_in_any_language(text):
    task = make_task("plantclef-2017")
    Task.objects.update(titles={"en": "PlantCLEF 2017", "fr": "Défi des plantes"})
    make_task("birds")
    assert [row.pk for hits in search(text=text, now=NOW) for row in hits.page] == [task.pk]


@pytest.mark.parametrize("text", ["", "  ", "!&|:*'", "\x00", "<->", "🌿", "lant", "birds"])
def test_what_has_no_word_or_none_that_is_there_finds_nothing(text):
    make_task("plants")
    assert found(text) == {}


@pytest.mark.parametrize(
    "text", ["x" * 5000, "plants " * 500, "'; DROP TABLE x; --", "a:* | b", "a\x00b", "%_\\"]
)
def test_no_question_is_an_error(text):
    make_task("plants")
    record_missing_species()
    found(text)


def test_a_title_stands_before_a_word_of_the_text():
    make_task("birds")
    Task.objects.update(overview="More than plants.")
    make_task("plants")
    assert found("plants") == {"tasks": ["Task plants", "Task birds"]}


def test_accents_and_case_do_not_matter_either_way():
    Campaign.objects.create(slug="x", titles={"en": "Goëau"})
    Campaign.objects.create(slug="y", titles={"en": "GOEAU"})
    assert len(found("goëau")["campaigns"]) == len(found("Goeau")["campaigns"]) == 2


@pytest.mark.parametrize(
    ("model", "words"), [(Campaign, OF_CAMPAIGNS), (Task, OF_TASKS), (Team, OF_TEAMS)]
)
def test_each_has_an_index_of_the_same_words(model, words):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    asked = model.objects.order_by().alias(found_by=words).filter(found_by=begins_with("plants"))
    assert f"campaign_words_of_{model.__name__.lower()}s" in asked.explain()


# ---------------------------------------------------------------- teams
def test_a_team_is_found_once_a_run_of_it_shows_to_everybody(tmp_path):
    task = make_task(visibility="never", phases={"results": (DEADLINE, None)})
    make_registration(task, make_team("Moss silent"))
    score_run(make_run(make_registration(task, make_team("Moss")), tmp_path))
    assert found("moss") == {}
    assert found("moss", now=DEADLINE) == {"teams": ["Moss"]}


# ---------------------------------------------------------------- species
def test_species_are_found_with_their_tasks_while_the_test_data_is_public():
    for slug, opens in (("plants", NOW), ("ferns", NOW + timedelta(days=1))):
        make_task(slug, phases={"test_data": (opens, None)})
    record_missing_species()
    assert found("genus1 sp", now=NOW - timedelta(seconds=1)) == {}
    for when, slugs in ((NOW, ["plants"]), (NOW + timedelta(days=1), ["plants", "ferns"])):
        (hits,) = search(text="genus1 sp", now=when)
        assert [hit.name for hit in hits.page] == ["Genus1 species2", "Genus1 species3"]
        assert [task.slug for task in hits.page[0].tasks] == slugs
        assert hits.page[0].family == "Family0"


def test_only_the_version_in_force_counts():
    task = make_task("plants")
    record_missing_species()
    other = "ClassId;Species\n" + "".join(f"c{i};Quercus robur{i}\n" for i in range(6))
    waiting = make_truth(task, ["mrr"], {"classes.csv": other})
    assert found("quercus") == {}
    Task.objects.update(current_truth=waiting)
    record_missing_species()
    assert len(found("quercus")["species"]) == 6
    assert found("genus1") == {}
    assert Species.objects.count() == 12


def test_a_version_whose_files_are_lost_keeps_no_platform_from_starting(caplog):
    make_task("whole")
    lost = TruthVersion.objects.get(task=make_task("lost"))
    shutil.rmtree(storage.local_folder(lost.folder))
    record_missing_species()
    assert Species.objects.count() == 6
    assert "truth 1" in caplog.text


def test_classes_without_a_name_are_no_species():
    make_task(files={"classes.csv": "ClassId\n" + "".join(f"c{i}\n" for i in range(6))})
    make_task(files={"classes.csv": "ClassId;Species\n" + "".join(f"c{i};\n" for i in range(6))})
    record_missing_species()
    assert not Species.objects.exists()


# ---------------------------------------------------------------- what was printed
def print_row(series, year, team):
    PublishedResult.objects.create(
        series=series, year=year, team=team, metric="MAP", value=0.3, source="an overview"
    )


@pytest.mark.parametrize("text", ["BirdCLEF 2014", "2014 bird", "2014", "golem"])
def test_a_printed_leaderboard_is_found_by_its_edition_and_by_its_teams(text):
    print_row("BirdCLEF", 2014, "Golem")
    print_row("BirdCLEF", 2014, "Mario")
    print_row("BirdCLEF", 2015, "Inria")
    assert found(text) == {"editions": ["BirdCLEF 2014"]}


def test_what_is_printed_beside_a_hosted_task_alone_is_no_leaderboard():
    task = make_task("plants")
    PublishedResult.objects.create(
        task=task, team="Golem", metric="MRR", value=0.3, source="an overview"
    )
    assert found("golem") == {}


# ---------------------------------------------------------------- how much
def test_one_kind_is_read_page_by_page_and_the_first_few_of_each_beside_others():
    for number in range(60):
        make_task(f"plants-{number:02}")
    (few,) = search(text="plants", now=NOW)
    assert (few.count, len(few.page)) == (60, 8)
    (second,) = search(text="plants", now=NOW, kind="tasks", page=2)
    assert (second.page.number, len(second.page)) == (2, 10)
    assert search(text="plants", now=NOW, kind="teams") == []


def test_the_queries_do_not_grow(tmp_path, django_assert_max_num_queries):
    campaign = make_campaign("genus")
    for number in range(4):
        team = make_team(f"Genus {number}")
        task = make_task(f"genus-{number}", campaign=campaign)
        score_run(make_run(make_registration(task, team), tmp_path))
    record_missing_species()
    print_row("Genus", 2014, "Golem")
    with django_assert_max_num_queries(12):  # tasks, phases; of each kind its number and rows
        assert set(found("genus")) == set(KINDS)
