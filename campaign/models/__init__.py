"""Fields, constraints and QuerySets, one noun a file."""

from campaign.models.accounts import ApiToken, User
from campaign.models.history import PublishedResult
from campaign.models.results import (
    Breakdown,
    Evaluation,
    LeaderboardRow,
    RankSnapshot,
    Score,
    Trace,
)
from campaign.models.runs import Run
from campaign.models.tasks import (
    Announcement,
    Campaign,
    CampaignRole,
    DataFile,
    DataSet,
    Phase,
    RulesVersion,
    Task,
    TruthVersion,
)
from campaign.models.teams import Invitation, Membership, Registration, Team

__all__ = [
    "Announcement",
    "ApiToken",
    "Breakdown",
    "Campaign",
    "CampaignRole",
    "DataFile",
    "DataSet",
    "Evaluation",
    "Invitation",
    "LeaderboardRow",
    "Membership",
    "Phase",
    "PublishedResult",
    "RankSnapshot",
    "Registration",
    "RulesVersion",
    "Run",
    "Score",
    "Task",
    "Team",
    "Trace",
    "TruthVersion",
    "User",
]
