"""A leaderboard as it stood at a moment: its order, its scores, and no more than shows today."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from campaign.clock import moment_in_addresses
from campaign.models import RankSnapshot, Run
from campaign.reads.dated import leaderboard_at
from campaign.reads.leaderboards import Asked
from campaign.services.leaderboards import rank_task
from campaign.services.moderation import disqualify_run
from campaign.services.rescorings import switch_truth
from campaign.services.runs import withdraw_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_parted_task,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
    sender,
)
from tests.campaign.services.rescorings.steps import OTHER_LABELS, start, work
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def task(organiser):
    return make_task("birds", campaign=make_campaign(organiser=organiser))


@pytest.fixture
def runs(task, scored_at):
    """Return runs that were scored an hour after each other, each better than the one before."""
    return [
        scored_at(task, hours, right, name=name)
        for hours, right, name in ((0, 5, "first"), (1, 6, "second"), (2, 8, "third"))
    ]


def stood(task, hours, *, viewer=None, now=None, **asked):
    """Return names, ranks and scores of the leaderboard of so many hours after `NOW`."""
    board = leaderboard_at(
        task=type(task).objects.get(pk=task.pk),
        viewer=viewer or make_user(),
        now=now or NOW + 10 * HOUR,
        at=NOW + hours * HOUR + timedelta(seconds=50),
        asked=Asked(**asked),
    )
    return [
        (entry.run.name, entry.rank, next(one.value for one in entry.scores.values()))
        for entry in board.entries
    ]


def page_of(client, task, **query):
    answer = client.get(reverse("task-leaderboard", args=[task.slug]), query)
    return answer.status_code, text_of(main_of(answer))


# ---------------------------------------------------------------- what stood
def test_each_moment_has_the_order_of_then(task, runs):
    assert stood(task, 0) == [("first", 1, 5 / 8)]
    assert stood(task, 1) == [("second", 1, 6 / 8), ("first", 2, 5 / 8)]
    assert stood(task, 9) == [("third", 1, 1.0), ("second", 2, 6 / 8), ("first", 3, 5 / 8)]


def test_the_scores_are_those_of_the_evaluation_that_counted_then(task, runs, organiser, set_clock):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW + 5 * HOUR)
    assert stood(task, 4) == [("third", 1, 1.0), ("second", 2, 6 / 8), ("first", 3, 5 / 8)]
    now = stood(task, 5)
    assert now[0] == ("first", 1, 1.0)
    newest = RankSnapshot.objects.latest()
    assert newest.truth_version == rescoring.truth_version
    assert newest.run_ids[0] == runs[0].pk


def test_what_was_scored_twice_stands_once_and_by_its_newest_scores(client, task, runs, organiser):
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW + 5 * HOUR)
    page = main_of(client.get(reverse("task-leaderboard", args=["birds"]), {"sort": "top_1"}))
    names = re.findall(r"Run 1 · (\w+)</a>", page)
    assert names == ["first", "second", "third"]  # by the old truth the third would lead


def test_a_version_that_moves_nobody_is_a_state_of_its_own(task, scored_at, organiser):
    scored_at(task, 0, 5, name="only")
    rescoring = start(task, organiser, ground_truth=OTHER_LABELS["ground_truth.csv"])
    work()
    switch_truth(rescoring=rescoring, by=organiser, now=NOW + 5 * HOUR)
    assert [stood(task, hours) for hours in (4, 5)] == [[("only", 1, 5 / 8)], [("only", 1, 1.0)]]


def test_what_changed_at_one_moment_has_two(registration_of_two, task):
    """A link to the first of two states that were made at the same time must not show the second."""
    first, second = RankSnapshot.objects.order_by("pk")
    assert second.taken_at - first.taken_at == timedelta(microseconds=1)


@pytest.fixture
def registration_of_two(task, tmp_path):
    registration = make_registration(task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(5)))
    RankSnapshot.objects.update(taken_at=NOW)
    Run.objects.filter(pk=run.pk).update(standing="disqualified", standing_reason="x")
    rank_task(task_id=task.pk, now=NOW - HOUR)  # by a clock that goes back


def test_it_sorts_and_takes_the_best_of_each_team(task, scored_at):
    zea = make_team("Zea")
    for hours, right, name in ((0, 5, "a"), (1, 6, "b")):
        scored_at(task, hours, right, zea, name=name)
    scored_at(task, 2, 4, make_team("Alba"), name="c", description={"n_networks": 2})
    scored_at(task, 3, 7, make_team("Lab", organisers=True), name="base")
    assert stood(task, 3, best=True) == [("base", None, 7 / 8), ("b", 1, 6 / 8), ("c", 3, 4 / 8)]
    by = {sort: [name for name, *_ in stood(task, 3, sort=sort)] for sort in ("team", "n_networks")}
    assert by == {"team": ["c", "base", "b", "a"], "n_networks": ["c", "base", "b", "a"]}
    assert stood(task, 3, page=2, page_size=3) == [("c", 3, 4 / 8)]


def test_its_page_asks_for_nothing_that_it_refuses(client, task, runs):
    place = reverse("task-leaderboard", args=[task.slug])
    filters = re.compile('name="(q|training_data|runs|generated)"')
    assert filters.search(main_of(client.get(place)))
    assert not filters.search(main_of(client.get(place, {"at": "2017-05-01T14:30Z"})))


# ---------------------------------------------------------------- what became of runs since
def test_what_was_disqualified_since_stands_there_and_is_marked(client, task, runs, organiser):
    disqualify_run(run=runs[2], by=organiser, reason="two accounts", now=NOW + 4 * HOUR)
    status, page = page_of(client, task, at="2017-05-01T14:30Z")
    assert status == 200
    assert "1 " in page
    assert re.search(r"1 Team \d+ Run 1 · third disqualified", page)


def test_what_its_team_took_back_unseen_is_as_if_it_had_not_been_sent(scored_at, organiser):
    task = make_task(
        "silent",
        campaign=make_campaign(organiser=organiser),
        visibility="never",
        phases={"results": (DEADLINE, None)},
    )
    runs = [
        scored_at(task, hours, right, name=name)
        for hours, right, name in ((0, 5, "first"), (1, 6, "gone"), (2, 5, "last"))
    ]
    withdraw_run(run=runs[1], by=sender(runs[1]), reason="", now=NOW + 3 * HOUR)
    after = DEADLINE + HOUR
    assert stood(task, 1, now=after) == [("first", 1, 5 / 8)]
    assert stood(task, 2, now=after) == [("first", 1, 5 / 8), ("last", 1, 5 / 8)]


# ---------------------------------------------------------------- who sees what
def test_a_dated_leaderboard_shows_no_part_that_does_not_show_now(scored_at, organiser):
    task = make_parted_task(campaign=make_campaign(organiser=organiser))
    scored_at(task, 0, 5, name="own")
    assert stood(task, 1) == [("own", 1, 1.0)]
    assert stood(task, 1, viewer=organiser) == [("own", 1, 1 / 4)]
    assert stood(task, 1, now=DEADLINE + HOUR) == [("own", 1, 1 / 4)]
    task.visibility = "never"
    task.save()
    assert stood(task, 1) == []


@pytest.mark.parametrize("form", ["csv", "json", "tex", "bib"])
def test_hidden_scores_have_no_dated_files_either(client, scored_at, form):
    task = make_task("silent", visibility="never", phases={"results": (DEADLINE, None)})
    scored_at(task, 0, 5)
    url = reverse("leaderboard-file", args=["silent", form])
    assert client.get(url, {"at": "2017-05-01T12:30Z"}).status_code == 404
    said = client.get("/api/v1/tasks/silent/leaderboard/?at=2017-05-01T12:30Z").json()
    assert (said["entries"], said["since"], said["truth_version"]) == ([], None, None)


# ---------------------------------------------------------------- the page
def test_the_page_of_now_has_a_link_that_shows_it_for_ever(client, task, runs, scored_at):
    page = main_of(client.get(reverse("task-leaderboard", args=["birds"])))
    link = re.search(r'href="([^"]*\?at=[^"]*)"', page)
    assert link
    then = client.get(link[1])
    scored_at(task, 5, 7, name="later")
    again = main_of(client.get(link[1]))
    assert again.partition("<tbody>")[2] == main_of(then).partition("<tbody>")[2]
    assert "later" not in again
    assert "third" in again
    assert "This is the leaderboard as it stood on 1 May 2017, 14:00 UTC" in text_of(again)
    assert "version 1, in force then. That version is still in force." in text_of(again)


def test_nobody_knows_how_it_will_stand(client, task, runs, set_clock):
    set_clock(NOW + 10 * HOUR)
    assert (
        "as it stood on 1 May 2017, 22:00 UTC" in page_of(client, task, at="2100-01-01T00:00Z")[1]
    )


def test_the_page_says_when_nothing_was_ranked_yet(client, task, runs):
    status, page = page_of(client, task, at="2017-05-01T11:59Z")
    assert status == 200
    assert "On 1 May 2017, 11:59 UTC no run was ranked yet." in page
    assert "The first one was on 1 May 2017, 12:00 UTC" in page


@pytest.mark.parametrize("odd", ["yesterday", "2017-13-01T12:00Z", "0001-01-01T00:00+14:00", "\0"])
def test_what_is_no_moment_is_refused_and_the_right_form_is_said(client, task, odd):
    status, page = page_of(client, task, at=odd)
    assert status == 400
    assert "is no moment. Right is, for example, at=2017-05-07T12:00Z." in page
    assert client.get("/api/v1/tasks/birds/leaderboard/", {"at": odd}).status_code == 400


def test_queries_are_as_many_for_many_runs_as_for_one(
    client, task, runs, django_assert_num_queries
):
    for hours in (0, 2):
        moment = moment_in_addresses(NOW + hours * HOUR + timedelta(seconds=50))
        # Task, phases, snapshot, unseen runs, runs, scores, published results.
        with django_assert_num_queries(8):
            page_of(client, task, at=moment)


# ---------------------------------------------------------------- files and programs
def test_files_and_programs_have_the_same_state(client, task, runs):
    query = urlencode({"at": "2017-05-01T13:30Z"})
    for form in ("csv", "json", "tex", "bib"):
        answer = client.get(reverse("leaderboard-file", args=["birds", form]) + f"?{query}")
        assert answer.status_code == 200
        assert "leaderboard-of-2017-05-01T1300" in answer["Content-Disposition"]
        assert "third" not in answer.text
    said = client.get(f"/api/v1/tasks/birds/leaderboard/?{query}").json()
    assert [entry["name"] for entry in said["entries"]] == ["second", "first"]
    assert [entry["rank"] for entry in said["entries"]] == [1, 2]
    assert said["truth_version"] == 1
    assert said["at"] == "2017-05-01T13:30:00Z"
    again = client.get("/api/v1/tasks/birds/leaderboard/", {"at": said["since"]}).json()
    assert again["entries"] == said["entries"]


def test_programs_are_told_when_nothing_was_ranked_yet(client, task, runs):
    for url in ("/api/v1/tasks/birds/leaderboard/", "/tasks/birds/leaderboard.json"):
        answer = Client().get(url, {"at": "2017-05-01T11:00Z"})
        assert answer.status_code == 404
        assert "No run was ranked yet at 2017-05-01T11:00:00Z" in answer.text


def test_the_permanent_link_keeps_what_a_dated_leaderboard_knows(client, task, runs):
    asked = {"best": "1", "sort": "top_1", "columns": ["mrr", "top_1"], "q": "first", "page": "1"}
    page = main_of(client.get(f"/tasks/birds/leaderboard/?{urlencode(asked, doseq=True)}"))
    [(address, words)] = re.findall(r'href="([^"]+)">(Permanent link[^<]*)<', page)
    assert words == "Permanent link to this state, of all runs"
    kept = parse_qs(urlsplit(unescape(address)).query)
    assert kept.pop("at")[0].startswith("2017-05-01T14:00:00.")
    assert kept == {"best": ["1"], "sort": ["top_1"], "columns": ["mrr", "top_1"]}
    assert client.get(unescape(address)).status_code == 200
