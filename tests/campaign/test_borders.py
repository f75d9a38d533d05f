"""Every border of every phase, just before it, at it and just after it, with the one clock.

A phase is open from its first moment until just before its last.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaign import clock, storage
from campaign.models import DataFile, DataSet, Registration, Run, Task
from tests.campaign.factories import (
    NOW,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_user,
    ranked_lines,
    score_run,
)

pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
OPENS = NOW
CLOSES = NOW + timedelta(days=7)
FAR = NOW + timedelta(days=700)


Stop = Callable[[datetime], None]


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> Stop:
    """Return what stops the one clock at a moment."""

    def at(moment: datetime) -> None:
        class Stopped:
            @staticmethod
            def now(tz: Any) -> datetime:
                return moment.astimezone(tz)

        monkeypatch.setattr(clock, "datetime", Stopped)

    return at


def around(border: datetime) -> tuple[datetime, datetime, datetime]:
    return border - TICK, border, border + TICK


def login(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# ---------------------------------------------------------------- registration
def registers(task: Task) -> bool:
    """Tell whether a new team gets its place by the form."""
    user = make_user()
    form = {"new_team": f"Team of {user}", "rules": task.rules_versions.get().pk, "accept": "on"}
    login(user).post(f"/tasks/{task.slug}/register/", form)
    return Registration.objects.filter(team__members=user).exists()


@pytest.mark.parametrize(
    ("border", "open_then"), [(OPENS, (False, True, True)), (CLOSES, (True, False, False))]
)
def test_registration(stop, border, open_then):
    task = make_task(phases={"registration": (OPENS, CLOSES), "submission": (OPENS, FAR)})
    found = []
    for moment in around(border):
        stop(moment)
        found.append(registers(task))
    assert tuple(found) == open_then


# ---------------------------------------------------------------- data
@pytest.mark.parametrize(
    ("phase", "role"), [("training_data", "training_trusted"), ("test_data", "test")]
)
def test_data(stop, tmp_path, phase, role):
    """Training and test data open, each at its moment, and are not taken away again."""
    task = make_task(phases={phase: (OPENS, CLOSES)})
    place = data_file(task, role, tmp_path)
    member = login(make_registration(task).team.members.get())

    def status_at(moment: datetime) -> int:
        stop(moment)
        answer = member.get(place)
        answer.getvalue()
        return int(answer.status_code)

    assert [status_at(moment) for moment in around(OPENS)] == [403, 200, 200]
    assert [status_at(moment) for moment in around(CLOSES)] == [200, 200, 200]


def data_file(task: Task, role: str, tmp_path: Path) -> str:
    (tmp_path / "a.csv").write_text("a;b\n")
    key = storage.store_folder(tmp_path, ["a.csv"], under=storage.DATA)
    data_set = DataSet.objects.create(
        task=task, slug="data", title="Data", role=role, access="registered"
    )
    DataFile.objects.create(
        data_set=data_set, name="a.csv", size=4, sha256="0" * 64, key=f"{key}/a.csv"
    )
    return f"/tasks/{task.slug}/data/data/1/a.csv"


@pytest.mark.parametrize("table", ["queries", "classes", "media", "sample-run"])
def test_tables_of_the_test(stop, client, table):
    task = make_task(phases={"test_data": (OPENS, None)})

    def status_at(moment: datetime) -> int:
        stop(moment)
        answer = client.get(f"/api/v1/tasks/{task.slug}/{table}/")
        answer.getvalue()  # the test client closes a stream at its end
        return int(answer.status_code)

    found = [status_at(moment) for moment in around(OPENS)]
    assert found == [404, 200, 200]


# ---------------------------------------------------------------- submission, and late runs
def submits(task: Task, salt: str) -> str:
    """Return what becomes of an upload by the form, at this moment: in time, late or refused."""
    registration = make_registration(task)
    file = SimpleUploadedFile("run.csv", ranked_lines(salt=salt).encode())
    client = login(registration.team.members.get())
    answer = client.post(f"/tasks/{task.slug}/submit/", {"file": file})
    run = Run.objects.filter(registration=registration).first()
    assert (run is not None) == (answer.status_code == 302)
    if run is None:
        return "refused"
    return "late" if run.late else "in time"


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        (OPENS, ["refused", "in time", "in time"]),
        (CLOSES, ["in time", "late", "late"]),
        (FAR, ["late", "refused", "refused"]),
    ],
    ids=["submission opens", "the deadline", "the last late runs"],
)
def test_submission_and_post_campaign(stop, border, expected):
    task = make_task(phases={"submission": (OPENS, CLOSES), "post_campaign": (CLOSES, FAR)})
    found = []
    for moment in around(border):
        stop(moment)
        found.append(submits(task, ""))
    assert found == expected


def test_between_the_deadline_and_a_later_post_campaign_nothing_is_taken(stop):
    late_from = CLOSES + timedelta(days=1)
    task = make_task(phases={"submission": (OPENS, CLOSES), "post_campaign": (late_from, None)})
    found = []
    for moment in (*around(CLOSES), *around(late_from)):
        stop(moment)
        found.append(submits(task, ""))
    assert found == ["in time", "refused", "refused", "refused", "late", "late"]


def test_a_description_may_be_changed_until_the_deadline(stop, tmp_path):
    task = make_task(phases={"submission": (OPENS, CLOSES)})
    run = make_run(make_registration(task), tmp_path, at=OPENS)
    client = login(run.registration.team.members.get())
    found = []
    for number, moment in enumerate(around(CLOSES), 1):
        stop(moment)
        client.post(f"/runs/{run.pk}/description/", {"n_networks": str(number)})
        run.refresh_from_db()
        found.append(run.description.get("n_networks"))
    assert found == [1, 1, 1]


# ---------------------------------------------------------------- results
def test_results(stop, client, tmp_path):
    """A tick before, nobody sees a score; from the moment on everybody does."""
    task = make_task(
        visibility="never", phases={"submission": (OPENS, CLOSES), "results": (CLOSES, None)}
    )
    run = score_run(make_run(make_registration(task, make_team()), tmp_path, at=OPENS))
    found = []
    for moment in around(CLOSES):
        stop(moment)
        board = client.get(f"/api/v1/tasks/{task.slug}/leaderboard/").json()
        page = client.get(f"/runs/{run.pk}/")
        found.append((bool(board["entries"]), page.status_code))
    assert found == [(False, 404), (True, 200), (True, 200)]


# ---------------------------------------------------------------- what is said of them
def test_the_page_and_the_api_say_the_same_at_every_border(stop, client):
    task = make_task(phases={"submission": (OPENS, CLOSES)})
    for border, opens in ((OPENS, [False, True, True]), (CLOSES, [True, False, False])):
        found = []
        for moment in around(border):
            stop(moment)
            answer = client.get(f"/api/v1/tasks/{task.slug}/").json()
            (phase,) = [one for one in answer["phases"] if one["kind"] == "submission"]
            found.append(phase["open"])
        assert found == opens
