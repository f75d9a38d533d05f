"""Campaigns and tasks, from the folders that organisers write."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import Campaign, Phase, Registration, RulesVersion, Run, Task, Team
from campaign.refusals import Refusal
from campaign.services.changes import in_words, save_changes
from campaign.services.data_sets import load_data_sets
from campaign.services.leaderboards import rank_task
from campaign.services.truths import load_truth
from clefboard.task_folder import (
    CampaignFile,
    Phase as Span,
    TaskFolder,
    materialise,
    task_document,
)


@dataclass(frozen=True)
class Loaded:
    """A task after loading, and in words what that changed; no words: all was so before."""

    task: Task
    changes: list[str] = field(default_factory=list)


def load_task(*, folder: TaskFolder, campaign: CampaignFile | None, now: datetime) -> Loaded:
    """Make a task as its folder says, or bring it up to date; whole, or not at all.

    What runs depend on is never changed in place: a new text of the rules is a new version of
    them, and so are new tables, metrics or another split. Tables that the folder only describes are made first.

    Parameters
    ----------
    folder
        A folder without problems.
    campaign
        The campaign.yaml beside it; None where the folder travels alone.

    Raises
    ------
    Refusal
        What the platform holds forbids what the folder says.
    """
    stored: list[str] = []
    with TemporaryDirectory(prefix="clefboard-") as place:
        drawn = folder.split.column if folder.split and folder.split.share is not None else ""
        made = materialise(folder, Path(place)) if folder.generate or drawn else folder
        try:
            with transaction.atomic():
                return _load(made, campaign, drawn, now, stored)
        except BaseException:
            for key in stored:  # the rows are rolled back; their files must not outlive them
                storage.delete_folder(key)
            raise


def _load(
    folder: TaskFolder, file: CampaignFile | None, drawn: str, now: datetime, stored: list[str]
) -> Loaded:
    changes = load_campaign(file=file)[1] if file else []
    campaign = _locked_campaign(folder)
    task, task_changes = _load_task(folder, campaign)
    changes += task_changes
    changes += _load_phases(task, folder)
    changes += _load_rules(task, folder, now)
    changes += load_truth(task=task, folder=folder, drawn=drawn, now=now, stored=stored)
    changes += load_data_sets(task=task, folder=folder, stored=stored)
    _register_organisers(campaign, task, now)
    rank_task(task_id=task.pk, now=now)  # what a description must hold may have changed
    return Loaded(task, changes)


@transaction.atomic
def load_campaign(*, file: CampaignFile) -> tuple[Campaign, list[str]]:
    """Make a campaign as its file says, or bring it up to date; return it and what changed."""
    known = Campaign.objects.filter(slug=file.slug).first()
    campaign = known or Campaign(slug=file.slug)
    changed = save_changes(
        campaign,
        titles=dict(file.title),
        description=file.description,
        organisers=file.organisers,
        year=file.year,
        timeline=[{"date": entry.date, "event": dict(entry.event)} for entry in file.timeline],
    )
    return campaign, in_words(f"campaign {file.slug}", changed, new=known is None)


def _locked_campaign(folder: TaskFolder) -> Campaign:
    """Return the task's campaign; its lock makes loadings of its tasks wait for each other."""
    campaigns = Campaign.objects.select_for_update(no_key=True)
    campaign = campaigns.filter(slug=folder.campaign).first()
    if campaign is None:
        raise Refusal(
            _("There is no campaign %(slug)s: put its campaign.yaml beside the task's folder.")
            % {"slug": folder.campaign},
            code="no_campaign",
        )
    return campaign


def _load_task(folder: TaskFolder, campaign: Campaign) -> tuple[Task, list[str]]:
    known = Task.objects.filter(slug=folder.slug).first()
    if known:
        _refuse_another_task(known, campaign, folder)
    task = known or Task(slug=folder.slug, campaign=campaign)
    changed = save_changes(task, **_task_fields(folder))
    return task, in_words(f"task {task.slug}", changed, new=known is None)


def _refuse_another_task(task: Task, campaign: Campaign, folder: TaskFolder) -> None:
    """Keep a folder from taking over a task that only has the same slug."""
    if task.campaign_id != campaign.pk:
        raise Refusal(
            _("The task %(slug)s belongs to the campaign %(campaign)s; give yours another slug.")
            % {"slug": task.slug, "campaign": task.campaign.slug},
            code="slug_taken",
        )
    runs = Run.objects.filter(registration__task=task)
    if task.shape != folder.run_rules.shape and runs.exists():
        raise Refusal(
            _("The task has %(shape)s runs, so its shape stays; another shape is another task.")
            % {"shape": task.shape},
            code="shape_fixed",
        )


def _task_fields(folder: TaskFolder) -> dict[str, Any]:
    document = task_document(folder)
    return {
        "titles": dict(folder.title),
        "questions": dict(folder.question),
        "overview": folder.overview,
        "shape": folder.run_rules.shape,
        "run_rules_json": folder.run_rules.to_json(),
        "subsets": document["subsets"],
        "runs_per_team": folder.limits.runs_per_team,
        "runs_per_day": folder.limits.runs_per_day,
        "visibility": folder.visibility,
        "truth_released": folder.truth == "released",
        "final": folder.split.final if folder.split else Task.Final.ALL,
        "approval": folder.approval,
        "required_description": list(folder.required_description),
        "required_runs": document["required_runs"],
        "generated": folder.generated,
    }


def _load_phases(task: Task, folder: TaskFolder) -> list[str]:
    changes = (_load_phase(task.phase(kind), span) for kind, span in folder.phases.items())
    return [change for change in changes if change]


def _load_phase(phase: Phase, span: Span | None) -> str:
    before = _span_in_words(phase)
    opens, closes = (span.opens, span.closes) if span else (None, None)
    changed = save_changes(phase, opens_at=opens, closes_at=closes, never=span is None)
    return f"{phase.kind}: {before} -> {_span_in_words(phase)}" if changed else ""


def _span_in_words(phase: Phase) -> str:
    if phase.never:
        return _("never")
    edges = (phase.opens_at, phase.closes_at)
    return " - ".join(f"{edge:%Y-%m-%d %H:%M:%S} UTC" if edge else "..." for edge in edges)


def _load_rules(task: Task, folder: TaskFolder, now: datetime) -> list[str]:
    last = task.rules_in_force
    if last and last.text == folder.rules:
        return []
    number = last.number + 1 if last else 1
    RulesVersion.objects.create(task=task, number=number, text=folder.rules, created_at=now)
    return [_("rules version %(number)s is in force") % {"number": number}]


# ---------------------------------------------------------------- the organisers' own team
def _register_organisers(campaign: Campaign, task: Task, now: datetime) -> None:
    """Give the organisers' team its place in the task: baselines use the same door as all runs."""
    rules = task.rules_in_force
    assert rules is not None  # loaded before
    Registration.objects.get_or_create(
        team=_organisers_team(campaign, now),
        task=task,
        defaults={
            "state": Registration.State.APPROVED,
            "rules_version": rules,
            "accepted_at": now,
        },
    )


def _organisers_team(campaign: Campaign, now: datetime) -> Team:
    known = Team.objects.filter(organisers=True, registrations__task__campaign=campaign).first()
    if known:
        return known
    name = f"Organisers of {campaign.titles.get('en') or campaign.title}"
    slug = f"organisers-of-{campaign.slug}"
    if Team.objects.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
        raise Refusal(
            _("A team is already called %(name)s, the name of the organisers' own; rename it.")
            % {"name": name},
            code="name_taken",
        )
    return Team.objects.create(name=name, slug=slug, organisers=True, created_at=now)
