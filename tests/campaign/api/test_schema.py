"""The API's description of itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
DOCUMENTED = (ROOT / "docs" / "api.md").read_text()


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return the description as drf-spectacular writes it, with every warning an error."""
    file = tmp_path_factory.mktemp("schema") / "schema.yaml"
    command = [sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn"]
    made = subprocess.run(
        [*command, "--file", str(file)],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "campaign.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    document: dict = YAML(typ="safe").load(file)
    return document


def test_every_address_is_described_and_documented(schema):
    assert "/api/v1/tasks/{slug}/runs/" in schema["paths"]
    for path in schema["paths"]:
        below = path.removeprefix("/api/v1/").replace("{slug}", "SLUG").replace("{id}", "ID")
        last = below.rstrip("/").rpartition("/")[2]
        assert f"{last}/" in DOCUMENTED, path


def test_every_operation_says_what_it_refuses(schema):
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            if method == "post":
                assert {"401", "403", "404"} <= operation["responses"].keys(), path


@pytest.mark.django_db
def test_the_description_and_its_page_are_there():
    assert Client().get("/api/v1/schema/").status_code == 200
    page = Client().get("/api/docs/")
    assert page.status_code == 200
    assert "http" not in page.content.decode().replace("http://testserver", "").split("<body")[0]
