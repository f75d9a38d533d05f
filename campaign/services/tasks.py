"""Campaigns and tasks, from the folders that organisers write."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaign import storage
from campaign.models import Campaign, Phase, RulesVersion, Run, Task, User
from campaign.reads.edits import edits_of
from campaign.reads.roles import acts_for
from campaign.refusals import NotAllowed, Refusal
from campaign.services.changes import differences, in_words, save_changes
from campaign.services.data_sets import load_data_sets
from campaign.services.leaderboards import rank_task
from campaign.services.loadings import (
    OPERATOR,
    Loaded,
    Terms,
    discard,
    recorded,
    refuse_unseen,
    with_digest,
)
from campaign.services.organisers_team import register_organisers
from campaign.services.phases import note_moves, phases_of
from campaign.services.truths import known_truth, load_truth
from clefboard.task_folder import (
    CampaignFile,
    Phase as Span,
    TaskFolder,
    materialise,
    task_document,
)


def load_task(
    *, folder: TaskFolder, campaign: CampaignFile | None, now: datetime, terms: Terms = OPERATOR
) -> Loaded:
    """Make a task as its folder says, or bring it up to date; whole, or not at all.

    What runs depend on is never changed in place: a new text of the rules is a new version of
    them, and so are new tables, metrics or another split. Tables that the folder only describes are made first.

    Parameters
    ----------
    folder
        A folder without problems.
    campaign
        The campaign.yaml beside it; None where the folder travels alone.
    terms
        Who loads it and why; without them it is the operator.

    Raises
    ------
    NotAllowed
        The person organises no such campaign.
    Refusal
        What the platform holds forbids what the folder says; or loading it would change back what
        others changed (`edited_since`), or something else than was seen (`another_difference`).
    """
    _require_right(folder, campaign, terms.by)
    _refuse_another_campaign(folder, campaign)
    stored: list[str] = []
    with TemporaryDirectory(prefix="clefboard-", dir=storage.incoming()) as place:
        drawn = folder.split.column if folder.split and folder.split.share is not None else ""
        made = materialise(folder, Path(place)) if folder.generate or drawn else folder
        try:
            with transaction.atomic(), recorded(terms):
                loaded = with_digest(_load(made, campaign, drawn, now, stored, terms), folder)
                refuse_unseen(loaded, terms)
                transaction.set_rollback(terms.dry_run)
        except BaseException:
            discard(stored)
            raise
    if terms.dry_run:
        discard(stored)
    return loaded


def _require_right(folder: TaskFolder, file: CampaignFile | None, by: User | None) -> None:
    """Refuse whoever may not act for the campaign; a new campaign is for staff to make."""
    if by is None or by.is_staff:
        return
    campaign = Campaign.objects.filter(slug=folder.campaign).first()
    if campaign is None and file is not None:
        raise NotAllowed(
            _("There is no campaign %(slug)s, and only staff may make one.")
            % {"slug": folder.campaign},
            code="not_staff",
        )
    if campaign is not None and not acts_for(campaign, by):
        raise NotAllowed(
            _("Only an organiser of the campaign %(slug)s may load its tasks.")
            % {"slug": campaign.slug},
            code="not_organiser",
        )


def _refuse_another_campaign(folder: TaskFolder, file: CampaignFile | None) -> None:
    """Refuse a file of a campaign that the task is not of: nobody's right to change it was asked."""
    if file is not None and file.slug != folder.campaign:
        raise Refusal(
            _(
                "task.yaml says campaign: %(wanted)s, and the campaign.yaml beside it is of %(slug)s; "
                "right is the same slug in both."
            )
            % {"wanted": folder.campaign, "slug": file.slug},
            code="another_campaign",
        )


def _load(
    folder: TaskFolder,
    file: CampaignFile | None,
    drawn: str,
    now: datetime,
    stored: list[str],
    terms: Terms,
) -> Loaded:
    changes = load_campaign(file=file)[1] if file else []
    campaign = _locked_campaign(folder)
    known = Task.objects.filter(slug=folder.slug).first()
    edits = edits_of(known) if known else []
    task, task_changes = _load_task(known, folder, campaign)
    changes += task_changes
    was = phases_of(task)
    changes += _load_phases(task, folder, new=known is None)
    reason = terms.reason or _("The task's folder was loaded.")
    note_moves(task=task, was=was, by=terms.by, reason=reason, now=now)
    changes += _load_rules(task, folder, now)
    changes += load_truth(task=task, folder=folder, drawn=drawn, now=now, stored=stored)
    changes += load_data_sets(task=task, folder=folder, stored=stored)
    register_organisers(campaign=campaign, task=task, now=now)
    rank_task(task_id=task.pk, now=now)  # what a description must hold may have changed
    held = known_truth(task=task, folder=folder, drawn=drawn)
    return Loaded(
        task,
        new=known is None,
        changes=changes,
        undone=[str(edit) for edit in edits if not edit.stands()],
        waiting=held.number if held and held != task.current_truth else None,
    )


@transaction.atomic
def load_campaign(*, file: CampaignFile) -> tuple[Campaign, list[str]]:
    """Make a campaign as its file says, or bring it up to date; return it and what changed."""
    known = Campaign.objects.filter(slug=file.slug).first()
    campaign = known or Campaign(slug=file.slug)
    fields = {
        "titles": dict(file.title),
        "description": file.description,
        "organisers": file.organisers,
        "year": file.year,
        "timeline": [{"date": entry.date, "event": dict(entry.event)} for entry in file.timeline],
    }
    changed = differences(campaign, **fields)
    save_changes(campaign, **fields)
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


def _load_task(
    known: Task | None, folder: TaskFolder, campaign: Campaign
) -> tuple[Task, list[str]]:
    if known:
        _refuse_another_task(known, campaign, folder)
    task = known or Task(slug=folder.slug, campaign=campaign)
    fields = _task_fields(folder)
    changed = differences(task, **fields)
    save_changes(task, **fields)
    words = in_words(f"task {task.slug}", changed, new=known is None)
    return task, words if known else [*words, *_terms_in_words(folder)]


def _terms_in_words(folder: TaskFolder) -> list[str]:
    """Return what a new task asks of its teams and shows them, by the keys of task.yaml."""
    none = _("none")
    split = folder.split
    terms = {
        "shape": folder.run_rules.shape,
        "metrics": ", ".join(folder.metrics),
        "visibility": folder.visibility,
        "split": f"{split.column}, final: {split.final}" if split else none,
        "registration.approval": _("yes") if folder.approval else _("no"),
        "limits.runs_per_team": folder.limits.runs_per_team or none,
        "limits.runs_per_day": folder.limits.runs_per_day or none,
    }
    return [f"{key}: {value}" for key, value in terms.items()]


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


def _load_phases(task: Task, folder: TaskFolder, *, new: bool) -> list[str]:
    changes = (_load_phase(task.phase(kind), span, new) for kind, span in folder.phases.items())
    return [change for change in changes if change]


def _load_phase(phase: Phase, span: Span | None, new: bool) -> str:
    before = _span_in_words(phase)
    opens, closes = (span.opens, span.closes) if span else (None, None)
    if not save_changes(phase, opens_at=opens, closes_at=closes, never=span is None):
        return ""
    after = _span_in_words(phase)
    change = after if new else f"{before} -> {after}"
    return f"{phase.get_kind_display()}: {change}"


def _span_in_words(phase: Phase) -> str:
    opens, closes = (edge and f"{edge:%Y-%m-%d %H:%M:%S} UTC" for edge in _edges(phase))
    if phase.never:
        return _("never")
    if opens and closes:
        return f"{opens} - {closes}"
    if opens:
        return _("from %(moment)s") % {"moment": opens}
    return _("until %(moment)s") % {"moment": closes} if closes else _("always")


def _edges(phase: Phase) -> tuple[datetime | None, datetime | None]:
    return phase.opens_at, phase.closes_at


def _load_rules(task: Task, folder: TaskFolder, now: datetime) -> list[str]:
    last = task.rules_in_force
    if last and last.text == folder.rules:
        return []
    number = last.number + 1 if last else 1
    RulesVersion.objects.create(task=task, number=number, text=folder.rules, created_at=now)
    return [_("rules version %(number)s is in force") % {"number": number}]
