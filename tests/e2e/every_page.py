"""A world with something on every page, and where its pages are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from campaign.clock import now
from campaign.models import (
    Analysis,
    BaselineTraining,
    Campaign,
    CampaignInvitation,
    CampaignRole,
    Evaluation,
    Registration,
    RulesVersion,
    Run,
    Task,
    Team,
    User,
)
from campaign.services.accounts import digest, issue_token
from campaign.services.announcements import announce, stop_token
from campaign.services.hardware_prices import set_price
from campaign.services.history import load_history, record_published_results
from campaign.services.mergers import propose_merge
from campaign.services.method_tags import merge_tag
from campaign.services.moderation import disqualify_run
from campaign.services.organisers_team import register_organisers
from campaign.services.packages import ask_for_package
from campaign.services.rescorings import start_rescoring
from campaign.services.runs import withdraw_run
from campaign.services.teams import invite
from tests.campaign.access_matrix import MATRIX, rows
from tests.campaign.access_world import make_data_set
from tests.campaign.factories import (
    CLASSES,
    make_campaign,
    make_registration,
    make_run,
    make_task,
    make_team,
    make_truth,
    make_user,
    ranked_lines,
)
from tests.live_platform import LivePlatform

AT = datetime(2026, 1, 1, tzinfo=UTC)
OPENED = datetime(2017, 3, 15, tzinfo=UTC)
LONG = "<b>🌿 Ünï of the very long names that a person may give to a team, really"
TABLE = "\n\n| set | images | species | what it is |\n|---|---|---|---|\n| noisy | 1,100,000 | 10,000 | web search |"
SECRET = "a-secret-in-a-link"

# What the resolver knows and nobody looks at, and why; what takes no GET is known from the access matrix.
NO_PAGES = {
    "a file or a feed": (
        "news",
        "campaign-news",
        "sitemap",
        "robots",
        "croissant",
        "leaderboard-file",
        "run-file",
        "run-card-file",
        "record-file",
        "organise-record-csv",
        "organise-record-json",
        "package",
        "baseline-log",
        "healthz",
        "api-nowhere",
    ),
    "a part of a page that is looked at": (
        "run-state",
        "rank-step",
        "rescoring-progress",
        "baseline-progress",
    ),
    "drawn by Swagger UI, see test_api_docs": ("api-docs",),
    "leads on at once": (
        "task-check",
        "account_set_password",
        "account_confirm_login_code",
        "set_language",
    ),
}


@dataclass(frozen=True)
class EveryPage:
    """The addresses each person looks at, and of the forms there those that are sent empty, by action.

    The person "" is nobody in particular.
    """

    pages: dict[str, list[str]] = field(default_factory=dict)
    forms: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def routes(self) -> set[str]:
        """Return the names of what is looked at."""
        addresses = (address for pages in self.pages.values() for address in pages)
        return {name for address in addresses if (name := route_name(address))}


def route_name(address: str) -> str:
    """Return the name of an address's route, nothing where nothing is."""
    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def routes_of_pages() -> set[str]:
    """Return the names of all routes that answer with a page."""
    excused = {name for names in NO_PAGES.values() for name in names}
    return set(_names(get_resolver())) - excused - set(_without_get())


def _names(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if route.startswith(("admin/", "api/v1/")):  # Django's own pages; and what has none
            continue
        if isinstance(entry, URLPattern):
            yield entry.name or route
        else:
            yield from _names(entry, route)


def _without_get() -> Iterator[str]:
    for method, path, statuses in rows(MATRIX):
        if method == "GET" and 405 in statuses:
            yield route_name(re.sub(r"\b[A-Z]+\b", "1", path))


# ---------------------------------------------------------------- the world
def make_every_page(platform: LivePlatform, tmp_path: Path) -> EveryPage:
    """Make the world; Ada is captain of a team, Olga an owner of the campaign and of the staff."""
    ada = make_user("ada", first_name="Ada", last_name="Lovelace")
    olga = make_user("olga", is_staff=True, is_superuser=True)
    campaign = make_campaign("lab")
    CampaignRole.objects.create(campaign=campaign, user=olga, name="owner")
    task = _make_task(campaign, tmp_path)
    team = make_team(LONG, ada)
    runs = _make_runs(task, team, tmp_path)
    platform.wait_until(
        lambda: not Evaluation.objects.filter(state__in=["queued", "scoring"]).exists(),
        "the runs are scored",
    )
    withdraw_run(run=runs["withdrawn"], by=ada, reason="a mistake", now=now())
    disqualify_run(run=runs["disqualified"], by=olga, reason="Two accounts sent it.", now=now())
    platform.wait_until(
        lambda: Analysis.objects.filter(task=task, kind__in=_ANALYSES).count() == len(_ANALYSES),
        "the analyses are made",
    )
    world = EveryPage()
    _add_public(world, task, runs)
    _add_accounts(world, ada)
    _add_participant(world, task, team, runs)
    _add_organiser(world, task, olga, runs)
    RulesVersion.objects.create(task=task, number=2, text="Play fairer.", created_at=AT)
    platform.wait_until(
        lambda: task.rescorings.get().state == "ready", "the runs are scored by the new truth"
    )
    return world


def _make_task(campaign: Campaign, tmp_path: Path) -> Task:
    task = make_task(
        "plants",
        campaign=campaign,
        phases={
            "submission": (OPENED, datetime(2026, 2, 1, tzinfo=UTC)),
            "post_campaign": (datetime(2026, 2, 1, tzinfo=UTC), None),
            "results": (OPENED, None),
        },
        runs_per_team=8,
        generated=True,
        subsets=["Organ", {"column": "TrainImages", "bands": [10, 100]}],
        required_description=["training_data", "automatic"],
        required_runs=[{"at_least": 1, "training_data": ["trusted"]}],
    )
    task.overview += TABLE
    task.save()
    for access in ("public", "registered"):
        make_data_set(task, access, tmp_path)
    figure = {"team": "KDE TUT", "metric": "mrr", "value": 0.853}
    record_published_results(task=task, figures=[figure], source="A talk")
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")
    return task


def _make_runs(task: Task, team: Team, tmp_path: Path) -> dict[str, Run]:
    """Make a run of each kind: those of one team, the organisers' baseline, and another team's."""
    registration = make_registration(task, team)
    register_organisers(campaign=task.campaign, task=task, now=AT)
    described = {"training_data": ["trusted", "noisy"], "architectures": ["ResNet-50"]}

    def send(name: str, answers: str, by: Registration = registration, **sent: Any) -> Run:
        return make_run(by, tmp_path, answers, **{"at": AT, "name": name, **sent})

    return {
        "first": send("First", ranked_lines(6), description=described),
        "withdrawn": send("Withdrawn", ranked_lines(5)),
        "disqualified": send("Disqualified", ranked_lines(4)),
        "rejected": send("Rejected", f"{ranked_lines(3)}q99;c1;2\nq1;c99;0.5\n"),
        "other": send("Other", ranked_lines(7), make_registration(task)),
        "late": send("Late", ranked_lines(2), at=now()),
        "baseline": send(
            "baseline", ranked_lines(1), task.registrations.get(team__organisers=True)
        ),
    }


# ---------------------------------------------------------------- its pages
def _add_public(world: EveryPage, task: Task, runs: dict[str, Run]) -> None:
    first, other = runs["first"].pk, runs["other"].pk
    board = reverse("task-leaderboard", args=[task.slug])
    world.pages[""] = [
        reverse("home"),
        *_of_task(task, "task", "task-data", "task-rules"),
        reverse("data-file", args=[task.slug, "registered", "1", "file.csv"]),  # is refused
        *(board, f"{board}?sort=top_1", f"{board}?at=2100-01-01T00:00Z"),
        *_of_task(task, "leaderboard-bars", "task-rank-history", "task-analyses"),
        *(reverse("task-analysis", args=[task.slug, kind]) for kind in _ANALYSES),
        *(reverse(name, args=[first]) for name in _OF_RUN),
        reverse("run-subsets", args=[first]) + "?by=Organ%2BTrainImages%3D10%2C100",
        reverse("run-comparison", args=[first]) + f"?with={other}",
        reverse("run-card", args=[runs["baseline"].pk]),
        *(reverse("run", args=[runs[kind].pk]) for kind in ("late", "disqualified")),
        reverse("history"),
        *(reverse("history-chapter", args=[chapter]) for chapter in ("editions", "methods")),
        reverse("history-board", args=["birdclef-2014"]),
        *(f"{reverse('search')}?q={text}" for text in ("plants", "zzz")),
        reverse("method-tags"),
        reverse("campaign", args=[task.campaign.slug]),
        reverse("team", args=[runs["first"].registration.team.slug]),
        "/nothing/",
    ]


_ANALYSES = ("training-data", "significance", "complementarity", "submissions")
_OF_RUN = (
    "run",
    "run-subsets",
    "run-positions",
    "run-classes",
    "run-confusions",
    "run-comparison",
)


def _of_task(task: Task, *names: str) -> list[str]:
    return [reverse(name, args=[task.slug]) for name in names]


def _add_accounts(world: EveryPage, ada: User) -> None:
    new = EmailAddress.objects.create(user=make_user("new"), email="new@mail.example.org")
    key = f"{user_pk_to_url_str(ada)}-{default_token_generator.make_token(ada)}"
    world.pages[""] += [
        reverse("account_login"),
        reverse("account_signup"),
        reverse("account_inactive"),
        reverse("account_email_verification_sent"),
        reverse("account_confirm_email", args=[EmailConfirmationHMAC(new).key]),
        reverse("account_confirm_email", args=["nothing"]),
        reverse("account_reset_password"),
        reverse("account_reset_password_done"),
        reverse("account_reset_password_from_key", args=key.split("-", 1)),
        reverse("account_reset_password_from_key", args=["x", "y"]),
        reverse("account_reset_password_from_key_done"),
        reverse("announcements-stop", args=[stop_token(ada)]),
    ]
    own = ("account_login", "account_signup", "account_reset_password")
    world.forms[""] = [(reverse(name), reverse(name)) for name in own]


def _add_participant(world: EveryPage, task: Task, team: Team, runs: dict[str, Run]) -> None:
    ada = team.members.get()
    issue_token(user=ada, name="cluster", expires_at=None, now=AT)
    asking = make_task("birds", phases={"submission": (OPENED, None)}, approval=True)
    secret = invite(team=team, by=ada, now=now(), email="a.long.address@mail.example.org")[1]
    theirs = make_team("Rushes", captain=make_user("rush"))
    joined = invite(team=theirs, by=theirs.members.get(), now=now())[1]
    moss = make_team("Moss", captain=make_user("mo", orcid="0000-0002-1825-0097"))
    propose_merge(ending=moss, staying=team, by=moss.members.get(), now=now())
    CampaignRole.objects.create(campaign=asking.campaign, user=moss.members.get(), name="owner")
    CampaignInvitation.objects.create(
        campaign=asking.campaign,
        role="viewer",
        email=ada.email,
        digest=digest(SECRET),
        created_by=moss.members.get(),
        created_at=now(),
        expires_at=now() + timedelta(days=1),
    )
    register, describe = (
        reverse("task-register", args=[task.slug]),
        reverse("run-describe", args=[runs["first"].pk]),
    )
    world.pages["ada"] = [
        reverse("teams"),
        reverse("team-new"),
        reverse("team", args=[team.slug]),
        *(reverse("team-join", args=[one]) for one in (secret, joined)),
        reverse("campaign-join", args=[SECRET]),
        reverse("profile"),
        reverse("account_email"),
        reverse("account_change_password"),
        reverse("account_reauthenticate"),
        reverse("account_logout"),
        register,
        reverse("task-register", args=[asking.slug]),
        *_of_task(task, "task", "task-submit", "task-runs"),
        describe,
        *(reverse("run", args=[runs[kind].pk]) for kind in ("rejected", "withdrawn")),
        reverse("organise", args=[task.slug]),  # is not there for her
    ]
    of_team = reverse("team", args=[team.slug])
    world.forms["ada"] = [
        (reverse("team-new"), ""),
        (of_team, reverse("team-invite-by-mail", args=[team.slug])),
        (of_team, reverse("team-merge", args=[team.slug])),
        (reverse("profile"), reverse("token-new")),
        (reverse("account_change_password"), reverse("account_change_password")),
        (register, reverse("task-rules-accept", args=[task.slug])),
        (reverse("task-register", args=[asking.slug]), ""),
        (reverse("task-submit", args=[task.slug]), reverse("task-submit", args=[task.slug])),
    ]


def _add_organiser(world: EveryPage, task: Task, olga: User, runs: dict[str, Run]) -> None:
    moved = make_truth(task, ["mrr", "top_1"], {"classes.csv": CLASSES.replace("species0", "x")})
    rescoring = start_rescoring(truth=moved, by=olga, reason="a mistake", now=now())
    trainings = _make_trainings(task, runs["baseline"])
    set_price(task=task, name="H100", eur_per_hour=Decimal(3), eur_bought=None, by=olga)
    ask_for_package(task=task, by=olga, now=now())
    merge_tag(kind="architectures", tag="A", into="B", by=olga, reason="the same", now=now())
    news = {"subject": "News", "text": "The test data **is** complete.", "audience": "registered"}
    announce(task=task, by=olga, now=now(), **news)
    waiting = make_registration(task, make_team("Ferns"), state="pending")
    of_run = reverse("organise-run", args=[task.slug, runs["first"].pk])
    of_phase = reverse("organise-phase", args=[task.slug, "submission"])
    people = reverse("campaign-people", args=[task.campaign.slug])
    of_team = reverse("organise-registration", args=[task.slug, runs["first"].registration.pk])
    world.pages["olga"] = [
        *_of_task(task, "organise", "organise-announcements", "organise-exports"),
        *_of_task(task, "organise-folder", "organise-registrations", "organise-truths"),
        *_of_task(task, "organise-baselines", "organise-prices", "organise-runs"),
        *_of_task(task, "organise-calendar"),
        reverse("organise-record", args=[task.slug]) + "?everybody=on",
        *(of_run, of_phase, of_team, people),
        reverse("organise-run", args=[task.slug, runs["late"].pk]),
        reverse("organise-registration", args=[task.slug, waiting.pk]),
        reverse("organise-truth", args=[task.slug, moved.number]),
        reverse("organise-rescoring", args=[task.slug, rescoring.pk]),
        *(reverse("organise-baseline", args=[task.slug, one.pk]) for one in trainings),
        reverse("campaign-load", args=[task.campaign.slug]),
        reverse("load"),
        reverse("method-tags"),
    ]
    slug, registration = task.slug, runs["first"].registration.pk
    world.forms["olga"] = [
        (reverse("organise-announcements", args=[slug]), ""),
        *((reverse(name, args=[slug]), "") for name in ("organise-baselines", "organise-prices")),
        *((place, "") for place in (of_run, of_phase, reverse("load"))),
        (of_team, reverse("organise-extra-runs", args=[slug, registration])),
        (of_team, reverse("organise-merge", args=[slug, registration])),
        (people, reverse("campaign-role-give", args=[task.campaign.slug])),
        (people, reverse("campaign-invite", args=[task.campaign.slug])),
        (reverse("method-tags"), reverse("tag-merge", args=["architectures"])),
    ]


def _make_trainings(task: Task, run: Run) -> list[BaselineTraining]:
    """Make a baseline that failed, and one that became a run."""
    shared = {"task": task, "reason": "official", "config": "steps = 3\n", "log": "step 1\n"}
    moments = dict.fromkeys(("asked_at", "sent_at", "started_at", "ended_at"), AT)
    return [
        BaselineTraining.objects.create(
            name="a", state="failed", failure="lost", **shared, **moments
        ),
        BaselineTraining.objects.create(
            name="b", state="done", run=run, card="# A card\n\nWhat it is.\n", **shared, **moments
        ),
    ]
