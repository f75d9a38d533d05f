"""Data sets over the API: what there is, what one may have of it, and the files in parts."""

import hashlib

import pytest
from django.test import Client

from campaign import storage
from campaign.models import DataFile, DataSet
from tests.campaign.factories import make_registration, make_task, make_user

URL = "/api/v1/tasks/plantclef/data-sets/"
CONTENT = b"a;b\n1;2\n"


@pytest.fixture(autouse=True)
def data_sets(task, tmp_path):
    """Make a data set of each access in two versions, with a file here and one elsewhere."""
    (tmp_path / "file.csv").write_bytes(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    for access in DataSet.Access.values:
        for version in ("1", "2"):
            row = DataSet.objects.create(
                task=task, slug=access, version=version, title=access, role="test", access=access
            )
            key = storage.store_folder(tmp_path, ["file.csv"], under=storage.DATA)
            DataFile.objects.create(
                data_set=row, name="file.csv", size=8, sha256=digest, key=f"{key}/file.csv"
            )
            url = f"https://elsewhere.example/{access}.zip"
            DataFile.objects.create(
                data_set=row, name="images.zip", size=99, sha256="0" * 64, url=url
            )


def obstacles(said) -> dict[str, str]:
    return {one["slug"]: one["obstacle"] for one in said}


def test_everybody_reads_what_there_is_and_why_it_is_not_for_them(door):
    answer = door().get(URL)
    said = answer.json()
    assert [(one["slug"], one["version"]) for one in said] == [
        (slug, version) for slug in ("approved", "public", "registered") for version in ("2", "1")
    ]
    assert obstacles(said) == {
        "approved": "not_approved",
        "public": "",
        "registered": "not_registered",
    }
    assert said[0]["why_not"].startswith("Files of this data set are for teams that the organisers")
    assert [file["url"] for file in said[0]["files"]] == [None, None]
    assert "elsewhere.example" not in answer.content.decode()


def test_a_token_of_the_team_opens_what_is_for_the_team(door, captain):
    said = door(captain).get(URL).json()
    assert set(obstacles(said).values()) == {""}
    file, elsewhere = said[0]["files"]
    assert (file["size"], file["elsewhere"], elsewhere["elsewhere"]) == (8, False, True)
    answer = door(captain).get(file["url"])
    assert b"".join(answer) == CONTENT
    assert answer["ETag"] == f'"{file["sha256"]}"'
    led = door(captain).get(elsewhere["url"])
    assert (led.status_code, led["Location"]) == (302, "https://elsewhere.example/approved.zip")


def test_a_broken_download_goes_on(door, captain):
    url = f"{URL}registered/1/file.csv/"
    digest = hashlib.sha256(CONTENT).hexdigest()
    part = door(captain).get(url, headers={"Range": "bytes=4-", "If-Range": f'"{digest}"'})
    assert (part.status_code, b"".join(part)) == (206, CONTENT[4:])
    other = door(captain).get(url, headers={"Range": "bytes=4-", "If-Range": '"another"'})
    assert (other.status_code, b"".join(other)) == (200, CONTENT)
    assert door(captain).get(url, headers={"Range": "bytes=8-"}).status_code == 416


def test_what_is_not_for_one_is_refused_with_why(door):
    answer = door(make_user()).get(f"{URL}registered/1/file.csv/")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_registered")
    assert door().get(f"{URL}registered/3/file.csv/").status_code == 404


def test_before_its_time_nothing_is_to_be_had(tmp_path, door):
    task = make_task("later", phases={"test_data": (None, None)})
    task.phases.filter(kind="test_data").update(never=True)
    row = DataSet.objects.create(task=task, slug="t", title="t", role="test", access="public")
    DataFile.objects.create(
        data_set=row, name="a", size=1, sha256="0" * 64, url="https://a.example"
    )
    make_registration(task)
    (said,) = door().get("/api/v1/tasks/later/data-sets/").json()
    assert (said["obstacle"], said["files"][0]["url"]) == ("not_open", None)


def test_more_data_sets_cost_no_more_queries(task, django_assert_num_queries):
    with django_assert_num_queries(4):
        Client().get(URL)
