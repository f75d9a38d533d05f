"""Two runs beside each other over the API: what the page says, and no sooner."""

from typing import Any

import pytest
from django.test import Client

from campaign.models import Breakdown, Run
from campaign.services import breakdowns
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_user,
    score_run,
    sender,
)
from tests.campaign.views.test_breakdowns import SUBSETS, TABLES, lines
from tests.campaign.views.test_comparison import expected

pytestmark = pytest.mark.django_db

OPEN: dict[str, Any] = {"results": (None, None)}
Two = tuple[Run, Run]


def two_of(tmp_path, **task: Any) -> Two:
    """Score a good run and a bad one of two teams."""
    of = make_task(files=TABLES, subsets=SUBSETS, **task)
    good, bad = make_registration(of), make_registration(of)
    return (
        score_run(make_run(good, tmp_path, lines(20))),
        score_run(make_run(bad, tmp_path, lines(6))),
    )


@pytest.fixture
def runs(tmp_path) -> Two:
    return two_of(tmp_path, phases=OPEN)


def ask(runs: Two, about: str = "", *, client: Client | None = None) -> Any:
    query = {"about": about} if about else {}
    one, other = runs
    return (client or Client()).get(f"/api/v1/runs/{one.pk}/comparison/{other.pk}/", query)


def test_every_metric_has_its_difference_interval_and_p(runs):
    said = ask(runs).json()
    assert (said["run"], said["other"], said["part"]) == (runs[0].pk, runs[1].pk, "all")
    columns = ["by:Domain", "by:Organ", "by:TrainImages=10,100"]
    assert said["choices"] == ["scores", *columns, "queries", "classes"]
    for score, metric in zip(said["scores"], ("mrr", "top_1"), strict=True):
        found = expected(runs, metric)
        difference = score["difference"]
        assert [difference[name] for name in ("value", "low", "high", "p")] == [
            *(found.value, found.low, found.high, found.p)
        ]
    assert said["cells"] is said["queries"] is said["classes"] is None


def test_each_part_stands_in_its_own_field(runs):
    cells = ask(runs, "by:Domain").json()["cells"]
    assert [(cell["value"], cell["n"], cell["withheld"]) for cell in cells] == [
        ("photo", 12, None),
        ("sheet", 12, None),
    ]
    right = ask(runs, "queries").json()["queries"]["right"]
    assert right == {"both": 6, "one": 14, "other": 0, "neither": 4}
    classes = ask(runs, "classes").json()["classes"]
    assert classes["worse"] == []
    assert all(row["one"] > row["other"] for row in classes["better"])


def test_page_and_api_keep_the_same_answer(runs, client, monkeypatch):
    said = ask(runs, "by:Organ").json()
    monkeypatch.setattr(breakdowns, "COMPARERS", {})
    page = client.get(
        f"{runs[0].get_absolute_url()}comparison/", {"with": runs[1].pk, "part": "by:Organ"}
    )
    assert page.status_code == 200
    assert ask(runs, "by:Organ").json() == said


def test_while_another_table_is_made_it_says_when_to_ask_again(runs):
    with breakdowns._slot():
        busy = ask(runs)
    assert (busy.status_code, busy.json()["code"]) == (503, "breakdowns_busy")
    assert int(busy["Retry-After"]) > 0
    assert Client().head(f"/api/v1/runs/{runs[0].pk}/comparison/{runs[1].pk}/").status_code == 503
    assert not Breakdown.objects.exists()


def test_what_cannot_be_compared(runs, tmp_path):
    elsewhere = two_of(tmp_path, phases=OPEN)
    for other in (runs[0], elsewhere[0]):
        refused = ask((runs[0], other))
        assert (refused.status_code, refused.json()["code"]) == (404, "not_comparable")
    refused = ask(runs, "by:Usage")
    assert (refused.status_code, refused.json()["code"]) == (400, "no_part")
    assert "by:Domain" in refused.json()["detail"]


def test_hidden_scores_are_not_compared(tmp_path, client):
    one, other = two_of(tmp_path, visibility="never", phases={"results": (DEADLINE, None)})
    assert ask((one, other)).json()["code"] == "no_run"
    client.force_login(sender(one))
    assert ask((one, other), client=client).json()["code"] == "no_run"
    assert not Breakdown.objects.exists()


def test_with_live_scores_small_cells_and_right_answers_wait(tmp_path, client):
    owner = make_user()
    two = two_of(
        tmp_path,
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    said = ask(two, "queries").json()
    assert said["queries"] == {
        "answered": {"both": 24, "one": 0, "other": 0, "neither": 0},
        "right": None,
    }
    assert "classes" not in said["choices"]
    assert ask(two, "classes").json()["code"] == "no_part"
    small = ask(two, "by:Domain").json()["cells"]
    assert [(cell["n"], cell["score"], cell["withheld"]) for cell in small] == [
        (None, None, "few")
    ] * 2
    client.force_login(owner)
    assert ask(two, "queries", client=client).json()["queries"]["right"]["both"] == 6
    assert ask(two, "classes", client=client).json()["classes"]["better"]
