"""What killed processes leave in private storage goes, and what rows claim stays."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from campaign.clock import now
from campaign.models import DataFile, DataSet
from campaign.services.stored_files import tidy_files
from tests.campaign.factories import make_registration, make_run, make_task

pytestmark = pytest.mark.django_db

OLD = timedelta(days=2)


def files(private: Path) -> set[str]:
    return {str(path.relative_to(private)) for path in private.rglob("*") if path.is_file()}


@pytest.fixture
def leave(private_files: Path) -> Callable[..., str]:
    """Return how to leave a file behind."""

    def left(name: str, *, age: timedelta = OLD) -> str:
        path = private_files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("left by a killed process")
        moment = (now() - age).timestamp()
        for touched in (path, path.parent):
            os.utime(touched, (moment, moment))
        return name

    return left


def test_what_rows_claim_stays_however_old_it_is(tmp_path, private_files, leave):
    task = make_task()
    make_run(make_registration(task), tmp_path)
    data_set = DataSet.objects.create(task=task, slug="train", title="Training", role="test")
    key = leave("data/one/images.csv")
    DataFile.objects.create(data_set=data_set, name="images.csv", size=1, sha256="0" * 64, key=key)
    before = files(private_files)

    assert tidy_files(now=now() + timedelta(days=400)) == 0
    assert files(private_files) == before


@pytest.mark.parametrize(
    "name",
    [
        "runs/orphan",
        "truths/half/classes.csv",
        "data/half/a.zip",
        "packages/lost.zip",
        "incoming/x.upload",
    ],
)
def test_what_nobody_claims_goes_after_a_day(private_files, leave, name):
    kept = leave(f"{name}-fresh", age=timedelta(hours=23))
    leave(name)

    assert tidy_files(now=now()) == 1
    assert files(private_files) == {kept}


def test_folders_that_became_empty_go_too(private_files, leave):
    leave("truths/half/classes.csv")
    tidy_files(now=now())
    assert not list((private_files / "truths").iterdir())


def test_a_scorer_s_folder_whose_worker_was_killed_goes(private_files, leave):
    leave("incoming/clefboard-scorer-x/rules.json")
    assert tidy_files(now=now()) == 1
    assert not list((private_files / "incoming").iterdir())
