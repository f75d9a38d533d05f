"""Croissant: what dataset search engines and loaders read of a data set."""

import hashlib
import json
from typing import Any

import mlcroissant
import pytest
from django.test import Client

from campaign.models import DataFile, DataSet
from tests.campaign.factories import NOW, make_campaign, make_task

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated"),  # of rdflib, by itself
]

DIGEST = hashlib.sha256(b"x").hexdigest()


@pytest.fixture
def data_set():
    task = make_task("plants", campaign=make_campaign("lab"), phases={"training_data": (NOW, None)})
    row = DataSet.objects.create(
        task=task,
        slug="trusted-eol",
        title="Trusted: <b>EOL</b>",
        role="training_trusted",
        licence="https://creativecommons.org/licenses/by/4.0/",
        description="Images with *trusted* labels.",
    )
    for name in ("images.zip", "labels.csv", "notes of 2017"):
        url = f"https://elsewhere.example/{name[:3]}"
        DataFile.objects.create(data_set=row, name=name, size=10, sha256=DIGEST, url=url)
    return row


def described(version: str = "1") -> Any:
    answer = Client().get(f"/tasks/plants/croissant/trusted-eol/{version}.json")
    assert answer["Content-Type"] == "application/ld+json"
    return json.loads(answer.content)


def test_mlcroissant_finds_nothing_wrong(data_set, caplog):
    metadata = mlcroissant.Dataset(described()).metadata
    assert metadata.ctx.issues.errors == set()
    assert metadata.ctx.issues.warnings == set()
    assert caplog.messages == []
    assert metadata.name == "plants-trusted-eol"
    assert [one.sha256 for one in metadata.distribution] == [DIGEST] * 3


def test_files_are_to_be_had_here_by_whoever_may(data_set):
    said = described()
    first, *_ = said["distribution"]
    assert first["contentUrl"] == ("http://testserver/tasks/plants/data/trusted-eol/1/images.zip")
    assert first["contentSize"] == "10 B"
    assert first["encodingFormat"] == "application/zip"
    assert said["conditionsOfAccess"] == "for teams that registered for the task"
    assert said["datePublished"] == NOW.isoformat()
    assert "elsewhere.example" not in json.dumps(said)


def test_a_data_set_without_files_licence_or_date_is_described_too(data_set):
    data_set.files.all().delete()
    DataSet.objects.update(licence="", role="test", version="2017-b")
    metadata = mlcroissant.Dataset(described("2017-b")).metadata
    assert metadata.ctx.issues.errors == set()


def test_its_page_leads_there(data_set):
    page = Client().get("/tasks/plants/data/").content.decode()
    assert "/tasks/plants/croissant/trusted-eol/1.json" in page
    answer = Client().get("/tasks/plants/croissant/nothing/1.json")
    assert answer.status_code == 404
