"""Rows for tests: small, whole, and made by the platform's own services where there is one."""

import hashlib
import itertools
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress

from campaign import storage
from campaign.models import (
    Campaign,
    CampaignRole,
    Phase,
    Registration,
    RulesVersion,
    Run,
    Task,
    Team,
    TruthVersion,
    User,
)
from campaign.services.results import evaluate
from campaign.services.runs import Submission, Upload, submit_run
from campaign.services.teams import create_team
from scoring import RunRules

NOW = datetime(2017, 5, 1, 12, tzinfo=UTC)
DEADLINE = datetime(2017, 5, 8, 22, tzinfo=UTC)

CLASSES = "ClassId;Species;Genus;Family;TrainImages\n" + "".join(
    f"c{i};Genus{i // 2} species{i};Genus{i // 2};Family{i // 4};{5 * 4**i}\n" for i in range(6)
)
QUERIES = "QueryId;Domain\n" + "".join(f"q{i};{'sheet' if i % 2 else 'photo'}\n" for i in range(8))
MEDIA = "MediaId;QueryId;Organ;Author\n" + "".join(
    f"m{i};q{i // 2};{'leaf' if i % 2 else 'flower'};a{i % 3}\n" for i in range(16)
)
GROUND_TRUTH = "QueryId;ClassId\n" + "".join(f"q{i};c{i % 6}\n" for i in range(8))

_count = itertools.count(1)


def make_user(name: str = "", **fields: Any) -> User:
    """Make a person with a verified address and the password `secret`."""
    name = name or f"user{next(_count)}"
    user = User.objects.create_user(name, f"{name}@example.org", "secret", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_team(name: str = "", captain: User | None = None, **fields: Any) -> Team:
    team = create_team(name=name or f"Team {next(_count)}", captain=captain or make_user(), now=NOW)
    for field, value in fields.items():
        setattr(team, field, value)
    team.save()
    return team


def make_campaign(slug: str = "", organiser: User | None = None) -> Campaign:
    slug = slug or f"campaign-{next(_count)}"
    campaign = Campaign.objects.create(
        slug=slug, titles={"en": slug.title()}, description="A lab.", organisers="Grace", year=2017
    )
    if organiser:
        CampaignRole.objects.create(campaign=campaign, user=organiser)
    return campaign


def make_task(
    slug: str = "",
    *,
    campaign: Campaign | None = None,
    shape: str = "ranked",
    metrics: Iterable[str] = ("mrr", "top_1"),
    files: dict[str, str] | None = None,
    rules: dict[str, Any] | None = None,
    phases: Mapping[str, tuple[datetime | None, datetime | None]] | None = None,
    split: Mapping[str, str] | None = None,
    **fields: Any,
) -> Task:
    """Make a task with six classes and eight observations of two images, in its submission phase."""
    slug = slug or f"task-{next(_count)}"
    task = Task.objects.create(
        campaign=campaign or make_campaign(),
        slug=slug,
        titles={"en": f"Task {slug}"},
        questions={"en": "Which species is this observation?"},
        overview="What it is about.",
        shape=shape,
        run_rules_json=RunRules.from_json(
            {"shape": shape, "image_runs": True, **(rules or {})}
        ).to_json(),
        final=(split or {}).get("final", "all"),
        **{"runs_per_team": 4, "visibility": "live", **fields},
    )
    RulesVersion.objects.create(task=task, number=1, text="Play fair.", created_at=NOW)
    make_phases(task, phases or {})
    task.current_truth = make_truth(
        task, metrics, files or {}, split_column=(split or {}).get("column", "")
    )
    task.save()
    return task


def make_parted_task(*, campaign: Campaign) -> Task:
    """Make a task that shows scores on the first four queries until results open, then on the others."""
    parts = "".join(f"q{i};c{i % 6};{'public' if i < 4 else 'private'}\n" for i in range(8))
    return make_task(
        "parted",
        campaign=campaign,
        files={"ground_truth.csv": f"QueryId;ClassId;Usage\n{parts}"},
        split={"column": "Usage", "final": "private"},
        phases={"results": (DEADLINE, None)},
    )


def make_phases(task: Task, phases: Mapping[str, tuple[datetime | None, datetime | None]]) -> None:
    usual: dict[str, tuple[datetime | None, datetime | None]] = {
        "submission": (NOW - timedelta(days=30), DEADLINE)
    }
    for kind, (opens, closes) in {**usual, **phases}.items():
        Phase.objects.create(task=task, kind=kind, opens_at=opens, closes_at=closes)


def make_truth(
    task: Task, metrics: Iterable[str], files: dict[str, str], *, split_column: str = ""
) -> TruthVersion:
    """Store tables as a truth version; a file with no text at all is left out."""
    usual = {
        "classes.csv": CLASSES,
        "queries.csv": QUERIES,
        "media.csv": MEDIA,
        "ground_truth.csv": GROUND_TRUTH,
    }
    tables = {name: text for name, text in (usual | files).items() if text}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables.items():
            (Path(folder) / name).write_text(text)
        key = storage.store_folder(Path(folder), list(tables))
    return TruthVersion.objects.create(
        task=task,
        number=1 + task.truth_versions.count(),
        folder=key,
        digest=hashlib.sha256(tables["ground_truth.csv"].encode()).hexdigest(),
        files_digest=hashlib.sha256("".join(tables.values()).encode()).hexdigest(),
        metrics=list(metrics),
        split_column=split_column,
        n_queries=tables["queries.csv"].count("\n") - 1,
        n_classes=tables["classes.csv"].count("\n") - 1,
        n_media=max(0, tables.get("media.csv", "").count("\n") - 1),
        created_at=NOW,
    )


def make_registration(task: Task, team: Team | None = None, **fields: Any) -> Registration:
    return Registration.objects.create(
        task=task,
        team=team or make_team(),
        rules_version=task.rules_versions.latest("number"),
        accepted_at=NOW,
        **{"state": Registration.State.APPROVED, **fields},
    )


def ranked_lines(right: int = 8, *, salt: str = "") -> str:
    """Return a run over all eight observations of `make_task`, the first `right` of them right.

    A salt makes the content another one without changing a score.
    """
    lines = [f"q{i};c{(i + (i >= right)) % 6};0.9\nq{i};c{(i + 2) % 6};0.1\n" for i in range(8)]
    return "".join(lines) + "\n" * len(salt)


def upload(tmp_path: Path, content: str | bytes, name: str = "run.csv") -> Upload:
    path = tmp_path / f"upload-{next(_count)}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Upload(path=path, name=name)


def make_run(
    registration: Registration,
    tmp_path: Path,
    content: str | bytes | None = None,
    *,
    at: datetime = NOW,
    image_content: str = "",
    **submission: Any,
) -> Run:
    """Submit a run as its team would."""
    images = upload(tmp_path, image_content, "run.images.csv") if image_content else None
    return submit_run(
        registration=registration,
        submission=Submission(
            upload=upload(tmp_path, ranked_lines() if content is None else content),
            image_upload=images,
            **submission,
        ),
        by=registration.team.members.first(),
        began_at=at,
        now=at,
    )


def sender(run: Run) -> User:
    """Return who sent a run."""
    assert run.submitted_by
    return run.submitted_by


def score_run(run: Run) -> Run:
    """Score a run the way the worker does, child process included."""
    evaluate(evaluation_id=run.evaluations.get(is_current=True).pk)
    return Run.objects.get(pk=run.pk)
