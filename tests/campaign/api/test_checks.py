"""Checks over HTTP: what a scoring would say of a file, and that nothing comes of it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaign.models import Evaluation, Phase, Run
from campaign.reads.runs import quota_left
from campaign.services import checks
from tests.campaign.factories import NOW, make_task, make_user, ranked_lines

pytestmark = pytest.mark.django_db

URL = "/api/v1/tasks/plantclef/checks/"


def sent(content: str, **fields: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("run.csv", content.encode()), **fields}


def test_a_right_file_is_told_so(door, task):
    answer = door(make_user()).post(URL, sent(ranked_lines()))
    said = answer.json()
    assert answer.status_code == 200
    assert (said["valid"], said["problems"]) == (True, [])
    assert (said["n_lines"], said["n_queries"], said["coverage"]) == (16, 8, 1)


def test_a_wrong_one_is_told_every_line(door, task):
    said = door(make_user()).post(URL, sent("q0;c0;0.5\nq99;c1;0.5\nq1;c77;0.5\n")).json()
    assert said["valid"] is False
    assert sorted(problem["lines"] for problem in said["problems"]) == [[2], [3]]


def test_an_image_run_is_checked_as_one(door, task):
    said = door(make_user()).post(URL, sent("m0;c0;0.5\n", kind="image_run")).json()
    assert (said["valid"], said["n_queries"]) == (True, 1)
    said = door(make_user()).post(URL, sent("m0;c0;0.5\n")).json()
    assert said["valid"] is False


def test_nothing_comes_of_it(door, captain, registration, private_files):
    before = quota_left(registration, NOW)
    door(captain).post(URL, sent(ranked_lines()))
    assert quota_left(registration, NOW) == before
    assert not Run.objects.exists()
    assert not Evaluation.objects.exists()
    assert not list((private_files / "incoming").iterdir())
    assert not (private_files / "runs").exists()


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "invalid"),
        (sent("q0;c0;1\n", kind="other"), 400, "invalid"),
        (sent("q0;c0;1\n", colour="red"), 400, "invalid"),
    ],
)
def test_a_wrong_request_is_told_so(door, task, fields, status, code):
    answer = door(make_user()).post(URL, fields)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_without_a_token_nothing_is_checked(door, task):
    assert door().post(URL, sent(ranked_lines())).status_code == 401


def test_before_the_test_is_public_only_organisers_check(door, task):
    Phase.objects.create(task=task, kind="test_data", never=True)
    answer = door(make_user()).post(URL, sent(ranked_lines()))
    assert (answer.status_code, answer.json()["code"]) == (403, "no_test")
    staff = door(make_user(is_staff=True))
    assert staff.post(URL, sent(ranked_lines())).status_code == 200


def test_a_task_without_image_runs_checks_none(door):
    make_task("plain", rules={"image_runs": False})
    answer = door(make_user()).post(
        "/api/v1/tasks/plain/checks/", sent("m0;c0;0.5\n", kind="image_run")
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "no_image_runs")


def test_a_busy_platform_says_when_to_come_again(door, task, settings):
    settings.CHECK_WAIT_SECONDS = 0.01
    taken = 0
    while checks._slots.acquire(blocking=False):
        taken += 1
    try:
        answer = door(make_user()).post(URL, sent(ranked_lines()))
    finally:
        checks._slots.release(taken)
    assert (answer.status_code, answer.json()["code"]) == (503, "checks_busy")
    assert int(answer["Retry-After"]) > 0


def test_a_check_that_takes_too_long_leads_to_the_laptop(door, task, settings):
    settings.CHECK_MAX_SECONDS = 0.01
    answer = door(make_user()).post(URL, sent(ranked_lines()))
    assert (answer.status_code, answer.json()["code"]) == (422, "check_too_long")
    assert "clefboard check" in answer.json()["detail"]
