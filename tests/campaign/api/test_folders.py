"""A task's folder by the API: sent, looked at, given back, and its schemas."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from campaign.models import Campaign, CampaignRole, Task, User
from campaign.services.roles import on_record
from clefboard.task_folder import load_schema, read_task_folder, unpack_task_folder
from clefboard.task_folder.archive import ArchiveLimits
from tests.campaign.factories import make_user
from tests.campaign.folders import add_data_set, load, make_lab, packed
from tests.clefboard.task_folder.folders import edit

pytestmark = pytest.mark.django_db
URL = "/api/v1/tasks/tiny-2017/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


@pytest.fixture
def staff() -> User:
    return make_user("staff", is_staff=True)


@pytest.fixture
def organiser(folder) -> User:
    """Return an organiser of the campaign, whose task is loaded already."""
    load(folder)
    user = make_user("organiser")
    CampaignRole.objects.create(campaign=Campaign.objects.get(), user=user)
    return user


def put(client: Client, folder: Path, query: str = "", **options):
    kind = options.pop("content_type", "application/zip")
    return client.put(f"{URL}{query}", packed(folder, **options), kind)


def test_a_new_task_comes_with_its_campaign(folder, door, staff):
    answer = put(door(staff), folder, beside=True)

    assert answer.status_code == 201
    said = answer.json()
    assert (said["task"], said["created"], said["dry_run"]) == ("tiny-2017", True, False)
    assert said["url"] == "http://testserver/tasks/tiny-2017/"
    assert "campaign lab-2017 is new" in said["changes"]
    assert Task.objects.get().current_truth is not None

    again = put(door(staff), folder, beside=True)
    assert (again.status_code, again.json()["changes"]) == (200, [])


@pytest.mark.parametrize("kind", ["application/zip", "application/octet-stream"])
def test_a_body_is_taken_as_it_comes(folder, door, organiser, kind, private_files):
    (folder / "overview.md").write_text("New.\n")

    answer = put(door(organiser), folder, "?reason=better", content_type=kind)

    assert answer.json()["changes"] == ["task tiny-2017: overview (lines new: 1, gone: 1)"]
    assert list((private_files / "incoming").iterdir()) == []


def test_a_form_does_the_same_by_a_login(folder, organiser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(organiser)
    (folder / "overview.md").write_text("New.\n")
    body, kind = form(packed(folder))

    assert client.put(URL, body, kind).status_code == 403, "a login needs its token"
    client.get("/accounts/logout/")  # sets the cookie
    token = client.cookies["csrftoken"].value
    answer = client.put(URL, body, kind, headers={"X-CSRFToken": token})

    assert answer.status_code == 200
    assert Task.objects.get().overview == "New.\n"


def form(archive: bytes) -> tuple[bytes, str]:
    head = 'Content-Disposition: form-data; name="file"; filename="f.zip"\r\n\r\n'
    return (
        b"--xyz\r\n" + head.encode() + archive + b"\r\n--xyz--\r\n",
        "multipart/form-data; boundary=xyz",
    )


def test_a_dry_run_only_says(folder, door, organiser):
    (folder / "overview.md").write_text("New.\n")

    said = put(door(organiser), folder, "?dry_run=1").json()

    assert (said["dry_run"], len(said["changes"])) == (True, 1)
    assert Task.objects.get().overview == "About the task.\n"
    assert put(door(organiser), folder, f"?seen={said['difference']}").status_code == 200
    assert Task.objects.get().overview == "New.\n"


def test_edits_of_others_are_asked_about(folder, door, organiser):
    with on_record(by=organiser, reason="Let them see."):
        task = Task.objects.get()
        task.visibility = "live"
        task.save()

    refused = put(door(organiser), folder)

    assert (refused.status_code, refused.json()["code"]) == (409, "edited_since")
    assert "Let them see." in refused.json()["undoes"][0]
    assert put(door(organiser), folder, "?seen=another").json()["code"] == "another_difference"
    seen = refused.json()["difference"]
    assert put(door(organiser), folder, f"?seen={seen}").status_code == 200
    assert Task.objects.get().visibility == "never"


def test_every_problem_comes_with_file_and_line(folder, door, organiser):
    edit(folder, "metrics: [mrr, top_1]", "metrics: [mrrr]")

    answer = put(door(organiser), folder)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_folder")
    (problem,) = answer.json()["problems"]
    assert (problem["file"], problem["lines"]) == ("task.yaml", [6])
    assert problem["message"].startswith("task.yaml:6: ")


@pytest.mark.parametrize("name", ["viewer", "person"])
def test_who_may_not_load_is_told_before_the_body_is_read(folder, door, organiser, name):
    user = make_user(name)
    if name == "viewer":
        CampaignRole.objects.create(campaign=Campaign.objects.get(), user=user, name="viewer")

    answer = door(user).put(URL, b"no zip", "application/zip")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_organiser")


def test_bodies_that_are_none(folder, door, organiser, private_files):
    for body, kind, status in (
        (b"no zip", "application/zip", 422),
        (b"", "application/zip", 400),
        (b"{}", "application/json", 415),
        (b"--xyz--\r\n", "multipart/form-data; boundary=xyz", 400),
    ):
        assert door(organiser).put(URL, body, kind).status_code == status, kind
    assert list((private_files / "incoming").iterdir()) == []


def test_an_archive_too_large_is_refused_by_its_length(folder, door, organiser, settings):
    settings.MAX_FOLDER_BYTES = 10
    answer = door(organiser).put(URL, b"x" * 2_100_000, "application/zip")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


# ---------------------------------------------------------------- given back
def test_the_folder_comes_back_as_an_archive(folder, door, organiser, tmp_path):
    add_data_set(folder)
    load(folder)

    answer = door(organiser).get(f"{URL}folder/")

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="tiny-2017.zip"'
    assert answer["Cache-Control"] == "private, no-store"
    (tmp_path / "f.zip").write_bytes(b"".join(answer))
    back = unpack_task_folder(tmp_path / "f.zip", tmp_path / "back", ArchiveLimits())
    assert read_task_folder(back) == read_task_folder(folder)


def test_the_hidden_truth_is_for_who_has_a_role(folder, door, organiser):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=Campaign.objects.get(), user=viewer, name="viewer")

    assert Client().get(f"{URL}folder/").status_code == 401
    assert door(make_user("person")).get(f"{URL}folder/").status_code == 404
    with closing(door(viewer).get(f"{URL}folder/")) as answer:
        assert answer.status_code == 200


# ---------------------------------------------------------------- what a folder may say
@pytest.mark.parametrize("name", ["task", "campaign", "data"])
def test_schemas_are_published(name):
    answer = Client().get(f"/api/v1/schemas/{name}/")

    assert answer["Content-Type"] == "application/schema+json"
    assert answer.json() == json.loads(json.dumps(load_schema(name)))
    Draft202012Validator.check_schema(answer.json())


def test_another_schema_is_none():
    answer = Client().get("/api/v1/schemas/run/")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_schema")
    assert "task, campaign, data" in answer.json()["detail"]
