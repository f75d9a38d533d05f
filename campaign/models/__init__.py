"""Fields, constraints and QuerySets, one noun a file."""

from campaign.models.accounts import ApiToken, User
from campaign.models.analyses import Analysis, AnalysisRound
from campaign.models.announcements import Announcement
from campaign.models.baselines import BaselineTraining, HardwarePrice
from campaign.models.campaigns import Campaign, CampaignInvitation, CampaignRole
from campaign.models.comparisons import Comparison, ComparisonFamily
from campaign.models.data_sets import DataFile, DataSet
from campaign.models.history import (
    Edition,
    MethodUse,
    Participation,
    PrintedRow,
    PublishedResult,
)
from campaign.models.mails import Mail
from campaign.models.rank_snapshots import RankSnapshot
from campaign.models.results import (
    Breakdown,
    Evaluation,
    FinalPackage,
    LeaderboardRow,
    Rescoring,
    Score,
    Trace,
)
from campaign.models.run_sets import RunSet
from campaign.models.runs import Run
from campaign.models.species import Species
from campaign.models.tags import TagMerge
from campaign.models.tasks import Phase, PhaseChange, RulesVersion, Task, TruthVersion
from campaign.models.teams import Invitation, Membership, MergeProposal, Registration, Team

__all__ = [
    "Analysis",
    "AnalysisRound",
    "Announcement",
    "ApiToken",
    "BaselineTraining",
    "Breakdown",
    "Campaign",
    "CampaignInvitation",
    "CampaignRole",
    "Comparison",
    "ComparisonFamily",
    "DataFile",
    "DataSet",
    "Edition",
    "Evaluation",
    "FinalPackage",
    "HardwarePrice",
    "Invitation",
    "LeaderboardRow",
    "Mail",
    "Membership",
    "MergeProposal",
    "MethodUse",
    "Participation",
    "Phase",
    "PhaseChange",
    "PrintedRow",
    "PublishedResult",
    "RankSnapshot",
    "Registration",
    "Rescoring",
    "RulesVersion",
    "Run",
    "RunSet",
    "Score",
    "Species",
    "TagMerge",
    "Task",
    "Team",
    "Trace",
    "TruthVersion",
    "User",
]
