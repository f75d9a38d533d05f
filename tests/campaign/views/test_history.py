"""The pages of the history: every figure with its source, and nothing hidden among what is counted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from campaign.models import Run
from campaign.reads.method_use import hosted_popularity
from campaign.services.history import load_history
from campaign.services.method_tags import merge_tag
from campaign.views.history_chapters import CHAPTERS
from scoring import broader_tags
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

FOLDER = Path(settings.FIXTURES_DIR) / "history"
HOSTILE = "<b>🌿 Ünï"


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def history() -> None:
    load_history(folder=FOLDER)


def page_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return main_of(answer)


# ---------------------------------------------------------------- pages
@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_figure_of_a_chapter_names_its_sources_in_few_questions(
    client, history, slug, django_assert_max_num_queries
):
    with django_assert_max_num_queries(9):
        page = page_of(client, reverse("history-chapter", args=[slug]))

    figures = page.split('<figure class="chart"')[1:]
    assert figures
    for figure in figures:
        assert "chart-sources" in figure.partition("</figure>")[0]
    assert 'class="chart-sources"' in page


@pytest.mark.parametrize("slug", CHAPTERS)
def test_a_platform_without_a_history_has_its_pages_all_the_same(client, slug):
    page = page_of(client, reverse("history-chapter", args=[slug]))

    assert "<figure" not in page
    assert ("No history is loaded" in page) == (
        slug != "methods"
    )  # of methods it speaks of its own


def test_the_index_leads_to_chapters_and_boards(client, history, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        page = page_of(client, reverse("history"))

    for slug in CHAPTERS:
        assert f'href="/history/{slug}/"' in page
    assert "Pre-training helped on 6 of 6 data sets" in page
    for board in ("birdclef-2014", "birdclef-2015", "plantclef-2017"):
        assert f'href="/history/boards/{board}/"' in page
    assert "herbarium" not in page.casefold().partition("printed leaderboards")[2]


def test_without_a_history_the_index_says_how_it_comes(client):
    assert "manage.py load_history" in page_of(client, reverse("history"))


def test_a_board_is_as_printed_with_its_source_and_no_run(
    client, history, django_assert_max_num_queries
):
    with django_assert_max_num_queries(2):
        page = page_of(client, "/history/boards/birdclef-2014/")

    assert page.count("MNB TSA") >= 4
    assert "0.511" in page
    assert "Source: BirdCLEF 2014 overview, CEUR-WS Vol-1180, table 2" in page
    assert "Training data" not in page  # nothing is printed of it
    assert "PlantNet" in page_of(client, "/history/boards/plantclef-2017/")
    assert not Run.objects.exists()


def test_the_home_page_shows_two_figures_and_the_past_editions(client, history):
    page = page_of(client, reverse("home"))

    assert page.count('<figure class="chart"') == 2
    for address in ("editions", "methods", "boards/birdclef-2015"):
        assert f'href="/history/{address}/"' in page


def test_contradictions_stand_side_by_side(client, history):
    page = text_of(page_of(client, "/history/editions/"))

    assert "PlantCLEF 2014, participants 22 H. Goëau" in page
    assert "BirdCLEF 2014, runs 29 BirdCLEF 2014 overview" in page


def test_beside_a_task_stands_of_which_test_the_figures_are(client):
    make_task("birdclef-2017-recordings")
    load_history(folder=FOLDER)

    page = text_of(page_of(client, "/tasks/birdclef-2017-recordings/leaderboard/"))
    assert "Figures of BirdCLEF 2014, BirdCLEF 2015 are on the tests of those years" in page
    assert "MNB TSA BirdCLEF 2014, Run 3 0.511" in page


# ---------------------------------------------------------------- methods of hosted runs
def described(task, tmp_path, team=None, *, salt: str, **description) -> Run:
    registration = make_registration(task, team)
    return score_run(
        make_run(registration, tmp_path, ranked_lines(6, salt=salt), description=description)
    )


def test_methods_are_counted_by_runs_or_by_teams_with_what_they_are_a_kind_of(tmp_path):
    task = make_task(campaign=make_campaign("lab-2017"))
    sedges = make_team("Sedges")
    run = described(task, tmp_path, sedges, salt="a", architectures=["ResNet-50"])
    second = make_run(
        run.registration,
        tmp_path,
        ranked_lines(6, salt="bb"),
        description={"architectures": ["VGG"], "training_data": ["noisy"]},
    )
    score_run(second)
    described(task, tmp_path, salt="ccc", architectures=["SVM"])
    described(task, tmp_path, salt="dddd")  # says nothing

    (by_run,) = hosted_popularity("run", NOW)
    (by_team,) = hosted_popularity("team", NOW)

    assert (by_run.n_units, by_team.n_units) == (3, 2)
    assert by_run.counts["convolutional neural network"] == 2
    assert by_team.counts["convolutional neural network"] == 1
    assert by_team.counts["noisy training data"] == 1
    assert by_run.counts["support vector machine"] == 1
    assert by_run.share("ResNet") == pytest.approx(1 / 3)
    assert by_run.share("never named") is None


def test_a_merged_tag_counts_as_what_it_was_merged_into(tmp_path):
    described(make_task(), tmp_path, salt="a", architectures=["our leaf net"])
    merge_tag(
        kind="architectures",
        tag="our leaf net",
        into="ResNet",
        by=make_user("staff", is_staff=True),
        reason="as they say",
        now=NOW,
    )

    (found,) = hosted_popularity("run", NOW)

    assert found.counts["ResNet"] == 1
    assert "our leaf net" not in found.counts


def test_hidden_withdrawn_and_organisers_runs_are_not_counted_and_generated_ones_apart(tmp_path):
    results = {"results": (DEADLINE, None)}
    hidden = make_task(visibility="never", phases=results)
    described(hidden, tmp_path, salt="a", architectures=["AlexNet"])
    task = make_task()
    described(task, tmp_path, make_team(organisers=True), salt="b", architectures=["GMM"])
    withdrawn = described(task, tmp_path, salt="c", architectures=["SVM"])
    Run.objects.filter(pk=withdrawn.pk).update(standing="withdrawn")
    registration = make_registration(task)
    score_run(
        make_run(registration, tmp_path, generated=True, description={"architectures": ["DINOv2"]})
    )

    (generated,) = hosted_popularity("run", NOW)
    assert generated.generated
    assert {"DINOv2", *broader_tags("DINOv2")} == set(generated.counts)
    later = hosted_popularity("run", DEADLINE + timedelta(days=1))
    assert any("AlexNet" in one.counts for one in later)


def test_the_choice_of_runs_or_teams_is_in_the_address(client, tmp_path):
    described(make_task(), tmp_path, salt="a", architectures=[HOSTILE])

    assert "1 team" in text_of(page_of(client, "/history/methods/"))
    page = page_of(client, "/history/methods/?by=run")
    assert "1 run" in text_of(page)
    assert '<a href="?by=run" aria-current="true">' in page
    assert "1 team" in text_of(page_of(client, "/history/methods/?by=nonsense"))
    assert "<b>" not in page


def test_funnels_of_hosted_tasks_stand_beside_the_printed_ones(client, history, tmp_path):
    task = make_task("plants")
    described(task, tmp_path, salt="a")
    make_registration(task)
    make_task("made", generated=True)

    page = text_of(page_of(client, "/history/participation/"))
    assert "Of 2 registrations of teams, 1 led to runs" in page
