"""campaign.yaml: one edition of a lab, beside the folders of its tasks."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from clefboard.task_folder.problems import InvalidTaskFolder, Problem
from clefboard.task_folder.schema import schema_problems
from clefboard.task_folder.task import CampaignFile, TimelineEntry
from clefboard.task_folder.write import dump_yaml
from clefboard.task_folder.yaml_source import YamlSource, read_yaml


def read_campaign(path: Path) -> CampaignFile:
    """Read the campaign.yaml in a folder.

    Raises
    ------
    InvalidTaskFolder
        With all problems at once.
    """
    source = read_yaml(path / "campaign.yaml", "campaign.yaml")
    if problems := list(_problems(source)):
        raise InvalidTaskFolder(problems)
    data = dict(source.data)
    timeline = tuple(TimelineEntry(**entry) for entry in data.pop("timeline", []))
    return CampaignFile(slug=data.pop("campaign"), timeline=timeline, **data)


def campaign_problems(folder: Path) -> list[Problem]:
    """Return what is wrong with the campaign.yaml beside a task's folder; none where none lies there."""
    path = folder.resolve().parent / "campaign.yaml"
    if not path.is_file():
        return []  # a folder may travel alone: the platform knows its campaigns
    try:
        return list(_problems(read_yaml(path, "../campaign.yaml")))
    except InvalidTaskFolder as error:
        return error.problems


def _problems(source: YamlSource) -> Iterator[Problem]:
    problems = list(schema_problems(source, "campaign"))
    yield from problems
    for index, entry in enumerate([] if problems else source.data.get("timeline", [])):
        try:
            date.fromisoformat(entry["date"])
        except ValueError:
            message = (
                f"'{entry['date']}' is not in the calendar; right is a date such as 2017-03-15"
            )
            yield source.problem(("timeline", index, "date"), message)


def campaign_text(campaign: CampaignFile) -> str:
    """Return a campaign.yaml; reading it again gives the same values."""
    document = asdict(campaign)
    document = {"campaign": document.pop("slug"), **document}
    document["timeline"] = list(document["timeline"])
    return dump_yaml(document)


def find_task_folders(path: Path) -> list[Path]:
    """Return the task folders beside a campaign.yaml, by name."""
    return sorted(found.parent for found in path.glob("*/task.yaml"))
