"""The search page: what is found, by kind, with scripts and without."""

import pytest
from django.core.management import call_command

from campaign.models import Task
from campaign.services.species import record_missing_species
from tests.campaign.factories import (
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


def page_of(client, **asked):
    answer = client.get("/search/", asked)
    assert answer.status_code == 200
    return main_of(answer)


def test_each_kind_stands_by_itself_with_its_number(client, tmp_path):
    task = make_task("genus-2017", campaign=make_campaign("genus-lab"))
    score_run(make_run(make_registration(task, make_team("Genus <b>🌿 Ünï")), tmp_path))
    record_missing_species()
    page = page_of(client, q="genus")
    words = text_of(page)
    assert "Tasks 1 Task genus-2017" in words
    assert "Campaigns 1 Genus-Lab 2017" in words
    assert "Teams 1 Genus <b>🌿 Ünï" in words
    assert "Species 6 Genus0 species0 — Family0 Task genus-2017" in words
    assert "<b>" not in page
    assert ">9 hits<" in page


def test_without_a_question_there_is_only_the_field(client):
    make_task()
    page = page_of(client)
    assert 'name="q"' in page
    assert "<section" not in page
    assert "Nothing is found" not in page


def test_where_nothing_is_found_it_says_so_and_what_to_try(client):
    page = page_of(client, q='<script>"x')
    assert "Nothing is found for “&lt;script&gt;&quot;x”" in page
    assert "Try fewer letters" in page


def test_more_of_a_kind_are_pages_of_their_own(client):
    for number in range(60):
        make_task(f"plants-{number:02}")
    few = page_of(client, q="plants")
    assert few.count('class="hit"') == 8
    assert 'href="?q=plants&amp;kind=tasks">All 60 tasks<' in few
    last = page_of(client, q="plants", kind="tasks", page="2")
    assert last.count('class="hit"') == 10
    assert "Search everything" in last
    assert "Search everything" not in page_of(client, q="plants", kind="nonsense")


def test_the_api_finds_the_same(client):
    task = make_task("genus")
    Task.objects.update(titles={"en": "Trees"})
    record_missing_species()
    found = client.get("/api/v1/search/?q=genus").json()
    assert found["tasks"]["rows"][0]["slug"] == "genus"
    assert found["species"]["count"] == 6
    assert found["species"]["rows"][0] == {
        "name": "Genus0 species0",
        "family": "Family0",
        "tasks": [task.slug],
    }
    assert "teams" not in found
    only = client.get("/api/v1/search/?q=genus&kind=species&page=1").json()
    assert set(only) == {"species"}
    assert client.get("/api/v1/search/").json()["code"] == "invalid"


def test_a_past_edition_is_found_with_its_printed_leaderboard(client):
    call_command("load_history", verbosity=0)
    page = page_of(client, q="birdclef 2014")
    assert "BirdCLEF 2014 10 teams, as printed" in text_of(page)
    link = "/history/boards/birdclef-2014/"
    assert f'class="hit" href="{link}"' in page
    [row] = client.get("/api/v1/search/?q=golem+2014&kind=editions").json()["editions"]["rows"]
    assert (row["title"], row["url"]) == ("BirdCLEF 2014", f"http://testserver{link}")


def test_the_api_has_a_team_with_what_is_public(client, tmp_path):
    task = make_task("plants")
    run = score_run(make_run(make_registration(task, make_team("Moss")), tmp_path))
    said = client.get("/api/v1/teams/moss/").json()
    assert (said["name"], said["merged_into"]) == ("Moss", None)
    (result,) = said["results"]
    assert (result["task"], result["n_ranked"]) == ("plants", 1)
    assert result["runs"][0]["run"] == run.pk
    assert result["runs"][0]["scores"] == {"mrr": 1.0}
    Task.objects.update(visibility="never")
    assert client.get("/api/v1/teams/moss/").json()["results"] == []
    assert client.get("/api/v1/teams/nobody/").json()["code"] == "no_team"
