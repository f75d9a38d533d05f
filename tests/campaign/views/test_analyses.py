"""The analyses of a task: who sees which, what the pages say, and the same by API."""

import re
from copy import deepcopy
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from campaign.clock import now
from campaign.models import Analysis, AnalysisRound, Run, RunSet, Task
from campaign.reads.analyses import KINDS, run_called
from campaign.reads.json_columns import with_data
from campaign.services.analyses import run_sets
from campaign.services.analyses.run_sets import make_next
from tests.campaign.boards import analyse_all, make_large_test, send
from tests.campaign.factories import DEADLINE, NOW, make_campaign, make_team, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

MINUS = "\u2212"
HOSTILE = "<b>🌿 Ünï</b>" * 6
FINDING = "Noisy: +0.500 MRR against trusted, other differences between these runs not taken out"

# How many of forty queries the runs of each team have right, with noisy data and with trusted.
TEAMS = (
    ("Alba", 34, 14),
    ("Betula", 33, 12),
    ("Carex", 35, 15),
    ("Dryas", 32, 13),
    ("Erica", 36, 16),
    (HOSTILE, 31, 11),
)


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def make_analysed(tmp_path):
    def make(**fields: Any) -> Task:
        task = make_large_test("plants", **fields)
        for name, noisy, trusted in TEAMS:
            team = make_team(name)
            for data, right in (("noisy", noisy), ("trusted", trusted)):
                said = {"training_data": [data], "hardware_price_eur": 900, "training_hours": right}
                send(task, team, tmp_path, range(right), description=said)
        analyse_all()
        return task

    return make


def page(client: Client, task: Task, kind: str = "", status: int = 200) -> str:
    args = [task.slug, kind] if kind else [task.slug]
    answer = client.get(reverse("task-analysis" if kind else "task-analyses", args=args))
    assert answer.status_code == status
    return main_of(answer)


def test_the_list_tells_findings_and_what_there_is_none_of(client, make_analysed):
    words = text_of(page(client, make_analysed()))
    assert f"What should one train on? {FINDING}" in words
    assert "Late runs are in none of it." in words
    assert "Do more networks help? No method description says anything about it yet." in words
    assert "are being renewed" not in words


def test_a_page_draws_its_figure_with_its_numbers_and_names_runs_as_they_are(client, make_analysed):
    markup = page(client, make_analysed(), "training-data")
    words = text_of(markup)
    assert FINDING in words
    assert f"noisy {MINUS} trusted" in words
    assert "teams with both" in words
    assert "How this is computed Each team is compared with itself" in words
    assert "<b>" not in markup
    assert r"\u0026lt;b\u0026gt;" in markup  # as plotly shows it


def test_a_page_of_nothing_says_why(client, make_analysed):
    words = text_of(page(client, make_analysed(), "networks"))
    assert "No method description says anything about it yet." in words


def test_costs_are_drawn_with_their_front(client, make_analysed):
    words = text_of(page(client, make_analysed(), "cost"))
    assert "12 runs that say what training cost" in words
    assert "leaves out" not in words


def test_a_name_that_is_no_analysis_is_not_found(client, make_analysed):
    task = make_analysed()
    assert "There is no such analysis here." in text_of(page(client, task, "horoscope", 404))
    Analysis.objects.all().delete()
    page(client, task, "cost", 404)


def test_without_a_run_the_page_says_when_there_will_be_some(client):
    words = text_of(page(client, make_large_test("plants")))
    assert "No analysis yet They are made as soon as a run is ranked" in words


def test_hidden_scores_hide_what_is_made_of_them(client, make_analysed, clock):
    organiser = make_user("organiser")
    task = make_analysed(
        visibility="never",
        campaign=make_campaign("lab", organiser=organiser),
        phases={"results": (DEADLINE, None)},
    )
    assert "Scores are hidden for now." in text_of(page(client, task))
    page(client, task, "training-data", 404)
    assert client.get(f"/api/v1/tasks/{task.slug}/analyses/").json() == []
    assert client.get(f"/api/v1/tasks/{task.slug}/analyses/cost/").status_code == 404
    client.force_login(organiser)
    assert FINDING in text_of(page(client, task))
    client.logout()
    clock(DEADLINE + timedelta(days=1))
    assert FINDING in text_of(page(client, task))


def test_of_a_split_test_the_part_shows_whose_scores_show(client, make_analysed, clock):
    split = {"column": "Usage", "final": "private"}
    task = make_analysed(split=split, phases={"results": (DEADLINE, None)})
    address = f"/api/v1/tasks/{task.slug}/analyses/training-data/"

    def shown() -> float:
        [one] = client.get(address).json()["content"]["contrasts"]
        return float(one["value"])

    public = shown()
    clock(DEADLINE + timedelta(days=1))
    kept: dict[str, Any] = {
        one.part: one.data for one in Analysis.objects.filter(kind="training-data")
    }
    assert shown() == kept["private"]["contrasts"][0]["value"]
    assert public == kept["public"]["contrasts"][0]["value"] != shown()


def test_a_list_says_that_it_is_being_renewed(client, make_analysed):
    task = make_analysed()
    AnalysisRound.objects.update(made_at=None)
    words = text_of(page(client, task))
    assert "or what is made of its runs, has changed: the analyses are being renewed" in words


def test_the_api_says_the_same_and_runs_by_their_ids(client, make_analysed):
    task = make_analysed()
    listed = client.get(f"/api/v1/tasks/{task.slug}/analyses/").json()
    assert [one["kind"] for one in listed] == [
        slug for slug, kind in KINDS.items() if kind.shows == "scores"
    ]
    [said] = [one for one in listed if one["kind"] == "training-data"]
    assert (said["finding"], said["sure"], said["n_runs"]) == (FINDING, True, 12)
    whole = client.get(f"/api/v1/tasks/{task.slug}/analyses/training-data/").json()
    on_board = set(task.leaderboard.values_list("run", flat=True))
    assert set(whole["content"]["runs"]) == on_board


def test_pages_cost_the_same_queries_however_many_runs_there_are(
    client, make_analysed, tmp_path, django_assert_num_queries
):
    task = make_analysed()
    with django_assert_num_queries(5):
        page(client, task)
    with django_assert_num_queries(6):
        page(client, task, "training-data")


# ---------------------------------------------------------------- runs of a visitor's choice
def runs_of(task: Task, n: int) -> list[int]:
    return list(task.leaderboard.order_by("position").values_list("run", flat=True)[:n])


def test_chosen_runs_are_compared_when_somebody_looks_and_shown_when_they_are(
    client, make_analysed
):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, "significance"])
    chosen = {"runs": runs_of(task, 3)}
    assert client.head(address, chosen).status_code == 200
    assert not RunSet.objects.filter(about="pairs").exists()
    waiting = client.get(address, chosen)
    assert "It is being made" in text_of(main_of(waiting))
    assert "js/charts.js" in waiting.content.decode()  # it is drawn when it comes
    by_api = reverse("api-task-analysis", args=[task.slug, "significance"])
    assert client.get(by_api, chosen).status_code == 503
    while RunSet.objects.idle(now()).exists():
        make_next()
    words = text_of(main_of(client.get(address, chosen)))
    assert "No two of 3 runs can be told apart" in words
    assert "Back to the best run of each team" in words
    assert set(client.get(by_api, chosen).json()["content"]["runs"]) == set(chosen["runs"])


def test_page_and_api_say_of_how_many_chosen_runs_and_when_it_was_made(
    client, make_analysed, clock
):
    task = make_analysed()
    clock(NOW + timedelta(hours=3))
    address = reverse("task-analysis", args=[task.slug, "significance"])
    chosen = {"runs": sorted(runs_of(task, 2)), "search": "betula"}
    assert "As JSON" not in text_of(main_of(client.get(address, chosen)))  # there is none yet
    while RunSet.objects.idle(now()).exists():
        make_next()
    page = main_of(client.get(address, chosen))
    made_at = RunSet.objects.get(about="pairs").made_at
    assert made_at is not None
    assert "From 2 runs, 1 May 2017, 15:00 UTC" in text_of(page)
    [link] = re.findall(r'href="([^"]+)">As JSON', page)
    first, second = chosen["runs"]
    by_api = reverse("api-task-analysis", args=[task.slug, "significance"])
    assert unescape(link) == f"{by_api}?runs={first}&runs={second}"
    said = client.get(unescape(link)).json()
    assert (said["n_runs"], datetime.fromisoformat(said["made_at"])) == (2, made_at)


def test_chosen_runs_that_cannot_be_tested_are_not_waited_for(client, make_analysed):
    task = make_analysed()
    by_api = reverse("api-task-analysis", args=[task.slug, "significance"])
    chosen = {"runs": runs_of(task, 3)}
    client.get(by_api, chosen)
    RunSet.objects.filter(about="pairs").update(attempts=settings.SCORING_MAX_ATTEMPTS)
    answer = client.get(by_api, chosen)
    assert (answer.status_code, answer.json()["code"]) == (422, "run_set_failed")


def test_who_is_logged_in_may_have_runs_fused(client, make_analysed):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, "complementarity"])
    chosen = {"runs": runs_of(task, 4)}
    assert "Log in to fuse them" in text_of(main_of(client.get(address, chosen)))
    client.force_login(make_user())
    assert "Fuse them" in text_of(main_of(client.get(address, chosen)))
    answer = client.post(reverse("fuse-runs", args=[task.slug]), chosen, follow=True)
    assert "It is being made" in text_of(main_of(answer))
    while RunSet.objects.idle(now()).exists():
        make_next()
    words = text_of(main_of(client.get(address, chosen)))
    best = run_called(Run.objects.get(pk=chosen["runs"][0]))
    assert f"over {best}, the best of them alone" in words
    assert "Fused by the mean of their probabilities" in words


@pytest.mark.parametrize(
    ("n", "gone", "status", "said"),
    [
        (1, [], 422, "Choose 2 to 50 runs."),
        (2, ["x", 10**6], 404, "One of these runs is not on this leaderboard."),
    ],
)
def test_runs_that_cannot_be_chosen_are_refused_beside_the_form(
    client, make_analysed, n, gone, status, said
):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, "significance"])
    answer = client.get(address, {"runs": [*runs_of(task, n), *gone]})
    assert answer.status_code == status
    form = main_of(answer).partition("<details open>")[2].partition("</details>")[0]
    assert 'role="alert"' in form
    assert said in text_of(form)
    assert form.count(" checked>") == n


def test_who_may_fuse_no_more_today_is_told_beside_the_form(client, make_analysed, monkeypatch):
    monkeypatch.setattr(run_sets, "FUSIONS_A_DAY", 0)
    task = make_analysed()
    client.force_login(make_user())
    chosen = {"runs": runs_of(task, 3)}
    answer = client.post(reverse("fuse-runs", args=[task.slug]), chosen)
    assert answer.status_code == 429
    page = main_of(answer)
    assert "the most a day (UTC) allows" in text_of(page)
    assert page.count(" checked>") == 3
    assert client.post(reverse("fuse-runs", args=[task.slug])).status_code == 422


def test_runs_to_choose_are_found_by_their_words(client, make_analysed):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, "significance"])
    page = main_of(client.get(address, {"search": "betula"}))
    words = page.partition('id="runs-to-choose"')[2].partition("</ul>")[0]
    assert "Betula · 1" in words
    assert "Alba · 1" not in words


@pytest.mark.parametrize("n", [1, 2, 6])
@pytest.mark.parametrize("kind", ["significance", "complementarity"])
def test_who_searches_while_ticking_gets_the_list_alone(client, make_analysed, kind, n):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, kind])
    ticked = [*runs_of(task, n), 10**6, "x"]
    n_sets = RunSet.objects.count()
    said = {"runs": ticked, "search": "betula"}
    answer = client.get(address, said, headers={"HX-Target": "runs-to-choose"})
    assert answer.status_code == 200
    choices = main_of(answer).partition('id="runs-to-choose"')[2].partition("</ul>")[0]
    assert choices.count(" checked>") == n
    assert "Betula · 1" in text_of(choices)
    assert RunSet.objects.count() == n_sets


def test_choosing_many_runs_takes_no_more_queries_than_few(
    client, make_analysed, django_assert_num_queries
):
    task = make_analysed()
    address = reverse("task-analysis", args=[task.slug, "significance"])
    every = runs_of(task, 12)
    for chosen in (every[:2], every):
        client.get(address, {"runs": chosen})
    while RunSet.objects.idle(now()).exists():
        make_next()
    for chosen in (every[:2], every):
        # Task, phases, chosen, what is made of them, those to choose, the analysis, its names, kinds, rounds.
        with django_assert_num_queries(9):
            client.get(address, {"runs": chosen})


# ---------------------------------------------------------------- what is read once
def test_nobody_changes_what_is_read_once_for_all(client, make_analysed):
    task = make_analysed()
    rows = Analysis.objects.filter(task=task)
    kept = [row.data for row in with_data(rows.order_by("pk"))]
    before = deepcopy(kept)
    page(client, task)
    for kind in rows.values_list("kind", flat=True):
        if KINDS[kind].shows == "scores":
            page(client, task, kind)
    assert kept == before
    assert all(
        one.data is data for one, data in zip(with_data(rows.order_by("pk")), kept, strict=True)
    )


def test_what_is_made_anew_shows_at_once(client, make_analysed):
    task = make_analysed()
    assert FINDING in text_of(page(client, task, "training-data"))
    analysis = Analysis.objects.get(task=task, kind="training-data")
    analysis.data = {**(analysis.data or {}), "contrasts": []}
    analysis.save()
    assert FINDING not in text_of(page(client, task, "training-data"))
