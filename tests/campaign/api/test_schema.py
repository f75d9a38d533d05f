"""The API's description: without a warning, complete, and true of real answers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from campaign.api import urls
from campaign.models import DataFile, DataSet, Task
from campaign.services.roles import on_record
from tests.campaign.factories import (
    make_registration,
    make_run,
    make_task,
    make_user,
    ranked_lines,
    score_run,
)
from tests.campaign.folders import make_lab, packed

pytestmark = pytest.mark.django_db

DOCUMENTED = (Path(__file__).parents[3] / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    described = Client().get("/api/v1/schema/?format=json")
    assert described.status_code == 200
    content: dict[str, Any] = described.json()
    return content


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_it_is_valid_and_without_a_warning(tmp_path: Path):
    target = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert target.stat().st_size > 10_000


def test_every_route_is_described(schema):
    hidden = {"api-docs", "api-schema", "api-nowhere"}
    routes = {
        "/api/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(route.pattern)).replace("{pk}", "{id}")
        for route in urls.urlpatterns
        if route.name not in hidden
    }
    assert schema["paths"].keys() == routes


def test_every_route_and_every_status_is_in_the_docs(schema):
    for path, _method, operation in operations(schema):
        below = re.sub(r"\{(\w+)\}", lambda name: name[1].upper(), path.removeprefix("/api/v1/"))
        last = below.rstrip("/").rpartition("/")[2]
        assert f"{last}/" in DOCUMENTED, path
        for status in operation["responses"]:
            assert status in DOCUMENTED or status in {"200", "304"}, (path, status)


def test_every_operation_says_what_it_does_and_answers(schema):
    for path, method, operation in operations(schema):
        assert operation["summary"], (method, path)
        statuses = set(operation["responses"])
        assert statuses & {"200", "201"}, (method, path)
        assert "{" not in path or "404" in statuses, (method, path)


def test_what_needs_a_token_says_so(schema):
    """What one may do without one has the empty requirement among its ways in."""
    for path, method, operation in operations(schema):
        asked = Client().generic(method.upper(), re.sub(r"\{\w+\}", "1", path))
        needs_token = {} not in operation["security"]
        assert not needs_token or asked.status_code == 401, (method, path)
        assert asked.status_code != 401 or "401" in operation["responses"], (method, path)


def test_examples_are_what_they_are_examples_of(schema):
    seen = 0
    for _path, _method, operation in operations(schema):
        for response in operation["responses"].values():
            content = response.get("content", {}).get("application/json", {})
            for example in content.get("examples", {}).values():
                check(schema, content["schema"], example["value"])
                seen += 1
    assert seen > 10


# ---------------------------------------------------------------- real answers
def check(schema: dict[str, Any], described: dict[str, Any], value: Any) -> None:
    whole = {**described, "components": schema["components"]}
    Draft202012Validator(whole).validate(value)


def described_as(schema: dict[str, Any], path: str, method: str, status: int) -> dict[str, Any]:
    response = schema["paths"][f"/api/v1/{path}"][method]["responses"][str(status)]
    content: dict[str, Any] = response["content"]["application/json"]["schema"]
    return content


def undescribed(schema: dict[str, Any], described: dict[str, Any], value: Any) -> set[str]:
    """Return the fields of an answer that the description does not know."""
    if isinstance(value, list):
        return {name for item in value for name in undescribed(schema, described["items"], item)}
    name = described["$ref"].rpartition("/")[2]
    known: set[str] = set(schema["components"]["schemas"][name]["properties"])
    return set(value) - known


def hold(schema: dict[str, Any], path: str, method: str, answer: Any) -> None:
    described = described_as(schema, path, method, answer.status_code)
    check(schema, described, answer.json())
    assert undescribed(schema, described, answer.json()) == set()


def add_data(task: Task) -> None:
    data_set = DataSet.objects.create(task=task, slug="trusted", title="Trusted", role="test")
    DataFile.objects.create(
        data_set=data_set, name="a.tar", size=1, sha256="0" * 64, url="https://x.example/"
    )


def test_answers_are_as_described(schema, door, captain, registration, tmp_path):
    add_data(registration.task)
    run = score_run(make_run(registration, tmp_path, ranked_lines(6), image_content="m0;c0;0.9\n"))
    client = door(captain)
    for path in (
        "campaigns/",
        "tasks/",
        "tasks/{slug}/",
        "tasks/{slug}/leaderboard/",
        "tasks/{slug}/leaderboard/history/",
        "tasks/{slug}/data-sets/",
        "tasks/{slug}/runs/",
        "runs/{id}/",
    ):
        answer = client.get(f"/api/v1/{path.format(slug='plantclef', id=run.pk)}")
        assert answer.status_code == 200
        hold(schema, path, "get", answer)


def test_breakdowns_are_as_described(schema, tmp_path):
    task = make_task(subsets=["Domain"], phases={"results": (None, None)})
    run = score_run(make_run(make_registration(task), tmp_path, ranked_lines(6)))
    for name in ("subsets", "positions", "classes", "confusions"):
        hold(schema, f"runs/{{id}}/{name}/", "get", Client().get(f"/api/v1/runs/{run.pk}/{name}/"))


def test_a_comparison_is_as_described(schema, tmp_path):
    task = make_task(subsets=["Domain"], phases={"results": (None, None)})
    one, other = (
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(right)))
        for right in (6, 3)
    )
    for about in ("scores", "by:Domain", "queries", "classes"):
        answer = Client().get(f"/api/v1/runs/{one.pk}/comparison/{other.pk}/", {"about": about})
        hold(schema, "runs/{id}/comparison/{other}/", "get", answer)


def test_what_was_sent_is_answered_as_described(schema, door, captain, registration):
    client = door(captain)
    url = "/api/v1/tasks/plantclef/"

    def file(text: str = "") -> dict[str, Any]:
        return {"file": SimpleUploadedFile("run.csv", (text or ranked_lines()).encode())}

    hold(schema, "tasks/{slug}/checks/", "post", client.post(f"{url}checks/", file("q0;c0\n")))
    for status, fields in (
        (201, file()),
        (409, file()),
        (400, {}),
        (422, {**file("x"), "description": '{"n_network": 1}'}),
    ):
        answer = client.post(f"{url}runs/", fields)
        assert answer.status_code == status
        hold(schema, "tasks/{slug}/runs/", "post", answer)
    hold(schema, "tasks/{slug}/runs/", "post", Client().post(f"{url}runs/", file()))


def test_folders_are_answered_as_described(schema, door, tmp_path):
    folder, staff = make_lab(tmp_path), make_user(is_staff=True)

    def put(status: int, archive: bytes, query: str = "") -> None:
        answer = door(staff).put(f"/api/v1/tasks/tiny-2017/{query}", archive, "application/zip")
        assert answer.status_code == status
        hold(schema, "tasks/{slug}/", "put", answer)

    put(200, packed(folder, beside=True), "?dry_run=1")
    put(201, packed(folder, beside=True))
    with on_record(by=staff, reason="Let them see."):
        Task.objects.filter(slug="tiny-2017").update(visibility="live")
    put(409, packed(folder))
    put(422, b"no zip")


def test_a_moved_phase_is_answered_as_described(schema, door, registration):
    place = "tasks/{slug}/phases/{kind}/"
    client, url = door(make_user(is_staff=True)), place.format(slug="plantclef", kind="submission")

    def patch(status: int, **body: Any) -> None:
        answer = client.patch(f"/api/v1/{url}", json.dumps(body), "application/json")
        assert answer.status_code == status
        hold(schema, place, "patch", answer)

    patch(200, closes_at="2017-06-01T00:00:00Z", reason="more time")
    patch(400, closes_at="soon", reason="more time")
    patch(422, closes_at="2017-01-01T00:00:00Z", reason="less time")
    record = client.get("/api/v1/tasks/plantclef/phase-changes/")
    assert len(record.json()) == 1
    hold(schema, "tasks/{slug}/phase-changes/", "get", record)


def test_a_hidden_and_an_empty_run_are_as_described(schema, door, captain, registration, tmp_path):
    rejected = score_run(make_run(registration, tmp_path, "q0;nobody;0.5\n"))
    queued = make_run(registration, tmp_path)
    for run in (rejected, queued):
        hold(schema, "runs/{id}/", "get", door(captain).get(f"/api/v1/runs/{run.pk}/"))
    body = json.dumps({"description": {"n_networks": 1}})
    patched = door(captain).patch(f"/api/v1/runs/{queued.pk}/", body, "application/json")
    hold(schema, "runs/{id}/", "patch", patched)
    withdrawn = door(captain).post(f"/api/v1/runs/{queued.pk}/withdrawal/")
    hold(schema, "runs/{id}/withdrawal/", "post", withdrawn)


# ---------------------------------------------------------------- the page
def test_the_docs_come_from_this_host_without_inline_scripts():
    page = Client().get("/api/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in text
    assert "//" not in text.replace("http://testserver", "").replace("<!--", "").split("<body")[1]
    assert "<style" not in text
    assert "<script>" not in text

    script = Client().get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert "SwaggerUIBundle" in script.content.decode()
