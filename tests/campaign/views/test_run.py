"""A run's page: where it stands, what it reached, what is wrong, and who may see which of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaign.models import Evaluation, Run
from campaign.services.runs import withdraw_run
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

IMAGES = "".join(f"m{i};c{(i // 2) % 6};0.9\n" for i in range(16))
BAD = "q0;c0;0.5\nq1;nobody;0.5\nq2;c2;7\n" + "".join(f"x{i};c1;0.5\n" for i in range(14))


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def task():
    return make_task("plants")


@pytest.fixture
def registration(task):
    return make_registration(task, make_team("Flora"))


@pytest.fixture
def member(registration):
    return client_of(registration)


def client_of(registration):
    client = Client()
    client.force_login(registration.team.members.get())
    return client


def page_of(client, run):
    answer = client.get(run.get_absolute_url())
    assert answer.status_code == 200
    return main_of(answer)


def state_of(client, run, seen=""):
    return client.get(reverse("run-state", args=[run.pk]), {"seen": seen})


# ---------------------------------------------------------------- it moves
def test_a_waiting_run_asks_again_and_a_settled_one_does_not(member, registration, tmp_path):
    run = make_run(registration, tmp_path)
    page = page_of(member, run)
    assert f'hx-get="{reverse("run-state", args=[run.pk])}?seen=queued"' in page
    assert 'hx-trigger="every 1s"' in page
    assert "waiting for its turn" in page
    assert state_of(member, run, "queued").status_code == 204

    score_run(run)
    moved = state_of(member, run, "queued")
    assert moved.status_code == 200
    assert "every 1s" not in moved.content.decode()
    assert "no-store" in moved["Cache-Control"]
    assert "Ranked, rank 1." in text_of(moved.content.decode())  # said by screen readers


def test_a_run_that_waits_for_its_image_run_goes_on_asking(member, registration, tmp_path):
    run = make_run(registration, tmp_path, image_content=IMAGES)
    score_run(run)
    page = page_of(member, run)
    assert "?seen=scored-queued" in page
    assert "It is being checked." in page
    score_run(run.image_run)
    page = page_of(member, run)
    assert "every 1s" not in page
    assert "Image run What the system says about each single image." in text_of(page)


# ---------------------------------------------------------------- a scored run
def test_rank_and_every_metric_stand_there_with_subsets(client, tmp_path):
    task = make_task(metrics=["mrr", "top_1", "top_1@Domain=sheet"])
    score_run(make_run(make_registration(task), tmp_path, ranked_lines(8)))
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    page = text_of(page_of(client, run))
    assert (
        "Rank 2 of 2 ranked runs MRR 0.750 n = 8 Top 1 0.750 n = 8 Top 1 · sheet 0.750 n = 4"
        in page
    )


def test_an_undefined_score_says_why(client, tmp_path):
    queries = "QueryId;Domain\n" + "".join(f"q{i};photo\n" for i in range(8))
    task = make_task(files={"queries.csv": queries}, metrics=["mrr", "top_1@Domain=sheet"])
    run = score_run(make_run(make_registration(task), tmp_path))
    reason = run.evaluations.get().scores.get(metric="top_1@Domain=sheet").reason
    assert reason
    assert f"Top 1 · sheet — {reason}" in text_of(page_of(client, run))


def test_why_a_run_was_disqualified_is_for_its_team_and_the_organisers(client, tmp_path):
    owner, captain = make_user(), make_user()
    task = make_task(campaign=make_campaign(organiser=owner))
    registration = make_registration(task, make_team("Flora", captain=captain))
    run = score_run(make_run(registration, tmp_path))
    Run.objects.filter(pk=run.pk).update(
        standing=Run.Standing.DISQUALIFIED, standing_reason="two teams of one lab"
    )
    page = text_of(page_of(client, run))
    assert "The organisers disqualified this run." in page
    assert "two teams" not in page
    for person in (owner, captain):
        client.force_login(person)
        page = text_of(page_of(client, run))
        assert "The organisers disqualified this run: two teams of one lab" in page


def test_the_method_is_told_in_words(client, registration, tmp_path):
    description = {
        "training_data": ["trusted", "noisy"],
        "architectures": ["<script>alert(1)</script>"],
        "n_networks": 12,
        "automatic": True,
        "training_hours": 40,
    }
    run = score_run(make_run(registration, tmp_path, description=description))
    page = page_of(client, run)
    words = text_of(page)
    assert "Training data trusted, noisy" in words
    assert "Number of networks 12" in words
    assert "Automatic yes" in words
    assert "Training time 40 hours" in words
    assert "n_networks" not in words
    assert "<script>alert" not in page


def test_without_a_description_the_page_says_so(client, registration, tmp_path):
    assert "Not described." in page_of(client, score_run(make_run(registration, tmp_path)))


def test_generated_late_and_baseline_runs_are_marked(client, task, tmp_path):
    organisers = make_registration(task, make_team("Lab", organisers=True))
    run = score_run(make_run(organisers, tmp_path, generated=True))
    words = text_of(page_of(client, run))
    assert "Run 1 Lab baseline generated" in words
    assert "a baseline takes no rank number" in words


def test_a_late_run_is_shown_apart(client, tmp_path):
    task = make_task(phases={"post_campaign": (DEADLINE, None)})
    at = DEADLINE + timedelta(hours=1)
    run = score_run(make_run(make_registration(task), tmp_path, at=at))
    words = text_of(page_of(client, run))
    assert "Shown apart late runs are not ranked" in words


def test_a_withdrawn_run_keeps_its_page(client, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, ranked_lines(6)))
    withdraw_run(run=run, by=registration.team.members.get(), reason="", now=NOW)
    page = text_of(page_of(client, run))
    assert "The team withdrew this run." in page
    assert "Rank 1" not in page


def test_names_are_text(client, task, tmp_path):
    team = make_team("<b>🌿 Ünï</b>")
    run = score_run(make_run(make_registration(task, team), tmp_path, name="<i>x</i>"))
    page = page_of(client, run)
    assert "&lt;b&gt;🌿 Ünï&lt;/b&gt;" in page
    assert "<h1>&lt;i&gt;x&lt;/i&gt;</h1>" in page


def test_a_run_is_cited_as_text_and_as_bibtex(client, tmp_path):
    run = score_run(make_run(make_registration(make_task()), tmp_path, name="<i>x</i>"))
    page = page_of(client, run)
    assert 'data-copy="#cite-bibtex"' in page
    assert f"url = {{http://testserver{run.get_absolute_url()}}}" in page
    assert "<i>x</i>" not in page
    assert "Retrieved on 1 May 2017" in text_of(page)
    Run.objects.update(name="")
    team = run.registration.team.name
    assert f"{team} (2017). Run 1 in Task" in text_of(page_of(client, run))


# ---------------------------------------------------------------- a rejected or failed one
def test_a_rejected_run_lists_its_problems_like_a_compiler(member, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, BAD))
    markup = page_of(member, run)
    assert '<li data-line="2">' in markup  # in the margin
    assert "<code>nobody</code>" in markup
    assert "<code>7</code>" in markup
    page = text_of(markup)
    assert "3 kinds of problems" in page
    assert "in all, each kind with its first lines." in page
    assert "How to cite" not in page
    assert "line 2" in page
    assert "lines 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 4 more" in page
    assert "Rejected see the problems below" in page
    assert "Upload it again" in page
    assert "Describe the method" not in page  # of what is no run of the task's


def test_warnings_are_worth_a_look(member, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, "q0;c0;0.9\nq0;c1;0.1\n"))
    page = page_of(member, run)
    assert "Worth a look" in page
    assert "7" in text_of(page.partition("Worth a look")[2])  # queries without an answer


def test_a_fault_of_ours_is_not_blamed_on_the_file(member, registration, tmp_path):
    run = make_run(registration, tmp_path)
    Evaluation.objects.filter(run=run).update(
        state="failed", finished_at=NOW, failure="the child was killed: secret details"
    )
    page = page_of(member, run)
    assert "This is our fault" in page
    assert "secret details" not in page


# ---------------------------------------------------------------- who sees what
def test_the_file_is_for_its_team_and_organisers(client, member, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path))
    place = reverse("run-file", args=[run.pk])
    assert place not in page_of(client, run)
    assert run.content_sha256[:12] not in page_of(client, run)
    assert client.get(place).status_code == 404
    assert client_of(make_registration(registration.task)).get(place).status_code == 404

    page = page_of(member, run)
    assert place in page
    assert f'title="{run.content_sha256}">{run.content_sha256[:12]}…' in page
    assert "Lines 16" in text_of(page)
    answer = member.get(place)
    assert answer.getvalue() == ranked_lines().encode()
    assert answer["Content-Disposition"] == 'attachment; filename="run.csv"'


def test_problems_are_nobody_elses_business(client, member, registration, tmp_path):
    run = score_run(make_run(registration, tmp_path, BAD))
    assert client.get(run.get_absolute_url()).status_code == 404
    assert state_of(client, run).status_code == 404
    assert page_of(member, run)


def test_before_results_a_hidden_score_is_on_no_page(client, tmp_path, clock):
    owner = make_user()
    task = make_task(
        visibility="never",
        campaign=make_campaign(organiser=owner),
        phases={"results": (DEADLINE, None)},
    )
    registration = make_registration(task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(6), image_content=IMAGES))
    score_run(run.image_run)
    member = client_of(registration)
    for page in (page_of(member, run), state_of(member, run).content.decode()):
        assert "hidden until results open" in page
        assert "0.750" not in page
        assert "1.000" not in page
    assert client.get(run.get_absolute_url()).status_code == 404
    client.force_login(owner)
    assert "0.750" in page_of(client, run)
    assert "Others do not see these scores yet." in page_of(client, run)

    clock(DEADLINE + timedelta(seconds=1))
    assert "Others do not see" not in page_of(client, run)
    client.logout()
    assert "0.750" in page_of(client, run)


def test_an_organiser_reads_which_part_of_a_split_test_only_they_see(client, tmp_path, clock):
    truth = "QueryId;ClassId;Usage\n" + "".join(
        f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8)
    )
    owner = make_user()
    task = make_task(
        campaign=make_campaign(organiser=owner),
        files={"ground_truth.csv": truth},
        split={"column": "Usage", "final": "private"},
        phases={"results": (DEADLINE, None)},
    )
    registration = make_registration(task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(4)))
    said = "You see the part that ranks in the end, as an organiser."
    client.force_login(owner)
    assert said in page_of(client, run)
    assert said in state_of(client, run).content.decode()
    assert said not in page_of(client_of(registration), run)
    clock(DEADLINE + timedelta(seconds=1))
    assert said not in page_of(client, run)


def test_there_is_no_page_of_an_image_run_alone(member, registration, tmp_path):
    run = make_run(registration, tmp_path, image_content=IMAGES)
    assert member.get(reverse("run", args=[run.image_run.pk])).status_code == 404
