"""The life of a campaign with everything in it that one may have, made by the platform's own services."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.core import mail
from django.test import override_settings

from campaign.models import (
    BaselineTraining,
    Campaign,
    CampaignRole,
    HardwarePrice,
    Registration,
)
from campaign.scorer import ScorerFailed
from campaign.services import scores
from campaign.services.accounts import issue_token
from campaign.services.announcements import announce, stop_token
from campaign.services.campaign_invitations import accept_campaign_invitation, invite_organiser
from campaign.services.invitations import invite_by_mail
from campaign.services.mails import send_mails
from campaign.services.mergers import merge_teams, propose_merge
from campaign.services.moderation import disqualify_run
from campaign.services.packages import ask_for_package
from campaign.services.phases import Span, move_phase
from campaign.services.registrations import decide_registrations, give_extra_run
from campaign.services.rescorings import start_rescoring, switch_truth
from campaign.services.roles import give_role
from campaign.services.runs import withdraw_run
from campaign.services.teams import invite
from tests.campaign.crawl.levels import run_lines
from tests.campaign.crawl.world import DESCRIBED, EXTENDED, OPENS, PEOPLE, World, committed
from tests.campaign.factories import make_campaign, make_task, make_user

FAILURE = "zqfailure: obs-300 is c20"  # apart: a traceback quotes the line that raises it
BASELINE_LOG = "zqbaselinelog: validation says 0.9"
PAPER = "zqbaselinepaper"


def found(world: World) -> None:
    """Before submission opens: tasks, their people, teams and registrations."""
    for name in PEOPLE:
        user = make_user(name, is_staff=name == "staff", is_superuser=name == "staff")
        user.email = f"{name}mailbox@example.org"
        user.save()
        EmailAddress.objects.filter(user=user).update(email=user.email)
        world.people[name] = user
        token, world.tokens[name] = issue_token(user=user, name=name, expires_at=None, now=OPENS)
        if name == "reed":
            world.words["TOKEN"] = str(token.pk)
    foreign = make_campaign("elsewhere", organiser=world.people["foreign"])
    make_task("elsewhere", campaign=foreign)
    campaign = world.load("task").campaign
    world.load("silent", silent=True)
    _give_roles(world, campaign)
    world.register("Sedges", "reed", "task", "silent")
    world.register("Rushes", "rush", "task", "silent")
    world.register("Ferns", "fern", "task")
    world.register("Mosses", "moss", "task")
    world.register("Ashes", "ash")
    _invite(world)
    _decide(world)
    world.work()


def _give_roles(world: World, campaign: Campaign) -> None:
    people = world.people
    for name in ("owner", "organiser"):
        give_role(campaign=campaign, user=people[name], name=name, by=people["staff"])
    asked: dict[str, Any] = {
        "campaign": campaign,
        "role": "viewer",
        "by": people["owner"],
        "now": world.now,
    }
    invite_organiser(email=people["viewer"].email, **asked)
    secret = _link(r"/co-organise/([\w-]+)/")
    accept_campaign_invitation(secret=secret, user=people["viewer"], now=world.now)
    bid = invite_organiser(email="guestmailbox@example.org", **asked)
    world.links["co-organise"] = _link(r"/co-organise/([\w-]+)/")
    world.words |= {
        "GIVEN": str(CampaignRole.objects.get(user=people["viewer"]).pk),
        "BID": str(bid.pk),
        "HIDDENLINK": world.links["co-organise"],
        "STOPLINK": stop_token(people["reed"]),
    }


def _link(pattern: str) -> str:
    """Return the secret in the mail that was written last."""
    send_mails()
    found = re.search(pattern, str(mail.outbox[-1].body))
    assert found
    return found[1]


def _invite(world: World) -> None:
    reed, team = world.people["reed"], world.teams["Sedges"]
    invitation, secret = invite(team=team, by=reed, now=world.now)
    with committed():
        invite_by_mail(
            team=team,
            email="guestmailbox@example.org",
            by=reed,
            now=world.now,
        )
    world.links |= {"join": secret, "join by mail": _link(r"/join/([\w-]+)/")}
    with committed():
        proposal = propose_merge(
            ending=world.teams["Ashes"],
            staying=team,
            by=world.people["ash"],
            now=world.now,
        )
    world.words |= {
        "INVITATION": str(invitation.pk),
        "SECRET": secret,
        "PROPOSAL": str(proposal.pk),
        "REGISTRATION": str(team.registrations.get(task=world.tasks["task"]).pk),
    }


def _decide(world: World) -> None:
    """Refuse the Mosses, and merge the Ferns into the Sedges."""
    organiser, task = world.people["organiser"], world.tasks["task"]
    refused = task.registrations.get(team=world.teams["Mosses"])
    with committed():
        decide_registrations(
            task=task,
            chosen=[refused.pk],
            state=Registration.State.REFUSED,
            reason="zqrefusal of the Mosses",
            by=organiser,
        )
        merge_teams(
            ending=world.teams["Ferns"],
            staying=world.teams["Sedges"],
            by=organiser,
            reason="one group",
            now=world.now,
        )
    fern = world.teams["Sedges"].memberships.get(user=world.people["fern"])
    world.words["MEMBER"] = str(fern.pk)


def compete(world: World) -> None:
    """While submission is open: runs in every state, and what organisers do about them."""
    organiser = world.people["organiser"]
    with committed():
        world.send("first", "reed", run_lines(2))
        world.send("second", "reed", run_lines(3), images=run_lines(3, image=True))
        world.send("rejected", "reed", run_lines(1) + "zqnosuchquery;c1;0.5\n")
        world.send("undescribed", "reed", run_lines(4), description={})
        world.send("fused", "rush", run_lines(1), description=DESCRIBED | {"n_networks": 3})
        world.send("near chance", "rush", run_lines(6, private=-10))
        world.send("disqualified", "rush", run_lines(5))
        world.send("unseen", "rush", run_lines(6, public=74))
        world.send("baseline", "", run_lines(0))
        world.send("silent 1", "reed", run_lines(0, silent=True), task="silent")
        world.send("silent 2", "rush", run_lines(1, silent=True), task="silent")
        world.send("silent baseline", "", run_lines(2, silent=True), task="silent")
        withdraw_run(
            run=world.runs["unseen"], by=world.people["rush"], reason="a mistake", now=world.now
        )
    world.work()
    _fail_one(world)
    _train(world)
    with committed():
        disqualify_run(
            run=world.runs["disqualified"],
            by=organiser,
            reason="zqdisqualified for what it says",
            now=world.now,
        )
        give_extra_run(
            registration=world.runs["fused"].registration, by=organiser, reason="zqgiven back"
        )
        announce(
            task=world.tasks["task"],
            subject="News",
            text="The test data is complete.",
            audience="registered",
            by=organiser,
            now=world.now,
        )
    world.work()


def _fail_one(world: World) -> None:
    """Have a run fail by our fault, for a reason that names a label."""

    def fail(*_args: Any, **_options: Any) -> None:
        raise ScorerFailed(FAILURE)

    with committed():
        world.send("failed", "reed", run_lines(7))
    with world.patch.context() as patch, override_settings(SCORING_MAX_ATTEMPTS=1):
        patch.setattr(scores, "trace_file", fail)
        world.work()


def _train(world: World) -> None:
    """Have a baseline fail, for a reason that only organisers read, and another become the run that is there."""
    task, run = world.tasks["task"], world.runs["baseline"]
    shared: dict[str, Any] = {
        "task": task,
        "asked_by": world.people["organiser"],
        "asked_at": world.now,
        "sent_at": world.now,
        "started_at": world.now,
        "ended_at": world.now,
        "reason": "official",
    }
    failed = BaselineTraining.objects.create(
        **shared,
        name="lost",
        state="failed",
        config=f"# {BASELINE_LOG}\n",
        log=f"{BASELINE_LOG}\n",
        failure=BASELINE_LOG,
    )
    BaselineTraining.objects.create(
        **shared, name="won", state="done", run=run, log=f"{BASELINE_LOG}\n", card="# A card\n"
    )
    _write_papers(world, shared)
    price = HardwarePrice.objects.create(campaign=task.campaign, name="H100", eur_per_hour=3)
    world.words |= {
        "BASELINE": str(failed.pk),
        "OFFICIAL": str(run.pk),
        "PRICE": str(price.pk),
    }


def _write_papers(world: World, shared: dict[str, Any]) -> None:
    """Have the run of a task that shows none yet come of a baseline: its papers show when it does."""
    BaselineTraining.objects.create(
        **shared | {"task": world.tasks["silent"], "run": world.runs["silent baseline"]},
        name="hushed",
        state="done",
        config=f"# {PAPER}\n",
        card=f"# A card\n\n{PAPER}\n",
        record={"machine": {"processor": PAPER}},
        log=f"{BASELINE_LOG}\n",
    )
    world.words["HUSHED"] = str(world.runs["silent baseline"].pk)


def extend(world: World) -> None:
    """At the deadline: move it, for a reason that everybody reads."""
    with committed():
        move_phase(
            task=world.tasks["task"],
            kind="submission",
            to=Span(OPENS, EXTENDED),
            by=world.people["organiser"],
            reason="the storm",
            now=world.now,
        )
    world.work()


def come_late(world: World) -> None:
    """After the last deadline: a late run, another truth by which all runs are scored, a package."""
    organiser = world.people["organiser"]
    with committed():
        world.send("late", "rush", run_lines(0, public=99))
    world.work()
    task = world.load("task", version=2, closes=EXTENDED)
    truth = task.truth_versions.get(number=2)
    with committed():
        rescoring = start_rescoring(
            truth=truth, by=organiser, reason="labels of five species", now=world.now
        )
    world.work()
    with committed():
        package = ask_for_package(task=task, by=organiser, now=world.now)
    world.work()
    world.words |= {"RESCORING": str(rescoring.pk), "PACKAGE": str(package.pk)}


def switch(world: World) -> None:
    """After results opened: put the other truth in force."""
    task = world.tasks["task"]
    with committed():
        switch_truth(rescoring=task.rescorings.get(), by=world.people["organiser"], now=world.now)
    world.work()


def release_truth(world: World) -> None:
    """Let everybody see the ground truth."""
    world.load("task", version=2, closes=EXTENDED, released=True)
    world.load("silent", silent=True, released=True)
