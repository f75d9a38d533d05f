"""The final package on the organisers' page: asked for, told of, fetched in parts."""

import io
import zipfile

import pytest
from django.test import Client

from campaign.models import CampaignRole, FinalPackage
from campaign.services.packages import make_package
from tests.campaign.factories import NOW, make_campaign, make_task, make_user
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

EXPORTS = "/tasks/plants/organise/exports/"
PACKAGES = "/tasks/plants/organise/packages/"


@pytest.fixture
def organiser(set_clock):
    return make_user("organiser")


@pytest.fixture
def task(organiser):
    return make_task("plants", campaign=make_campaign("lab", organiser=organiser))


@pytest.fixture
def client(organiser):
    client = Client()
    client.force_login(organiser)
    return client


def test_from_asking_to_fetching(task, client):
    answer = client.post(PACKAGES, follow=True)
    assert "It is being made" in answer.content.decode()
    package = FinalPackage.objects.get()
    address = f"{PACKAGES}{package.pk}.zip"
    assert client.get(address).status_code == 404

    make_package(package_id=package.pk)

    page = client.get(EXPORTS).content.decode()
    package.refresh_from_db()
    assert address in page
    assert package.sha256 in page
    assert package.key not in page
    answer = client.get(address)
    assert "plants-final-2017-05-01.zip" in answer["Content-Disposition"]
    whole = b"".join(answer)
    assert zipfile.ZipFile(io.BytesIO(whole)).testzip() is None
    part = client.get(address, headers={"Range": "bytes=100-"})
    assert (part.status_code, b"".join(part)) == (206, whole[100:])


def test_the_overview_kit_is_asked_for_beside_the_final_package(task, client):
    answer = client.post(PACKAGES, {"kind": "overview"}, follow=True)
    words = text_of(main_of(answer))
    assert "The overview kit is being made." in text_of(answer.content.decode())
    assert "This page says when" not in text_of(answer.content.decode())
    assert "It is being made" in words.partition("For the overview paper")[2]
    assert "No package is made yet" in words.partition("For the overview paper")[0]
    package = FinalPackage.objects.get()
    make_package(package_id=package.pk)
    assert "Overview kit of" in text_of(main_of(client.get(EXPORTS)))
    answer = client.get(f"{PACKAGES}{package.pk}.zip")
    assert "plants-overview-2017-05-01.zip" in answer["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(answer))).testzip() is None
    assert client.post(PACKAGES, {"kind": "another"}).status_code == 404


def test_nobody_else_finds_it(task, client):
    client.post(PACKAGES)
    package = FinalPackage.objects.get()
    make_package(package_id=package.pk)
    other = Client()
    other.force_login(make_user())
    for address in (EXPORTS, f"{PACKAGES}{package.pk}.zip"):
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert other.post(PACKAGES).status_code == 404


def test_a_package_of_another_task_is_not_found_here(task, client, organiser):
    other = make_task("others")
    package = FinalPackage.objects.create(
        task=other, asked_by=organiser, asked_at=NOW, made_at=NOW, state="made", key="packages/x"
    )
    assert client.get(f"{PACKAGES}{package.pk}.zip").status_code == 404


def test_who_only_looks_on_may_fetch_and_not_ask(task):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=task.campaign, user=viewer, name="viewer")
    client = Client()
    client.force_login(viewer)
    assert client.get(EXPORTS).status_code == 200
    assert client.post(PACKAGES).status_code == 403


def test_what_went_wrong_is_said(task, client, organiser):
    FinalPackage.objects.create(
        task=task, asked_by=organiser, asked_at=NOW, state="failed", failure="OSError: disk <full>"
    )
    page = client.get(EXPORTS).content.decode()
    assert "could not be made" in page
    assert "OSError: disk &lt;full&gt;" in page
