"""No role sees a button that it may not press, nor a link that leads nowhere."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from campaign.models import CampaignRole, Phase, Run, Task, User
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.packages import ask_for_package, make_package
from campaign.services.rescorings import start_rescoring
from campaign.views.organise import PAGES
from tests.campaign.factories import (
    DEADLINE,
    NOW,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    ranked_lines,
    score_run,
    sender,
)
from tests.campaign.views.forms_of_pages import Form, Sent, forms_and_links

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("set_clock")]

ROLES = ("owner", "organiser", "viewer", "staff")


@pytest.fixture
def task(tmp_path) -> Task:
    """Make a task in which everything waits that can: runs of each kind, teams, a truth, a bid."""
    campaign = make_campaign("lab")
    for name in ROLES[:3]:
        CampaignRole.objects.create(campaign=campaign, user=make_user(name), name=name)
    staff = make_user("staff", is_staff=True)
    late = {"post_campaign": (DEADLINE, None)}
    task = make_task("plants", campaign=campaign, approval=True, phases=late)
    team = make_registration(task, make_team("Fern"))
    score_run(make_run(team, tmp_path))
    score_run(make_run(team, tmp_path, ranked_lines(7), at=DEADLINE + timedelta(hours=1)))
    make_run(team, tmp_path, ranked_lines(6)).evaluations.update(
        state="failed", attempts=3, failure="MemoryError", finished_at=NOW
    )
    out = score_run(make_run(make_registration(task, make_team("Moss")), tmp_path))
    type(out).objects.filter(pk=out.pk).update(standing="disqualified", standing_reason="no")
    make_registration(task, make_team("Elm"), state="pending")
    make_registration(task, make_team("Ash", generated=True))
    make_package(package_id=ask_for_package(task=task, by=staff, now=NOW).pk)
    invite_organiser(campaign=campaign, email="x@example.org", role="viewer", by=staff, now=NOW)
    make_truth(task, ["mrr"], {})
    return task


def each_state(task: Task) -> Iterator[Task]:
    """Yield the task while another truth version waits, and with a re-scoring by it as it goes on."""
    yield task
    truth, by = task.truth_versions.get(number=2), User.objects.get(username="owner")
    rescoring = start_rescoring(truth=truth, by=by, reason="A mistake.", now=NOW)
    for state in ("running", "ready"):
        type(rescoring).objects.update(state=state)
        yield task


def pages(task: Task) -> Iterator[str]:
    """Yield the addresses of all pages of the organisers, and of the people of the campaign."""
    yield reverse("campaign", args=[task.campaign.slug])
    yield reverse("campaign-people", args=[task.campaign.slug])
    for route, _title in PAGES:
        yield reverse(route, args=[task.slug])
    for route, wanted in (
        ("organise-phase", Phase.Kind.values),
        ("organise-registration", task.registrations.values_list("pk", flat=True)),
        ("organise-run", Run.objects.values_list("pk", flat=True)),
        ("organise-truth", task.truth_versions.values_list("number", flat=True)),
        ("organise-rescoring", task.rescorings.values_list("pk", flat=True)),
        ("rescoring-progress", task.rescorings.values_list("pk", flat=True)),
    ):
        yield from (reverse(route, args=[task.slug, one]) for one in wanted)
    yield from (reverse("run", args=[pk]) for pk in Run.objects.values_list("pk", flat=True))


def shown(client: Client, page: str) -> tuple[list[Form], set[str]]:
    answer = client.get(page)
    assert answer.status_code == 200, page
    return forms_and_links(answer.content.decode(), page)


def is_for(client: Client, form: Form, sent: Sent) -> bool:
    """Press a button, undo what it changed, and tell whether it was this person's to press.

    What was sent may be wrong, and things may stand otherwise: then too it says what would be right.
    """
    with transaction.atomic():
        answer = client.post(form.action, sent)
        transaction.set_rollback(True)
    if answer.status_code == 403:
        return "Only an o" not in answer.content.decode()  # organiser, or owner
    return answer.status_code in {200, 302, 400, 409, 422}


@pytest.mark.parametrize("role", ROLES)
def test_every_button_and_link_that_a_role_sees_is_for_it(task, role):
    client, n_pressed = logged_in(role), 0
    links: set[str] = set()
    for state in each_state(task):
        for page in pages(state):
            forms, there = shown(client, page)
            links |= there
            for form in forms:
                for sent in form.sendings():
                    n_pressed += 1
                    assert is_for(client, form, sent), (page, form, sent)
    assert n_pressed == 3 if role == "viewer" else n_pressed > 60  # a viewer lays down the role
    for link in links:
        assert found(client, link), link


def found(client: Client, link: str) -> bool:
    answer = client.get(link)
    if answer.streaming:
        b"".join(answer)  # to the end, so that the file is closed
    return answer.status_code in {200, 302}


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


# ---------------------------------------------------------------- between the two pages of a run
def test_from_a_run_to_its_page_for_organisers_and_back(task):
    run = Run.objects.earliest("pk")
    here, there = reverse("run", args=[run.pk]), reverse("organise-run", args=["plants", run.pk])
    for role in ROLES:
        assert there in shown(logged_in(role), here)[1]
        assert here in shown(logged_in(role), there)[1]
    team = logged_in(sender(run).username)
    assert there not in team.get(here).content.decode()
