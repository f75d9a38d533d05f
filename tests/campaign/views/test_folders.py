"""The folder of a task on the web: nothing is loaded before its sender has seen what it changes."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaign.models import Campaign, CampaignRole, Task, User
from campaign.services.roles import on_record
from tests.campaign.factories import make_campaign, make_user
from tests.campaign.folders import load, make_lab, packed
from tests.campaign.views.pages import main_of, text_of
from tests.clefboard.task_folder.folders import edit

pytestmark = pytest.mark.django_db
PAGE = "/tasks/tiny-2017/organise/folder/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lab").mkdir()
    return make_lab(tmp_path / "lab")


@pytest.fixture
def organiser(client: Client, folder) -> User:
    load(folder)
    user = make_user("organiser")
    CampaignRole.objects.create(campaign=Campaign.objects.get(), user=user)
    client.force_login(user)
    return user


def send(client: Client, folder: Path, page: str = PAGE, **fields: str):
    beside = fields.pop("beside", "")
    file = SimpleUploadedFile("tiny.zip", packed(folder, beside=bool(beside)))
    return client.post(page, {"file": file, **fields})


def kept(answer) -> dict[str, str]:
    """Return the hidden fields of the question."""
    found = re.findall(
        r'<input type="hidden" name="(kept|reason)" value="([^"]*)"', main_of(answer)
    )
    assert dict(found).get("kept"), text_of(main_of(answer))
    return dict(found)


def test_the_difference_is_shown_and_loaded_when_it_is_agreed_to(
    client, folder, organiser, private_files
):
    (folder / "overview.md").write_text("New.\n")

    question = send(client, folder, reason="It was vague.")

    assert "This would change task tiny-2017: overview (lines new: 1, gone: 1)" in text_of(
        main_of(question)
    )
    assert Task.objects.get().overview == "About the task.\n"
    answer = client.post(PAGE, kept(question), follow=True)
    assert "Tiny is as its folder says." in answer.content.decode()
    assert answer.redirect_chain == [(PAGE, 302)]
    assert Task.objects.get().overview == "New.\n"
    assert list((private_files / "incoming").iterdir()) == []
    event = apps.get_model("campaign", "TaskEvent").objects.order_by("pgh_id").last()
    assert event.pgh_context.metadata["reason"] == "It was vague."
    assert event.pgh_context.metadata["user"] == organiser.pk


def test_what_is_not_agreed_to_is_gone(client, folder, organiser, private_files):
    (folder / "overview.md").write_text("New.\n")
    question = send(client, folder)

    answer = client.post(PAGE, kept(question) | {"drop": "1"}, follow=True)

    assert "nothing has changed" in answer.content.decode()
    assert Task.objects.get().overview == "About the task.\n"
    assert list((private_files / "incoming").iterdir()) == []


def test_a_folder_without_a_difference_asks_nothing(client, folder, organiser, private_files):
    answer = send(client, folder)

    assert "Nothing would change" in text_of(main_of(answer))
    assert 'name="kept"' not in main_of(answer)
    assert list((private_files / "incoming").iterdir()) == []


def test_what_others_changed_since_stands_out(client, folder, organiser):
    with on_record(by=make_user("carol"), reason="Let them see."):
        task = Task.objects.get()
        task.visibility = "live"
        task.save()

    question = send(client, folder)

    assert "visibility, changed by carol on" in text_of(main_of(question))
    assert "(Let them see.)" in text_of(main_of(question))
    client.post(PAGE, kept(question))
    assert Task.objects.get().visibility == "never"


def test_what_changed_between_question_and_answer_is_asked_anew(
    client, folder, organiser, private_files
):
    (folder / "overview.md").write_text("New.\n")
    question = send(client, folder)
    with on_record(by=organiser, reason="Let them see."):
        task = Task.objects.get()
        task.visibility = "live"
        task.save()

    answer = client.post(PAGE, kept(question))

    assert answer.status_code == 409
    assert "The task has changed since you looked" in text_of(main_of(answer))
    assert Task.objects.get().visibility == "live"
    assert list((private_files / "incoming").iterdir()) == []


def test_problems_are_a_line_each(client, folder, organiser, private_files):
    edit(folder, "metrics: [mrr, top_1]", "metrics: [mrrr]")
    (folder / "rules.md").write_text("")

    page = send(client, folder)

    assert page.status_code == 422
    text = text_of(main_of(page))
    assert "The folder has 2 problems; nothing was loaded." in text
    assert "task.yaml:6: " in text
    assert "rules.md: is empty" in text
    assert list((private_files / "incoming").iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK"])
def test_what_is_no_archive_is_said_so(client, organiser, content):
    page = client.post(PAGE, {"file": SimpleUploadedFile("a.zip", content)})
    assert page.status_code == 422
    assert "is no zip archive" in text_of(main_of(page))


def test_no_file_is_said_at_its_field(client, organiser):
    page = client.post(PAGE, {})
    assert page.status_code == 422
    assert "Choose the folder, packed as a .zip." in text_of(main_of(page))


def test_names_from_elsewhere_are_text(client, folder, organiser):
    (folder / "<script>alert(1)</script>").mkdir(parents=True)
    page = send(client, folder)
    assert "<script>alert" not in main_of(page)


def test_the_folder_can_be_fetched_there(client, organiser):
    page = main_of(client.get(PAGE))
    assert reverse("api-task-folder", args=["tiny-2017"]) in page
    answer = client.get(reverse("api-task-folder", args=["tiny-2017"]))
    assert b"".join(answer).startswith(b"PK")


def test_a_viewer_reads_that_it_is_for_others(client, folder, organiser):
    viewer = make_user("viewer")
    CampaignRole.objects.create(campaign=Campaign.objects.get(), user=viewer, name="viewer")
    client.force_login(viewer)

    page = main_of(client.get(PAGE))
    assert "Its owners and organisers load folders." in text_of(page)
    assert "/api/v1/tasks/tiny-2017/folder/" in page
    assert "<form" not in page
    assert send(client, folder).status_code == 403


def test_a_form_from_elsewhere_is_refused(folder, organiser):
    client = Client(enforce_csrf_checks=True)
    client.force_login(organiser)
    assert send(client, folder).status_code == 403


# ---------------------------------------------------------------- a new task
def test_an_organiser_loads_a_new_task_into_the_campaign(client, folder):
    campaign = make_campaign("lab-2017", organiser=(user := make_user()))
    client.force_login(user)
    page = client.get(campaign.get_absolute_url())
    assert reverse("campaign-load", args=["lab-2017"]) in main_of(page)

    question = send(client, folder, reverse("campaign-load", args=["lab-2017"]))

    assert "This would be made task tiny-2017 is new" in text_of(main_of(question))
    assert not Task.objects.exists()
    answer = client.post(reverse("campaign-load", args=["lab-2017"]), kept(question))
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert Task.objects.get().campaign == campaign


def test_staff_begins_an_empty_platform_with_one_archive(client, folder):
    client.force_login(make_user(is_staff=True))
    assert reverse("load") in main_of(client.get("/"))

    question = send(client, folder, reverse("load"), beside="1")

    assert "campaign lab-2017 is new" in text_of(main_of(question))
    assert not Campaign.objects.exists()
    client.post(reverse("load"), kept(question))
    assert Campaign.objects.get().tasks.get().slug == "tiny-2017"


def test_others_find_no_such_page(client, folder):
    make_campaign("lab-2017")
    client.force_login(make_user())
    for page in (reverse("load"), reverse("campaign-load", args=["lab-2017"])):
        assert client.get(page).status_code == 404
        assert send(client, folder, page).status_code == 404
    assert "Load a task" not in client.get("/campaigns/lab-2017/").content.decode()
