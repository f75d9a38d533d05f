"""What stands in the record, kind by kind: which rows belong to a task, and what they are called.

Each kind is the history that PostgreSQL's triggers write of one model, whoever changes its rows:
a page, the admin, a command, plain SQL.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from campaign.models import CampaignRole, Task
from campaign.reads.roles import role_in
from campaign.reads.visibility import Viewer

Texts = Mapping[str, str]  # the fields of a row, as words


@dataclass(frozen=True)
class Kind:
    """The history of one model."""

    word: str  # in addresses and exports
    model: str
    title: Promise
    of_task: Callable[[Task], Q]  # of its events
    name: Callable[[Texts], str]
    only_staff: bool = False  # of the platform, not of one campaign
    only_owners: bool = False  # it names addresses that nobody else is shown

    @property
    def events(self) -> type[Model]:
        return apps.get_model("campaign", f"{self.model}Event")

    def within(self, task: Task, viewer: Viewer) -> Q:
        """Return the condition on events that a viewer of this task's record may read."""
        if (self.only_staff and not viewer.is_staff) or (
            self.only_owners and role_in(task.campaign, viewer) != CampaignRole.Name.OWNER
        ):
            return Q(pk__in=[])
        return self.of_task(task)


def _events(model: str) -> Any:
    return apps.get_model("campaign", f"{model}Event").objects


# What a row belonged to is asked of the history too: it may be gone.
def _itself(task: Task) -> Q:
    return Q(pgh_obj=task.pk)


def _of_task(task: Task) -> Q:
    return Q(task=task.pk)


def _of_campaign(task: Task) -> Q:
    return Q(campaign=task.campaign_id)


def _of_registrations(task: Task) -> Q:
    return Q(registration__in=_events("Registration").filter(task=task.pk).values("id"))


def _of_runs(task: Task) -> Q:
    runs = _events("Run").filter(_of_registrations(task))
    return Q(run__in=runs.values("id"))


def _of_data_sets(task: Task) -> Q:
    return Q(data_set__in=_events("DataSet").filter(task=task.pk).values("id"))


def _teams(task: Task) -> Any:
    return _events("Registration").filter(task=task.pk).values("team")


KINDS = (
    Kind(
        "run",
        "Run",
        gettext_lazy("Runs"),
        _of_registrations,
        lambda row: _("Run %(number)s of %(registration)s") % row,
    ),
    Kind("evaluation", "Evaluation", gettext_lazy("Evaluations"), _of_runs, lambda row: row["run"]),
    Kind(
        "registration",
        "Registration",
        gettext_lazy("Registrations"),
        _of_task,
        lambda row: row["team"],
    ),
    Kind(
        "team",
        "Team",
        gettext_lazy("Teams"),
        lambda task: Q(pgh_obj__in=_teams(task)),
        lambda row: row["name"],
    ),
    Kind(
        "membership",
        "Membership",
        gettext_lazy("Members of teams"),
        lambda task: Q(team__in=_teams(task)),
        lambda row: _("%(user)s in %(team)s") % row,
    ),
    Kind("phase", "Phase", gettext_lazy("Calendar"), _of_task, lambda row: row["kind"]),
    Kind(
        "package",
        "FinalPackage",
        gettext_lazy("Packages"),
        _of_task,
        lambda row: row["asked_at"],
    ),
    Kind("task", "Task", gettext_lazy("The task"), _itself, lambda row: row["slug"]),
    Kind(
        "campaign",
        "Campaign",
        gettext_lazy("The campaign"),
        lambda task: Q(pgh_obj=task.campaign_id),
        lambda row: row["slug"],
    ),
    Kind(
        "rules",
        "RulesVersion",
        gettext_lazy("Rules"),
        _of_task,
        lambda row: _("version %(number)s") % row,
    ),
    Kind(
        "truth",
        "TruthVersion",
        gettext_lazy("Ground truth"),
        _of_task,
        lambda row: _("version %(number)s") % row,
    ),
    Kind(
        "rescoring",
        "Rescoring",
        gettext_lazy("Re-scorings"),
        _of_task,
        lambda row: _("with version %(truth_version)s") % row,
    ),
    Kind(
        "baseline",
        "BaselineTraining",
        gettext_lazy("Baselines"),
        _of_task,
        lambda row: row["name"],
    ),
    Kind(
        "price",
        "HardwarePrice",
        gettext_lazy("Prices of hardware"),
        _of_campaign,
        lambda row: row["name"],
    ),
    Kind(
        "data-set",
        "DataSet",
        gettext_lazy("Data sets"),
        _of_task,
        lambda row: f"{row['slug']} {row['version']}",
    ),
    Kind(
        "data-file",
        "DataFile",
        gettext_lazy("Files of data sets"),
        _of_data_sets,
        lambda row: f"{row['data_set']} {row['name']}",
    ),
    Kind(
        "announcement",
        "Announcement",
        gettext_lazy("Announcements"),
        _of_task,
        lambda row: row["subject"],
    ),
    Kind(
        "published",
        "PublishedResult",
        gettext_lazy("Published results"),
        _of_task,
        lambda row: " ".join(filter(None, (row["team"], row["run"], row["metric"]))),
    ),
    Kind("role", "CampaignRole", gettext_lazy("Roles"), _of_campaign, lambda row: row["user"]),
    Kind(
        "invitation",
        "CampaignInvitation",
        gettext_lazy("Invitations of organisers"),
        _of_campaign,
        lambda row: row["email"],
        only_owners=True,
    ),
    Kind(  # of all campaigns, and public
        "tag",
        "TagMerge",
        gettext_lazy("Method tags"),
        lambda _task: Q(),
        lambda row: f"{row['tag']} → {row['into']}",
    ),
    Kind(
        "account",
        "User",
        gettext_lazy("Accounts"),
        lambda _task: Q(),
        lambda row: row["pgh_obj"],
        only_staff=True,
    ),
    Kind(
        "token",
        "ApiToken",
        gettext_lazy("Tokens"),
        lambda _task: Q(),
        lambda row: _("%(name)s of %(user)s") % row,
        only_staff=True,
    ),
)

BY_WORD: Mapping[str, Kind] = {kind.word: kind for kind in KINDS}

# Never in the record, nor in what is made of it: where files lie, what is stored of secrets and of the
# ground truth, and why something failed, which may name a label. Most of it the triggers leave out.
HIDDEN = frozenset({"folder", "key", "file_key", "digest", "files_digest", "password", "failure"})
