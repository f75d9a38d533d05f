"""Uploading by the form: what is taken, what is refused with which words, and what is left behind."""

import gzip
import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaign import storage
from campaign.clock import now
from campaign.models import Evaluation, Run
from campaign.reads.runs import quota_left
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

PART = {"X-Requested-With": "XMLHttpRequest"}
FOR_EVER = {"submission": (NOW, None)}


@pytest.fixture
def task():
    return make_task("plants", phases=FOR_EVER)


@pytest.fixture
def registration(client, task):
    team = make_team("Flora")
    client.force_login(team.members.get())
    return make_registration(task, team)


def place(task):
    return reverse("task-submit", args=[task.slug])


def send(client, task, content=None, name="run.csv", *, headers=None, **fields):
    content = ranked_lines() if content is None else content
    content = content if isinstance(content, bytes) else content.encode()
    form = {"file": SimpleUploadedFile(name, content), **fields}
    return client.post(place(task), form, headers=headers)


def files_left(private: Path) -> list[str]:
    return [
        path.name for path in private.rglob("*") if path.is_file() and "truths" not in path.parts
    ]


def zipped(*names: str, content: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content or ranked_lines())
    return packed.getvalue()


# ---------------------------------------------------------------- the page
def test_the_page_says_what_a_file_holds_and_what_is_left(client, registration, task):
    page = client.get(place(task)).content.decode()
    assert "QueryId;ClassId;Probability[;Rank]" in page
    assert "At most 500" in page
    assert "4 of 4" in page
    assert "Image run" in page
    assert "csrfmiddlewaretoken" in page


def test_a_task_without_image_runs_does_not_ask_for_one(client):
    task = make_task(phases=FOR_EVER, rules={"image_runs": False})
    team = make_team()
    make_registration(task, team)
    client.force_login(team.members.get())
    assert 'name="image_file"' not in client.get(place(task)).content.decode()


def test_whoever_is_not_registered_is_led_there(client, task):
    assert client.get(place(task)).url == f"/accounts/login/?next={place(task)}"
    client.force_login(make_user())
    assert client.get(place(task)).url == reverse("task-register", args=[task.slug])
    assert send(client, task).url == reverse("task-register", args=[task.slug])


# ---------------------------------------------------------------- what is taken
def test_a_run_is_taken_and_its_page_follows(client, registration, task, private_files):
    before = now()
    file = SimpleUploadedFile("my run.csv", ranked_lines().encode())
    answer = client.post(place(task), {"file": file, "name": "First"})
    run = Run.objects.get()
    assert answer.url == run.get_absolute_url()
    assert (run.number, run.name, run.file_name, run.late) == (1, "First", "my run.csv", False)
    assert before <= run.began_at <= run.received_at <= now()
    assert run.submitted_by == registration.team.members.get()
    assert files_left(private_files) == [Path(run.file_key).name]


def test_a_script_is_told_where_the_run_is(client, registration, task):
    answer = send(client, task, headers=PART)
    assert (answer.status_code, answer["Location"]) == (201, Run.objects.get().get_absolute_url())


def test_an_image_run_comes_along(client, registration, task):
    send(client, task, image_file=SimpleUploadedFile("images.csv", b"m0;c1;0.5\n"))
    run = Run.objects.get(image_run_of=None)
    assert run.image_run.file_name == "images.csv"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\run.csv", "run.csv"),
        ("/etc/run.csv", "run.csv"),
        ("Ünï 🌿.csv", "Ünï 🌿.csv"),
    ],
)
def test_a_path_as_a_name_keeps_its_last_part_and_goes_nowhere(
    client, registration, task, private_files, name, kept
):
    send(client, task, name=name)
    run = Run.objects.get()
    assert run.file_name == kept
    assert storage.RUNS in run.file_key
    assert files_left(private_files) == [Path(run.file_key).name]


# ---------------------------------------------------------------- what is refused at once
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF"),
        (zipped("a.csv", "b.csv"), "right is exactly one"),
        (zipped("inner.zip", content=zipped("run.csv")), "packed twice"),
        (gzip.compress(b"x" * 10_000)[:-20], "cut off"),
        (ranked_lines().encode("utf-16"), "UTF-16"),
        (gzip.compress(b"0" * 12_000_000), "larger than"),
    ],
    ids=["a PDF", "two files", "zip of zips", "half a gzip", "UTF-16", "a gzip bomb"],
)
def test_what_is_no_run_file_is_refused_in_words_and_leaves_nothing(
    client, private_files, content, words
):
    task = make_task(phases=FOR_EVER, rules={"max_upload_bytes": 10_000_000})
    registration = make_registration(task)
    client.force_login(registration.team.members.get())
    page, part = (send(client, task, content, headers=headers) for headers in (None, PART))
    for answer in (page, part):
        assert answer.status_code in {413, 422}
        assert words in answer.content.decode()
    assert part["X-Part"] == "1"
    assert not Run.objects.exists()
    assert files_left(private_files) == []
    quota = quota_left(registration, now())
    assert (quota.left, quota.uploads_today) == (4, 0)


def test_without_a_file_the_form_says_so(client, registration, task):
    page = client.post(place(task), {"name": "First"})
    assert page.status_code == 422
    assert "Choose a run file." in page.content.decode()


def test_a_name_that_is_too_long_is_said(client, registration, task):
    page = client.post(
        place(task), {"file": SimpleUploadedFile("run.csv", b"q0;c0;1"), "name": "x" * 81}
    )
    assert "at most 80 characters" in page.content.decode()
    assert not Run.objects.exists()


# ---------------------------------------------------------------- what scoring rejects
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"q0;c0;0.5\nq1;caf\xe9;0.5\n", "UTF-8"),
        (b"q0;c0\n", "columns"),
        (b"q0;c0;1.5\nq99;c0;0.5\nq1;c99;NaN\n", "q99"),
    ],
    ids=["empty", "Latin 1", "two columns", "many things"],
)
def test_a_file_with_problems_becomes_a_rejected_run_that_costs_nothing(
    client, registration, task, content, words
):
    send(client, task, content)
    run = score_run(Run.objects.get())
    evaluation = run.evaluations.get()
    assert evaluation.state == Evaluation.State.REJECTED
    assert words in " ".join(problem["message"] for problem in evaluation.problems)
    assert quota_left(registration, now()).left == 4


# ---------------------------------------------------------------- refusals
def test_the_same_file_again_leads_to_its_run(client, registration, task, tmp_path):
    first = make_run(registration, tmp_path, at=now())
    page = send(client, task, headers=PART)
    assert page.status_code == 409
    assert "already sent this file, as Run 1" in page.content.decode()
    assert first.get_absolute_url() in page.content.decode()


def test_the_same_file_again_leads_to_its_run_when_no_run_is_left_too(client, tmp_path):
    task = make_task(phases=FOR_EVER, runs_per_team=1)
    registration = make_registration(task)
    client.force_login(registration.team.members.get())
    make_run(registration, tmp_path, at=now())
    assert send(client, task).status_code == 409
    page = send(client, task, ranked_lines(salt="+"))
    assert page.status_code == 403
    assert "No run is left: the task allows 1 run a team." in page.content.decode()


def test_a_closed_task_refuses_before_it_reads(client, private_files):
    task = make_task("closed")
    registration = make_registration(task)
    client.force_login(registration.team.members.get())
    assert "Submission closed on" in client.get(place(task)).content.decode()
    page = send(client, task)
    assert page.status_code == 403
    assert "Submission closed on" in page.content.decode()
    assert files_left(private_files) == []


def test_after_the_deadline_the_page_warns_that_a_run_would_be_late(client):
    closed = now() - timedelta(days=1)
    task = make_task(phases={"submission": (NOW, closed), "post_campaign": (closed, None)})
    registration = make_registration(task)
    client.force_login(registration.team.members.get())
    assert "A run sent now is late" in client.get(place(task)).content.decode()
    send(client, task)
    assert Run.objects.get().late


def test_a_team_that_waits_for_approval_sends_nothing(client, registration, task):
    registration.state = "pending"
    registration.save()
    assert send(client, task).status_code == 403
    assert not Run.objects.exists()


# ---------------------------------------------------------------- forgery
def test_without_its_token_a_form_is_refused(registration, task):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(registration.team.members.get())
    for address in (place(task), reverse("task-check", args=[task.slug])):
        answer = browser.post(address, {"file": SimpleUploadedFile("run.csv", b"q0;c0;1")})
        assert answer.status_code == 403
        assert "form is too old" in answer.content.decode()
    assert not Run.objects.exists()


def test_a_token_in_the_header_is_as_good_as_one_in_the_form(registration, task):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(registration.team.members.get())
    browser.get(place(task))
    headers = {**PART, "X-CSRFToken": browser.cookies["csrftoken"].value}
    assert send(browser, task, headers=headers).status_code == 201


def test_a_script_whose_person_is_logged_out_is_told_so(task):
    answer = send(Client(), task, headers=PART)
    assert answer.status_code == 403
    assert "Log in in another tab" in answer.content.decode()


@pytest.mark.parametrize(
    ("shape", "line", "columns", "left_out"),
    [
        ("ranked", "QueryId;ClassId;Probability[;Rank]", [3, 4], "counts as wrong"),
        ("segment", "MediaId;hh:mm:ss-hh:mm:ss;ClassId;Probability", [4], "counts as wrong"),
        ("set", "QueryId;[ClassId, ClassId, ...]", [2], "is an empty answer"),
        ("label", "QueryId;ClassId", [2], "Every query must be answered"),
    ],
)
def test_the_page_says_how_a_line_of_each_shape_looks(client, shape, line, columns, left_out):
    task = make_task(shape=shape, metrics=["coverage"], phases=FOR_EVER)
    team = make_team()
    client.force_login(team.members.get())
    make_registration(task, team)
    page = client.get(place(task))
    text = page.content.decode()
    assert f"<code>{line}</code>" in text
    assert left_out in text
    look = page.context["first_look"]
    assert look["columns"] == {"file": tuple(columns), "image_file": (3,)}
    assert look["lists"] == {"file": shape == "set", "image_file": False}
    rules = client.get(reverse("task-rules", args=[task.slug])).content.decode()
    assert f">{line}</code>" in rules
