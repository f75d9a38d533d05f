"""Submitting over HTTP: every answer there is, and that nothing is left of what was refused."""

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.test import Client

from campaign import storage
from campaign.models import ApiToken, Registration, Run
from campaign.services.accounts import issue_token, revoke_token
from campaign.services.runs import withdraw_run
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_registration,
    make_run,
    make_task,
    make_user,
    ranked_lines,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/tasks/plantclef/runs/"


def sent(content: str | bytes = "", file_name: str = "run.csv", **fields: Any) -> dict[str, Any]:
    content = content or ranked_lines()
    data = content if isinstance(content, bytes) else content.encode()
    return {"file": SimpleUploadedFile(file_name, data), **fields}


def incoming(private: Path) -> list[Path]:
    return [path for path in (private / "incoming").rglob("*") if path.is_file()]


def test_a_run_is_accepted_with_its_address(door, captain, private_files):
    answer = door(captain).post(
        URL,
        sent(
            name="two views",
            description=json.dumps({"architectures": ["ResNet-50"]}),
            image_run=SimpleUploadedFile("images.csv", b"m0;c0;1\n"),
        ),
    )

    run = Run.objects.observation_runs().get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": run.pk,
        "url": f"http://testserver/runs/{run.pk}/",
        "number": 1,
        "state": "queued",
    }
    assert answer["Location"] == f"http://testserver/api/v1/runs/{run.pk}/"
    assert (run.name, run.description) == ("two views", {"architectures": ["ResNet-50"]})
    assert (run.submitted_by, run.file_name) == (captain, "run.csv")
    assert run.image_run.content_bytes == 8
    assert run.evaluations.get().state == "queued"
    assert not incoming(private_files)


def test_fields_left_empty_are_none(door, captain):
    assert door(captain).post(URL, sent(name="", description="")).status_code == 201
    assert (Run.objects.get().name, Run.objects.get().description) == ("", {})


class SlowUpload(TemporaryFileUploadHandler):
    """An upload of which every chunk takes two seconds."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        django_settings.CLOCK_OFFSET += timedelta(seconds=2)
        super().receive_data_chunk(raw_data, start)


def test_the_deadline_is_judged_by_the_first_byte(door, captain, clock, settings):
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.SlowUpload"]
    client = door(captain)
    clock(DEADLINE - timedelta(seconds=1))

    assert client.post(URL, sent()).status_code == 201

    run = Run.objects.get()
    assert run.began_at < DEADLINE < run.received_at


def test_a_late_run_is_taken_where_the_task_takes_them(door, clock):
    task = make_task("late", phases={"post_campaign": (DEADLINE, None)})
    registration = make_registration(task)
    client = door(registration.team.members.get())
    clock(DEADLINE)

    answer = client.post("/api/v1/tasks/late/runs/", sent())

    assert answer.status_code == 201
    assert client.get(answer["Location"]).json()["late"] is True


def test_the_same_content_again_names_the_first_run(door, captain):
    client = door(captain)
    first = client.post(URL, sent()).json()

    again = client.post(URL, sent(gzip.compress(ranked_lines().encode()), "packed.csv.gz"))

    assert again.status_code == 409
    assert again.json() == {
        "detail": "Your team already sent this file, as Run 1.",
        "code": "duplicate",
        "id": first["id"],
        "url": first["url"],
    }
    assert Run.objects.count() == 1


# ---------------------------------------------------------------- 400: the request
WRONG_REQUESTS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no file": ({}, "file", "No file was submitted."),
    "an empty file": (
        {"file": SimpleUploadedFile("run.csv", b"")},
        "file",
        "The submitted file is empty.",
    ),
    "a text as the file": ({"file": "q0;c0;1"}, "file", "not a file"),
    "a field that is none": (
        sent(colour="red"),
        "colour",
        "There is no such field; there are file, name, description, image_run.",
    ),
    "no JSON": (sent(description="{"), "description", "Value must be valid JSON."),
    "no object": (sent(description="[1]"), "description", "Send a JSON object, e.g. {}."),
    "nothing but brackets": (
        sent(description="[" * 200_000),
        "description",
        "Value must be valid JSON.",
    ),
    "not a number": (
        sent(description='{"n_networks": NaN}'),
        "description",
        "Value must be valid JSON.",
    ),
    "a name with a NUL": (sent(name="a\0b"), "name", "Null characters are not allowed."),
}


@pytest.mark.parametrize("case", WRONG_REQUESTS)
def test_a_wrong_request_is_told_which_field(door, captain, private_files, case):
    fields, field, message = WRONG_REQUESTS[case]

    answer = door(captain).post(URL, copied(fields))

    said = answer.json()
    assert answer.status_code == 400
    assert said["code"] == "invalid"
    assert list(said["errors"]) == [field]
    assert message in said["errors"][field][0]
    assert said["detail"].startswith(f"{field}: ")
    assert not Run.objects.exists()
    assert not incoming(private_files)


def copied(fields: dict[str, Any]) -> dict[str, Any]:
    """Rewind what another test may have read."""
    for value in fields.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    return fields


def test_all_that_is_wrong_is_said_at_once(door, captain):
    answer = door(captain).post(URL, {"colour": "red", "description": "{"})
    assert set(answer.json()["errors"]) == {"colour", "file", "description"}


def test_fields_without_end_are_refused(door, captain):
    answer = door(captain).post(URL, sent(name="x" * 1_500_000))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_fields_without_number_are_refused(door, captain):
    answer = door(captain).post(URL, sent(**{f"x{i}": "1" for i in range(1001)}))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


# ---------------------------------------------------------------- 401: the token
def secret_of(user, **fields: Any) -> str:
    token, secret = issue_token(
        user=user, name="t", expires_at=fields.get("expires_at"), now=NOW - timedelta(days=2)
    )
    if fields.get("revoked"):
        revoke_token(token=token, now=NOW - timedelta(days=1))
    return secret


@pytest.mark.parametrize(
    "header",
    [
        lambda user: "Bearer clef_wrong",
        lambda user: "Bearer",
        lambda user: "bearer \xe9",
        lambda user: f"Bearer {secret_of(user, expires_at=NOW - timedelta(seconds=1))}",
        lambda user: f"Bearer {secret_of(user, revoked=True)}",
    ],
    ids=["wrong", "empty", "not ASCII", "expired", "revoked"],
)
def test_a_token_that_is_no_good_is_refused_everywhere(captain, header, private_files):
    client = Client(headers={"Authorization": header(captain)})
    for answer in (client.post(URL, sent()), client.get("/api/v1/tasks/")):
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="clefboard"'
        assert answer.json()["code"] == "bad_token"
        assert "profile page" in answer.json()["detail"]
    assert not incoming(private_files)


def test_without_a_token_one_is_asked_for(door, registration):
    answer = door().post(URL, sent())
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="clefboard"'
    assert answer.json()["code"] == "not_authenticated"
    assert "Authorization: Bearer TOKEN" in answer.json()["detail"]


def test_a_token_of_a_closed_account_is_worth_nothing(door, captain):
    client = door(captain)
    captain.is_active = False
    captain.save()
    assert client.post(URL, sent()).status_code == 401


def test_the_use_of_a_token_is_noted(door, captain):
    door(captain).get("/api/v1/tasks/")
    assert ApiToken.objects.get().last_used_at is not None


def test_whoever_is_logged_in_needs_the_csrf_token(captain):
    client = Client(enforce_csrf_checks=True)
    client.force_login(captain)
    refused = client.post(URL, sent())
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["detail"]

    client.get("/accounts/login/")  # sets no cookie for somebody logged in; a form's page does
    client.cookies["csrftoken"] = "a" * 32
    accepted = client.post(URL, sent(), headers={"X-CSRFToken": "a" * 32})
    assert accepted.status_code == 201


# ---------------------------------------------------------------- 403, 404: not here, not now
def refused(door, user, url: str = URL) -> tuple[int, str, str]:
    answer = door(user).post(url, sent())
    said = answer.json()
    return answer.status_code, said["code"], said["detail"]


def test_whoever_is_in_no_team_may_not_submit(door, task):
    status, code, detail = refused(door, make_user())
    assert (status, code) == (403, "not_registered")
    assert "plantclef" in detail


def test_a_team_waits_for_approval(door, captain, registration):
    Registration.objects.update(state="pending")
    status, code, _ = refused(door, captain)
    assert (status, code) == (403, "not_approved")


@pytest.mark.parametrize("moment", [DEADLINE, NOW - timedelta(days=31)])
def test_outside_its_phase_a_task_takes_nothing(door, captain, clock, moment):
    client = door(captain)
    clock(moment)
    answer = client.post(URL, sent())
    assert (answer.status_code, answer.json()["code"]) == (403, "closed")
    assert "Submission" in answer.json()["detail"]


def test_a_used_up_limit_is_no_matter_of_waiting(door, captain, registration, tmp_path):
    for salt in ("+", "++", "+++", "++++"):
        make_run(registration, tmp_path, ranked_lines(salt=salt))
    status, code, detail = refused(door, captain)
    assert (status, code) == (403, "runs_per_team")
    assert "allows 4 runs a team" in detail


def test_an_unknown_task_suggests_a_known_one(door, captain):
    status, code, detail = refused(door, captain, "/api/v1/tasks/plantcelf/runs/")
    assert (status, code) == (404, "no_task")
    assert detail == "There is no task 'plantcelf'. Did you mean 'plantclef'?"


# ---------------------------------------------------------------- 413, 415, 422: the file
def test_a_body_that_is_announced_too_large_is_not_read(door, captain):
    Registration.objects.get().task.__class__.objects.update(
        run_rules_json={"shape": "ranked", "max_upload_bytes": 1000}
    )
    answer = door(captain).post(URL, sent(b"q" * 3_000_000))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_file_that_grows_too_large_is_refused(door, captain, task, private_files):
    task.run_rules_json = {"shape": "ranked", "max_upload_bytes": 100_000}
    task.save()
    answer = door(captain).post(URL, sent(gzip.compress(b"0" * 10_000_000), "run.csv.gz"))
    assert answer.status_code == 413
    assert answer.json()["problems"]
    assert not incoming(private_files)
    assert not Run.objects.exists()


def test_only_forms_with_files_are_taken(door, captain):
    answer = door(captain).post(URL, {"file": "x"}, content_type="application/json")
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_a_broken_gzip_is_no_run(door, captain, private_files):
    answer = door(captain).post(URL, sent(gzip.compress(b"x" * 99)[:-9], "run.csv.gz"))
    said = answer.json()
    assert answer.status_code == 422
    assert said["code"] == "unreadable"
    assert said["problems"][0]["message"]
    assert not incoming(private_files)


def test_a_description_is_refused_by_the_field(door, captain):
    answer = door(captain).post(URL, sent(description='{"n_network": 3}'))
    said = answer.json()
    assert answer.status_code == 422
    assert said["code"] == "bad_description"
    assert "did you mean 'n_networks'?" in said["problems"][0]["message"]


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_a_description_holds_text_only(door, captain, text):
    answer = door(captain).post(URL, sent(description=f'{{"hardware": "{text}"}}'))
    assert answer.status_code == 422
    assert answer.json()["code"] == "bad_description"


def test_a_name_is_one_short_line(door, captain):
    answer = door(captain).post(URL, sent(name="x" * 81))
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_name")


def test_an_image_run_needs_a_task_that_takes_them(door):
    task = make_task("plain", rules={"image_runs": False})
    user = make_registration(task).team.members.get()
    fields = sent(image_run=SimpleUploadedFile("images.csv", b"m0;c0;1\n"))
    answer = door(user).post("/api/v1/tasks/plain/runs/", fields)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_image_runs")


# ---------------------------------------------------------------- 429: tomorrow
def test_limits_by_day_say_when_to_come_again(door, captain, clock, settings):
    settings.UPLOADS_PER_TEAM_PER_DAY = 1
    client = door(captain)
    clock(NOW.replace(hour=23))
    assert client.post(URL, sent()).status_code == 201

    answer = client.post(URL, sent(ranked_lines(salt="+")))

    assert (answer.status_code, answer.json()["code"]) == (429, "uploads_per_day")
    assert 3590 <= int(answer["Retry-After"]) <= 3601


def test_runs_of_a_day_come_back_tomorrow(door, clock):
    user = make_registration(make_task("daily", runs_per_day=1)).team.members.get()
    client = door(user)
    assert client.post("/api/v1/tasks/daily/runs/", sent()).status_code == 201
    again = sent(ranked_lines(salt="+"))
    answer = client.post("/api/v1/tasks/daily/runs/", again)
    assert (answer.status_code, answer.json()["code"]) == (429, "runs_per_day")
    clock(NOW + timedelta(days=1))
    assert client.post("/api/v1/tasks/daily/runs/", copied(again)).status_code == 201


# ---------------------------------------------------------------- afterwards
def test_a_withdrawn_run_may_be_sent_again(door, captain, registration, tmp_path):
    run = make_run(registration, tmp_path)
    withdraw_run(run=run, by=captain, reason="", now=NOW)
    assert door(captain).post(URL, sent()).json()["number"] == 2


@pytest.mark.parametrize("pack", [lambda data: data, gzip.compress])
def test_the_file_is_kept_byte_for_byte(door, captain, pack):
    data = pack(ranked_lines().encode())
    door(captain).post(URL, sent(data))
    with storage.open_as_uploaded(Run.objects.get().file_key) as file:
        assert file.read() == data
