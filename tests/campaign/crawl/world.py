"""Who and what there is in the campaign that is crawled, and its worker; `life` is what happens to it."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F, QuerySet
from django.test import TestCase

from campaign import clock
from campaign.celery import app
from campaign.models import (
    Evaluation,
    Registration,
    Run,
    Task,
    Team,
    User,
)
from campaign.reads import health
from campaign.services.analyses import image_runs, rounds
from campaign.services.levels import score_levels
from campaign.services.loadings import ANY, Terms
from campaign.services.runs import Submission, Upload, submit_run
from campaign.services.tasks import load_task
from campaign.services.teams import create_team, register_team
from clefboard.task_folder import read_campaign, read_task_folder
from tests.campaign.crawl.levels import write_folder

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
        self._do_jobs()
        for pk in _counted().values_list("pk", flat=True):
            score_levels(evaluation_id=pk)
        with committed():
            image_runs.sweep_image_runs()
            rounds.sweep_analyses(now=self.now)
        self._do_jobs()

    def _do_jobs(self) -> None:
        while self.waiting:
            name, args = self.waiting.popleft()
            with committed():
                app.tasks[name](*args)

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
