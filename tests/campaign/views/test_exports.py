"""Files to take away: the leaderboard as one may see it, and what organisers know."""

import csv
import io
import json

import pytest
from django.test import Client

from campaign.models import Membership, Registration
from tests.campaign.factories import (
    DEADLINE,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(set_clock):
    return make_user("organiser")


@pytest.fixture
def task(organiser, tmp_path):
    """Two teams, whose first runs are better than their second; with a formula for a name."""
    task = make_task(
        "plants",
        campaign=make_campaign("lab", organiser=organiser),
        metrics=["mrr", "top_1"],
        phases={"results": (DEADLINE, None)},
    )
    for team, best in ((make_team("=cmd|x", captain=make_user("cap")), 6), (make_team("Elm"), 5)):
        registration = make_registration(task, team)
        for right in (best, 3):
            score_run(make_run(registration, tmp_path, ranked_lines(right)))
    return task


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode()), delimiter=";"))


def test_the_leaderboard_as_csv(task):
    answer = Client().get("/tasks/plants/leaderboard.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="plants-leaderboard-2017-05-01.csv"'
    )
    found = rows(answer)
    assert [(row["rank"], row["team"], row["mrr"]) for row in found] == [
        ("1", "'=cmd|x", "0.7500"),
        ("2", "Elm", "0.6250"),
        ("3", "'=cmd|x", "0.3750"),
        ("3", "Elm", "0.3750"),
    ]


def test_files_hold_the_runs_and_the_columns_that_were_chosen(task):
    chosen = "?q=elm&columns=top_1&columns=n_networks"
    found = rows(Client().get(f"/tasks/plants/leaderboard.csv{chosen}"))
    assert [row["team"] for row in found] == ["Elm", "Elm"]
    assert list(found[0])[-5:-1] == ["top_1", "top_1 low", "top_1 high", "n_networks"]
    said = json.loads(Client().get(f"/tasks/plants/leaderboard.json{chosen}").content)
    assert said["metrics"] == ["top_1"]
    assert [one["scores"] for one in said["entries"]] == [{"top_1": 0.625}, {"top_1": 0.375}]
    tex = Client().get(f"/tasks/plants/leaderboard.tex{chosen}").content.decode()
    assert "cmd" not in tex
    assert "all runs that a filter let through" in tex
    assert "cmd" not in Client().get(f"/tasks/plants/leaderboard.bib{chosen}").content.decode()


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("columns=mrr&columns=map", "no_column", "no column &#x27;map&#x27;"),
        ("runs=nonsense", "no_filter", "Runs: "),
        ("training_data=gold", "no_filter", "Training data: "),
        (f"q={'x' * 101}", "no_filter", "Team or run: "),
    ],
)
def test_a_file_that_is_asked_for_wrongly_is_refused(task, query, code, words):
    answer = Client().get(f"/tasks/plants/leaderboard.csv?{query}")
    assert answer.status_code == 400
    assert words in answer.content.decode(), code


@pytest.mark.parametrize("form", ["csv", "json", "tex", "bib"])
def test_every_form_takes_the_order_and_the_filter_of_the_page(task, form):
    answer = Client().get(f"/tasks/plants/leaderboard.{form}?sort=top_1&best=1")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].endswith(f'2017-05-01.{form}"')
    if form == "json":
        said = json.loads(answer.content)
        assert (said["sort"], said["best"], said["part"]) == ("top_1", True, "all")
        assert [one["scores"] for one in said["entries"]] == [
            {"mrr": 0.75, "top_1": 0.75},
            {"mrr": 0.625, "top_1": 0.625},
        ]
    if form == "tex":
        assert answer.content.decode().count(r"\textbf") == 2


def test_what_is_asked_wrongly_is_told_so(task):
    assert Client().get("/tasks/plants/leaderboard.xls").status_code == 404
    answer = Client().get("/tasks/plants/leaderboard.csv?sort=map")
    assert answer.status_code == 400
    assert "there are mrr, top_1" in answer.content.decode()


@pytest.mark.parametrize("form", ["csv", "json", "tex", "bib"])
def test_a_hidden_leaderboard_is_no_file(task, organiser, form):
    task.visibility = "never"
    task.save()
    answer = Client().get(f"/tasks/plants/leaderboard.{form}")
    assert answer.status_code == 404
    assert "0.75" not in answer.content.decode()
    assert signed_in(organiser).get(f"/tasks/plants/leaderboard.{form}").status_code == 200


def test_of_a_split_only_the_part_that_shows_is_taken_along(organiser, tmp_path, set_clock):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)
    )
    task = make_task(
        "parted",
        campaign=make_campaign("parted", organiser=organiser),
        files={"ground_truth.csv": truth},
        phases={"results": (DEADLINE, None)},
        split={"column": "Usage", "final": "private"},
    )
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(5)))

    def shown(client: Client) -> str:
        return rows(client.get("/tasks/parted/leaderboard.csv"))[0]["mrr"]

    assert (shown(Client()), shown(signed_in(organiser))) == ("1.0000", "0.2500")
    set_clock(DEADLINE)
    assert shown(Client()) == "0.2500"


def test_a_longer_leaderboard_costs_no_more_queries(
    task, tmp_path, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8) as before:
        Client().get("/tasks/plants/leaderboard.csv")
    for _ in range(3):
        score_run(make_run(make_registration(task), tmp_path))
    with django_assert_num_queries(len(before)):
        Client().get("/tasks/plants/leaderboard.csv")


# ---------------------------------------------------------------- for organisers
def test_registrations_with_their_captains(task, organiser):
    found = rows(signed_in(organiser).get("/tasks/plants/organise/exports/registrations.csv"))
    first = next(row for row in found if row["team"] == "'=cmd|x")
    assert (first["state"], first["rules_version"], first["captains"]) == (
        "approved",
        "1",
        "cap@example.org",
    )


def test_only_captains_have_their_address_in_it(task, organiser):
    team = Registration.objects.get(team__name="Elm").team
    Membership.objects.create(team=team, user=make_user("mate"), joined_at=DEADLINE)
    answer = signed_in(organiser).get("/tasks/plants/organise/exports/registrations.json")
    assert "mate@example.org" not in answer.content.decode()
    assert "mate" in answer.content.decode()


def test_the_funnel_goes_from_registrations_to_runs(task, organiser):
    make_registration(task, state="pending")
    make_registration(task, state="refused", state_reason="no")
    said = json.loads(
        signed_in(organiser).get("/tasks/plants/organise/exports/funnel.json").content
    )
    assert [tuple(row.values()) for row in said["rows"]] == [
        ("registered", 3),
        ("waiting", 1),
        ("refused", 1),
        ("submitted", 2),
        ("runs", 4),
    ]


def test_all_runs_with_what_became_of_them(
    task, organiser, tmp_path, django_assert_max_num_queries
):
    registration = Registration.objects.get(team__name="Elm")
    images = "m0;c0;0.5\n"
    score_run(make_run(registration, tmp_path, "q0;nothing;1\n", image_content=images))
    client = signed_in(organiser)
    with django_assert_max_num_queries(25):
        found = rows(client.get("/tasks/plants/organise/exports/runs.csv"))
    elm = [row for row in found if row["team"] == "Elm"]
    assert [(row["run"], row["kind"], row["state"], row["mrr"]) for row in elm] == [
        ("1", "run", "scored", "0.6250"),
        ("2", "run", "scored", "0.3750"),
        ("3", "run", "rejected", ""),
        ("3", "image_run", "queued", ""),
    ]
    assert "file_key" not in found[0]


def test_the_page_leads_to_all_of_them(task, organiser):
    client = signed_in(organiser)
    page = client.get("/tasks/plants/organise/exports/").content.decode()
    for name in ("registrations", "funnel", "runs"):
        assert f"/tasks/plants/organise/exports/{name}.csv" in page
    assert "/tasks/plants/leaderboard.tex?intervals=1" in page
    assert "No package is made yet" in page
    assert client.get("/tasks/plants/organise/exports/secrets.csv").status_code == 404
    assert client.get("/tasks/plants/organise/exports/runs.tex").status_code == 404
