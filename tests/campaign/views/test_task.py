"""The public tabs of a task: overview, rules, and the data for whoever may have it."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaign import storage
from campaign.models import DataFile, DataSet, Registration, Task
from scoring import RunRules
from tests.campaign.factories import DEADLINE, NOW, make_registration, make_task, make_team
from tests.campaign.views.pages import main_of, text_of

pytestmark = pytest.mark.django_db

CONTENT = b"MediaId;Path\n" + b"m1;a/very/long/path.jpg\n" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(autouse=True)
def clock(set_clock):
    return set_clock


@pytest.fixture
def task():
    return make_task("plants")


def tab(client, name, task, **query):
    answer = client.get(reverse(name, args=[task.slug]), query)
    assert answer.status_code == 200
    return main_of(answer)


def member_of(task, state=Registration.State.APPROVED):
    registration = make_registration(task, state=state)
    client = Client()
    client.force_login(registration.team.members.get())
    return client


# ---------------------------------------------------------------- head and overview
@pytest.mark.parametrize("name", ["task", "task-data", "task-rules", "task-leaderboard"])
def test_every_tab_knows_where_it_is(client, task, name):
    page = tab(client, name, task)
    assert page.count("<h1") == 1
    assert page.count('aria-current="page"') == 1
    assert reverse("campaign", args=[task.campaign.slug]) in page


def test_an_unknown_task_is_not_found_on_any_tab(client):
    for name in ("task", "task-data", "task-rules", "task-leaderboard"):
        assert client.get(reverse(name, args=["nothing"])).status_code == 404


def test_the_label_says_what_there_is_to_do(client, task):
    page = text_of(tab(client, "task", task))
    assert "Submission closes 8 May 2017, 22:00 UTC (in 1 week)" in page
    assert "Queries 8 Media 16 Classes 6 Ranked by MRR Runs a team 4" in page


def test_a_task_without_a_truth_has_pages_too(client):
    task = make_task()
    task.current_truth = None
    task.save()
    for name in ("task", "task-data", "task-rules", "task-leaderboard"):
        tab(client, name, task)


def test_a_generated_task_says_so_on_every_tab(client):
    task = make_task(generated=True)
    for name in ("task", "task-data", "task-rules", "task-leaderboard"):
        assert 'class="mark generated"' in tab(client, name, task), name


def test_the_overview_is_markdown_made_safe(client, task):
    task.overview = "A **plant**.\n\n<script>alert(1)</script>\n\n[x](javascript:alert(1))"
    task.save()
    page = tab(client, "task", task)
    assert "<strong>plant</strong>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_table_in_markdown_can_be_moved_by_keyboard(client, task):
    task.overview = "| a | b |\n|---|---|\n| 1 | `<table>` |"
    task.save()
    page = tab(client, "task", task)
    assert page.count('<div class="scroll" tabindex="0"><table>') == 1
    assert "<code>&lt;table&gt;</code>" in page


def test_the_rules_say_their_version(client, task):
    page = text_of(tab(client, "task-rules", task))
    assert "Version 1, of 1 May 2017" in page
    assert "Play fair." in page
    assert "QueryId;ClassId;Probability[;Rank]" in page


def test_the_rules_explain_the_metrics_whatever_the_shape(client):
    task = make_task(
        shape="set",
        metrics=["f1_samples", "coverage"],
        rules={"image_runs": False, "group_by": "transect"},
    )
    page = text_of(tab(client, "task-rules", task))
    assert "F1, samples F1 of the classes answered to a query" in page
    assert "PlantCLEF 2024-2025" in page
    assert "F1 averaged within transect" in page


def test_without_rules_the_tab_says_so(client, task):
    bare = Task.objects.create(
        campaign=task.campaign,
        slug="bare",
        titles={"en": "Bare"},
        shape="label",
        run_rules_json=RunRules(shape="label").to_json(),
    )
    assert "No rules are written down yet" in tab(client, "task-rules", bare)
    assert "This task publishes no data set" in tab(client, "task-data", bare)


# ---------------------------------------------------------------- data
@pytest.fixture
def file(task, tmp_path):
    return make_file(task, DataSet.Access.REGISTERED, tmp_path)


def make_file(task, access, tmp_path, role=DataSet.Role.TRAINING_TRUSTED):
    folder = tmp_path / f"data-{access}-{role}"
    folder.mkdir()
    (folder / "train.csv").write_bytes(CONTENT)
    key = storage.store_folder(folder, ["train.csv"], under=storage.DATA)
    data_set = DataSet.objects.create(
        task=task,
        slug=f"{access}-{role}",
        title="Trusted pictures",
        role=role,
        access=access,
        licence="CC BY 4.0",
    )
    return DataFile.objects.create(
        data_set=data_set,
        name="train.csv",
        size=len(CONTENT),
        sha256=DIGEST,
        key=f"{key}/train.csv",
    )


def place_of(file):
    row = file.data_set
    return reverse("data-file", args=[row.task.slug, row.slug, row.version, file.name])


def status(client, place):
    answer = client.get(place)
    answer.getvalue()  # the test client closes a stream at its end
    return answer.status_code


def test_a_task_without_data_sets_says_so(client, task):
    page = tab(client, "task-data", task)
    assert "This task publishes no data set" in page
    assert "queries.csv" in page


def test_without_media_there_is_no_table_of_media(client):
    page = tab(client, "task-data", make_task(files={"media.csv": ""}))
    assert "queries.csv" in page
    assert "media.csv" not in page


def test_everybody_sees_what_there_is_and_why_it_is_not_to_be_had(client, task, file):
    page = tab(client, "task-data", task)
    assert "Trusted pictures" in page
    assert "CC BY 4.0" in page
    assert DIGEST in page
    assert "log in, and register for the task" in page
    assert place_of(file) not in page
    assert place_of(file) in tab(member_of(task), "task-data", task)


@pytest.mark.parametrize(
    ("access", "anybody", "pending", "approved"),
    [("public", 200, 200, 200), ("registered", 403, 200, 200), ("approved", 403, 403, 200)],
)
def test_files_go_to_whoever_may_have_them(
    client, task, tmp_path, access, anybody, pending, approved
):
    place = place_of(make_file(task, access, tmp_path))
    assert status(client, place) == anybody
    assert status(member_of(task, Registration.State.PENDING), place) == pending
    assert status(member_of(task), place) == approved


def test_members_of_other_tasks_get_nothing(task, file):
    assert status(member_of(make_task()), place_of(file)) == 403


def test_before_its_phase_a_file_is_for_nobody(clock, tmp_path):
    task = make_task(phases={"test_data": (NOW + timedelta(days=1), None)})
    place = place_of(make_file(task, "registered", tmp_path, role=DataSet.Role.TEST))
    member = member_of(task)
    assert status(member, place) == 403
    page = tab(member, "task-data", task)
    assert "Opens on" in page
    assert "The test data becomes public on" in text_of(page)
    clock(DEADLINE)
    assert status(member, place) == 200


def test_a_file_comes_whole_and_under_its_name(task, file):
    answer = member_of(task).get(place_of(file))
    assert answer.getvalue() == CONTENT
    assert answer["Content-Disposition"] == 'attachment; filename="train.csv"'
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == f'"{DIGEST}"'
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        ("bytes=10-999999999", 10, len(CONTENT)),
    ],
)
def test_a_broken_download_goes_on(task, file, asked, start, stop):
    answer = member_of(task).get(place_of(file), headers={"range": asked})
    assert answer.status_code == 206
    assert answer.getvalue() == CONTENT[start:stop]
    assert answer["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"


@pytest.mark.parametrize("asked", ["bytes=a-b", "bytes=9-3", "lines=1-2", "bytes=0-1,4-5"])
def test_what_is_no_single_range_is_answered_with_the_whole(task, file, asked):
    answer = member_of(task).get(place_of(file), headers={"range": asked})
    assert answer.status_code == 200
    assert answer.getvalue() == CONTENT


def test_a_range_past_the_end_is_refused(task, file):
    answer = member_of(task).get(place_of(file), headers={"range": "bytes=999999-"})
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(CONTENT)}"


def test_a_file_that_changed_is_sent_from_its_beginning(task, file):
    headers = {"range": "bytes=5-", "if-range": '"another"'}
    answer = member_of(task).get(place_of(file), headers=headers)
    assert answer.status_code == 200
    assert answer.getvalue() == CONTENT


def test_no_address_leads_out_of_the_data_set(task, file):
    member = member_of(task)
    for name in ("ground_truth.csv", "..%2Fground_truth.csv", "%2e%2e"):
        place = place_of(file).replace("train.csv", name)
        assert status(member, place) == 404, name


def test_a_team_is_named_as_text(task):
    team = make_team("<b>🌿 Ünï</b>")
    client = Client()
    client.force_login(make_registration(task, team).team.members.get())
    page = tab(client, "task", task)
    assert "&lt;b&gt;🌿 Ünï&lt;/b&gt;" in page
    assert "<b>🌿" not in page
