"""The ranks of a leaderboard in time: the read, the figure, the page and its steps."""

import itertools
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from campaign.charts.rank_history import rank_history_chart
from campaign.models import RankSnapshot, Task
from campaign.reads import rank_history as reads
from campaign.reads.rank_history import rank_history, rank_lines
from campaign.services.runs import withdraw_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_parted_task,
    make_task,
    make_team,
    make_user,
    sender,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
LONG = "<b>🌿 Ünï</b> " + "é" * 67  # 80 characters


@pytest.fixture
def task():
    return make_task("birds")


@pytest.fixture
def runs(task, scored_at):
    return [
        scored_at(task, 0, 5, make_team("Alba"), name="first"),
        scored_at(task, 1, 7, make_team(LONG), name="second"),
        scored_at(task, 2, 6, make_team("Carex"), name="third"),
    ]


def history_of(task, viewer=None, now=NOW + 10 * HOUR):
    fresh = Task.objects.get(pk=task.pk)
    return rank_history(task=fresh, viewer=viewer or AnonymousUser(), now=now)


def ranks_of(task, viewer=None, now=NOW + 10 * HOUR):
    viewer = viewer or AnonymousUser()
    lines = rank_lines(history_of(task, viewer, now), viewer)
    return {line.run.name: line.ranks for line in lines}


# ---------------------------------------------------------------- what is read
def test_each_run_has_its_rank_at_each_moment(task, runs):
    assert ranks_of(task) == {
        "second": [None, 1, 1],
        "third": [None, None, 2],
        "first": [1, 2, 3],
    }


def test_ones_own_runs_are_followed_however_far_behind(task, runs, monkeypatch):
    monkeypatch.setattr(reads, "MOST_RUNS", 1)
    assert list(ranks_of(task)) == ["second"]
    captain = sender(runs[0])
    lines = rank_lines(history_of(task, captain), captain)
    assert [(line.run.name, line.own) for line in lines] == [("second", False), ("first", True)]


def test_of_many_states_some_are_left_out_but_the_ends(task, runs, monkeypatch):
    monkeypatch.setattr(reads, "MOST_STATES", 2)
    history = history_of(task)
    assert [len(state.runs) for state in history.states] == [1, 3]
    assert (history.n_states, history.thinned) == (3, True)


def test_thousands_of_states_are_spread_evenly():
    keys = list(range(5000))
    chosen = reads._thinned(keys)
    steps = {after - before for before, after in itertools.pairwise(chosen)}
    assert (len(chosen), chosen[0], chosen[-1], steps) == (200, 0, 4999, {25, 26})


def test_nothing_shows_of_hidden_scores_nor_of_a_part_that_is(scored_at, set_clock):
    organiser = make_user()
    task = make_parted_task(campaign=make_campaign(organiser=organiser))
    scored_at(task, 0, 4, name="public")  # right there, and nowhere else
    scored_at(task, 1, 5, name="both")
    assert ranks_of(task) == {"public": [1, 1], "both": [None, 1]}
    assert ranks_of(task, organiser) == {"public": [1, 2], "both": [None, 1]}
    assert ranks_of(task, now=DEADLINE + HOUR) == {"public": [1, 2], "both": [None, 1]}
    Task.objects.filter(pk=task.pk).update(visibility="never")
    assert history_of(task).states == []


def test_a_run_that_was_taken_back_unseen_has_no_line(scored_at):
    task = make_task("silent", visibility="never", phases={"results": (DEADLINE, None)})
    gone = scored_at(task, 0, 8, name="gone")
    scored_at(task, 1, 5, name="left")
    withdraw_run(run=gone, by=sender(gone), reason="", now=NOW + 2 * HOUR)
    captain = sender(gone)
    assert ranks_of(task, captain, now=DEADLINE + HOUR) == {"left": [None, 1, 1]}


# ---------------------------------------------------------------- the figure
def test_the_figure_has_the_ranks_of_the_read_and_the_table_says_the_same(task, runs):
    viewer = sender(runs[0])
    history = history_of(task, viewer)
    lines = rank_lines(history, viewer)
    chart = rank_history_chart(history, lines)
    spec = chart.spec
    assert [trace["y"] for trace in spec["data"]] == [line.ranks for line in lines]
    assert spec["data"][0]["x"] == [state.taken_at.isoformat() for state in history.states]
    assert [trace["line"]["color"] == "var(--leaf)" for trace in spec["data"]] == [
        line.own for line in lines
    ]
    low, high = spec["layout"]["yaxis"]["range"]
    assert low > high  # the first rank stands on top
    assert [row[2:] for row in chart.table.rows] == [
        ["—", "—", "1"],
        ["1", "—", "2"],
        ["1", "2", "3"],
    ]
    assert chart.title == "The lead changed once, on 1 May 2017"
    assert "&lt;b&gt;🌿" in spec["data"][0]["name"]
    assert all("<b>" not in label["text"] for label in spec["layout"]["annotations"])


def test_no_label_lies_on_another(task, scored_at):
    for hours in range(14):
        scored_at(task, hours, 5)  # all share the first rank
    history = history_of(task)
    lines = rank_lines(history, AnonymousUser())
    labels = rank_history_chart(history, lines).spec["layout"]["annotations"]
    shifts = sorted((label["yshift"] for label in labels), reverse=True)
    assert len(labels) == 12
    assert all(after <= before - 17 for before, after in itertools.pairwise(shifts))


# ---------------------------------------------------------------- the page
def page_of(client, task, **query):
    answer = client.get(reverse("task-rank-history", args=[task.slug]), query)
    assert answer.status_code == 200
    return main_of(answer)


def test_the_page_shows_the_newest_state_and_each_other_one_by_its_step(client, task, runs):
    page = page_of(client, task)
    assert "As it stood from 1 May 2017, 14:00 UTC" in text_of(page)
    assert re.search(r'type="range"[^>]*min="1" max="3" value="3"', page)
    first = text_of(page_of(client, task, step="1"))
    assert "State 1 of 3" in first
    assert "1 ranked run." in first
    for odd, step in (("0", 1), ("99", 3), ("-1", 3), ("²", 3), ("x", 3)):
        assert f"State {step} of 3" in text_of(page_of(client, task, step=odd))


def test_a_step_says_who_moved(client, task, runs):
    answer = client.get(reverse("rank-step", args=["birds"]), {"step": "2"})
    assert answer.text.lstrip().startswith('<section id="rank-then"')
    words = text_of(answer.text.partition("<tbody>")[2])
    assert re.search(r"^\s*1 new .*Run 1 · second 0\.875.* 2 down 1 Alba", words)
    link = re.search(r'href="([^"]*\?at=[^"]*)"', answer.text)
    assert link
    assert "as it stood on 1 May 2017, 13:00 UTC" in text_of(main_of(client.get(link[1])))


def test_before_the_first_rank_the_page_says_what_will_be_kept(client, task):
    assert "No run is ranked yet" in page_of(client, task)
    assert client.get(reverse("rank-step", args=["birds"])).status_code == 404


def test_hidden_scores_have_no_history(client, scored_at):
    task = make_task("silent", visibility="never", phases={"results": (DEADLINE, None)})
    scored_at(task, 0, 5, make_team("Flora"))
    page = page_of(client, task)
    assert "Scores are hidden for now." in page
    assert "Flora" not in page
    assert client.get(reverse("rank-step", args=["silent"])).status_code == 404


def test_programs_are_told_the_same_ranks(client, task, runs, scored_at):
    said = client.get("/api/v1/tasks/birds/leaderboard/history/").json()
    assert (said["task"], said["part"], said["n_states"]) == ("birds", "all", 3)
    assert {run["name"]: run["ranks"] for run in said["runs"]} == ranks_of(task)
    then = client.get("/api/v1/tasks/birds/leaderboard/", {"at": said["states"][1]["at"]}).json()
    assert [entry["name"] for entry in then["entries"]] == ["second", "first"]
    silent = make_task("silent", visibility="never", phases={"results": (DEADLINE, None)})
    scored_at(silent, 0, 5)
    hidden = client.get("/api/v1/tasks/silent/leaderboard/history/").json()
    assert (hidden["part"], hidden["states"], hidden["runs"]) == (None, [], [])


def test_queries_are_as_many_for_many_states_as_for_one(
    client, task, runs, django_assert_max_num_queries
):
    for moment in range(60):
        newest = RankSnapshot.objects.latest()
        newest.pk, newest.taken_at = None, NOW + (3 + moment) * HOUR
        newest.save()
    with django_assert_max_num_queries(14):
        page_of(client, task)
