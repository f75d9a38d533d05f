"""What is too large is refused before it is read; when a request began is noted."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from campaign.clock import began_at, now
from campaign.models import ApiToken, Run
from campaign.services.accounts import issue_token
from campaign.views.limits import UploadLimitMiddleware
from tests.campaign.factories import NOW, make_registration, make_task, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    return make_task(phases={"submission": (NOW, None)}, rules={"max_upload_bytes": 1_000_000})


@pytest.fixture
def member(client, task):
    registration = make_registration(task, make_team())
    user = registration.team.members.get()
    client.force_login(user)
    return user


def large():
    return SimpleUploadedFile("run.csv", b"q0;c0;0.5\n" * 500_000)


def test_what_is_too_large_for_the_task_is_refused_by_its_length(
    client, task, member, private_files
):
    page = client.post(reverse("task-submit", args=[task.slug]), {"file": large()})
    assert page.status_code == 413
    assert "5 MB are too much: this task takes files of 1 MB" in page.content.decode()
    assert not list((private_files / "incoming").iterdir())


def test_the_api_says_the_same_in_json(client, task, member):
    _, secret = issue_token(user=member, name="x", expires_at=None, now=now())
    answer = client.post(
        reverse("api-task-runs", args=[task.slug]),
        {"file": large()},
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert "1 MB" in answer.json()["detail"]
    assert ApiToken.objects.get().last_used_at is None, "nobody was asked who it is"


def test_a_task_that_is_none_is_said_to_be_none(client, member):
    answer = client.post(reverse("api-task-runs", args=["nowhere"]), {"file": large()})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_task")


@pytest.mark.parametrize(("status", "left"), [(401, 0), (302, 0), (200, 5_000_000)])
def test_whoever_is_refused_may_send_to_the_end(status, left):
    """A connection that closes under a client's hands takes the answer with it."""
    request = RequestFactory().post("/", b"x" * 5_000_000, content_type="text/plain")
    UploadLimitMiddleware(lambda request: HttpResponse(status=status))(request)
    assert len(request.read()) == left


def test_a_form_takes_no_file_at_all(client, member):
    page = client.post(reverse("team-new"), {"name": "x", "file": large()})
    assert page.status_code == 413
    assert "takes no files" in page.content.decode()


def test_a_body_without_a_length_is_refused(client, task, member):
    answer = client.post(
        reverse("api-task-runs", args=[task.slug]), headers={"Transfer-Encoding": "chunked"}
    )
    assert answer.status_code == 411


def test_two_files_of_the_largest_size_are_taken(client, task, member):
    half = b"q0;c0;0.5\n" * 99_000
    files = {name: SimpleUploadedFile(f"{name}.csv", half) for name in ("file", "image_file")}
    client.post(reverse("task-submit", args=[task.slug]), files)
    assert Run.objects.count() == 2


def test_the_moment_a_request_began_is_before_its_body_was_read():
    moments = []

    def slow_view(request):
        moments.extend([began_at(request), now()])
        return HttpResponse()

    before = now()
    UploadLimitMiddleware(slow_view)(RequestFactory().get("/"))
    assert before <= moments[0] <= moments[1] < before + timedelta(seconds=10)
