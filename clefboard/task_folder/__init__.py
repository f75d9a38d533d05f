"""A task written down as one folder: read, check, write."""

from clefboard.task_folder.archive import ArchiveLimits, unpack_task_folder
from clefboard.task_folder.campaign import campaign_text, find_task_folders, read_campaign
from clefboard.task_folder.materialise import materialise
from clefboard.task_folder.problems import InvalidTaskFolder, Problem
from clefboard.task_folder.read import (
    FolderCheck,
    check_task_folder,
    read_run_rules,
    read_task_folder,
)
from clefboard.task_folder.schema import SchemaName, load_schema
from clefboard.task_folder.start import STARTS, write_start
from clefboard.task_folder.task import (
    CampaignFile,
    DataFile,
    DataSet,
    Limits,
    Phase,
    Recipe,
    RequiredRuns,
    Split,
    Subset,
    Table,
    TaskFolder,
    TimelineEntry,
)
from clefboard.task_folder.write import folder_texts, task_document, write_task_folder

__all__ = [
    "STARTS",
    "ArchiveLimits",
    "CampaignFile",
    "DataFile",
    "DataSet",
    "FolderCheck",
    "InvalidTaskFolder",
    "Limits",
    "Phase",
    "Problem",
    "Recipe",
    "RequiredRuns",
    "SchemaName",
    "Split",
    "Subset",
    "Table",
    "TaskFolder",
    "TimelineEntry",
    "campaign_text",
    "check_task_folder",
    "find_task_folders",
    "folder_texts",
    "load_schema",
    "materialise",
    "read_campaign",
    "read_run_rules",
    "read_task_folder",
    "task_document",
    "unpack_task_folder",
    "write_start",
    "write_task_folder",
]
