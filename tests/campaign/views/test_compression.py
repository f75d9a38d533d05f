"""What is made for who asks comes compressed where that is understood; stored files come as they lie."""

import gzip

import pytest
from django.test import Client

from tests.campaign.access_world import make_data_set
from tests.campaign.factories import make_task

pytestmark = pytest.mark.django_db

PACKED = {"accept-encoding": "gzip, br"}
FILE = "/tasks/plants/data/public/1/file.csv"
TEXTS = (
    "/tasks/plants/",
    "/tasks/plants/croissant/public/1.json",
    "/news.atom",
    "/sitemap.xml",
    "/api/v1/tasks/",
)


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture(autouse=True)
def task(tmp_path):
    task = make_task("plants")
    make_data_set(task, "public", tmp_path)
    return task


@pytest.mark.parametrize("path", TEXTS)
def test_text_comes_packed_to_whoever_unpacks_it(client, path):
    client.get(path)  # makes the cookie that forms are good for
    plain, packed = client.get(path), client.get(path, headers=PACKED)

    assert not plain.has_header("Content-Encoding")
    assert packed["Content-Encoding"] == "gzip"
    assert packed["Content-Length"] == str(len(packed.content))
    assert "Accept-Encoding" in plain["Vary"]
    assert len(gzip.decompress(packed.content)) == len(plain.content)


def test_whoever_has_a_packed_page_is_told_that_it_is_still_right(client):
    client.get("/")
    etag = client.get("/", headers=PACKED)["ETag"]
    same = client.get("/", headers=PACKED | {"if-none-match": etag})

    assert (same.status_code, same.content) == (304, b"")
    assert client.get("/")["ETag"] == etag


def test_a_file_comes_as_it_lies_whole_and_in_part(client):
    whole = client.get(FILE, headers=PACKED)
    part = client.get(FILE, headers=PACKED | {"range": "bytes=2-"})

    assert (whole.getvalue(), part.getvalue()) == (b"a;b\n", b"b\n")
    assert (part.status_code, part["Content-Range"]) == (206, "bytes 2-3/4")
    for answer in (whole, part):
        assert not answer.has_header("Content-Encoding")
        assert answer["ETag"].startswith('"')  # so that If-Range holds


def test_what_is_the_same_has_not_one_length_for_who_listens_in():
    """Against BREACH: a guess that is right must not show by one byte less."""
    client = Client(headers=PACKED)
    assert len({len(client.get("/").content) for _ in range(20)}) > 1
