"""The world of the access matrix: people of every role, and at least one of whatever has an address."""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.test import Client

from campaign import storage
from campaign.models import BaselineTraining, CampaignRole, DataFile, DataSet, Task, User
from campaign.reads.baselines import Config
from campaign.services.accounts import issue_token
from campaign.services.announcements import stop_token
from campaign.services.baselines import ask_for_baseline
from campaign.services.campaign_invitations import invite_organiser
from campaign.services.hardware_prices import set_price
from campaign.services.history import load_history
from campaign.services.mails import send_mails
from campaign.services.mergers import propose_merge
from campaign.services.method_tags import merge_tag
from campaign.services.packages import ask_for_package, make_package
from campaign.services.rescorings import start_rescoring
from campaign.services.teams import invite, join_team
from tests.campaign.access_matrix import ROLES
from tests.campaign.boards import analyse_all
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
    score_run,
)


@dataclass(frozen=True)
class World:
    """What stands for the capital words of the matrix, and who is who."""

    words: dict[str, str]
    people: dict[str, User]

    def address(self, pattern: str) -> str:
        for word, value in self.words.items():
            pattern = pattern.replace(word, value)
        return pattern

    def client(self, role: str) -> Client:
        client = Client()
        if role in self.people:
            client.force_login(self.people[role])
        return client


def make_world(tmp_path: Path) -> World:
    people = {name: make_user(name) for name in ROLES if name not in {"anonymous", "staff"}}
    people["staff"] = make_user("staff", is_staff=True, is_superuser=True)
    campaign = make_campaign("campaign", organiser=people["organiser"])
    CampaignRole.objects.create(campaign=campaign, user=people["viewer"], name="viewer")
    task = make_task(
        "task",
        campaign=campaign,
        visibility="never",
        phases={"results": (DEADLINE, None)},
        subsets=["Domain"],
    )
    team = make_team("Sedges", captain=people["captain"])
    rushes = make_registration(task, make_team("Rushes", captain=people["other"])).team
    registration = make_registration(task, team)
    run = score_run(make_run(registration, tmp_path))
    invitation, secret = invite(team=team, by=people["captain"], now=NOW)
    join_team(secret=secret, user=people["member"], now=NOW)
    token, _ = issue_token(user=people["captain"], name="laptop", expires_at=None, now=NOW)
    proposal = propose_merge(ending=rushes, staying=team, by=people["other"], now=NOW)
    for access in DataSet.Access.values:
        make_data_set(task, access, tmp_path)
    bid = invite_organiser(
        campaign=campaign,
        email=people["person"].email,
        role="viewer",
        by=people["staff"],
        now=NOW,
    )
    load_history(folder=Path(settings.FIXTURES_DIR) / "history")
    send_mails()
    (hidden_link,) = re.findall(r"/co-organise/([\w-]+)/", str(mail.outbox[-1].body))
    package = ask_for_package(task=task, by=people["organiser"], now=NOW)
    make_package(package_id=package.pk)
    waiting = make_truth(task, ["mrr"], {})
    rescoring = start_rescoring(truth=waiting, by=people["staff"], reason="a mistake", now=NOW)
    merged = merge_tag(
        kind="metadata", tag="A", into="B", by=people["staff"], reason="the same", now=NOW
    )
    analyse_all()
    words = {
        "GIVEN": str(campaign.roles.get(user=people["viewer"]).pk),
        "BID": str(bid.pk),
        "HIDDENLINK": hidden_link,
        "STOPLINK": stop_token(people["captain"]),
        "RUN": str(run.pk),
        "MEMBER": str(team.memberships.get(user=people["member"]).pk),
        "INVITATION": str(invitation.pk),
        "SECRET": secret,
        "TOKEN": str(token.pk),
        "PACKAGE": str(package.pk),
        "REGISTRATION": str(registration.pk),
        "PROPOSAL": str(proposal.pk),
        "RESCORING": str(rescoring.pk),
        "MERGED": str(merged.pk),
        **make_baselines(task, people["organiser"], tmp_path),
    }
    return World(words, people)


def make_baselines(task: Task, by: User, tmp_path: Path) -> dict[str, str]:
    """Make a baseline that waits, one that became a run, and a line of the table of prices."""
    waiting = ask_for_baseline(
        task=task, config=Config("first", "steps = 1\n"), by=by, reason="a first", now=NOW
    )
    official = score_run(make_run(task.registrations.get(team__organisers=True), tmp_path))
    BaselineTraining.objects.create(
        task=task,
        name="second",
        config="steps = 2\n",
        asked_at=NOW,
        sent_at=NOW,
        started_at=NOW,
        ended_at=NOW,
        reason="a second",
        state="done",
        run=official,
    )
    price = set_price(task=task, name="H100", eur_per_hour=Decimal(3), eur_bought=None, by=by)
    return {
        "BASELINE": str(waiting.pk),
        "OFFICIAL": str(official.pk),
        "PRICE": str(price.pk),
    }


def make_data_set(task: Task, access: str, tmp_path: Path, slug: str = "") -> None:
    (tmp_path / "file.csv").write_text("a;b\n")
    key = storage.store_folder(tmp_path, ["file.csv"], under=storage.DATA)
    data_set = DataSet.objects.create(
        task=task, slug=slug or access, title=access, role="training_trusted", access=access
    )
    DataFile.objects.create(
        data_set=data_set, name="file.csv", size=4, sha256="0" * 64, key=f"{key}/file.csv"
    )
