"""A campaign with everything in it that a campaign may have, made by the platform's own services."""

import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db.models import F, QuerySet
from django.test import TestCase, override_settings

from campaign import clock
from campaign.celery import app
from campaign.models import (
    BaselineTraining,
    Campaign,
    CampaignRole,
    Evaluation,
    HardwarePrice,
    Registration,
    Run,
    Task,
    Team,
    User,
)
from campaign.reads import health
from campaign.scorer import ScorerFailed
from campaign.services import scores
from campaign.services.accounts import issue_token
from campaign.services.announcements import announce, stop_token
from campaign.services.campaign_invitations import accept_campaign_invitation, invite_organiser
from campaign.services.invitations import invite_by_mail
from campaign.services.levels import score_levels
from campaign.services.loadings import ANY, Terms
from campaign.services.mails import send_mails
from campaign.services.mergers import merge_teams, propose_merge
from campaign.services.moderation import disqualify_run
from campaign.services.packages import ask_for_package
from campaign.services.phases import Span, move_phase
from campaign.services.registrations import decide_registrations, give_extra_run
from campaign.services.rescorings import start_rescoring, switch_truth
from campaign.services.roles import give_role
from campaign.services.runs import Submission, Upload, submit_run, withdraw_run
from campaign.services.tasks import load_task
from campaign.services.teams import create_team, invite, register_team
from clefboard.task_folder import read_campaign, read_task_folder
from tests.campaign.crawl.levels import run_lines, write_folder
from tests.campaign.factories import make_campaign, make_task, make_user

TICK = timedelta(microseconds=1)
OPENS = datetime(2017, 4, 1, tzinfo=UTC)
DEADLINE = datetime(2017, 5, 8, 22, tzinfo=UTC)
EXTENDED = DEADLINE + timedelta(days=2)
RESULTS = datetime(2017, 6, 1, tzinfo=UTC)

# Reed is captain of the Sedges, Fern was of a team that was merged into them, Rush is captain of the
# Rushes; Moss is captain of a team that was refused, Ash of one that would merge into the Sedges.
# Foreign is organiser of another campaign.
PEOPLE = (
    "stranger",
    "reed",
    "fern",
    "rush",
    "moss",
    "ash",
    "viewer",
    "organiser",
    "owner",
    "foreign",
    "staff",
)
DESCRIBED = {"training_data": ["trusted"]}
FAILURE = "zqfailure: obs-300 is c20"  # apart: a traceback quotes the line that raises it
BASELINE_LOG = "zqbaselinelog: validation says 0.9"
PAPER = "zqbaselinepaper"


@dataclass
class World:
    """Who and what there is; `words` are those of the access matrix, `links` secrets in mails."""

    place: Path
    patch: pytest.MonkeyPatch
    people: dict[str, User] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    now: datetime = OPENS
    waiting: deque[tuple[str, tuple[Any, ...]]] = field(default_factory=deque)

    def stop_clock(self, moment: datetime) -> None:
        """Stop the one clock of the platform at a moment."""

        class Stopped:
            @staticmethod
            def now(tz: Any) -> datetime:
                return moment.astimezone(tz)

        self.now = moment
        self.patch.setattr(clock, "datetime", Stopped)

    # ------------------------------------------------------------ the worker
    def receive(self, name: str, args: tuple[Any, ...] = (), **_options: Any) -> None:
        """Take a job's message in the broker's place."""
        self.waiting.append((name, args))

    def work(self) -> None:
        """Do the jobs that wait, and those they send, as a worker does, and what the sweeper sends for."""
        while self.waiting:
            name, args = self.waiting.popleft()
            with committed():
                app.tasks[name](*args)
        for pk in _counted().values_list("pk", flat=True):
            score_levels(evaluation_id=pk)

    # ------------------------------------------------------------ what people do
    def load(self, slug: str, **folder: Any) -> Task:
        place = write_folder(self.place, slug, **{"closes": DEADLINE, **folder})
        loaded = load_task(
            folder=read_task_folder(place),
            campaign=read_campaign(self.place),
            now=self.now,
            terms=Terms(seen=ANY),
        )
        self.tasks[slug] = loaded.task
        return loaded.task

    def register(self, team: str, captain: str, *tasks: str) -> None:
        by = self.people[captain]
        self.teams[team] = create_team(name=team, captain=by, now=self.now)
        for slug in tasks:
            task = self.tasks[slug]
            rules = task.rules_in_force
            assert rules
            register_team(team=self.teams[team], task=task, rules=rules, by=by, now=self.now)

    def send(
        self, name: str, by: str, text: str, *, task: str = "task", images: str = "", **sent: Any
    ) -> Run:
        """Send a run as its team would; its files are called after it."""
        person = self.people.get(by)
        team = _OF_ORGANISERS if person is None else {"team__members": person}
        registration = Registration.objects.in_force().get(task=self.tasks[task], **team)
        run = submit_run(
            registration=registration,
            submission=Submission(
                upload=self._upload(text, f"zqfile{by}{name}.csv"),
                image_upload=self._upload(images, f"zqfile{by}{name}images.csv")
                if images
                else None,
                **{"description": DESCRIBED, **sent},
            ),
            by=person,
            began_at=self.now,
            now=self.now,
        )
        self.runs[name] = run
        return run

    def _upload(self, text: str, name: str) -> Upload:
        path = self.place / name
        path.write_text(text)
        return Upload(path=path, name=name)


_OF_ORGANISERS = {"team__organisers": True}


def _counted() -> QuerySet[Evaluation]:
    """Return the evaluations by the truth in force, which have scores of genera and families beside."""
    in_force = F("run__registration__task__current_truth")
    return Evaluation.objects.filter(truth_version=in_force, state=Evaluation.State.SCORED)


def committed() -> Any:
    """Return what does, at the end, all that waits for the transaction's."""
    return TestCase.captureOnCommitCallbacks(execute=True)


def new_world(place: Path, patch: pytest.MonkeyPatch) -> World:
    world = World(place, patch)
    world.words = dict.fromkeys(WORDS, "0")
    app.loader.import_default_modules()  # the jobs, as a worker does
    patch.setattr(app, "send_task", world.receive)
    # Nobody asks for the contexts of pages, and to copy them takes time.
    patch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
    patch.setattr(health, "_PATIENCE_S", 0.01)  # no worker will answer
    return world


WORDS = (
    "GIVEN",
    "BID",
    "HIDDENLINK",
    "STOPLINK",
    "MEMBER",
    "INVITATION",
    "SECRET",
    "TOKEN",
    "PACKAGE",
    "REGISTRATION",
    "PROPOSAL",
    "RESCORING",
    "BASELINE",
    "OFFICIAL",
    "PRICE",
    "MERGED",
)


# ---------------------------------------------------------------- the life of the campaign
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
