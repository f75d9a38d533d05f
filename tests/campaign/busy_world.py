"""The world of the access matrix with scores that show, and one more of whatever a page lists."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from allauth.account.models import EmailAddress

from campaign.models import BaselineTraining, Evaluation, Rescoring, RulesVersion, Run, Task, Team
from campaign.reads.baselines import Config
from campaign.services.accounts import issue_token
from campaign.services.announcements import announce
from campaign.services.baselines import ask_for_baseline, cancel_baseline
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.hardware_prices import set_price
from campaign.services.mergers import propose_merge
from campaign.services.method_tags import merge_tag
from campaign.services.moderation import disqualify_run
from campaign.services.packages import ask_for_package, make_package
from campaign.services.phases import Span, move_phase
from campaign.services.registrations import accept_rules, give_extra_run
from campaign.services.rescorings import continue_rescorings
from campaign.services.results import evaluate
from campaign.services.roles import give_role
from campaign.services.runs import withdraw_run
from campaign.services.teams import invite, join_team
from tests.campaign.access_world import World, make_data_set, make_world
from tests.campaign.factories import (
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
)


def make_busy_world(tmp_path: Path) -> World:
    world = make_world(tmp_path)
    Task.objects.update(visibility="live")
    add_rows(world, tmp_path, 1)
    return world


def add_rows(world: World, tmp_path: Path, n: int) -> None:
    """Add one of everything, for the n-th time."""
    task = Task.objects.get(slug="task")
    _add_campaigns(world, tmp_path, n)
    _add_people(world, task, n)
    _add_runs(world, task, tmp_path, n)
    _add_versions(world, task, n)
    _add_baselines(world, task, tmp_path, n)
    _add_news(world, task, tmp_path, n)


def _describe(run: Run, n: int) -> None:
    Run.objects.filter(pk=run.pk).update(
        description={"training_data": ["trusted"], "architectures": ["ResNet-50", f"MyNet {n}"]}
    )


def _add_campaigns(world: World, tmp_path: Path, n: int) -> None:
    """Add another task of the campaign and another campaign, where the captain's team takes part."""
    campaign = Task.objects.get(slug="task").campaign
    other = make_campaign(f"campaign-of-{n}", organiser=world.people["organiser"])
    for slug, home in ((f"task-{n}", campaign), (f"elsewhere-{n}", other)):
        task = make_task(slug, campaign=home)
        sedges = make_registration(task, Team.objects.get(slug="sedges"))
        _describe(score_run(make_run(sedges, tmp_path)), n)
        score_run(make_run(make_registration(task), tmp_path, ranked_lines(5)))


def _add_people(world: World, task: Task, n: int) -> None:
    """Add members and invitations, teams that want to take part or to be merged, roles and bids."""
    captain, staff = world.people["captain"], world.people["staff"]
    sedges = Team.objects.get(slug="sedges")
    _, secret = invite(team=sedges, by=captain, now=NOW)
    join_team(secret=secret, user=make_user(f"member-{n}"), now=NOW)
    invite(team=sedges, by=captain, now=NOW)
    make_team(f"Reeds {n}", captain=captain)
    ending = make_team(f"Rushes {n}")
    propose_merge(ending=ending, staying=sedges, by=ending.members.get(), now=NOW)
    make_registration(task, state="pending")
    issue_token(user=captain, name=f"laptop {n}", expires_at=None, now=NOW)
    EmailAddress.objects.create(user=captain, email=f"captain-{n}@example.org", verified=True)
    give_role(campaign=task.campaign, user=make_user(f"viewer-{n}"), name="viewer", by=staff)
    invite_organiser(
        campaign=task.campaign, email=f"guest-{n}@example.org", role="viewer", by=staff, now=NOW
    )


def _add_runs(world: World, task: Task, tmp_path: Path, n: int) -> None:
    """Add runs of the captain's team and of another, scored, failed, withdrawn and disqualified."""
    organiser = world.people["organiser"]
    sedges = task.registrations.get(team__slug="sedges")
    give_extra_run(registration=sedges, by=organiser, reason="given back")
    _describe(score_run(make_run(sedges, tmp_path, ranked_lines(7, salt="x" * n))), n)
    others = make_registration(task)
    scored, judged, gone, failed = (
        make_run(others, tmp_path, ranked_lines(right, salt="x" * n)) for right in (2, 3, 4, 5)
    )
    for run in (scored, judged, gone):
        _describe(score_run(run), n)
    disqualify_run(run=judged, by=organiser, reason="two accounts", now=NOW)
    withdraw_run(run=gone, by=others.team.members.get(), reason="a mistake", now=NOW)
    failed.evaluations.update(state="failed", finished_at=NOW, failure="no memory")


def _add_versions(world: World, task: Task, n: int) -> None:
    """Add rules, a truth that waits, an ended re-scoring; have the open one score what is there."""
    rules = RulesVersion.objects.create(task=task, number=1 + n, text="Fair.", created_at=NOW)
    registration = task.registrations.get(team__slug="sedges")
    accept_rules(registration=registration, rules=rules, by=world.people["captain"], now=NOW)
    assert task.current_truth
    Rescoring.objects.create(
        task=task,
        truth_version=make_truth(task, ["mrr"], {}),
        replaces=task.current_truth,
        state="discarded",
        reason="a mistake",
        started_by=world.people["staff"],
        started_at=NOW,
        ended_at=NOW,
    )
    continue_rescorings(now=NOW)
    for evaluation in Evaluation.objects.filter(run__registration__task=task, state="queued"):
        evaluate(evaluation_id=evaluation.pk)


def _add_baselines(world: World, task: Task, tmp_path: Path, n: int) -> None:
    """Add a baseline that was cancelled, one that became a run, and a price."""
    organiser = world.people["organiser"]
    cancelled = ask_for_baseline(
        task=task, config=Config(f"first {n}", f"steps = {n}0\n"), by=organiser, reason="a", now=NOW
    )
    cancel_baseline(baseline=cancelled, by=organiser, now=NOW)
    registration = task.registrations.get(team__organisers=True)
    BaselineTraining.objects.create(
        task=task,
        name=f"second {n}",
        asked_at=NOW,
        sent_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        reason="a second",
        state="done",
        run=score_run(make_run(registration, tmp_path, ranked_lines(6, salt="x" * n))),
    )
    set_price(task=task, name=f"H{n}", eur_per_hour=Decimal(n), eur_bought=None, by=organiser)


def _add_news(world: World, task: Task, tmp_path: Path, n: int) -> None:
    """Add news, a deadline that moved, data, a package, and tags that count as another."""
    organiser = world.people["organiser"]
    announce(
        task=task, subject=f"News {n}", text="All.", audience="registered", by=organiser, now=NOW
    )
    move_phase(
        task=task,
        kind="registration",
        to=Span(None, NOW + timedelta(days=n)),
        by=organiser,
        reason="rain",
        now=NOW,
    )
    make_data_set(task, "public", tmp_path, slug=f"more-{n}")
    make_package(package_id=ask_for_package(task=task, by=organiser, now=NOW).pk)
    merge_tag(
        kind="architectures",
        tag=f"MyNet {n}",
        into="ResNet-50",
        by=world.people["staff"],
        reason="the same",
        now=NOW,
    )
