"""Truth versions and re-scorings as their organisers see them."""

import pytest
from django.test import Client

from campaign.models import Evaluation, Rescoring, Task, User
from campaign.services.rescorings import continue_rescorings
from campaign.services.results import evaluate
from tests.campaign.factories import (
    GROUND_TRUTH,
    NOW,
    QUERIES,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

AT = "/tasks/birds/organise"


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def organiser() -> User:
    return make_user("organiser")


@pytest.fixture
def task(organiser, tmp_path) -> Task:
    task = make_task("birds", campaign=make_campaign(organiser=organiser))
    for right in (8, 5):
        team = make_team(f"<b>right in {right}")
        score_run(make_run(make_registration(task, team), tmp_path, ranked_lines(right)))
    truth = GROUND_TRUTH.replace("q7;c1", "q7;c2") + "q8;c1\n"
    files = {"ground_truth.csv": truth, "queries.csv": QUERIES + "q8;photo\n"}
    make_truth(task, ["top_1", "top_3"], files)
    return task


@pytest.fixture
def page(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def read(page: Client, path: str) -> str:
    answer = page.get(AT + path)
    assert answer.status_code == 200
    return text_of(main_of(answer))


def begin(page: Client) -> str:
    answer = page.post(f"{AT}/truths/2/", {"reason": "a label was wrong"})
    assert answer.status_code == 302
    return f"/rescorings/{Rescoring.objects.get().pk}/"


def work() -> None:
    continue_rescorings(now=NOW)
    for evaluation in Evaluation.objects.unfinished():
        evaluate(evaluation_id=evaluation.pk)
    continue_rescorings(now=NOW)


def test_the_versions_and_which_is_in_force(page, task):
    text = read(page, "/truths/")
    assert "2 1 May 2017 9 6 Top 1, Top 3 What it would change" in text
    assert "MRR, Top 1 in force" in text


def test_the_difference_is_shown_before_anything_begins(page, task):
    text = read(page, "/truths/2/")
    assert "Queries added 1 · q8" in text
    assert "Queries dropped none" in text
    assert "Labels changed 1" in text
    assert "q7 c1 c2" in text
    assert "Metrics added Top 3" in text
    assert "Metrics dropped MRR" in text
    assert "Ranked by MRR → Top 1" in text
    assert not Rescoring.objects.exists()


def test_without_a_reason_nothing_begins(page, task):
    answer = page.post(f"{AT}/truths/2/", {"reason": ""})
    assert answer.status_code == 422
    assert not Rescoring.objects.exists()


def test_a_second_one_says_where_the_first_is(page, task):
    begin(page)
    assert "Another re-scoring of this task is not ended yet" in read(page, "/truths/2/")
    assert page.post(f"{AT}/truths/2/", {"reason": "again"}).status_code == 409


def test_the_page_moves_by_itself_until_it_is_ready(page, task):
    address = AT + begin(page)
    text = page.get(address).content.decode()
    assert "0 of 2 runs are finished" in text
    assert f'hx-get="{address}progress/?seen=running-2-0-0"' in text
    assert page.get(f"{address}progress/?seen=running-2-0-0").status_code == 204
    work()
    part = page.get(f"{address}progress/?seen=running-2-0-0").content.decode()
    assert "hx-get" not in part
    assert "Put version 2 in force" in part


def test_old_against_new_then_the_switch(page, task):
    path = begin(page)
    work()
    text = read(page, path)
    assert "The rank of 0 of 2 runs changes." in text
    assert "<b>right in 8 · Run 1 1.000 → 0.778 \u22120.222" in text  # top 1
    assert "— → 0.778" in text  # top 3 is new
    assert "No run moves" in read(page, f"{path}?only=moving")

    answer = page.post(f"{AT}{path}switch/", follow=True)

    assert "Truth version 2 is in force" in text_of(answer.content.decode())
    assert "0.778" in text_of(main_of(Client().get("/tasks/birds/leaderboard/")))
    assert "Version 1 to 2 in force" in read(page, "/truths/")


def test_runs_that_failed_are_said_and_queued_again(page, task):
    path = begin(page)
    work()
    Rescoring.objects.update(state="running")
    first = Evaluation.objects.filter(is_current=False).first()
    assert first
    second = Evaluation.objects.create(
        run=first.run,
        truth_version=first.truth_version,
        scorer_version="later",
        is_current=False,
        state="failed",
        queued_at=NOW,
        sent_at=NOW,
        finished_at=NOW,
    )
    continue_rescorings(now=NOW)
    assert "1 run could not be scored, by a fault of ours." in read(page, path)
    refused = page.post(f"{AT}{path}switch/")
    assert refused.status_code == 422
    assert "give a reason" in text_of(main_of(refused))
    page.post(f"{AT}{path}retry/")
    second.refresh_from_db()
    assert second.state == "queued"


def test_what_is_discarded_changes_nothing(page, task):
    path = begin(page)
    work()
    before = text_of(main_of(Client().get("/tasks/birds/leaderboard/")))
    page.post(f"{AT}{path}discard/")
    assert Rescoring.objects.get().state == "discarded"
    assert text_of(main_of(Client().get("/tasks/birds/leaderboard/"))) == before
    assert "discarded" in read(page, path)
